//! A baseline as a file: sealed when it is written, checked when it is read.

use std::fmt;

use receipt::{seal, shape, words};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::{Baseline, Kind, Place, SCHEMA_VERSION};

/// Why a file is no baseline.
#[derive(Debug, Error)]
pub enum FileError {
    /// Something else, or torn.
    #[error(
        "expected a baseline (`\"kind\": \"baseline\"`, schema version {SCHEMA_VERSION}), found something else: {0}"
    )]
    Parse(#[from] serde_json::Error),
    /// Written by a later release.
    #[error(
        "expected schema_version up to {SCHEMA_VERSION}, found {0}; read it with the release that wrote it"
    )]
    Newer(u64),
    /// Changed after it was written, or merged by hand.
    #[error(
        "the baseline was changed after it was written: expected sha256 {expected}, found {found} in integrity.sha256; take the file back from version control, or make a new one with `bench baseline add --replace`"
    )]
    Seal {
        /// Of the content.
        expected: String,
        /// As recorded.
        found: String,
    },
    /// A number that JSON can't hold.
    #[error(transparent)]
    Canonical(#[from] seal::SealError),
    /// A field that no release writes.
    #[error("{path}: expected {expected}, found {found}")]
    Form {
        /// As `jq` would ask for it.
        path: String,
        /// What is demanded.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// Of another machine or other benchmarks.
    #[error("expected the baseline that belongs here, found that of {0}; move it there")]
    Foreign(Place),
}

impl Baseline {
    /// As written to disk: indented, with a newline at the end, sealed.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn to_json(&mut self) -> Result<String, FileError> {
        self.integrity.sha256 = seal::sha256(serde_json::to_value(&*self)?)?;
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Reads the text of a file, wherever it lies.
    ///
    /// # Errors
    /// It is none, or was changed.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        #[derive(Deserialize)]
        struct Probe {
            #[serde(rename = "kind")]
            _kind: Kind,
            schema_version: u64,
        }
        let Probe { schema_version, .. } = serde_json::from_str(text)?;
        if schema_version > u64::from(SCHEMA_VERSION) {
            return Err(FileError::Newer(schema_version));
        }
        let baseline: Self = serde_json::from_str(text)?;
        let value: Value = serde_json::from_str(text)?;
        let (expected, found) = (seal::sha256(value)?, baseline.integrity.sha256.clone());
        if expected != found {
            return Err(FileError::Seal { expected, found });
        }
        baseline.form()?;
        Ok(baseline)
    }

    /// Reads the text of a file that lies at `place` in a folder of baselines.
    ///
    /// # Errors
    /// It is none, was changed, or belongs elsewhere.
    pub fn parse_at(text: &str, place: &Place) -> Result<Self, FileError> {
        let baseline = Self::parse(text)?;
        match baseline.place() {
            right if right == *place => Ok(baseline),
            other => Err(FileError::Foreign(other)),
        }
    }

    fn form(&self) -> Result<(), FileError> {
        require(
            !self.benchmarks.is_empty(),
            ".benchmarks",
            "at least one",
            0,
        )?;
        for (index, one) in self.benchmarks.iter().enumerate() {
            let path = format!(".benchmarks[{index}].name");
            let said = !words::is_blank(&one.name);
            require(said, &path, "a text that is not empty", &one.name)?;
            let before = index == 0 || self.benchmarks[index - 1].name < one.name;
            require(before, &path, "names in order, each once", &one.name)?;
            let path = format!(".benchmarks[{index}].bytes");
            require(one.bytes > 0, &path, "input bytes", one.bytes)?;
        }
        require(!self.runs.is_empty(), ".runs", "at least one", 0)?;
        for (index, run) in self.runs.iter().enumerate() {
            let at = |field: &str| format!(".runs[{index}].{field}");
            let (time, hash) = (&run.timestamp, &run.receipt_sha256);
            require(shape::is_utc(time), &at("timestamp"), "a time in UTC", time)?;
            let fits = shape::is_sha256(hash);
            require(
                fits,
                &at("receipt_sha256"),
                "64 lower-case hex digits",
                hash,
            )?;
            let (lists, wanted) = (run.lows_ns.len(), self.benchmarks.len());
            let expected = format!("one list for each of {wanted} benchmarks");
            require(lists == wanted, &at("lows_ns"), &expected, lists)?;
            let times = |list: &Vec<f64>| !list.is_empty() && list.iter().all(|&ns| ns > 0.0);
            let all = run.lows_ns.iter().all(times);
            require(all, &at("lows_ns"), "times above 0 in each list", "others")?;
        }
        Ok(())
    }
}

fn require(
    holds: bool,
    path: &str,
    expected: &str,
    found: impl fmt::Display,
) -> Result<(), FileError> {
    if holds {
        return Ok(());
    }
    Err(FileError::Form {
        path: path.to_owned(),
        expected: expected.to_owned(),
        found: found.to_string(),
    })
}
