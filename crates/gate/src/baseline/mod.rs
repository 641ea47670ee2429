//! A baseline: several runs of one program on one machine, which say how fast it is there and how
//! much that machine drifts between runs.
//!
//! It keeps the value of every launch and not the samples, so that a folder of baselines fits in a
//! repository, and the SHA-256 of the receipt of each run, so that the receipt can still be asked for.

mod file;
mod key;

use receipt::model::{Integrity, Verified};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::compare::{CompareError, Measured, Run};
pub use file::FileError;
pub use key::Place;

/// The version of this format that is written; a reader refuses a greater one.
pub const SCHEMA_VERSION: u32 = 1;
/// Runs that make a baseline. Fewer know too little of the drift: with three the interval is 1.7
/// times as wide.
pub const RUNS: usize = 5;
/// The most that launches of one run may lie apart, greatest over least, by default: beyond it the
/// machine was disturbed while the run was made.
pub const SPREAD: f64 = 0.10;

/// The content of a baseline file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Tells it from receipts and comparisons.
    pub kind: Kind,
    /// Version of this format.
    pub schema_version: u32,
    /// CPU model, architecture and count.
    pub machine: String,
    /// Container and limits around the runs.
    pub container: String,
    /// Name of the decoder.
    pub subject: String,
    /// SHA-256 of the suite program.
    pub program_sha256: String,
    /// Hash of its sources; null where it does not say.
    pub source_hash: Option<String>,
    /// The compiler that made it of them; not in files that were written before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toolchain: Option<String>,
    /// Revision of its sources; null where unknown.
    pub commit: Option<String>,
    /// What the compiler was passed; null where the subject can't say.
    pub flags: Option<String>,
    /// What every run measured, in the order of their names.
    pub benchmarks: Vec<Benchmark>,
    /// The runs, in the order of their times.
    pub runs: Vec<Kept>,
    /// Guards every other field.
    pub integrity: Integrity,
}

/// What a file of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Runs that others are compared with.
    Baseline,
}

/// A benchmark that all runs of a baseline measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// What was checked before it was timed.
    pub verified: Verified,
    /// The kernels that decoded it.
    pub kernels: Option<Vec<String>>,
}

/// One run of a baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Start, RFC 3339 in UTC.
    pub timestamp: String,
    /// SHA-256 of its receipt.
    pub receipt_sha256: String,
    /// The 10th percentile of each launch, ns per iteration: one list a benchmark, in their order.
    pub lows_ns: Vec<Vec<f64>>,
}

/// Why a run does not become part of a baseline.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum AddError {
    /// It was disturbed.
    #[error(
        "{run}: {benchmark}: expected launches within {most:.1} % of each other, found {found:.1} %: the machine was disturbed; run again when it is quiet (`bench doctor`), or allow more with --spread"
    )]
    Spread {
        /// When it was.
        run: String,
        /// The benchmark.
        benchmark: String,
        /// Allowed, per cent.
        most: f64,
        /// Found, per cent.
        found: f64,
    },
    /// Too few launches to know their spread.
    #[error(
        "{run}: expected at least {least} launches, found {found}: run again with --launches {least} or more"
    )]
    Launches {
        /// When it was.
        run: String,
        /// Needed.
        least: u32,
        /// Found.
        found: usize,
    },
    /// Of another build.
    #[error(
        "{run}: the baseline is of another program ({base}, this run is of {found}): `bench baseline add --replace` begins a new one"
    )]
    Program {
        /// When it was.
        run: String,
        /// Program of the baseline.
        base: String,
        /// Program of the run.
        found: String,
    },
    /// It is there already.
    #[error("{0}; a baseline takes every run once")]
    Twice(String),
    /// Its samples are none.
    #[error(transparent)]
    Samples(#[from] CompareError),
}

impl Baseline {
    /// A baseline of one run so far.
    ///
    /// # Errors
    /// The run is not fit to be one, see [`AddError`]; `spread` is the most that its launches may lie
    /// apart, as a share.
    pub fn begin(run: &Run, spread: f64) -> Result<Self, AddError> {
        fit(run, spread)?;
        let mut benchmarks: Vec<&Measured> = run.benchmarks.iter().collect();
        benchmarks.sort_by(|a, b| a.name.cmp(&b.name));
        let mut baseline = Self {
            kind: Kind::Baseline,
            schema_version: SCHEMA_VERSION,
            machine: run.machine.clone(),
            container: run.container.clone(),
            subject: run.subject.clone(),
            program_sha256: run.program.clone(),
            source_hash: run.sources.clone(),
            toolchain: run.toolchain.clone(),
            commit: run.commit.clone(),
            flags: run.flags.clone(),
            benchmarks: benchmarks
                .into_iter()
                .map(|one| Benchmark::of(one, run))
                .collect(),
            runs: Vec::new(),
            integrity: Integrity {
                sha256: String::new(),
            },
        };
        baseline.runs.push(baseline.kept(run));
        Ok(baseline)
    }

