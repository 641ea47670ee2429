//! Files for a report: each is verified before it is shown.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gate::ab::record::Record;
use gate::ab::verify::RecordError;
use gate::fleet::{Fleet, FleetError, RESULT_KIND, ResultError, ResultFile};
use receipt::{FileError, Problem, Receipt, bounded};
use serde::Deserialize;
use thiserror::Error;

/// What a file holds.
#[derive(Debug)]
pub enum Document {
    /// `perf.json`, and its text.
    Receipt(Box<Receipt>, String),
    /// `ab.json`, and its text.
    Comparison(Box<Record>, String),
    /// `fleet.json`.
    Fleet(Box<Fleet>),
}

/// Why a file can't be shown.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system refuses.
    #[error("can't read {path}: {reason}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// Of no kind that can be shown.
    #[error(transparent)]
    Receipt(#[from] FileError),
    /// A receipt whose figures don't follow from its samples.
    #[error(
        "{path} is no sound receipt, so there is nothing to show: {first}; `bench verify` lists every problem, of which there are {count}"
    )]
    Unsound {
        /// The file.
        path: PathBuf,
        /// The first problem.
        first: Problem,
        /// How many there are.
        count: usize,
    },
    /// A comparison that does not follow from its launches.
    #[error("{path} is no sound comparison, so there is nothing to show: {reason}")]
    Comparison {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: RecordError,
    },
    /// A fleet's receipt that does not follow from its results.
    #[error("{path} is no sound fleet's receipt, so there is nothing to show: {reason}")]
    Fleet {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: FleetError,
    },
    /// What should be a result of a fleet, and is none.
    #[error("{path}: {reason}")]
    Result {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: ResultError,
    },
    /// A folder without receipts.
    #[error("expected receipts in {0}, found no file that ends in .json")]
    Empty(PathBuf),
}

#[derive(Deserialize)]
struct Probe {
    kind: Option<String>,
}

/// Reads and verifies one file.
///
/// # Errors
/// It can't be read, is none of those, or does not verify.
pub fn document(path: &Path) -> Result<Document, ReadError> {
    parse(text(path)?, path)
}

/// The text of one file.
///
/// # Errors
/// It can't be read.
pub fn text(path: &Path) -> Result<String, ReadError> {
    bounded::read_to_string(path, bounded::DOCUMENT).map_err(|reason| ReadError::Read {
        path: path.to_owned(),
        reason,
    })
}

/// The same for a text; `path` is for messages only.
///
/// # Errors
/// As [`document`].
pub fn parse(text: String, path: &Path) -> Result<Document, ReadError> {
    let probe = serde_json::from_str::<Probe>(&text).ok();
    let kind = probe.and_then(|probe| probe.kind);
    if kind.as_deref() == Some(gate::fleet::KIND) {
        let fleet = Fleet::verified(&text).map_err(|reason| ReadError::Fleet {
            path: path.to_owned(),
            reason,
        })?;
        return Ok(Document::Fleet(Box::new(fleet)));
    }
    if kind.as_deref() == Some(RESULT_KIND) {
        let result = ResultFile::parse(&text).map_err(|reason| ReadError::Result {
            path: path.to_owned(),
            reason,
        })?;
        return parse(result.receipt.get().to_owned(), path);
    }
    if kind.as_deref() == Some("comparison") {
        let record = Record::verified(&text).map_err(|reason| ReadError::Comparison {
            path: path.to_owned(),
            reason,
        })?;
        return Ok(Document::Comparison(Box::new(record), text));
    }
    let receipt = Receipt::parse(&text, path)?;
    if let Err(mut problems) = receipt::verify(&receipt, &text) {
        let count = problems.len();
        let first = problems.swap_remove(0);
        return Err(ReadError::Unsound {
            path: path.to_owned(),
            first,
            count,
        });
    }
    Ok(Document::Receipt(Box::new(receipt), text))
}

/// The files that end in `.json` in a folder and in those below it, by name.
///
/// # Errors
/// A folder can't be listed, or there is no such file.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut found = Vec::new();
    walk(folder, &mut found)?;
    if found.is_empty() {
        return Err(ReadError::Empty(folder.to_owned()));
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let failed = |reason| ReadError::Read {
        path: folder.to_owned(),
        reason,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // A link to a folder may lead back to where one came from.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "json") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
