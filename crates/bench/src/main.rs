//! `bench`: answers "is this decoder still fast enough, and can I believe the number?"

mod cmd;
mod custom_args;
mod decode_args;
mod heartbeat;
mod host;
mod output;
mod progress;
mod provenance;
mod run;
mod settings;
mod suite;
mod supervise;
mod warnings;

use std::process::ExitCode;

use clap::Parser as _;

/// Exit status as an operator reads it; docs/perf/OPERATOR_RUNBOOK.md has the table.
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
    fn worse(self, other: Self) -> Self {
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
            // 2 is clap's, for a wrong command line.
            Outcome::Missed => 3,
            Outcome::Inconclusive => 4,
        })
    }
}

fn main() -> ExitCode {
    match cmd::Command::parse().run() {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
