//! Why a history could not be read or written.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use super::SCHEMA_VERSION;

/// Why a history could not be read or written. Nothing that was added before is lost.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// There is none.
    #[error("{path}: expected a history, found no such file; `bench history import` makes one")]
    Missing {
        /// The place.
        path: PathBuf,
    },
    /// Another program's file.
    #[error(
        "{path}: expected a history, found something else; `bench history import` puts receipts into one that --history names"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Of a later release.
    #[error(
        "{path}: expected a history of version up to {SCHEMA_VERSION}, found version {found}; read it with the release that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i32,
    },
    /// Of an earlier release, or empty, and only to be read.
    #[error(
        "{path}: expected a history of version {SCHEMA_VERSION}, found version {found}; `bench history import` brings it up to date"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its version; 0 for an empty file.
        found: i32,
    },
    /// Content that is not what was written.
    #[error(
        "{path}: damaged: {what}; `bench history check` lists what is, and importing the receipts into a new file restores them"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// No room.
    #[error(
        "{path}: the disk is full; what was added before is kept: free some room and import again"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another program writes all the time.
    #[error("{path}: another program has been writing for {seconds} s; wait for it to end")]
    Busy {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// Anything else that SQLite reports.
    #[error("{path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
}

/// What SQLite reports, in our words where there are better ones.
pub(super) fn of(path: &Path, source: rusqlite::Error) -> HistoryError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => HistoryError::Full { path },
        Some(ErrorCode::NotADatabase) => HistoryError::Foreign { path },
        Some(ErrorCode::DatabaseCorrupt) => HistoryError::Damaged {
            path,
            what: source.to_string(),
        },
        Some(ErrorCode::DatabaseBusy) => HistoryError::Busy {
            path,
            seconds: super::PATIENCE.as_secs(),
        },
        _ => HistoryError::Sqlite { path, source },
    }
}
