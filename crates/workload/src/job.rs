//! The user's own data as a job: what `bench run --data` hands to the suite in a file.
//!
//! The decoder writes its own options (its feature `serde`), so no choice gets lost on the way.

use std::fs;
use std::path::{Path, PathBuf};

use copybook_decode::schema::{CopybookOptions, serde_path};
use copybook_decode::{DecodeOptions, FileFormat};
use serde::{Deserialize, Serialize};

use crate::expect::Rules;

/// Records of the user's, how to read them, and what they should hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// File with the copybook.
    #[serde(with = "serde_path")]
    pub copybook: PathBuf,
    /// How it is written.
    pub copybook_options: CopybookOptions,
    /// File with the records.
    #[serde(with = "serde_path")]
    pub data: PathBuf,
    /// Further files, which are decoded one after the other.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "serde_path::each"
    )]
    pub more_data: Vec<PathBuf>,
    /// How it is cut into records.
    pub format: FileFormat,
    /// What the values are to look like. The kernel is not part of it, that is the environment's.
    pub options: DecodeOptions,
    /// The values that the records hold. Without them the answer is only checked for decoding.
    pub expect: Option<Expect>,
}

/// A file of expected values, JSON Lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The file.
    #[serde(with = "serde_path")]
    pub file: PathBuf,
    /// What does not count as a difference.
    pub rules: Rules,
}

impl Job {
    /// Reads a job.
    ///
    /// # Errors
    ///
    /// The file is missing or not a job.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// Every file with records.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        std::iter::once(&self.data).chain(&self.more_data)
    }

    /// Writes it for the suite to read.
    ///
    /// # Errors
    ///
    /// The file can't be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        fs::write(path, serde_json::to_vec_pretty(self)?)
    }

    /// Name of its benchmark: `custom/` and the data file's name without its ending, in lower case,
    /// with `_` for everything but letters and digits.
    pub fn name(&self) -> String {
        let stem = self.data.file_stem().unwrap_or_default().to_string_lossy();
        let kept = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        };
        let id: String = stem.chars().map(kept).collect();
        format!("custom/{}", if id.is_empty() { "data" } else { &id })
    }
}

#[cfg(test)]
mod tests {
    use copybook_decode::Framing;

    use super::*;

    fn job() -> Job {
        Job {
            copybook: "a.cpy".into(),
            copybook_options: CopybookOptions::default(),
            data: "folder/Daily-File.2026.DAT".into(),
            more_data: Vec::new(),
            format: FileFormat::new(Framing::Spanned),
            options: DecodeOptions::default(),
            expect: None,
        }
    }

    #[test]
    fn names_of_files_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let odd = |name: &[u8]| PathBuf::from(std::ffi::OsStr::from_bytes(name));
        let before = Job {
            copybook: odd(b"K\xf6ln.cpy"),
            copybook_options: CopybookOptions {
                copy_dirs: vec![odd(b"M\xfcller")],
                ..CopybookOptions::default()
            },
            data: odd(b"B\xe4r/daten.bin"),
            expect: Some(Expect {
                file: odd(b"\xff.jsonl"),
                rules: Rules::default(),
            }),
            ..job()
        };
        let text = serde_json::to_string(&before).expect("it has a text");
        let after: Job = serde_json::from_str(&text).expect("it can be read");
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
    }

    #[test]
    fn names_suit_folders_and_filters() {
        assert_eq!(job().name(), "custom/daily_file_2026");
    }
}
