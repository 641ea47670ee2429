//! A profile's folder, read again.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Folded, FoldedError};

/// What `kind` says.
pub const KIND: &str = "profile";
/// The version that is written.
pub const SCHEMA_VERSION: u32 = 1;
/// The file that says what was profiled, and what each field costs.
pub const SUMMARY: &str = "profile.json";
/// The file with the folded stacks.
pub const STACKS: &str = "profile.folded";
/// The file with those that they are compared with.
pub const BASE: &str = "base.folded";

/// What was profiled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// [`KIND`].
    pub kind: String,
    /// RFC 3339 in UTC.
    pub timestamp: String,
    /// `group/name`.
    pub benchmark: String,
    /// What the stacks count: `samples`, `instructions`.
    pub unit: String,
    /// What the profiler looked at.
    pub event: String,
    /// How long the benchmark was measured for, s.
    pub seconds: f64,
    /// The decoder, as it reports itself.
    pub subject: String,
    /// Its version.
    pub version: String,
    /// Records whose answer was verified before the profiler looked.
    pub records: u64,
    /// What each field costs; null where the benchmark has no records of our own catalogue.
    pub fields: Option<Fields>,
    /// The command, argument by argument.
    pub command: Vec<String>,
}

/// What each field costs, timed one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The kernel that decoded.
    pub kernel: String,
    /// Records of the sample.
    pub records: u64,
    /// Rounds in turn that the medians are of.
    pub rounds: usize,
    /// All fields together, ns a record.
    pub whole: Spread,
    /// No field at all, ns a record.
    pub frame: Spread,
    /// The dearest first.
    pub parts: Vec<FieldCost>,
}

/// A median, and half of what lies between the quartiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// Half of what lies between the quartiles.
    pub half: f64,
}

/// What one step of the decoder's program costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldCost {
    /// Names of the fields that it prints.
    pub fields: Vec<String>,
    /// What they are.
    pub kind: String,
    /// What prints them.
    pub printed_by: String,
    /// ns a record.
    pub ns: Spread,
    /// Values a record, the mean.
    pub values: f64,
}

/// Why a profile can't be shown.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The system refuses.
    #[error("can't read {path}: {reason}; `bench profile` leaves {SUMMARY} and {STACKS} together")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// Not what `bench profile` leaves.
    #[error("{path}: expected what `bench profile` leaves, found something else: {reason}")]
    Summary {
        /// The file.
        path: PathBuf,
        /// With line and column.
        reason: serde_json::Error,
    },
    /// Another kind, or a later version.
    #[error("{path}: expected kind {KIND} of schema version {SCHEMA_VERSION}, found {found}")]
    Other {
        /// The file.
        path: PathBuf,
        /// Kind and version.
        found: String,
    },
    /// No stacks.
    #[error("{path}: {reason}")]
    Stacks {
        /// The file.
        path: PathBuf,
        /// The line.
        reason: FoldedError,
    },
}

impl Profile {
    /// Whether a folder is one that `bench profile` left.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(SUMMARY).is_file()
    }

    /// What lies in a folder: the summary, its text, the stacks, and the base where there is one.
    ///
    /// # Errors
    /// A file is missing or is something else.
    pub fn read(folder: &Path) -> Result<(Self, String, Folded, Option<Folded>), ProfileError> {
        let path = folder.join(SUMMARY);
        let text = read(&path)?;
        let profile: Self =
            serde_json::from_str(&text).map_err(|reason| ProfileError::Summary {
                path: path.clone(),
                reason,
            })?;
        if (profile.kind.as_str(), profile.schema_version) != (KIND, SCHEMA_VERSION) {
            let found = format!("{} of {}", profile.kind, profile.schema_version);
            return Err(ProfileError::Other { path, found });
        }
        let folded = stacks(&folder.join(STACKS))?;
        let base = folder.join(BASE);
        let base = base.is_file().then(|| stacks(&base)).transpose()?;
        Ok((profile, text, folded, base))
    }
}

fn stacks(path: &Path) -> Result<Folded, ProfileError> {
    Folded::parse(&read(path)?).map_err(|reason| ProfileError::Stacks {
        path: path.to_owned(),
        reason,
    })
}

fn read(path: &Path) -> Result<String, ProfileError> {
    receipt::bounded::read_to_string(path, receipt::bounded::DOCUMENT).map_err(|reason| {
        ProfileError::Read {
            path: path.to_owned(),
            reason,
        }
    })
}