    /// Takes one more run of the same key.
    ///
    /// # Errors
    /// The run is not fit, is of another program, or is there already.
    ///
    /// # Panics
    /// The run belongs in another place, see [`Place`].
    pub fn add(&mut self, run: &Run, spread: f64) -> Result<(), AddError> {
        assert_eq!(self.place(), Place::of(run), "a run of another key");
        fit(run, spread)?;
        if !self.is_of(run) {
            return Err(AddError::Program {
                run: run.timestamp.clone(),
                base: self.program(),
                found: named(&run.commit, &run.program),
            });
        }
        let kept = self.kept(run);
        let same = |other: &&Kept| {
            other.receipt_sha256 == kept.receipt_sha256 || other.lows_ns == kept.lows_ns
        };
        if let Some(other) = self.runs.iter().find(same) {
            let what = match other.receipt_sha256 == kept.receipt_sha256 {
                true => format!("the run of {} is in the baseline already", run.timestamp),
                false => format!(
                    "the runs of {} and {} have the very same samples",
                    other.timestamp, run.timestamp
                ),
            };
            return Err(AddError::Twice(what));
        }
        self.runs.push(kept);
        self.runs.sort_by(|a, b| {
            let key = |kept: &Kept| (kept.timestamp.clone(), kept.receipt_sha256.clone());
            key(a).cmp(&key(b))
        });
        Ok(())
    }

    /// Whether a run is of the program that this baseline is of: by the program's hash, or by that
    /// of its sources and by the compiler.
    #[must_use]
    pub fn is_of(&self, run: &Run) -> bool {
        self.runs().iter().all(|own| own.is_of_program_of(run))
    }

    /// Whether enough runs are there to compare with.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.runs.len() >= RUNS
    }

    /// The program, for people: its commit, or the beginning of its hash.
    #[must_use]
    pub fn program(&self) -> String {
        named(&self.commit, &self.program_sha256)
    }

    /// Its runs, to be compared with others.
    #[must_use]
    pub fn runs(&self) -> Vec<Run> {
        self.runs.iter().map(|kept| self.run(kept)).collect()
    }

    fn run(&self, kept: &Kept) -> Run {
        let measured = self.benchmarks.iter().zip(&kept.lows_ns);
        let measured = measured.map(|(one, lows_ns)| Measured {
            name: one.name.clone(),
            bytes: one.bytes,
            verified: one.verified.clone(),
            kernels: one.kernels.clone(),
            lows_ns: lows_ns.clone(),
        });
        Run {
            receipt: kept.receipt_sha256.clone(),
            timestamp: kept.timestamp.clone(),
            commit: self.commit.clone(),
            program: self.program_sha256.clone(),
            sources: self.source_hash.clone(),
            toolchain: self.toolchain.clone(),
            machine: self.machine.clone(),
            container: self.container.clone(),
            subject: self.subject.clone(),
            flags: self.flags.clone(),
            kernels: key::all_kernels(&self.benchmarks),
            benchmarks: measured.collect(),
        }
    }

    fn kept(&self, run: &Run) -> Kept {
        let of = |one: &Benchmark| run.benchmark(&one.name).map(|found| found.lows_ns.clone());
        Kept {
            timestamp: run.timestamp.clone(),
            receipt_sha256: run.receipt.clone(),
            lows_ns: self.benchmarks.iter().filter_map(of).collect(),
        }
    }
}

impl Benchmark {
    fn of(measured: &Measured, run: &Run) -> Self {
        Self {
            name: measured.name.clone(),
            bytes: measured.bytes,
            verified: measured.verified.clone(),
            kernels: key::kernels(measured, run),
        }
    }
}

fn fit(run: &Run, spread: f64) -> Result<(), AddError> {
    for one in &run.benchmarks {
        if one.lows_ns.len() < receipt::stats::MIN_LAUNCHES as usize {
            return Err(AddError::Launches {
                run: run.timestamp.clone(),
                least: receipt::stats::MIN_LAUNCHES,
                found: one.lows_ns.len(),
            });
        }
        if one.spread() > spread {
            return Err(AddError::Spread {
                run: run.timestamp.clone(),
                benchmark: one.name.clone(),
                most: spread * 100.0,
                found: one.spread() * 100.0,
            });
        }
    }
    Ok(())
}

fn named(commit: &Option<String>, program: &str) -> String {
    let short = |text: &str| text.chars().take(12).collect::<String>();
    match commit {
        Some(commit) => format!("commit {}", short(commit)),
        None => format!("program {}", short(program)),
    }
}
