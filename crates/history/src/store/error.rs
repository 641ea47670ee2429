//! Why a history could not be read or written.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

use super::{Pruned, SCHEMA_VERSION};

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
    /// A folder, of receipts perhaps.
    #[error(
        "{path}: expected a history, found a folder; if it holds receipts, `bench history import {path}` puts them into a \
         history, and `bench report {path}` shows them"
    )]
    Folder {
        /// The folder.
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
    /// The system does not let it be opened, or made where there is none.
    #[error("{path}: can't open it, or can't make it: {reason}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        reason: String,
    },
    /// It can be read and not be changed.
    #[error(
        "{path}: can't be written: it, its folder or its disk is read-only for this user; name a file that can be \
         written with --history"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No room.
    #[error(
        "{path}: the disk is full; what was added before is kept: free some room and try again"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Runs were taken out, and their room was not given back.
    #[error(
        "{path}: {receipts} receipts and {points} points are taken out, but the file could not be made smaller: \
         {reason}; prune again when it can",
        receipts = pruned.receipts, points = pruned.points
    )]
    Unshrunk {
        /// The file.
        path: PathBuf,
        /// What is taken out.
        pruned: Pruned,
        /// What stood in the way.
        reason: String,
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
    let extended = source.sqlite_error().map(|error| error.extended_code);
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => HistoryError::Full { path },
        // The index of the log has no room, which SQLite does not tell from a broken disk.
        _ if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => HistoryError::Full { path },
        // It is there, so that it is the log beside it that can't be made.
        Some(ErrorCode::CannotOpen) if File::open(&path).is_ok() && !super::has_log(&path) => {
            HistoryError::ReadOnly { path }
        }
        Some(ErrorCode::CannotOpen) => HistoryError::Open {
            reason: unopened(&path),
            path,
        },
        Some(ErrorCode::ReadOnly) => HistoryError::ReadOnly { path },
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

/// Why a file can't be opened or made: SQLite keeps the system's reason to itself.
fn unopened(path: &Path) -> String {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    match (File::open(path), fs::metadata(folder)) {
        (Err(error), Ok(_)) if error.kind() == ErrorKind::NotFound => {
            format!("its folder {} can't be written", folder.display())
        }
        (Err(error), Ok(_)) => error.to_string(),
        (_, Err(error)) => format!("its folder {}: {error}", folder.display()),
        (Ok(_), Ok(_)) => format!(
            "it has a write-ahead log ({}-wal), whose index can't be written beside it; copy both to a folder that can \
             be written",
            path.display()
        ),
    }
}
