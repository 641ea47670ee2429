//! Files with a version and a seal: how each kind of them is opened, before anything in it is judged.

use receipt::model::Integrity;
use receipt::seal::{self, SealError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a file can't be opened.
#[derive(Debug, Error)]
pub enum SealedError {
    /// Of another kind.
    #[error("expected {what} of schema version {newest}, found something else: {source}")]
    Parse {
        /// What was expected.
        what: &'static str,
        /// The newest version of it.
        newest: u32,
        /// With line and column.
        source: serde_json::Error,
    },
    /// Written by a later release.
    #[error(
        "expected schema_version up to {newest}, found {found}; read it with the release that wrote it"
    )]
    Newer {
        /// The newest version that can be read.
        newest: u32,
        /// As recorded.
        found: u64,
    },
    /// Changed after it was written.
    #[error(
        "the file was changed after it was written: expected sha256 {expected}, found {found} in integrity.sha256"
    )]
    Seal {
        /// Of the content.
        expected: String,
        /// As recorded.
        found: String,
    },
    /// A number that JSON can't hold.
    #[error(transparent)]
    Canonical(#[from] SealError),
}

/// Reads `what`, up to version `newest`, and holds it against the seal that `integrity` finds in it.
///
/// # Errors
/// It is something else, of a later release, or was changed.
pub(crate) fn open<T: DeserializeOwned>(
    text: &str,
    (what, newest): (&'static str, u32),
    integrity: fn(&T) -> &Integrity,
) -> Result<T, SealedError> {
    #[derive(Deserialize)]
    struct Probe {
        schema_version: u64,
    }
    let parse = |source| SealedError::Parse {
        what,
        newest,
        source,
    };
    // Of a later release the other fields may be any: its version is what is wrong with it.
    let found = serde_json::from_str::<Probe>(text)
        .map_err(parse)?
        .schema_version;
    if found > u64::from(newest) {
        return Err(SealedError::Newer { newest, found });
    }
    let record: T = serde_json::from_str(text).map_err(parse)?;
    let expected = seal::sha256(serde_json::from_str(text).map_err(parse)?)?;
    let found = integrity(&record).sha256.clone();
    if expected != found {
        return Err(SealedError::Seal { expected, found });
    }
    Ok(record)
}

/// The seal of what is about to be written.
///
/// # Errors
/// A number is not finite.
pub(crate) fn of<T: Serialize>(record: &T) -> Result<String, SealedError> {
    let value = serde_json::to_value(record).map_err(SealError::from)?;
    Ok(seal::sha256(value)?)
}
