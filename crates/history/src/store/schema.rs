//! The tables, and how a file of an older release becomes one of this.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{HistoryError, error};

/// Marks the file as ours (`PRAGMA application_id`; "cbkh" as four bytes): SQLite's `file` entry shows it.
pub const APPLICATION_ID: i32 = 0x6362_6b68;
/// The layout that this release writes (`PRAGMA user_version`). A greater one is refused.
pub const SCHEMA_VERSION: i32 = MIGRATIONS.len() as i32;

/// Step N turns a file of version N into one of version N + 1; version 0 is an empty file. A step that
/// was released is never changed.
///
/// `crc` is that of the row's other columns, see `row.rs`: SQLite notices a damaged page only where
/// the damage breaks its structure. Times are microseconds from 1970, a `kernel` of '' is none. Points
/// lie in the order in which a series is read.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        machine TEXT NOT NULL,
        benchmark TEXT NOT NULL,
        subject TEXT NOT NULL,
        kernel TEXT NOT NULL,
        crc INTEGER NOT NULL,
        UNIQUE (machine, benchmark, subject, kernel)
    ) STRICT;
    CREATE TABLE receipt (
        id INTEGER PRIMARY KEY,
        seal BLOB NOT NULL UNIQUE CHECK (length(seal) = 32),
        time INTEGER NOT NULL,
        revision TEXT,
        source TEXT NOT NULL,
        verified INTEGER NOT NULL,
        unfit INTEGER NOT NULL,
        points INTEGER NOT NULL,
        crc INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE point (
        series INTEGER NOT NULL REFERENCES series (id),
        time INTEGER NOT NULL,
        receipt INTEGER NOT NULL REFERENCES receipt (id),
        mean REAL NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        quiet REAL NOT NULL,
        checked INTEGER NOT NULL,
        crc INTEGER NOT NULL,
        PRIMARY KEY (series, time, receipt)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX point_of_receipt ON point (receipt);
"];

/// Whose file it is, and of which version.
///
/// # Errors
/// It is another program's, or of a later release.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<i32, HistoryError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let failed = |source| error::of(path, source);
    let (id, version): (i32, i32) = (
        pragma("application_id").map_err(failed)?,
        pragma("user_version").map_err(failed)?,
    );
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if id != APPLICATION_ID && (id != 0 || version != 0 || tables != 0) {
        return Err(HistoryError::Foreign {
            path: path.to_owned(),
        });
    }
    if version > SCHEMA_VERSION {
        return Err(HistoryError::Newer {
            path: path.to_owned(),
            found: version,
        });
    }
    Ok(version)
}

/// Brings the file to [`SCHEMA_VERSION`]: all steps or none.
///
/// # Errors
/// The disk or another program refuses, or as [`check`].
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), HistoryError> {
    if check(connection, path)? == SCHEMA_VERSION {
        return Ok(());
    }
    let failed = |source| error::of(path, source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Another program may have been here first.
    let version = check(&transaction, path)?;
    for step in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(step).map_err(failed)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed)?;
    transaction
        .pragma_update(None, "user_version", SCHEMA_VERSION)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}
