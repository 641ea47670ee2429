//! Why a launch of a subject came to nothing.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use signal_hook::consts::SIGKILL;

use crate::wire::{LineError, MessageError};

/// A launch that has no result. Nothing that it measured counts.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The program can't be started.
    #[error("can't start {program}")]
    Start {
        /// Its path.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The signal handlers, or a pipe, can't be made, or the child can't be waited for.
    #[error("can't {what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// A signal asked us to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// Nothing was heard for too long.
    #[error("{doing} hung: no sign of life for {} s{}", .silence.as_secs(), tail(.said))]
    Hung {
        /// What was under way.
        doing: String,
        /// Allowed time between two signs of life.
        silence: Duration,
        /// Last lines of standard error.
        said: String,
    },
    /// It goes on and on.
    #[error("{doing} takes too long: the whole launch was not done within {} s{}", .whole.as_secs(), tail(.said))]
    Overdue {
        /// What was under way.
        doing: String,
        /// Allowed time for the launch.
        whole: Duration,
        /// Last lines of standard error.
        said: String,
    },
    /// A deadline of the caller's own ([`super::Watch::deadline`]).
    #[error("{doing}{}", tail(.said))]
    Late {
        /// The caller's words.
        doing: String,
        /// Last lines of its output.
        said: String,
    },
    /// It told us why.
    #[error("{message}{}", exit(.status))]
    Refused {
        /// The benchmark that it was busy with, if any.
        benchmark: Option<String>,
        /// Its words.
        message: String,
        /// How it ended, if it did.
        status: Option<ExitStatus>,
    },
    /// It ended without a word in the protocol.
    #[error("{doing} failed ({status}){}", tail(.said))]
    Ended {
        /// What was under way.
        doing: String,
        /// How it ended.
        status: ExitStatus,
        /// Last lines of standard error.
        said: String,
    },
    /// A line that is none.
    #[error("{doing} broke the protocol (docs/protocol.md): {source}{}", tail(.said))]
    Line {
        /// What was under way.
        doing: String,
        /// What is wrong with it.
        source: LineError,
        /// Last lines of standard error.
        said: String,
    },
    /// A line that is no message.
    #[error("{doing} broke the protocol (docs/protocol.md): {source}{}", tail(.said))]
    Message {
        /// What was under way.
        doing: String,
        /// What is wrong with it.
        source: MessageError,
        /// Last lines of standard error.
        said: String,
    },
    /// A message that was not due, or that contradicts an earlier one.
    #[error("{doing} broke the protocol (docs/protocol.md): {what}")]
    Protocol {
        /// What was under way.
        doing: String,
        /// What was expected, and what was found.
        what: String,
    },
    /// A thread of this program is gone.
    #[error("a thread of this program panicked")]
    Panicked,
}

impl SubjectError {
    /// True where the kernel, or somebody with its help, ended the subject: lack of memory does so.
    #[must_use]
    pub fn killed(&self) -> bool {
        use std::os::unix::process::ExitStatusExt as _;
        let status = match self {
            Self::Ended { status, .. } => Some(status),
            Self::Refused { status, .. } => status.as_ref(),
            _ => None,
        };
        // A shell around the subject passes a signal on as 128 and its number.
        status.is_some_and(|status| {
            status.signal() == Some(SIGKILL) || status.code() == Some(128 + SIGKILL)
        })
    }
}

/// A signal asked us to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted(pub i32);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = signal_hook::low_level::signal_name(self.0).unwrap_or("a signal");
        write!(f, "interrupted by {name}")
    }
}

impl std::error::Error for Interrupted {}

fn tail(said: &str) -> String {
    match said {
        "" => String::new(),
        said => format!("; its last words:\n{said}"),
    }
}

fn exit(status: &Option<ExitStatus>) -> String {
    match status {
        Some(status) if !status.success() => format!(" ({status})"),
        _ => String::new(),
    }
}
