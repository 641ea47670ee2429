//! Framing: where one record ends and the next begins.
//!
//! A [`FileFormat`] says how records are told apart, what surrounds them and what a file that ends
//! within a record means. [`FileFormat::records`] walks over bytes in memory, [`RecordReader`] over
//! a stream of any length with constant memory; both give the same records, numbers, offsets and
//! errors.

mod batch;
mod batches;
mod cut;
mod error;
mod measure;
mod slice;
mod streamed;

use std::borrow::Cow;
use std::num::NonZeroUsize;

pub(crate) use batch::{Batch, Failure};
pub(crate) use batches::Batches;
use cut::{Cut, Cutter};
pub(crate) use cut::{EqualLines, mark};
pub use error::FrameError;
pub(crate) use measure::{Measure, Measured, Unmeasured};
pub use slice::Records;
pub use streamed::{ReadError, RecordReader};

/// How records are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "kebab-case", deny_unknown_fields)
)]
pub enum Framing {
    /// Every record has the same length.
    Fixed {
        /// Bytes of a record.
        length: NonZeroUsize,
    },
    /// A record descriptor word of four bytes before each record: two bytes of length, two that
    /// are zero (variable format, RECFM=V; z/OS DFSMS Using Data Sets, "Record Descriptor Word").
    Rdw {
        /// Whether the length counts the word itself, as z/OS has it; some transfer programs do
        /// not count it.
        header_included: bool,
        /// Order of the length's bytes. Little endian accepts the length in the first two bytes or
        /// in the last two (the word swapped as a whole), the others being zero.
        endian: Endian,
    },
    /// A block descriptor word before each block of records, each of which has a record descriptor
    /// word: variable blocked format, RECFM=VB, as z/OS writes it. Big endian, lengths include the
    /// words; a block length with the highest bit set has 31 bits (large block interface).
    Blocked,
    /// The same, but a record may be cut into segments, each with a segment descriptor word, that
    /// lie in successive blocks: spanned formats, RECFM=VBS and RECFM=VS (z/OS DFSMS Using Data
    /// Sets, "Segment Descriptor Word"). A record has its segments' bytes in order.
    Spanned,
    /// Text lines; the line end does not belong to the record. The last line may lack it.
    Lines {
        /// What ends a line.
        end: LineEnd,
    },
    /// Nothing but the records: each is as long as its contents say, which somebody else reads
    /// (`Measure`): counters of OCCURS DEPENDING ON, a segment, a field of any usage.
    Computed,
    /// A binary field of the record holds its length.
    LengthField {
        /// Where the field starts in the record.
        offset: usize,
        /// Bytes of the field, 1 to 8.
        width: usize,
        /// Order of the field's bytes.
        endian: Endian,
        /// Length of the whole record, the field included, minus the field's value: 4 if a field
        /// of four bytes at the start counts only what follows it.
        adjustment: i64,
    },
}

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Endian {
    /// Most significant byte first, as z/OS and AIX have it.
    #[default]
    Big,
    /// Least significant byte first, as x86 has it.
    Little,
}

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum LineEnd {
    /// X'0A'.
    #[default]
    Lf,
    /// X'0D0A'.
    #[cfg_attr(feature = "clap", value(name = "crlf"))]
    CrLf,
    /// X'15', next line in EBCDIC.
    Nel,
    /// X'0A' with or without X'0D' before it, or X'15' if that comes first.
    Auto,
}

impl LineEnd {
    /// The bytes; those of a line feed if they are told by the file.
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            LineEnd::Lf | LineEnd::Auto => b"\n",
            LineEnd::CrLf => b"\r\n",
            LineEnd::Nel => b"\x15",
        }
    }
}

/// What a file means that ends within a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Truncated {
    /// It is damaged.
    #[default]
    Error,
    /// The rest is left out, with a warning.
    Warn,
}

/// How a file is cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct FileFormat {
    /// How records are told apart.
    pub framing: Framing,
    /// Bytes before the first record.
    pub header: u64,
    /// Bytes behind the last record.
    pub footer: u64,
    /// What a file means that ends within a record.
    pub truncated: Truncated,
    /// Most bytes that a record of varying length may have, its words included; bounds the memory
    /// that a damaged length can ask for.
    pub max_record: usize,
    /// How blocks and the records in them are described.
    pub words: Words,
}

/// Descriptor words of [`Framing::Blocked`] and [`Framing::Spanned`], where a transfer program wrote
/// others than z/OS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Words {
    /// The length of a block counts its word.
    pub block_included: bool,
    /// The length of a record or segment counts its word.
    pub record_included: bool,
    /// Order of the lengths' bytes.
    pub endian: Endian,
}

impl Default for Words {
    fn default() -> Words {
        Words {
            block_included: true,
            record_included: true,
            endian: Endian::Big,
        }
    }
}

impl FileFormat {
    /// 1 MiB: 32 times what z/OS allows for a record.
    pub const MAX_RECORD: usize = 1 << 20;

    /// 8 MiB, eight times what Enterprise COBOL allows for a record of a file. A copybook whose record is
    /// longer is refused, since decoding holds a whole record; [`FileFormat::max_record`] should not be more.
    pub const LONGEST: usize = 8 << 20;

    /// Nothing around the records, truncation is an error, records of at most 1 MiB.
    #[must_use]
    pub fn new(framing: Framing) -> FileFormat {
        FileFormat {
            framing,
            header: 0,
            footer: 0,
            truncated: Truncated::Error,
            max_record: FileFormat::MAX_RECORD,
            words: Words::default(),
        }
    }

    /// The length that all records have.
    pub(crate) fn fixed_length(&self) -> Option<NonZeroUsize> {
        match self.framing {
            Framing::Fixed { length } => Some(length),
            _ => None,
        }
    }

    /// Walks over the records of a file in memory.
    ///
    /// An item is an error at most once, as the last one. A truncated last record that is only
    /// worth a warning ends the walk; [`Records::truncated`] tells of it.
    pub fn records<'a>(&self, data: &'a [u8]) -> Records<'a> {
        Records::new(*self, data)
    }
}

impl From<Framing> for FileFormat {
    fn from(framing: Framing) -> FileFormat {
        FileFormat::new(framing)
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Number, from 1.
    pub number: u64,
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// Its bytes, without descriptor words and line ends. Owned if they lie in several segments of
    /// a file in memory.
    pub bytes: Cow<'a, [u8]>,
}
