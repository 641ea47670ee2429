//! Where and with what a run took place.

use std::collections::BTreeMap;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Benchmark, Task};

/// Where and with what it ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// How the programs came to be.
    pub kind: EnvironmentKind,
    /// `rustc --version --verbose` release and host lines of the suite's compiler; null where the
    /// subject was not built by rustc.
    pub rustc: Option<String>,
    /// What the compiler was really passed; null where the subject can't say.
    pub flags: Option<String>,
    /// Cargo's profile; null where the subject has none.
    #[serde(default)]
    pub profile: Option<String>,
    /// Every kernel of `benchmarks[].kernels`; null where none has any. Derived.
    pub kernels: Option<Vec<String>>,
    /// File system of the files that a whole-process subject reads and writes.
    #[serde(default)]
    pub file_system: Option<String>,
    /// SHA-256 of flake.lock.
    pub flake_lock_sha256: Option<String>,
    /// Nix store path of the suite.
    pub store_path: Option<String>,
    /// Digest of the container image.
    pub image_digest: Option<String>,
    /// SHA-256 of the sources that the suite was built from, as it says itself: hex or Nix's
    /// `sha256-` text.
    pub source_hash: Option<String>,
    /// SHA-256 of the suite program itself.
    pub suite_sha256: String,
    /// SHA-256 of the sources that the command `bench` was built from.
    #[serde(default)]
    pub command_source_hash: Option<String>,
    /// Version of the command `bench`.
    #[serde(default)]
    pub command_version: Option<String>,
    /// `rustc --version` of the compiler that built the command `bench`.
    #[serde(default)]
    pub command_toolchain: Option<String>,
    /// Container runtime, where inside one (`docker`, `podman`, `kubernetes`, ...).
    pub container: Option<String>,
    /// Which task of a fleet it was; null where no scheduler started it.
    #[serde(default)]
    pub task: Option<Task>,
    /// Limits of the control group.
    pub cgroup: Cgroup,
    /// The CPU.
    pub cpu: Cpu,
    /// The predecessor's name of `summary.host_os`. Derived.
    #[serde(default)]
    pub os: Option<String>,
    /// The predecessor's name of `summary.host_kernel`. Derived.
    #[serde(default)]
    pub kernel: Option<String>,
    /// The predecessor's name of `cpu.model`. Derived.
    #[serde(default)]
    pub cpu_model: Option<String>,
    /// The predecessor's name of `summary.host_cores`. Derived.
    #[serde(default)]
    pub cpu_cores: Option<u32>,
    /// Total memory, bytes.
    pub memory_bytes: u64,
    /// Before the first launch.
    pub before: HostState,
    /// After the last launch.
    pub after: HostState,
    /// Time from the start of the command to the start of the first launch, seconds, without waiting
    /// for another run and without building the suite; null before version 4 only.
    #[serde(default)]
    pub first_launch_s: Option<f64>,
    /// Per launch: wall time and peak resident set.
    pub launches: Vec<Launch>,
    /// What makes this host unfit to be judged on; where there is any, every verdict is inconclusive.
    #[serde(default)]
    pub unfit: Vec<String>,
    /// What may have spoilt the measurement; each text ends in a remedy.
    pub warnings: Vec<String>,
}

/// Every kernel of these benchmarks once, in order of appearance; `None` where none has any.
pub(crate) fn kernels(benchmarks: &[Benchmark]) -> Option<Vec<String>> {
    let mut all: Option<Vec<String>> = None;
    for kernels in benchmarks.iter().filter_map(|one| one.kernels.as_ref()) {
        let all = all.get_or_insert_default();
        for kernel in kernels {
            if !all.contains(kernel) {
                all.push(kernel.clone());
            }
        }
    }
    all
}

/// The CPU that the compiler built for, from its flags: behind the last `target-cpu=` the longest run
/// of letters, digits, `.`, `_`, `+` and `-`; `None` where there is none.
#[must_use]
pub fn target_cpu(flags: &str) -> Option<String> {
    let (_, rest) = flags.rsplit_once("target-cpu=")?;
    let part = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let name: String = rest.chars().take_while(|c| part(*c)).collect();
    (!name.is_empty()).then_some(name)
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
