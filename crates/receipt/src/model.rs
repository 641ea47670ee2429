//! The fields of `perf.json`. docs/receipt.md says the same for readers of the file.

use std::collections::BTreeMap;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The version of this format that is written; a reader refuses a greater one.
pub const SCHEMA_VERSION: u32 = 1;

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of this format; readers refuse a greater one.
    pub schema_version: u32,
    /// Start of the run, RFC 3339 in UTC.
    pub timestamp: String,
    /// Revision of the source, `-dirty` appended where the tree had changes; null where unknown.
    pub commit: Option<String>,
    /// `rustc --version` of the compiler that built the suite.
    pub toolchain: String,
    /// The worst verdict of `slo`.
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
    /// One entry an objective whose benchmark ran.
    pub slo: Vec<SloVerdict>,
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
    /// 95 % interval of `mean_mibps`, low then high: a bootstrap, widened for few launches. Derived.
    pub ci95_mibps: [f64; 2],
    /// What was checked before the first sample.
    pub verified: Verified,
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

/// An objective and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SloVerdict {
    /// The receipt's metric that the objective bounds, e.g. `display_mibps`.
    pub metric: String,
    /// Short name, as in the summary line.
    pub label: String,
    /// The benchmark judged.
    pub benchmark: String,
    /// Least throughput in MiB/s.
    pub floor_mibps: f64,
    /// By the interval; inconclusive where `stats::decisive` says that there is too little. Derived.
    pub verdict: Verdict,
    /// Mean over floor minus one, in per cent. Derived.
    pub delta_pct: f64,
    /// The benchmark's interval. Derived.
    pub ci95_mibps: [f64; 2],
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

/// Where and with what it ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// How the programs came to be.
    pub kind: EnvironmentKind,
    /// `rustc --version --verbose` release and host lines of the suite's compiler.
    pub rustc: String,
    /// Compiler flags and profile of the suite.
    pub flags: String,
    /// Kernels that decoded, e.g. `["scalar"]`.
    pub kernels: Vec<String>,
    /// SHA-256 of flake.lock.
    pub flake_lock_sha256: Option<String>,
    /// Nix store path of the suite.
    pub store_path: Option<String>,
    /// Digest of the container image.
    pub image_digest: Option<String>,
    /// SHA-256 of the source tree the programs were built from, as hex or as Nix's `sha256-` text.
    pub source_hash: Option<String>,
    /// SHA-256 of the suite program itself.
    pub suite_sha256: String,
    /// Container runtime, where inside one (`docker`, `podman`, `kubernetes`, ...).
    pub container: Option<String>,
    /// Limits of the control group.
    pub cgroup: Cgroup,
    /// The CPU.
    pub cpu: Cpu,
    /// Total memory, bytes.
    pub memory_bytes: u64,
    /// Before the first launch.
    pub before: HostState,
    /// After the last launch.
    pub after: HostState,
    /// Per launch: wall time and peak resident set.
    pub launches: Vec<Launch>,
    /// What may have spoilt the measurement; each text ends in a remedy.
    pub warnings: Vec<String>,
}

/// How the programs came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentKind {
    /// From the Nix store.
    Nix,
    /// From the container image.
    Image,
    /// Built by cargo on this host.
    Host,
}

/// Control group limits; null means none is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cgroup {
    /// CPUs' worth of time.
    pub cpu_limit: Option<f64>,
    /// Bytes.
    pub memory_limit_bytes: Option<u64>,
}

/// What is known of the CPU; null means the kernel does not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cpu {
    /// Model name.
    pub model: String,
    /// Architecture, e.g. `x86_64`.
    pub arch: String,
    /// Frequency governor of the first CPU.
    pub governor: Option<String>,
    /// Turbo or boost on.
    pub turbo: Option<bool>,
    /// Simultaneous multithreading active.
    pub smt: Option<bool>,
    /// Under a hypervisor.
    pub virtualized: Option<bool>,
    /// Address space randomisation, `/proc/sys/kernel/randomize_va_space`.
    pub aslr: Option<u32>,
    /// Cache sizes in bytes, by `L1d`, `L2`, `L3`.
    #[serde(deserialize_with = "each_key_once")]
    pub cache_bytes: BTreeMap<String, u64>,
}

/// What changes while it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostState {
    /// One-minute load average.
    pub load1: f64,
    /// Share of CPU time stolen by the hypervisor since boot (`before`) or during the run
    /// (`after`), per cent.
    pub steal_pct: f64,
    /// Memory available, bytes.
    pub memory_available_bytes: u64,
    /// Frequency of the first CPU, MHz.
    pub cpu_mhz: Option<f64>,
    /// Times the control group was throttled so far.
    pub throttled: Option<u64>,
}

/// One process of the suite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// Wall time, seconds.
    pub wall_s: f64,
    /// Peak resident set from the kernel's accounting, bytes.
    pub max_rss_bytes: u64,
}

/// SHA-256 over the RFC 8785 canonical form of the receipt without this field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integrity {
    /// Lower-case hex.
    pub sha256: String,
}

/// A key given twice could mean two things to two readers, so it is refused.
fn each_key_once<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, u64>, D::Error> {
    struct Once;
    impl<'de> Visitor<'de> for Once {
        type Value = BTreeMap<String, u64>;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("an object of sizes in bytes")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((key, value)) = from.next_entry::<String, u64>()? {
                if map.contains_key(&key) {
                    return Err(A::Error::custom(format!("duplicate field `{key}`")));
                }
                map.insert(key, value);
            }
            Ok(map)
        }
    }
    from.deserialize_map(Once)
}
