//! How a command ended, as an operator reads it from the exit status.

use std::process::ExitCode;

/// Exit status; docs/perf/OPERATOR_RUNBOOK.md has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; with `--enforce`, every objective met.
    Done,
    /// It could be done, and what was asked is not so (a receipt that does not verify).
    No,
    /// With `--enforce`: an objective missed.
    Missed,
    /// With `--enforce`: the interval does not decide.
    Inconclusive,
}

impl Outcome {
    /// Of two outcomes of one command, the one to report.
    pub(crate) fn worse(self, other: Self) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Done => 0,
            Self::Inconclusive => 1,
            Self::Missed => 2,
            Self::No => 3,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::No => 1,
            // 2 is for a wrong command line.
            Outcome::Missed => 3,
            Outcome::Inconclusive => 4,
        })
    }
}
