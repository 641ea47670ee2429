//! What no honest run can leave, whatever was hashed again: the receipt contradicts itself.
//!
//! docs/receipt.md gives each class its name and says why an honest run can't be of it; a rule that
//! one can break has no place here.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Class, Problems};
use crate::model::{self, Against, Benchmark, Receipt, Sampling};
use crate::shape;

/// Fewest different samples in a launch that make it sure that another launch does not repeat them
/// by chance, even on a coarse clock.
const TELLING: usize = 8;
/// Fewest samples that can't all be the same by chance.
const MANY: usize = 10;
/// A sample of more ns, 26 days, is none.
const LONGEST_NS: f64 = 2_251_799_813_685_248.0;
/// Resident pages of programs and libraries may be charged to another control group that read them
/// first.
const SHARED_BYTES: u64 = 64 << 20;
/// How far a clock may be ahead of the verifier's.
const AHEAD_S: u64 = 86_400;
/// Requests for memory that a CPU can make in a ns: one at each cycle of a clock of 10 GHz.
const REQUESTS_A_NS: f64 = 10.0;
/// Kernels that exist for one architecture only.
const KERNELS: [(&str, &str); 3] = [
    ("avx2", "x86_64"),
    ("avx512", "x86_64"),
    ("neon", "aarch64"),
];

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        let path = format!(".benchmarks[{index}]");
        let verified = &benchmark.verified;
        problems.contradiction(
            Class::TooManyRecords,
            verified.records <= benchmark.bytes_processed,
            format!("{path}.verified.records"),
            "at most bytes_processed",
            verified.records,
        );
        allocations(&path, receipt, benchmark, problems);
        if let Some(each) = each(receipt, benchmark) {
            samples(&path, benchmark, problems);
            iterations(&path, receipt, benchmark, each, problems);
        }
    }
    repeated(receipt, problems);
    digests(receipt, problems);
    settings(receipt, problems);
    host(receipt, problems);
    task(receipt, problems);
    date(receipt, problems);
}

/// A request is for a byte at least, and takes time.
fn allocations(path: &str, receipt: &Receipt, benchmark: &Benchmark, problems: &mut Problems) {
    let cores = f64::from(receipt.summary.host_cores);
    let most = REQUESTS_A_NS * cores * benchmark.mean_ns;
    for (launch, found) in benchmark.allocations.iter().flatten().enumerate() {
        problems.contradiction(
            Class::ImpossibleAllocations,
            found.count <= found.bytes && found.count as f64 <= most,
            format!("{path}.allocations[{launch}].count"),
            "at most .bytes, and 10 for each ns of mean_ns and CPU of .summary.host_cores",
            found.count,
        );
    }
}

/// Samples of one launch, where they can be told apart.
fn each(receipt: &Receipt, benchmark: &Benchmark) -> Option<usize> {
    let launches = receipt.environment.launches.len();
    let count = benchmark.samples.len();
    let sound = launches > 0
        && launches == benchmark.launches as usize
        && count > 0
        && count == benchmark.iterations.len()
        && count.is_multiple_of(launches);
    sound.then(|| count / launches)
}

/// A clock counts whole ns, and a sample is those over its iterations, rounded once: no other number
/// can be one.
fn samples(path: &str, benchmark: &Benchmark, problems: &mut Problems) {
    let whole = |ns: f64, iterations: u64| {
        let count = iterations as f64;
        let elapsed = (ns * count + 0.5).floor();
        (1.0..LONGEST_NS).contains(&elapsed) && (elapsed / count).to_bits() == ns.to_bits()
    };
    let pairs = benchmark.samples.iter().zip(&benchmark.iterations);
    let scaled = pairs.enumerate().find(|(_, (ns, n))| !whole(**ns, **n));
    if let Some((at, (ns, iterations))) = scaled {
        problems.contradiction(
            Class::ScaledSamples,
            false,
            format!("{path}.samples[{at}]"),
            &format!("whole ns over {iterations} iterations"),
            ns,
        );
    }
    let first = benchmark.samples[0];
    let alike = benchmark.samples.len() >= MANY && benchmark.samples.iter().all(|ns| *ns == first);
    problems.contradiction(
        Class::EqualSamples,
        !alike,
        format!("{path}.samples"),
        "samples that differ: a clock that always says the same measured nothing",
        first,
    );
}

/// By the recorded mode; version 1 records none, and then either will do.
fn iterations(
    path: &str,
    receipt: &Receipt,
    benchmark: &Benchmark,
    each: usize,
    problems: &mut Problems,
) {
    let recorded = receipt.schema_version >= 2;
    for (launch, counts) in benchmark.iterations.chunks(each).enumerate() {
        let fits = match (recorded, benchmark.sampling.get(launch)) {
            (true, Some(mode)) => mode.fits(counts),
            (true, None) => true,
            (false, _) => Sampling::of(counts).is_some(),
        };
        problems.contradiction(
            Class::IrregularIterations,
            fits,
            format!("{path}.iterations[{}]", launch * each),
            "all alike in a launch (flat), or d, 2 d, 3 d, ... (linear), by its sampling mode",
            counts[0],
        );
    }
}

