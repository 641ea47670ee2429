//! What is wrong with a file that cannot be cut into records.

use std::borrow::Cow;
use std::fmt;

use super::FileFormat;

/// Where cutting had to stop, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameError {
    /// Number that the record would have had, from 1.
    pub record: u64,
    /// Where it is in blocks, if there are blocks.
    pub(crate) within: Option<Within>,
    /// Offset in the file of the bytes in question.
    pub offset: u64,
    /// What was expected.
    pub(crate) expected: Box<str>,
    /// What was there.
    pub(crate) found: Box<str>,
    /// What to do.
    pub(crate) remedy: Cow<'static, str>,
    /// Whether the file ends within a record.
    pub truncated: bool,
}

/// A block, and what of a record is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Within {
    /// Number of the block in the file, from 1.
    pub block: u64,
    /// Number of the segment in its record, from 1, if records have segments.
    pub segment: Option<u64>,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FrameError {
            record,
            within,
            offset,
            expected,
            found,
            remedy,
            ..
        } = self;
        write!(f, "record {record}, ")?;
        if let Some(Within { block, segment }) = within {
            write!(f, "block {block}, ")?;
            if let Some(segment) = segment {
                write!(f, "segment {segment}, ")?;
            }
        }
        write!(
            f,
            "file byte {offset}: expected {expected}, found {found}; {remedy}"
        )
    }
}

impl std::error::Error for FrameError {}

/// A [`FrameError`] before the place is known.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// Where it is in blocks.
    within: Option<Within>,
    /// Offset from where the cut began.
    pub at: usize,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What to do.
    pub remedy: Cow<'static, str>,
    /// Whether the file ends within a record.
    pub truncated: bool,
}

impl Problem {
    /// Bytes that no framing of this kind has.
    pub(crate) fn invalid(
        at: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> Problem {
        let (expected, found) = (expected.into(), found.into());
        Problem {
            within: None,
            at,
            expected,
            found,
            remedy: remedy.into(),
            truncated: false,
        }
    }

    /// The file has `found` bytes of at least `needed` ones.
    pub(crate) fn truncated(needed: usize, found: usize) -> Problem {
        Problem {
            within: None,
            at: 0,
            expected: format!("a record of at least {needed} bytes"),
            found: format!("the end of the records after {found}"),
            remedy: "transfer the file again in binary mode, check framing, record length and \
                     footer size, or accept a truncated last record with --truncated warn"
                .into(),
            truncated: true,
        }
    }

    /// A file of `length` bytes has no room for its header and footer.
    pub(crate) fn too_short(format: &FileFormat, length: u64) -> Problem {
        let least = format.header.saturating_add(format.footer);
        let expected = format!("a file of at least {least} bytes, its header and footer");
        Problem::invalid(
            0,
            expected,
            format!("{length} bytes"),
            "check the sizes given with --file-header and --file-footer",
        )
    }

    /// The same problem, seen from a place that is `by` bytes before.
    pub(crate) fn moved(mut self, by: usize) -> Problem {
        self.at += by;
        self
    }

    /// The same problem, in a block.
    pub(crate) fn within(self, within: Option<Within>) -> Problem {
        Problem { within, ..self }
    }

    /// The same problem, with something else to do about it.
    pub(crate) fn remedied(self, remedy: String) -> Problem {
        let remedy = remedy.into();
        Problem { remedy, ..self }
    }

    /// `record` and `offset` are those of the place where the cut began.
    pub(crate) fn place(self, record: u64, offset: u64) -> FrameError {
        FrameError {
            record,
            within: self.within,
            offset: offset.saturating_add(self.at as u64),
            expected: self.expected.into(),
            found: self.found.into(),
            remedy: self.remedy,
            truncated: self.truncated,
        }
    }
}
