//! What a caller may choose about the output and about bad data.

use crate::codepage::CodePage;
use crate::kernel::KernelChoice;
use crate::program::{
    Counts, Decimals, Fillers, Groups, LongRecords, Names, ProgramOptions, Renames, Tables,
};
use crate::record::Endian;
use crate::value::{BinaryRange, FloatFormat, Signs, Trim, ValueOptions};

#[cfg(feature = "serde")]
use crate::schema::is_default;

use super::{LengthField, Selection};

/// Choices of one decoding. The default prints what is in the record and stops at the first
/// invalid byte.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct DecodeOptions {
    /// Character set of text and of zoned digits.
    pub code_page: CodePage,
    /// Fields, or groups of them, in another code page than the rest. A field's name has as many
    /// groups before it (`HEADER.NAME`) as it takes to be unique.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub field_pages: Vec<(String, CodePage)>,
    /// How numbers are written.
    pub decimals: Decimals,
    /// Which spaces of text fields are dropped.
    pub trim: Trim,
    /// Whether a stream ([`decode_stream`](crate::decode_stream)) prints each record's number in the
    /// file, from 1, as `_record`, and the offset of its first byte, behind a descriptor word, as
    /// `_offset`: before everything else.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub with_position: bool,
    /// The name of the file that a stream prints as `_file`, before everything else.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub with_file: Option<String>,
    /// Print only these fields, with everything in them; all of them if none is named. A name that
    /// several fields have stands for all of them, with groups before it (`HEADER.NAME`) for fewer.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub only: Vec<String>,
    /// Elementary items without a name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub fillers: Fillers,
    /// Entries of level 66.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub renames: Renames,
    /// Whether groups of nothing but characters are printed as text, too: as `_text`, before their
    /// fields. Where groups are no objects, the text has the group's name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub group_text: bool,
    /// How JSON keys are spelled.
    pub names: Names,
    /// Whether groups become objects.
    pub groups: Groups,
    /// Whether each elementary field is accompanied by its raw bytes (`NAME_raw`); a table of them
    /// by an array, unless it is empty.
    pub raw: Option<RawBytes>,
    /// What happens at an invalid field.
    pub on_error: OnError,
    /// Which sign codes are accepted.
    pub signs: Signs,
    /// Numbers in characters or packed that hold only spaces or only zero bytes.
    pub blank_numbers: BlankNumbers,
    /// Records that end before their last field.
    pub short_records: ShortRecords,
    /// Records that go on behind their last field.
    pub long_records: LongRecords,
    /// Whether tables of OCCURS DEPENDING ON take the room of their greatest length.
    pub tables: Tables,
    /// Counts of OCCURS DEPENDING ON below the least number.
    pub counts: Counts,
    /// Format of COMP-1 and COMP-2.
    pub floats: FloatFormat,
    /// Values of BINARY fields beyond their picture.
    pub binary_range: BinaryRange,
    /// Byte order of the machine that wrote COMP-5, COMP-N, INDEX and pointers: big endian on
    /// z/OS, little endian on x86. All other binary fields are big endian on both.
    pub native_order: Endian,
    /// Inner loops to use instead of the fastest that the CPU has.
    ///
    /// Not part of the serialised form: it is up to whoever runs the decoder, not to the data.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub kernel: Option<KernelChoice>,
    /// The field that says how long records are, with [`Framing::Computed`](crate::Framing).
    pub length_field: Option<LengthField>,
    /// For files with records of several kinds.
    pub select: Option<Selection>,
}

impl DecodeOptions {
    /// Those that the compiled program depends on.
    pub(crate) fn program(&self) -> ProgramOptions {
        ProgramOptions {
            values: ValueOptions {
                trim: self.trim,
                signs: self.signs,
                floats: self.floats,
                binary_range: self.binary_range,
                native_order: self.native_order,
            },
            decimals: self.decimals,
            names: self.names,
            groups: self.groups,
            long_records: self.long_records,
            tables: self.tables,
            counts: self.counts,
            fillers: self.fillers,
            renames: self.renames,
            group_text: self.group_text,
        }
    }
}

/// How raw bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum RawBytes {
    /// Lower-case hexadecimal.
    Hex,
    /// RFC 4648 with padding.
    Base64,
}

/// What happens at an invalid field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "kebab-case", deny_unknown_fields)
)]
pub enum OnError {
    /// Decoding ends with the error.
    #[default]
    Stop,
    /// The field becomes null and is counted; so do the fields behind a table whose count is
    /// invalid, since nobody knows where they lie, and those behind the end of a short record.
    Null,
    /// The record is left out and counted; more than `limit` of them end the decoding.
    Skip {
        /// Records that may be left out.
        limit: u64,
    },
}

/// By hand, since derived values have no fields. The limit of `skip` is for another flag to give.
#[cfg(feature = "clap")]
impl clap::ValueEnum for OnError {
    fn value_variants<'a>() -> &'a [OnError] {
        &[OnError::Stop, OnError::Null, OnError::Skip { limit: 0 }]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        let (name, help) = match self {
            OnError::Stop => ("stop", "Decoding ends with the error"),
            OnError::Null => (
                "null",
                "The field becomes null and is counted; so do the fields behind a table whose \
                 count is invalid, since nobody knows where they lie, and those behind the end of \
                 a short record",
            ),
            OnError::Skip { .. } => (
                "skip",
                "The record is left out and counted, up to --skip-limit",
            ),
        };
        Some(clap::builder::PossibleValue::new(name).help(help))
    }
}

/// Numbers in characters (zoned, edited, floating, USAGE NATIONAL) or packed that hold only spaces
/// or only zero bytes, where their picture does not make a number of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum BlankNumbers {
    /// They are invalid.
    #[default]
    Error,
    /// They are null.
    ///
    /// And counted as blank.
    Null,
    /// They are zero.
    ///
    /// And counted as blank.
    Zero,
}

/// Records that end before their last field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum ShortRecords {
    /// They are invalid; lines are filled up with spaces.
    #[default]
    Error,
    /// A field that is not there as a whole is null.
    Null,
    /// Text keeps what there is of it; other fields that are not there as a whole are null.
    Cut,
}
