//! What can go wrong with a record while decoding.

use std::fmt::{self, Write as _};

/// An invalid field, a short record, or too many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// Record number, from 1.
    pub record: u64,
    /// Qualified name, `GROUP.TABLE(3).FIELD`, subscripts from 1.
    pub field: Box<str>,
    /// Offset of the first offending byte in its record.
    pub offset: usize,
    /// Offset of the same byte in the input, where it is known.
    pub absolute: Option<u64>,
    /// The offending bytes.
    pub(crate) bytes: Box<[u8]>,
    /// What was expected.
    pub(crate) expected: Box<str>,
    /// What to do.
    pub(crate) remedy: &'static str,
    /// Set if this error ended the decoding because more records than this were left out.
    pub(crate) skip_limit: Option<u64>,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "record {}, field {}, byte {}",
            self.record, self.field, self.offset
        )?;
        if let Some(absolute) = self.absolute {
            write!(f, " (input byte {absolute})")?;
        }
        write!(
            f,
            ": expected {}, found {}",
            self.expected,
            hex(&self.bytes)
        )?;
        if let Some(limit) = self.skip_limit {
            write!(
                f,
                "; more than the {limit} records that may be left out are invalid"
            )?;
        }
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for DecodeError {}

/// `X'F1C1'` as COBOL writes it, at most 16 bytes of it.
fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "the end of the record".to_owned();
    }
    let mut text = String::from("X'");
    for byte in bytes.iter().take(16) {
        let _ = write!(text, "{byte:02X}");
    }
    text.push('\'');
    if bytes.len() > 16 {
        let _ = write!(text, " and {} more bytes", bytes.len() - 16);
    }
    text
}
