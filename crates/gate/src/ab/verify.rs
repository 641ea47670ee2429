//! Everything a comparison says, checked against its own launches.
//!
//! scripts/verify/comparison.py checks the same, written from docs/receipt.md and not from this code.

use thiserror::Error;

use super::derive::{WalkError, derive};
use super::record::{Benchmark, Record, Row, SCHEMA_VERSION};
use crate::sealed::{self, SealedError};

/// Why a record is not to be believed.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Not a comparison, or not the one that was written.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// A number that JSON can't hold.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The launches are not what the rules ask for.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// A field does not follow from the launches.
    #[error("{path}: expected {expected}, found {found}")]
    Derived {
        /// As `jq` would ask for it.
        path: String,
        /// What follows.
        expected: String,
        /// What stands there.
        found: String,
    },
}

impl Record {
    /// As written to disk: indented, with a newline at the end, sealed.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn sealed(mut self) -> Result<(Self, String), RecordError> {
        self.integrity.sha256 = sealed::of(&self)?;
        let mut text = serde_json::to_string_pretty(&self)?;
        text.push('\n');
        Ok((self, text))
    }

    /// Reads a record and checks all of it.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub fn verified(text: &str) -> Result<Self, RecordError> {
        let record: Self =
            sealed::open(text, ("a comparison", SCHEMA_VERSION), |record: &Self| {
                &record.integrity
            })?;
        record.check()?;
        Ok(record)
    }

    fn check(&self) -> Result<(), RecordError> {
        form(self)?;
        let benchmarks: Vec<Benchmark> = self.benchmarks.iter().map(Row::primary).collect();
        let (rows, verdict) = derive(&self.design, self.seed, &benchmarks, &self.launches)?;
        for (index, (expected, found)) in rows.iter().zip(&self.benchmarks).enumerate() {
            same(format!(".benchmarks[{index}]"), expected, found)?;
        }
        same(".verdict".to_owned(), &verdict, &self.verdict)
    }
}

impl Row {
    /// What was there before anything was derived.
    #[must_use]
    pub fn primary(&self) -> Benchmark {
        Benchmark {
            name: self.name.clone(),
            bytes: self.bytes,
            verified: self.verified.clone(),
            kernels_base: self.kernels_base.clone(),
            kernels_new: self.kernels_new.clone(),
        }
    }
}

/// What no derivation would notice.
fn form(record: &Record) -> Result<(), RecordError> {
    let require = |holds: bool, path: &str, expected: &str, found: String| {
        if holds {
            return Ok(());
        }
        Err(RecordError::Derived {
            path: path.to_owned(),
            expected: expected.to_owned(),
            found,
        })
    };
    require(
        record.schema_version == SCHEMA_VERSION,
        ".schema_version",
        "1",
        record.schema_version.to_string(),
    )?;
    require(
        record.seed < 1 << 53,
        ".seed",
        "a whole number below 2^53",
        record.seed.to_string(),
    )?;
    require(
        !record.benchmarks.is_empty(),
        ".benchmarks",
        "at least one",
        "none".to_owned(),
    )?;
    for (index, row) in record.benchmarks.iter().enumerate() {
        let twice = record.benchmarks[..index]
            .iter()
            .any(|other| other.name == row.name);
        let path = format!(".benchmarks[{index}].name");
        require(!twice, &path, "every benchmark once", row.name.clone())?;
        let path = format!(".benchmarks[{index}].bytes");
        require(row.bytes > 0, &path, "input bytes", row.bytes.to_string())?;
    }
    let samples = record.settings.samples as usize;
    for (index, launch) in record.launches.iter().enumerate() {
        for measured in &launch.measured {
            let found = measured.elapsed_ns.len();
            let path = format!(".launches[{index}].measured");
            let expected = format!("{samples} samples, as .settings has it");
            require(found == samples, &path, &expected, found.to_string())?;
        }
    }
    Ok(())
}

/// # Errors
/// The two are not written alike.
pub(crate) fn same<T: serde::Serialize>(
    path: String,
    expected: &T,
    found: &T,
) -> Result<(), RecordError> {
    // As text, so that equality is of bits: every double has one shortest form.
    let (expected, found) = (
        serde_json::to_string(expected)?,
        serde_json::to_string(found)?,
    );
    if expected == found {
        return Ok(());
    }
    Err(RecordError::Derived {
        path,
        expected,
        found,
    })
}
