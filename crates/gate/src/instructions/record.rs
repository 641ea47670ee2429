//! `instructions.json`, the record of what was counted. docs/receipt.md says the same for readers of
//! the file; scripts/verify/instructions.py checks it again, written from that page.

use receipt::model::Integrity;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Counts, Limits, judge, together};
use crate::ab::Verdict;
use crate::ab::record::{Host, Record, Subjects};
use crate::ab::verify::{RecordError, same};
use crate::sealed::{self, SealedError};

/// The version of this format that is written; a reader refuses a greater one.
pub const SCHEMA_VERSION: u32 = 1;

/// What was counted of two programs, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instructions {
    /// Tells it from receipts and comparisons.
    pub kind: Kind,
    /// Version of this format.
    pub schema_version: u32,
    /// When it was counted, RFC 3339 in UTC.
    pub timestamp: String,
    /// The worst of the benchmarks' `together`. Derived.
    pub verdict: Verdict,
    /// The two programs.
    pub subjects: Subjects,
    /// Where it ran.
    pub host: Host,
    /// Seal of the comparison (`ab.json`) that asked the other witness; null where no time was taken.
    pub comparison_sha256: Option<String>,
    /// One entry a benchmark, in the order they were counted.
    pub benchmarks: Vec<Row>,
    /// The command, argument by argument.
    pub command: Vec<String>,
    /// Guards every other field.
    pub integrity: Integrity,
}

/// What a file of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Counted instructions.
    Instructions,
}

/// What both witnesses say of one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// `group/name`.
    pub benchmark: String,
    /// Instructions of one iteration of base, counted twice.
    pub base: [u64; 2],
    /// Of new.
    pub new: [u64; 2],
    /// Kernels that decoded while base was counted.
    pub kernels_base: Option<Vec<String>>,
    /// Of new.
    pub kernels_new: Option<Vec<String>>,
    /// What is allowed.
    pub limits: Limits,
    /// New over base, of the lesser counts; null where base took none. Derived.
    pub ratio: Option<f64>,
    /// What the counts say. Derived.
    pub counted: Verdict,
    /// Why, where it is not the soft limit. Derived.
    pub reason: Option<String>,
    /// What the comparison says; null where no time was taken.
    pub time: Option<Verdict>,
    /// Which counts. Derived.
    pub together: Verdict,
    /// The witnesses contradict each other. Derived.
    pub disagree: bool,
}

/// Why a record of counts is not to be believed.
#[derive(Debug, Error)]
pub enum InstructionsError {
    /// No counts, or not those that were written.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// A number that JSON can't hold.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// What time said can't be looked up.
    #[error(
        ".comparison_sha256: expected the comparison with this seal beside the file, as ab.json, which verifies, found none; `bench ab` writes both into one folder"
    )]
    Alone,
    /// A field does not follow from the others.
    #[error(transparent)]
    Derived(#[from] RecordError),
}

impl Row {
    /// Judges what was counted; `time` is what launches said.
    #[must_use]
    pub fn of(counts: Counts, limits: Limits, time: Option<Verdict>) -> Self {
        let found = judge(&counts, limits);
        let (together, disagree) = together(time, found.verdict);
        Self {
            benchmark: counts.benchmark,
            base: counts.base,
            new: counts.new,
            kernels_base: counts.kernels_base,
            kernels_new: counts.kernels_new,
            limits,
            ratio: found.ratio,
            counted: found.verdict,
            reason: found.reason,
            time,
            together,
            disagree,
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            benchmark: self.benchmark.clone(),
            base: self.base,
            new: self.new,
            kernels_base: self.kernels_base.clone(),
            kernels_new: self.kernels_new.clone(),
        }
    }
}

impl Instructions {
    /// The record of what was counted of `subjects`; `timed` is their comparison, where there is one.
    #[must_use]
    pub fn of(
        timestamp: String,
        subjects: Subjects,
        host: Host,
        counted: Vec<(Counts, Limits)>,
        timed: Option<&Record>,
        command: Vec<String>,
    ) -> Self {
        let row = |(counts, limits): (Counts, Limits)| {
            let time = timed.and_then(|record| time(record, &counts.benchmark));
            Row::of(counts, limits, time)
        };
        let benchmarks: Vec<Row> = counted.into_iter().map(row).collect();
        Self {
            kind: Kind::Instructions,
            schema_version: SCHEMA_VERSION,
            timestamp,
            verdict: worst(&benchmarks),
            subjects,
            host,
            comparison_sha256: timed.map(|record| record.integrity.sha256.clone()),
            benchmarks,
            command,
            integrity: Integrity {
                sha256: String::new(),
            },
        }
    }

    /// As written to disk: indented, with a newline at the end, sealed.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn sealed(mut self) -> Result<(Self, String), InstructionsError> {
        self.integrity.sha256 = sealed::of(&self)?;
        let mut text = serde_json::to_string_pretty(&self)?;
        text.push('\n');
        Ok((self, text))
    }

    /// Reads a record and checks all of it. `beside` is the comparison that lies beside it, itself
    /// verified: whatever is said of time has to be its word.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub fn verified(text: &str, beside: Option<&Record>) -> Result<Self, InstructionsError> {
        let record: Self = sealed::open(
            text,
            ("counted instructions", SCHEMA_VERSION),
            |record: &Self| &record.integrity,
        )?;
        record.check(beside)?;
        Ok(record)
    }

    fn check(&self, beside: Option<&Record>) -> Result<(), InstructionsError> {
        let timed = match (&self.comparison_sha256, beside) {
            (None, _) => None,
            (Some(_), None) => return Err(InstructionsError::Alone),
            (Some(found), Some(record)) => {
                let path = ".comparison_sha256".to_owned();
                same(path, &record.integrity.sha256, found)?;
                same(".subjects".to_owned(), &record.subjects, &self.subjects)?;
                Some(record)
            }
        };
        same(
            ".schema_version".to_owned(),
            &SCHEMA_VERSION,
            &self.schema_version,
        )?;
        let names: Vec<&str> = self.benchmarks.iter().map(|row| &*row.benchmark).collect();
        for (index, row) in self.benchmarks.iter().enumerate() {
            let path = format!(".benchmarks[{index}]");
            if names[..index].contains(&names[index]) {
                let once = "every benchmark once";
                same(format!("{path}.benchmark"), &once, &names[index])?;
            }
            let time = timed.and_then(|record| time(record, &row.benchmark));
            same(path, &Row::of(row.counts(), row.limits, time), row)?;
        }
        same(
            ".verdict".to_owned(),
            &worst(&self.benchmarks),
            &self.verdict,
        )?;
        Ok(())
    }
}

fn time(record: &Record, benchmark: &str) -> Option<Verdict> {
    let mut rows = record.benchmarks.iter();
    Some(rows.find(|row| row.name == benchmark)?.verdict)
}

/// Nothing was counted, nothing is known.
fn worst(rows: &[Row]) -> Verdict {
    let verdicts = rows.iter().map(|row| row.together);
    verdicts.max().unwrap_or(Verdict::Inconclusive)
}
