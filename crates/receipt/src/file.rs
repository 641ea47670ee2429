//! Receipts on disk: written whole or not at all, read with care.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::model::{Receipt, SCHEMA_VERSION};

/// Why a receipt could not be written or read.
#[derive(Debug, Error)]
pub enum FileError {
    /// Not written; what was there before is untouched.
    #[error("can't write {path}: {source}; whatever was there before is untouched")]
    Write {
        /// The receipt's place.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Not readable.
    #[error("can't read the receipt {path}: {source}")]
    Read {
        /// The receipt.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Not a receipt.
    #[error(
        "{path}: expected a receipt of schema version 1 to {SCHEMA_VERSION}, found something else: {source}; write it anew with `bench run`"
    )]
    Parse {
        /// The file.
        path: PathBuf,
        /// With line and column.
        source: serde_json::Error,
    },
    /// Written by a later release.
    #[error(
        "{path}: expected schema_version up to {SCHEMA_VERSION}, found {found}; read it with the release that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

/// The one field that is read before all others.
#[derive(Deserialize)]
struct Probe {
    schema_version: u64,
}

impl Receipt {
    /// As written to disk: indented, with a newline at the end.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(&self.to_value()?)?;
        text.push('\n');
        Ok(text)
    }

    /// Writes beside the target, flushes to the disk, renames, flushes the folder: whoever reads
    /// `path` sees the old receipt or the new one, also after a crash.
    ///
    /// # Errors
    /// [`FileError::Write`]; `path` is untouched then.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let failed = |source| FileError::Write {
            path: path.to_owned(),
            source,
        };
        let text = self.to_json().map_err(|error| failed(error.into()))?;
        write_whole(path, text.as_bytes()).map_err(failed)
    }

    /// Reads a receipt without checking its numbers; see [`crate::verify()`].
    ///
    /// # Errors
    /// Unreadable, not a receipt, or of a later schema version.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text = fs::read_to_string(path).map_err(|source| FileError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads the text of a receipt; `path` is for messages only.
    ///
    /// # Errors
    /// As [`Receipt::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, FileError> {
        let parse = |source| FileError::Parse {
            path: path.to_owned(),
            source,
        };
        let probe: Probe = serde_json::from_str(text).map_err(parse)?;
        if probe.schema_version > u64::from(SCHEMA_VERSION) {
            return Err(FileError::Newer {
                path: path.to_owned(),
                found: probe.schema_version,
            });
        }
        serde_json::from_str(text).map_err(parse)
    }
}

/// Writes a file whole or not at all: beside the target, flushed to the disk, renamed.
///
/// # Errors
/// The folder or the disk refuses; `path` is untouched then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".receipt-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    readable_by_all(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// Temporary files are private; a receipt is for others to read, as any file is.
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}
