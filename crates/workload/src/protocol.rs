//! What `bench run` and the suite program say to each other.
//!
//! The command starts the suite with Criterion's own arguments and the environment variables below;
//! the suite leaves Criterion's files under `CRITERION_HOME` and, if everything went right, one
//! report. No report means no result.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::verify::Verified;

/// Variable: where the suite writes its [`SuiteReport`].
pub const REPORT: &str = "BENCH_SUITE_REPORT";
/// Variable: the process whose death ends the suite.
pub const PARENT_PID: &str = "BENCH_PARENT_PID";
/// Variable: the kernel to force, `scalar`, `avx2`, `avx512` or `neon`.
pub const KERNEL: &str = "BENCH_KERNEL";
/// Variable: file of a [`Job`](crate::job::Job); the suite then runs that and nothing else.
pub const JOB: &str = "BENCH_JOB";

/// What the suite verified and measured, written once, at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteReport {
    /// Name of the decoder.
    pub subject_name: String,
    /// Its version.
    pub subject_version: String,
    /// `rustc --version` of the compiler that built the suite.
    pub toolchain: String,
    /// Release, commit, host and LLVM version of that compiler.
    pub rustc: String,
    /// What that compiler was really passed.
    pub flags: String,
    /// Cargo's folder for the profile, where known: `release` for `release` and `bench`.
    #[serde(default)]
    pub profile: Option<String>,
    /// SHA-256 of the sources that the suite was built from, where it knows.
    #[serde(default)]
    pub sources: Option<String>,
    /// Kernels that decoded.
    pub kernels: Vec<String>,
    /// Peak resident set of the suite process from the kernel's accounting, bytes.
    pub max_rss_bytes: u64,
    /// One entry a benchmark, in the order they ran.
    pub benchmarks: Vec<SuiteBenchmark>,
}

/// One benchmark that was verified before, and checked again after, its samples were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteBenchmark {
    /// Criterion's `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// What was checked.
    pub verified: Verified,
}

impl SuiteReport {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// The file is missing (the suite did not come to its end) or not a report.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let bytes = fs::read(path).map_err(|error| {
            let kind = error.kind();
            std::io::Error::new(
                kind,
                format!("the suite left no report at {}: {error}", path.display()),
            )
        })?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Writes it whole or not at all.
    ///
    /// # Errors
    ///
    /// The folder can't be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}
