//! The file: opened with care, written in transactions that are on the disk when they are reported.

mod append;
mod brief;
mod check;
mod error;
mod export;
mod log;
mod read;
mod row;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use append::{Added, Appended};
pub(crate) use brief::Revisions;
pub use check::Checked;
pub use error::HistoryError;
pub use export::{ExportError, Pruned};
pub use schema::{APPLICATION_ID, SCHEMA_VERSION};

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(60);
/// Memory for pages, in KiB, as SQLite takes it (negative).
const CACHE: i64 = -32 * 1024;

/// A history, open.
#[derive(Debug)]
pub struct History {
    connection: Connection,
    path: PathBuf,
}

impl History {
    /// Opens a history to add to it; makes the file where there is none, and brings one of an older
    /// release to [`SCHEMA_VERSION`].
    ///
    /// # Errors
    /// The file is another program's, of a later release, damaged, or can't be written.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let failed = |source| error::of(path, source);
        no_folder(path)?;
        let mut connection = Connection::open(path).map_err(failed)?;
        settle(&connection).map_err(failed)?;
        // Before anything is written to a file that may be somebody else's.
        schema::check(&connection, path)?;
        connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            .map_err(failed)?;
        schema::migrate(&mut connection, path)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// Opens a history to read it; makes and changes nothing. A file in a folder or on a disk that
    /// can't be written is read as it lies there.
    ///
    /// # Errors
    /// As [`History::open`], and where there is no file.
    pub fn read(path: &Path) -> Result<Self, HistoryError> {
        if !path.exists() {
            return Err(HistoryError::Missing {
                path: path.to_owned(),
            });
        }
        no_folder(path)?;
        let connection = match Self::attach(path, "mode=ro") {
            // A reader of a write-ahead log wants to write its index. Without a log, or with an empty one, there
            // is nothing to index, and nobody has written.
            Err(error) if !is_busy(&error) && !has_log(path) => {
                Self::attach(path, "mode=ro&immutable=1")
            }
            attached => attached,
        };
        let connection = connection.map_err(|source| error::of(path, source))?;
        let version = schema::check(&connection, path)?;
        let history = Self {
            connection,
            path: path.to_owned(),
        };
        match version {
            SCHEMA_VERSION => Ok(history),
            // Empty, or of an older release: brought up to date by whoever may write.
            found => Err(HistoryError::Older {
                path: path.to_owned(),
                found,
            }),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn attach(path: &Path, how: &str) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri(path, how), flags)?;
        settle(&connection)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    }

    fn failed(&self, source: rusqlite::Error) -> HistoryError {
        error::of(&self.path, source)
    }

    fn damaged(&self, what: impl Into<String>) -> HistoryError {
        HistoryError::Damaged {
            path: self.path.clone(),
            what: what.into(),
        }
    }
}

/// What holds for every connection. `FULL`: a commit is on the disk when it returns, so that what was
/// acknowledged survives a loss of power too.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// # Errors
/// It is a folder, which SQLite calls a broken disk.
fn no_folder(path: &Path) -> Result<(), HistoryError> {
    if !path.is_dir() {
        return Ok(());
    }
    Err(HistoryError::Folder {
        path: path.to_owned(),
    })
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file name as SQLite's URI, with what means something in one escaped.
fn uri(path: &Path, how: &str) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let mut out = b"file:".to_vec();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => out.extend(format!("%{byte:02X}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'?');
    out.extend(how.bytes());
    std::ffi::OsString::from_vec(out).into()
}
