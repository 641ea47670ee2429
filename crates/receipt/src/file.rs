//! Receipts on disk: written whole or not at all, read with care.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::bounded;
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
    /// In place, and perhaps not for good.
    #[error(
        "{path} is written, but its folder can't be flushed to the disk: {source}; if the machine crashes \
         now, what was there before may come back"
    )]
    Unsynced {
        /// The file.
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
    /// A file of ours that holds something else.
    #[error("{path}: expected the receipt of a run, found a file of the kind `{kind}`")]
    Kind {
        /// The file.
        path: PathBuf,
        /// What it says that it is.
        kind: String,
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

/// The fields that say whether the others are known.
#[derive(Deserialize)]
struct Probe {
    schema_version: u64,
    kind: Option<String>,
}

/// Whether a text that can't be read as a receipt says that it is one. Among other files in a folder such a text is
/// a fault, and not overlooked: what broke off before its end may have been a receipt.
#[must_use]
pub fn claims_to_be_one(text: &str) -> bool {
    match serde_json::from_str::<Value>(text) {
        // A comparison (ab.json), a baseline: sealed like a receipt, and none.
        Ok(value) => {
            let has = |field| value.get(field).is_some();
            has("schema_version")
                && value.get("benchmarks").is_some_and(Value::is_array)
                && !has("kind")
        }
        Err(_) => text.contains("\"schema_version\""),
    }
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
    /// As [`write_whole`].
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        self.save_through(folder_of(path), path)
    }

    /// The same by way of another folder of the same file system, so that a process that is killed
    /// leaves nothing beside `path`.
    ///
    /// # Errors
    /// As [`write_whole`].
    pub fn save_through(&self, folder: &Path, path: &Path) -> Result<(), FileError> {
        let text = self.to_json().map_err(|error| FileError::Write {
            path: path.to_owned(),
            source: error.into(),
        })?;
        write_through(folder, path, text.as_bytes())
    }

    /// Reads a receipt without checking its numbers; see [`crate::verify()`].
    ///
    /// # Errors
    /// Unreadable, not a receipt, or of a later schema version.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text =
            bounded::read_to_string(path, bounded::DOCUMENT).map_err(|source| FileError::Read {
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
        let read = serde_json::from_str::<Self>(text);
        // Of a later release the other fields may be any: its version is what is wrong with it.
        let version = match &read {
            Ok(receipt) => receipt.schema_version.into(),
            Err(_) => {
                let probe: Probe = serde_json::from_str(text).map_err(parse)?;
                if let Some(kind) = probe.kind {
                    let path = path.to_owned();
                    return Err(FileError::Kind { path, kind });
                }
                probe.schema_version
            }
        };
        if version > u64::from(SCHEMA_VERSION) {
            return Err(FileError::Newer {
                path: path.to_owned(),
                found: version,
            });
        }
        read.map_err(parse)
    }
}

/// Writes a file whole or not at all: beside the target, flushed to the disk, renamed.
///
/// # Errors
/// [`FileError::Write`]: the folder or the disk refuses; `path` is untouched then.
/// [`FileError::Unsynced`]: it is written, and a crash of the machine may undo that.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_through(folder_of(path), path, bytes)
}

/// The same for what need not be in memory at once.
///
/// # Errors
/// As [`write_whole`]; also what `write` returns.
pub fn write_whole_with(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), FileError> {
    write_through_with(folder_of(path), path, write)
}

fn write_through(temporary: &Path, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_through_with(temporary, path, |out| out.write_all(bytes))
}

fn write_through_with(
    temporary: &Path,
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), FileError> {
    let renamed = || -> io::Result<File> {
        // Before the rename: behind it, nobody could say any more that nothing was changed.
        let folder = File::open(folder_of(path))?;
        let mut file = tempfile::Builder::new()
            .prefix(".receipt-")
            .tempfile_in(temporary)?;
        let mut out = io::BufWriter::new(file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        readable_by_all(file.as_file())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(folder)
    };
    let folder = renamed().map_err(|source| FileError::Write {
        path: path.to_owned(),
        source,
    })?;
    flushed(path, folder.sync_all())
}

fn flushed(path: &Path, result: io::Result<()>) -> Result<(), FileError> {
    result.map_err(|source| FileError::Unsynced {
        path: path.to_owned(),
        source,
    })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Temporary files are private; a receipt is for others to read, as any file is.
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_flushed_is_said_to_be_written() {
        let full = Err(io::Error::from_raw_os_error(5));
        let error = flushed(Path::new("out/perf.json"), full).expect_err("not flushed");
        let text = error.to_string();
        assert!(text.contains("out/perf.json is written"), "{text}");
        assert!(!text.contains("untouched"), "{text}");
    }
}
