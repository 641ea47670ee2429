//! The fields of `perf.json`. docs/receipt.md says the same for readers of the file.

mod environment;
mod relative;
mod task;
mod version;

use serde::{Deserialize, Serialize};

pub(crate) use environment::kernels;
pub use environment::{Cgroup, Cpu, Environment, EnvironmentKind, HostState, Launch, target_cpu};
pub use relative::{AgainstBaseline, BaselineRow, Peer, PeerBenchmark};
pub(crate) use task::named;
pub use task::{TASK_FLAG, Task, TaskError};

/// The version of this format that is written. Versions 1 to 5 are still read; a greater one is refused.
pub const SCHEMA_VERSION: u32 = 6;

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this format; readers refuse a greater one.
    pub schema_version: u32,
    /// `schema_version` as the predecessor's text. Derived.
    #[serde(default)]
    pub format_version: Option<String>,
    /// Start of the run, RFC 3339 in UTC.
    pub timestamp: String,
    /// Revision of the source, `-dirty` appended where the tree had changes; null where unknown.
    pub commit: Option<String>,
    /// `rustc --version` of the compiler that built the suite.
    pub toolchain: String,
    /// `environment.profile` by the predecessor's name. Derived.
    #[serde(default)]
    pub build_profile: Option<String>,
    /// The `target-cpu` in `environment.flags`, null where none is given. Derived.
    #[serde(default)]
    pub target_cpu: Option<String>,
    /// The worst verdict of `slo` and `baseline`.
    pub status: Verdict,
    /// Throughput of the DISPLAY objective's benchmark; null where it did not run.
    pub display_mibps: Option<f64>,
    /// The same in GiB/s.
    pub display_gibps: Option<f64>,
    /// Throughput of the COMP-3 objective's benchmark; null where it did not run.
    pub comp3_mibps: Option<f64>,
    /// One entry a benchmark, in the order they ran.
    pub benchmarks: Vec<Benchmark>,
    /// What the predecessor's consumers read.
    pub summary: Summary,
    /// What was decoded with.
    pub subject: Subject,
    /// One entry an objective that this run could judge.
    pub slo: Vec<SloVerdict>,
    /// The objectives that it could not: `status` says nothing of them.
    #[serde(default)]
    pub not_judged: Vec<NotJudged>,
    /// The baseline that the run was held against; null where there was none.
    #[serde(default)]
    pub baseline: Option<AgainstBaseline>,
    /// Decoders whose launches were interleaved with these.
    #[serde(default)]
    pub peers: Vec<Peer>,
    /// SHA-256 of the file of objectives, null where there was none.
    #[serde(default)]
    pub objectives_sha256: Option<String>,
    /// How long and how often was measured, and what was asked for; null in version 1 only.
    #[serde(default)]
    pub settings: Option<Settings>,
    /// Where it ran.
    pub environment: Environment,
    /// The command that made this receipt, argument by argument.
    pub command: Vec<String>,
    /// Guards every other field.
    pub integrity: Integrity,
}

/// One benchmark's samples and what follows from them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Criterion's `group/name`.
    pub name: String,
    /// Mean of `samples`, ns per iteration. Derived.
    pub mean_ns: f64,
    /// Input bytes of one iteration.
    pub bytes_processed: u64,
    /// `bytes_processed` over `mean_ns` in MiB/s. Derived.
    pub mean_mibps: f64,
    /// ns per iteration, launch after launch, every launch with the same number of samples.
    pub samples: Vec<f64>,
    /// Iterations behind each sample.
    pub iterations: Vec<u64>,
    /// Number of processes that the samples come from.
    pub launches: u32,
    /// How the iterations of each launch grow, one entry a launch; empty in version 1 only.
    #[serde(default)]
    pub sampling: Vec<Sampling>,
    /// Percentiles of `samples`; null in version 1 only. Derived.
    #[serde(default)]
    pub percentiles_ns: Option<Percentiles>,
    /// 95 % interval of `mean_mibps`, low then high: a bootstrap, widened for few launches. Derived.
    pub ci95_mibps: [f64; 2],
    /// Kernels of the very case that was timed; null where the subject has no such notion.
    #[serde(default)]
    pub kernels: Option<Vec<String>>,
    /// How often one iteration asks for memory, one entry a launch; null where the subject does not count, and
    /// before version 6.
    #[serde(default)]
    pub allocations: Option<Vec<Allocations>>,
    /// What was checked before the first sample.
    pub verified: Verified,
}

impl Benchmark {
    /// Allocations for each record, in the launch that made the most; `None` where nothing counted them.
    #[must_use]
    pub fn allocations_per_record(&self) -> Option<f64> {
        let most = self
            .allocations
            .iter()
            .flatten()
            .map(|one| one.count)
            .max()?;
        Some(most as f64 / self.verified.records as f64)
    }
}

/// Requests for memory in a run that was not timed, after another one had grown every buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocations {
    /// Allocations and reallocations, of all threads.
    pub count: u64,
    /// Bytes that they asked for.
    pub bytes: u64,
}

/// How the iterations behind the samples of one launch grow; Criterion's two modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// d, 2 d, 3 d, ... for some d.
    Linear,
    /// The same for every sample.
    Flat,
}

