//! Everything a self-test says, checked against its own launches.
//!
//! scripts/verify/selftest.py checks the same, written from docs/receipt.md and not from this code.

use thiserror::Error;

use super::judge::judge;
use super::record::{SCHEMA_VERSION, SelfTest, Trial};
use crate::ab::derive::WalkError;
use crate::ab::verify::RecordError;
use crate::sealed::{self, SealedError};

/// Why a self-test is not to be believed.
#[derive(Debug, Error)]
pub enum SelfTestError {
    /// Not a self-test, or not the one that was written.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// A number that JSON can't hold.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The design is none, or a launch has no samples.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The rules ask for more rounds.
    #[error("expected more rounds: after {rounds}, not every benchmark is settled")]
    Unfinished {
        /// Found.
        rounds: usize,
    },
    /// The rules asked for fewer.
    #[error("expected {expected} rounds, after which everything is settled, found {found}")]
    Surplus {
        /// Needed.
        expected: usize,
        /// Recorded.
        found: usize,
    },
    /// A round of other benchmarks than those that were open.
    #[error("round {index}: expected {expected} values of each launch, found {found}")]
    Round {
        /// Position, from 0.
        index: usize,
        /// Benchmarks that were not settled.
        expected: usize,
        /// Values.
        found: usize,
    },
    /// Not a time.
    #[error("round {index}: expected ns above 0, found {found}")]
    Value {
        /// Position, from 0.
        index: usize,
        /// What stands there.
        found: f64,
    },
    /// A field does not follow from the launches, or has no possible value.
    #[error(transparent)]
    Field(#[from] RecordError),
    /// Any of these, with its trial.
    #[error(".trials[{index}]: {reason}")]
    Trial {
        /// Position, from 0.
        index: usize,
        /// What is wrong.
        reason: Box<Self>,
    },
}

impl SelfTest {
    /// As written to disk: one line, sealed.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn sealed(mut self) -> Result<(Self, String), SelfTestError> {
        self.integrity.sha256 = sealed::of(&self)?;
        let mut text = serde_json::to_string(&self)?;
        text.push('\n');
        Ok((self, text))
    }

    /// Reads a self-test and checks all of it.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub fn verified(text: &str) -> Result<Self, SelfTestError> {
        let test: Self = sealed::open(text, ("a self-test", SCHEMA_VERSION), |test: &Self| {
            &test.integrity
        })?;
        test.check()?;
        Ok(test)
    }

    fn check(&self) -> Result<(), SelfTestError> {
        require(
            self.schema_version == SCHEMA_VERSION,
            ".schema_version",
            "1",
            &self.schema_version,
        )?;
        let names: Vec<&str> = self
            .benchmarks
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        require(!names.is_empty(), ".benchmarks", "at least one", &names)?;
        let once = (1..names.len()).all(|at| !names[..at].contains(&names[at]));
        require(once, ".benchmarks", "every benchmark once", &names)?;
        let bytes: Vec<u64> = self.benchmarks.iter().map(|one| one.bytes).collect();
        let some = bytes.iter().all(|bytes| *bytes > 0);
        require(some, ".benchmarks[].bytes", "input bytes", &bytes)?;
        for (index, trial) in self.trials.iter().enumerate() {
            let of = |reason| SelfTestError::Trial {
                index,
                reason: Box::new(reason),
            };
            let twice = self.trials[..index].contains(trial);
            require(!twice, "", "every trial once", &"one that is there already").map_err(of)?;
            self.check_trial(trial).map_err(of)?;
        }
        Ok(())
    }

    fn check_trial(&self, trial: &Trial) -> Result<(), SelfTestError> {
        let Trial {
            injected,
            seed,
            seconds,
            ..
        } = trial;
        let share = (0.0..=100.0).contains(injected);
        require(share, ".injected", "per cent from 0 to 100", injected)?;
        let small = *seed < 1 << 53;
        require(small, ".seed", "a whole number below 2^53", seed)?;
        let time = seconds.is_finite() && *seconds > 0.0;
        require(time, ".seconds", "seconds above 0", seconds)?;
        let expected = judge(&self.design, self.benchmarks.len(), trial)?;
        crate::ab::verify::same(".rows".to_owned(), &expected, &trial.rows)?;
        Ok(())
    }
}

fn require<T: std::fmt::Debug>(
    holds: bool,
    path: &str,
    expected: &str,
    found: &T,
) -> Result<(), SelfTestError> {
    if holds {
        return Ok(());
    }
    Err(RecordError::Derived {
        path: path.to_owned(),
        expected: expected.to_owned(),
        found: format!("{found:?}"),
    })?
}
