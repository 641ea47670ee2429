//! `ab.json`, the record of one comparison. docs/receipt.md says the same for readers of the file.

use receipt::model::{Integrity, Verified};
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::judge::{Direction, Verdict};
use super::order::Arm;
use super::session::Stage;

/// The version of this format that is written; a reader refuses a greater one.
pub const SCHEMA_VERSION: u32 = 1;

/// One comparison of two programs: every launch, and what follows from them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Tells it from a receipt of one run.
    pub kind: Kind,
    /// Version of this format.
    pub schema_version: u32,
    /// Start, RFC 3339 in UTC.
    pub timestamp: String,
    /// The worst verdict of `benchmarks`. Derived.
    pub verdict: Verdict,
    /// The two programs.
    pub subjects: Subjects,
    /// One entry a benchmark, in the order they run. Derived, but for what was verified.
    pub benchmarks: Vec<Row>,
    /// When to look and what counts.
    pub design: Design,
    /// Of the lots that order the launches; below 2^53.
    pub seed: u64,
    /// How long a launch measures.
    pub settings: Settings,
    /// Every launch in the order they ran, three a round.
    pub launches: Vec<Launch>,
    /// Where it ran.
    pub host: Host,
    /// What may have spoilt it, each with its remedy.
    pub warnings: Vec<String>,
    /// The command, argument by argument.
    pub command: Vec<String>,
    /// Guards every other field.
    pub integrity: Integrity,
}

/// What a file of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A comparison by interleaved launches.
    Comparison,
}

/// Both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// Compared with.
    pub base: Program,
    /// In question.
    pub new: Program,
}

/// Where a program comes from, by its own account; null is what it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// As the command line named it: a commit, a path, an image.
    pub asked: String,
    /// Name of the decoder.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The commit that it was built from, where the command built it.
    pub commit: Option<String>,
    /// SHA-256 of the program.
    pub program_sha256: String,
    /// Hash of its sources.
    pub source_hash: Option<String>,
    /// The compiler, as it names itself.
    pub toolchain: Option<String>,
    /// What the compiler was passed.
    pub flags: Option<String>,
    /// Cargo's profile.
    pub profile: Option<String>,
}

/// How long a launch measures each benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seconds of warm-up.
    pub warm_up_s: f64,
    /// Seconds of samples.
    pub measure_s: f64,
    /// Samples.
    pub samples: u32,
}

/// The machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// CPU model.
    pub cpu: String,
    /// Logical CPUs the run was allowed to use.
    pub cores: u32,
    /// Kernel release.
    pub kernel: String,
    /// Operating system.
    pub os: String,
    /// Under a hypervisor; null where the kernel does not say.
    pub virtualized: Option<bool>,
    /// CPUs' worth of time that the control group allows; null where nothing limits it.
    pub cpu_limit: Option<f64>,
    /// Bytes of memory that it allows.
    pub memory_limit_bytes: Option<u64>,
}

/// One process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// Screening or confirmation.
    pub stage: Stage,
    /// Within the stage, from 1.
    pub round: u32,
    /// Which program.
    pub arm: Arm,
    /// What it measured, in the order of the record's benchmarks, settled ones left out.
    pub measured: Vec<Measured>,
}

/// The samples of one benchmark in one launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// `group/name`.
    pub benchmark: String,
    /// Iterations of each sample.
    pub iterations: Vec<u64>,
    /// ns of all iterations of each sample.
    pub elapsed_ns: Vec<u64>,
}

impl Measured {
    /// ns per iteration of each sample.
    #[must_use]
    pub fn samples(&self) -> Vec<f64> {
        let pairs = self.elapsed_ns.iter().zip(&self.iterations);
        pairs
            .map(|(&elapsed, &iterations)| elapsed as f64 / iterations as f64)
            .collect()
    }
}

/// What is said of one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// The answer that both programs gave before anything was timed.
    pub verified: Verified,
    /// Kernels that base decoded with; null where it has no such notion.
    pub kernels_base: Option<Vec<String>>,
    /// Kernels that new decoded with.
    pub kernels_new: Option<Vec<String>>,
    /// What screening suspected. Derived.
    pub suspicion: Option<Direction>,
    /// Derived.
    pub verdict: Verdict,
    /// Time of new over base, of the confirming rounds where there are some. Derived.
    pub ratio: f64,
    /// 95 % interval of `ratio`, low then high; an end that nothing bounds is null. Derived.
    pub ci95: [Option<f64>; 2],
    /// Pairs of launches behind `ratio`. Derived.
    pub pairs: u32,
    /// The smallest change, as a share, that launches like these would have shown; null where none
    /// would. Derived.
    pub detectable: Option<f64>,
    /// The control arm differed from its equal. Derived.
    pub control_differs: bool,
}

/// What the derivation starts from, for one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// The answer that both gave.
    pub verified: Verified,
    /// Kernels of base.
    pub kernels_base: Option<Vec<String>>,
    /// Kernels of new.
    pub kernels_new: Option<Vec<String>>,
}
