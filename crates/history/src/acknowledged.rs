//! Changes that somebody has answered for: a file under version control, one line a change.
//!
//! ```text
//! # commit  benchmark                            reason
//! 6cdd32b   slo_validation/display_heavy_slo_80mbps   every record is checked for its length now
//! ```
//!
//! The commit is the one that made the change, or another near it: a change is placed to within a few
//! runs, and moves by as many when more runs come. Blank lines and lines that begin with `#` say nothing.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use receipt::bounded;

use crate::Point;
use crate::change::{Change, blocks};

/// So many blocks of runs to either side of a change the acknowledged commit may have its first run.
pub const NEAR: usize = 5;

/// Why a file of acknowledgements can't be used.
#[derive(Debug, Error)]
pub enum AcknowledgedError {
    /// Not readable.
    #[error("can't read the acknowledgements {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A line that is none.
    #[error(
        "{path}:{line}: expected a commit of 7 to 64 lower-case hex digits, a benchmark and a reason, with spaces between, found {found:?}"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What stands there.
        found: String,
    },
}

/// One change that was answered for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// The first digits of a revision.
    pub commit: String,
    /// The benchmark, by its whole name.
    pub benchmark: String,
    /// Why the change is accepted.
    pub reason: String,
}

/// Those of one file, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acknowledgements(Vec<Acknowledgement>);

impl Acknowledgements {
    /// Reads a file.
    ///
    /// # Errors
    /// It can't be read, or has a line that is no acknowledgement.
    pub fn load(path: &Path) -> Result<Self, AcknowledgedError> {
        let text = bounded::read_to_string(path, bounded::DOCUMENT).map_err(|source| {
            AcknowledgedError::Read {
                path: path.to_owned(),
                source,
            }
        })?;
        Self::parse(&text, path)
    }

    /// Reads the text of a file; `path` is for messages only.
    ///
    /// # Errors
    /// A line is no acknowledgement.
    pub fn parse(text: &str, path: &Path) -> Result<Self, AcknowledgedError> {
        let mut all = Vec::new();
        // Some editors begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let one = Acknowledgement::parse(text).ok_or_else(|| AcknowledgedError::Line {
                path: path.to_owned(),
                line,
                found: text.to_owned(),
            })?;
            all.push(one);
        }
        Ok(Self(all))
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Acknowledgement> {
        self.0.iter()
    }

    /// Whether any is of this benchmark.
    #[must_use]
    pub fn concern(&self, benchmark: &str) -> bool {
        self.0.iter().any(|one| one.benchmark == benchmark)
    }

    /// The acknowledgement of a change that was found in `points`, the series of `benchmark`.
    #[must_use]
    pub fn of(
        &self,
        change: &Change,
        points: &[Point],
        benchmark: &str,
    ) -> Option<&Acknowledgement> {
        let candidates = self.0.iter().filter(|one| one.benchmark == benchmark);
        let mut candidates = candidates.peekable();
        candidates.peek()?;
        let all = blocks(points);
        let at = all.iter().position(|block| block.first == change.at)?;
        let near = &all[at.saturating_sub(NEAR)..(at + NEAR + 1).min(all.len())];
        let named = |one: &&Acknowledgement| {
            let has = |first: usize| {
                let commit = points[first].commit.as_deref();
                commit.is_some_and(|commit| commit.starts_with(&one.commit))
            };
            near.iter().any(|block| has(block.first))
        };
        candidates.find(named)
    }
}

impl Acknowledgement {
    fn parse(line: &str) -> Option<Self> {
        let (commit, rest) = line.split_once(char::is_whitespace)?;
        let (benchmark, reason) = rest.trim_start().split_once(char::is_whitespace)?;
        let digits = commit
            .bytes()
            .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        (digits && (7..=64).contains(&commit.len())).then(|| Self {
            commit: commit.to_owned(),
            benchmark: benchmark.to_owned(),
            reason: reason.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_commit_benchmark_and_reason() {
        let text = "# known\n\n6cdd32b  g/one  a reason   of words \n";
        let found = Acknowledgements::parse(text, Path::new("acks")).expect("sound");
        let expected = Acknowledgement {
            commit: "6cdd32b".to_owned(),
            benchmark: "g/one".to_owned(),
            reason: "a reason   of words".to_owned(),
        };
        assert_eq!(found.0, [expected]);
        // As some editors save it.
        let marked = Acknowledgements::parse(&format!("\u{feff}{text}"), Path::new("acks"));
        assert_eq!(marked.expect("sound"), found);
    }

    #[test]
    fn a_line_without_a_reason_is_named() {
        for line in [
            "6cdd32b g/one",
            "6cdd32b",
            "main g/one why",
            "6CDD32B g/one why",
        ] {
            let text = format!("# known\n{line}\n");
            let error = Acknowledgements::parse(&text, Path::new("acks")).expect_err("refused");
            let error = error.to_string();
            assert!(error.starts_with("acks:2: expected a commit"), "{error}");
        }
    }
}
