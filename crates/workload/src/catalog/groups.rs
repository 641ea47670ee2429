//! The benchmarks, group by group.

use std::num::NonZeroUsize;

use copybook_decode::decode::{Decimals, Groups, Trim};

use super::{Benchmark, Kind, Length, Refused};
use crate::frame::Framed;
use crate::lines::Style;
use crate::machine;
use crate::workload::Workload;

/// All that this machine can run, in order, and those that it can not.
pub(super) fn all() -> (Vec<Benchmark>, Vec<Refused>) {
    let certain = [slo(), workloads()].into_iter().flatten().map(Ok);
    let certain_too = [framing(), output(), parse()].into_iter().flatten().map(Ok);
    let (mut benchmarks, mut refused) = (Vec::new(), Vec::new());
    for benchmark in certain.chain(sizes()).chain(certain_too).chain(threads()) {
        match benchmark {
            Ok(benchmark) => benchmarks.push(benchmark),
            Err(reason) => refused.push(reason),
        }
    }
    (benchmarks, refused)
}

/// The predecessor's pair, by its names and at its sizes: 5 MB and 600 KB.
fn slo() -> Vec<Benchmark> {
    vec![
        Benchmark::decode(
            "slo_validation",
            "display_heavy_slo_80mbps",
            Workload::display_heavy(10_000),
            "is text decoded fast enough?",
        ),
        Benchmark::decode(
            "slo_validation",
            "comp3_heavy_slo_40mbps",
            Workload::comp3_heavy(10_000),
            "are packed decimals decoded fast enough?",
        ),
    ]
}

fn workloads() -> Vec<Benchmark> {
    let answers = "how fast is this kind of record?";
    let sets = Workload::all(5_000_000).into_iter();
    sets.map(|set| Benchmark::decode("workloads", set.name, set, answers))
        .collect()
}

/// In the first cache, in the second, beyond the second, beyond the third, and 64 MiB, which whole
/// processes are compared on: each a power of two, so that the name says the bytes, which are the
/// same on every machine.
fn sizes() -> Vec<Result<Benchmark, Refused>> {
    let answers = "what does the memory hierarchy cost?";
    let beyond = |level| machine::cache_bytes(level).map(|size| (size + 1).next_power_of_two());
    let mut sizes = vec![16 << 10, 1 << 20, 64 << 20];
    sizes.extend(beyond(2));
    sizes.extend(beyond(3));
    sizes.sort_unstable();
    sizes.dedup();
    let mut benchmarks = Vec::new();
    for size in sizes {
        for (label, set) in [
            ("display", Workload::display_heavy(1)),
            ("comp3", Workload::comp3_heavy(1)),
        ] {
            let id = format!("{label}_{}", human(size));
            let benchmark = Benchmark::decode("sizes", &id, set.sized(size), answers);
            benchmarks.push(if_it_fits(benchmark));
        }
    }
    for level in [2, 3] {
        if beyond(level).is_none() {
            benchmarks.push(Err(Refused {
                name: format!("sizes/*_beyond_l{level}"),
                reason: format!("the kernel does not say how large its L{level} cache is"),
            }));
        }
    }
    benchmarks
}

/// The same records in every framing, then lines, then records that really vary in length.
fn framing() -> Vec<Benchmark> {
    let customer = |framed| {
        (
            Workload::customer(1).sized(500_000),
            framed,
            Length::Greatest,
        )
    };
    let files = [
        ("fixed", customer(Framed::Fixed)),
        ("rdw", customer(Framed::Rdw)),
        ("rdw_little_endian", customer(Framed::RdwLittle)),
        ("blocked", customer(Framed::Blocked)),
        (
            "lines_of_text",
            (
                Workload::display_heavy(1_000),
                Framed::Lines,
                Length::Greatest,
            ),
        ),
        (
            "rdw_of_varying_length",
            (Workload::odo_heavy(500), Framed::Rdw, Length::Varying),
        ),
    ];
    let benchmark = |(id, (set, framed, length)): (&str, (Workload, Framed, Length))| Benchmark {
        group: "framing",
        id: id.to_owned(),
        answers: "what does telling records apart cost?",
        bytes: super::file(&set, framed, length).len() as u64,
        kind: Kind::Stream(set, framed, length, NonZeroUsize::MIN),
    };
    files.into_iter().map(benchmark).collect()
}

/// 64 MB of customers on 1, 2, 4, ... threads and on all CPUs.
fn threads() -> Vec<Result<Benchmark, Refused>> {
    let cpus = machine::threads().get();
    let mut counts: Vec<usize> = (0..)
        .map(|power| 1 << power)
        .take_while(|&count| count <= cpus)
        .collect();
    counts.push(cpus);
    counts.dedup();
    let set = Workload::customer(1).sized(64_000_000);
    let benchmark = |threads: NonZeroUsize| {
        if_it_fits(Benchmark {
            group: "threads",
            id: format!("customer_64mb_{threads}"),
            answers: "does it scale with threads?",
            bytes: set.bytes(),
            kind: Kind::Stream(set.clone(), Framed::Fixed, Length::Greatest, threads),
        })
    };
    let counts = counts.into_iter().filter_map(NonZeroUsize::new);
    counts.map(benchmark).collect()
}

/// Refuses by name what this machine's memory does not allow.
fn if_it_fits(benchmark: Benchmark) -> Result<Benchmark, Refused> {
    let needed = benchmark.memory();
    match machine::available_memory() {
        Some(available) if available >= needed => Ok(benchmark),
        available => Err(Refused {
            name: benchmark.name(),
            reason: refusal(needed, available),
        }),
    }
}

fn refusal(needed: u64, available: Option<u64>) -> String {
    let available = available.map_or("an unknown amount".to_owned(), human);
    format!(
        "it needs {} of memory and {available} is available",
        human(needed)
    )
}

fn output() -> Vec<Benchmark> {
    let default = Style::default();
    let answers = "what does a choice of the output cost?";
    let styles = [
        ("customer_default", default),
        (
            "customer_numbers",
            Style {
                decimals: Decimals::Number,
                ..default
            },
        ),
        (
            "customer_trimmed",
            Style {
                trim: Trim::Both,
                ..default
            },
        ),
        (
            "customer_flat",
            Style {
                groups: Groups::Flat,
                ..default
            },
        ),
        (
            "customer_select_2",
            Style {
                only: &["CUSTOMER-ID", "CITY"],
                ..default
            },
        ),
    ];
    let customer = || Workload::customer(1).sized(5_000_000);
    let benchmark = |(id, style)| Benchmark::styled("output", id, customer(), style, answers);
    styles.into_iter().map(benchmark).collect()
}

fn parse() -> Vec<Benchmark> {
    let sets = [
        Workload::display_heavy(1),
        Workload::customer(1),
        Workload::odo_heavy(1),
        Workload::widest(1),
    ];
    let benchmark = |set: Workload| Benchmark {
        group: "parse",
        id: set.name.to_owned(),
        answers: "what does reading a copybook cost?",
        bytes: set.copybook().len() as u64,
        kind: Kind::Parse(set),
    };
    sets.into_iter().map(benchmark).collect()
}

/// `16kib`, `512mib`: the largest unit that divides, or the largest below.
fn human(bytes: u64) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 => format!("{}mib", bytes >> 20),
        bytes => format!("{}kib", bytes >> 10),
    }
}
