//! What a history keeps of one receipt.

use std::collections::BTreeSet;

use gate::compare::{CompareError, Measured, Run};
use jiff::Timestamp;
use receipt::model::Benchmark;
use receipt::{Receipt, shape, stats};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::series::SeriesKey;

/// A receipt, as far as a history keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Seal of the receipt, SHA-256 in lower-case hex.
    pub seal: String,
    /// Start of the run.
    pub time: Timestamp,
    /// Revision of the sources.
    pub commit: Option<String>,
    /// Where the receipt was read.
    pub source: String,
    /// Whether it was verified; `false` if it was taken on trust.
    pub verified: bool,
    /// Whether the host was found unfit to be judged on.
    pub unfit: bool,
    /// One a benchmark.
    pub measurements: Vec<Measurement>,
}

/// What the receipt says of one benchmark; see [`crate::Point`] for the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The series that it is a point of.
    #[serde(flatten)]
    pub series: SeriesKey,
    /// MiB/s.
    pub mean_mibps: f64,
    /// MiB/s, low then high.
    pub ci95_mibps: [f64; 2],
    /// MiB/s.
    pub quiet_mibps: f64,
    /// Whether the answer was compared with a known one.
    pub answers_checked: bool,
}

/// A receipt that has no place in a history.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EntryError {
    /// It has no date.
    #[error("expected a timestamp such as 2026-01-31T23:59:59Z, found {0:?}")]
    Time(String),
    /// Its seal can't be one.
    #[error("expected 64 lower-case hex digits in integrity.sha256, found {0:?}")]
    Seal(String),
    /// It measured nothing.
    #[error("expected at least one benchmark, found none")]
    Empty,
    /// Samples that are none.
    #[error(transparent)]
    Samples(#[from] CompareError),
    /// A figure that is none.
    #[error("{benchmark}: expected finite rates above 0 MiB/s, found {found:?}")]
    Rate {
        /// Its name.
        benchmark: String,
        /// Mean, both ends of its interval, and the rate at the 10th percentiles.
        found: [f64; 4],
    },
    /// One name for two measurements.
    #[error("expected each benchmark once, found {0} twice")]
    Twice(String),
}

impl Entry {
    /// What a history keeps of `receipt`. `verified` says whether [`receipt::verify()`] accepted it.
    ///
    /// # Errors
    /// The receipt has no date, no seal, or figures that are none; one that verified has them all.
    pub fn of(receipt: &Receipt, source: &str, verified: bool) -> Result<Self, EntryError> {
        let time = Some(&receipt.timestamp).filter(|text| shape::is_utc(text));
        let time = time.and_then(|text| text.parse().ok());
        let time = time.ok_or_else(|| EntryError::Time(receipt.timestamp.clone()))?;
        let run = Run::of(receipt)?;
        let measured = receipt.benchmarks.iter().zip(&run.benchmarks);
        let entry = Self {
            seal: receipt.integrity.sha256.clone(),
            time,
            commit: receipt.commit.clone(),
            source: source.to_owned(),
            verified,
            unfit: !receipt.environment.unfit.is_empty(),
            measurements: measured
                .map(|(benchmark, measured)| {
                    Measurement::of(receipt, benchmark, &run.machine, measured)
                })
                .collect(),
        };
        entry.check()?;
        Ok(entry)
    }

    /// Whether it can have a place in a history.
    ///
    /// # Errors
    /// The first thing that keeps it from one.
    pub fn check(&self) -> Result<(), EntryError> {
        if !shape::is_sha256(&self.seal) {
            return Err(EntryError::Seal(self.seal.clone()));
        }
        if self.measurements.is_empty() {
            return Err(EntryError::Empty);
        }
        let mut seen = BTreeSet::new();
        for measurement in &self.measurements {
            let Measurement {
                mean_mibps: mean,
                ci95_mibps: [low, high],
                quiet_mibps: quiet,
                ..
            } = *measurement;
            let found = [mean, low, high, quiet];
            let benchmark = measurement.series.benchmark.clone();
            if found.iter().any(|rate| !rate.is_finite() || *rate <= 0.0) {
                return Err(EntryError::Rate { benchmark, found });
            }
            if !seen.insert(&measurement.series) {
                return Err(EntryError::Twice(benchmark));
            }
        }
        Ok(())
    }
}

impl Measurement {
    fn of(receipt: &Receipt, benchmark: &Benchmark, machine: &str, measured: &Measured) -> Self {
        let settings = receipt.settings.as_ref();
        Self {
            series: SeriesKey {
                machine: machine.to_owned(),
                benchmark: benchmark.name.clone(),
                subject: receipt.subject.name.clone(),
                kernel: settings.and_then(|settings| settings.kernel.clone()),
            },
            mean_mibps: benchmark.mean_mibps,
            ci95_mibps: benchmark.ci95_mibps,
            quiet_mibps: stats::mibps(benchmark.bytes_processed, measured.value_ns()),
            answers_checked: benchmark.verified.caveat().is_empty(),
        }
    }
}