impl Sampling {
    /// Whether the iterations of one launch are such.
    #[must_use]
    pub fn fits(self, iterations: &[u64]) -> bool {
        let Some(&first) = iterations.first() else {
            return false;
        };
        match self {
            Self::Flat => iterations.iter().all(|&count| count == first),
            Self::Linear => (1..)
                .zip(iterations)
                .all(|(at, &count)| first.checked_mul(at) == Some(count)),
        }
    }

    /// The mode that the iterations of one launch show; flat where there is one sample.
    #[must_use]
    pub fn of(iterations: &[u64]) -> Option<Self> {
        [Self::Flat, Self::Linear]
            .into_iter()
            .find(|mode| mode.fits(iterations))
    }
}

/// Percentiles of one benchmark's samples, ns per iteration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// Nine of ten samples are at most so slow.
    pub p90: f64,
    /// 99 of 100 are.
    pub p99: f64,
}

/// What was checked before anything was timed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// How the answer was checked.
    pub against: Against,
    /// Records decoded in one iteration.
    pub records: u64,
    /// Bytes of the whole output.
    pub output_bytes: u64,
    /// SHA-256 of the whole output, lower-case hex.
    pub output_sha256: String,
}

/// What an answer was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// The values that the workload encoded, byte for byte.
    Values,
    /// The same values in the canonical form of peers/README.md; the digest is that form's.
    CanonicalValues,
    /// A file of expected values (`--expect`), value for value.
    ExpectedFile,
    /// Nothing: only that every record decoded without error and that records and bytes add up.
    DecodesOnly,
}

/// Pass, fail or inconclusive, from best to worst: fail beats inconclusive beats pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The 95 % interval lies at or above the floor.
    Pass,
    /// The interval straddles the floor, or no objective was measured.
    Inconclusive,
    /// The interval lies below the floor.
    Fail,
}

/// An objective and how it went: a floor under a benchmark's throughput, a floor that is a multiple of
/// a peer's, or a ceiling over the peak memory of the run or over its time to the first launch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SloVerdict {
    /// The receipt's metric that the objective bounds, e.g. `display_mibps` or `max_rss_mib`.
    pub metric: String,
    /// Short name, as in the summary line.
    pub label: String,
    /// The benchmark judged; of a ceiling the group, `name/`, that everything measured is in.
    pub benchmark: String,
    /// Least throughput in MiB/s; null where something else is judged.
    pub floor_mibps: Option<f64>,
    /// Least throughput as a multiple of the peer's; null where something else is judged.
    #[serde(default)]
    pub floor_times: Option<f64>,
    /// The peer; null where something else is judged.
    #[serde(default)]
    pub peer: Option<String>,
    /// Greatest peak memory in MiB; null where something else is judged.
    #[serde(default)]
    pub ceiling_mib: Option<f64>,
    /// Longest time to the first launch in seconds; null where something else is judged.
    #[serde(default)]
    pub ceiling_s: Option<f64>,
    /// See [`crate::slo::verdict`], [`crate::slo::under`] and [`crate::slo::within`]. Derived.
    pub verdict: Verdict,
    /// Mean over floor, or what was found over its ceiling, minus one, in per cent. Derived.
    pub delta_pct: f64,
    /// The benchmark's interval; null where something else is judged. Derived.
    pub ci95_mibps: Option<[f64; 2]>,
    /// 95 % interval of the multiple of the peer; null where something else is judged. Derived.
    #[serde(default)]
    pub ci95_times: Option<[f64; 2]>,
}

/// An objective that a run says nothing of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotJudged {
    /// Its label.
    pub label: String,
    /// The benchmark, or group of benchmarks, that it is about.
    pub benchmark: String,
    /// The peer that it needs; null where it needs none.
    #[serde(default)]
    pub peer: Option<String>,
    /// Why it was not judged.
    pub reason: String,
}

/// How long and how often was measured, and what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Processes.
    pub launches: u32,
    /// Seconds of warm-up of each benchmark.
    pub warm_up_s: f64,
    /// Seconds of measurement of each benchmark.
    pub measure_s: f64,
    /// Samples of each benchmark in each launch.
    pub samples: u32,
    /// Parts of the names of the benchmarks that were asked for, `=` before a whole name; empty for
    /// all that there are.
    pub filter: Vec<String>,
    /// Kernel that was asked for, null for the best of this CPU.
    pub kernel: Option<String>,
}

impl Settings {
    /// Whether the filter chooses a benchmark.
    #[must_use]
    pub fn choose(&self, name: &str) -> bool {
        let chosen = |text: &String| match text.strip_prefix('=') {
            Some(whole) => whole == name,
            None => name.contains(text.as_str()),
        };
        self.filter.is_empty() || self.filter.iter().any(chosen)
    }
}

/// The decoder under test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `copybook-decode`, or a peer's name.
    pub name: String,
    /// Its version, as it reports it.
    pub version: String,
}

/// The predecessor's summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// As at the top level.
    pub display_mibps: Option<f64>,
    /// As at the top level.
    pub comp3_mibps: Option<f64>,
    /// Greatest peak resident set of a suite process, MiB.
    pub max_rss_mib: f64,
    /// CPU model.
    pub host_cpu: String,
    /// Logical CPUs this process may run on.
    pub host_cores: u32,
    /// Kernel release.
    pub host_kernel: String,
    /// Operating system name.
    pub host_os: String,
}

/// SHA-256 over the RFC 8785 canonical form of the receipt without this field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integrity {
    /// Lower-case hex.
    pub sha256: String,
}
