//! Why a receipt names no revision, and what else a reader has to know about the programs.

use std::path::PathBuf;

use thiserror::Error;

/// Each says what was found and ends in a remedy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Doubt {
    #[error(
        "the command and the suite were built from different sources ({} and {suite}): build both from \
         one checkout, as scripts/bench.sh does",
        super::SOURCES
    )]
    Apart { suite: String },
    #[error(
        "the subject does not say which sources it was built from, so the receipt names no revision; a \
         Rust suite says it with instrument_build::emit() in its build script"
    )]
    Unsaid,
    #[error(
        "no revision is known: {} lies in no checkout; name the suite's with --checkout", .0.display()
    )]
    NoCheckout(PathBuf),
    #[error("no revision is known: {0}")]
    Untrusted(super::trust::Untrusted),
    #[error(
        "no revision is known: the files in {} are not those that the suite was built from; build the \
         suite again, or name its own checkout with --checkout", .0.display()
    )]
    OtherSources(PathBuf),
    #[error("no revision is known: {0}")]
    Unreadable(String),
    #[error("no revision is known: git can't be started ({0}); install it")]
    NoGit(String),
    #[error("no revision is known: {0} is not the top of a git repository; measure in a clone")]
    NoRepository(String),
    #[error("no revision is known: the repository in {0} has no commit yet; commit the sources")]
    NoCommit(String),
    #[error(
        "no revision is known: git refuses the repository in {0} because it belongs to another user \
         (dubious ownership); if you trust it: git config --global --add safe.directory {0}"
    )]
    Dubious(String),
}