/// Two launches with the very same samples.
fn repeated(receipt: &Receipt, problems: &mut Problems) {
    let mut seen: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        let Some(each) = each(receipt, benchmark) else {
            continue;
        };
        for (launch, samples) in benchmark.samples.chunks(each).enumerate() {
            let bits: Vec<u64> = samples.iter().map(|ns| ns.to_bits()).collect();
            let mut different = bits.clone();
            different.sort_unstable();
            different.dedup();
            if different.len() < TELLING {
                continue;
            }
            let Some(before) = seen.insert(bits, index) else {
                continue;
            };
            let class = match before == index {
                true => Class::CopiedLaunch,
                false => Class::ReplayedLaunch,
            };
            problems.contradiction(
                class,
                false,
                format!(".benchmarks[{index}].samples[{}]", launch * each),
                &format!("samples of its own, not those of a launch of .benchmarks[{before}]"),
                samples[0],
            );
        }
    }
}

/// One digest is one output, so it has one length. Of canonical values it is over the canonical
/// lines, and the length is that of what the decoder printed; there the records are as many.
fn digests(receipt: &Receipt, problems: &mut Problems) {
    let mut seen: BTreeMap<(bool, &str), (usize, u64)> = BTreeMap::new();
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        let verified = &benchmark.verified;
        let canonical = verified.against == Against::CanonicalValues;
        let (field, size) = match canonical {
            true => ("records", verified.records),
            false => ("output_bytes", verified.output_bytes),
        };
        let key = (canonical, verified.output_sha256.as_str());
        let (first, expected) = *seen.entry(key).or_insert((index, size));
        problems.contradiction(
            Class::SharedDigest,
            size == expected,
            format!(".benchmarks[{index}].verified.{field}"),
            &format!("{expected}, as .benchmarks[{first}] has it for the same digest"),
            size,
        );
    }
}

fn settings(receipt: &Receipt, problems: &mut Problems) {
    let Some(settings) = &receipt.settings else {
        return;
    };
    let launches = receipt.environment.launches.len();
    problems.contradiction(
        Class::UnlikeSettings,
        settings.launches as usize == launches,
        ".settings.launches",
        &format!("{launches}, as many as .environment.launches"),
        settings.launches,
    );
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        let path = format!(".benchmarks[{index}]");
        if let Some(each) = each(receipt, benchmark) {
            problems.contradiction(
                Class::UnlikeSettings,
                settings.samples as usize == each,
                format!("{path}.samples | length"),
                &format!("{} of each launch, as .settings.samples", settings.samples),
                benchmark.samples.len(),
            );
        }
        problems.contradiction(
            Class::UnlikeSettings,
            settings.choose(&benchmark.name),
            format!("{path}.name"),
            "a name that .settings.filter chooses",
            &benchmark.name,
        );
    }
}

fn host(receipt: &Receipt, problems: &mut Problems) {
    let environment = &receipt.environment;
    let limit = environment.cgroup.memory_limit_bytes;
    let limit = limit.map_or(u64::MAX, |limit| limit.saturating_add(SHARED_BYTES));
    for (index, launch) in environment.launches.iter().enumerate() {
        let rss = launch.max_rss_bytes;
        problems.contradiction(
            Class::ImpossibleMemory,
            rss <= environment.memory_bytes && rss <= limit,
            format!(".environment.launches[{index}].max_rss_bytes"),
            "at most .environment.memory_bytes, and 64 MiB above .environment.cgroup.memory_limit_bytes",
            rss,
        );
    }
    for (index, kernel) in environment.kernels.iter().flatten().enumerate() {
        let known = KERNELS.iter().find(|(name, _)| name == kernel);
        let fits = known.is_none_or(|(_, arch)| *arch == environment.cpu.arch);
        problems.contradiction(
            Class::ForeignKernel,
            fits,
            format!(".environment.kernels[{index}]"),
            "a kernel of .environment.cpu.arch",
            kernel,
        );
    }
}

/// The command and the environment say the same of the task; before version 5 neither says anything.
fn task(receipt: &Receipt, problems: &mut Problems) {
    if receipt.schema_version < 5 {
        return;
    }
    let task = receipt.environment.task.as_ref().map(ToString::to_string);
    let named = model::named(&receipt.command);
    let expected = match named {
        Some(named) => format!("{named}, as the command says"),
        None => "null, since the command names no task".to_owned(),
    };
    problems.contradiction(
        Class::ForeignTask,
        task.as_deref() == named,
        ".environment.task",
        &expected,
        &task,
    );
}

fn date(receipt: &Receipt, problems: &mut Problems) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    if let Some(at) = shape::seconds(&receipt.timestamp) {
        problems.contradiction(
            Class::FutureDate,
            at <= now.saturating_add(AHEAD_S),
            ".timestamp",
            "a date at most one day ahead of this machine's clock",
            &receipt.timestamp,
        );
    }
}
