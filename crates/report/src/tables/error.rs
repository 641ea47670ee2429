//! Why a table can't be made.

use std::io;
use std::path::PathBuf;

use receipt::FileError;
use thiserror::Error;

/// Why a document's tables can't be made.
#[derive(Debug, Error)]
pub enum TableError {
    /// A table ends that never began.
    #[error("{0}: expected {1}NAME --> before it")]
    Unopened(&'static str, &'static str),
    /// A table begins and never ends.
    #[error("the table {0}: expected {1} behind it")]
    Unclosed(String, &'static str),
    /// There is no table.
    #[error("expected a line `{0}NAME -->`, found none")]
    None(&'static str),
    /// A name that stands for nothing.
    #[error("expected slo, peers, threads, full, files, image, selftest, decoding or picture")]
    Unknown,
    /// A table without rows.
    #[error("expected receipts in {0}")]
    Empty(PathBuf),
    /// The system refuses.
    #[error("can't read {path}: {reason}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// Not a receipt.
    #[error(transparent)]
    Receipt(#[from] FileError),
    /// A file that lacks something.
    #[error("{file}: expected {expected}")]
    Lacks {
        /// The file.
        file: String,
        /// What is not there.
        expected: String,
    },
    /// Anything, with the table's name.
    #[error("the table {name}: {reason}")]
    Of {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: Box<Self>,
    },
}

impl TableError {
    pub(super) fn of(self, name: &str) -> Self {
        Self::Of {
            name: name.to_owned(),
            reason: Box::new(self),
        }
    }

    pub(super) fn lacks(file: &str, expected: impl Into<String>) -> Self {
        Self::Lacks {
            file: file.to_owned(),
            expected: expected.into(),
        }
    }
}
