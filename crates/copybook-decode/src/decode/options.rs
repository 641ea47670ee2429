//! What a caller may choose about the output and about bad data.

use crate::codepage::CodePage;
use crate::kernel::KernelChoice;
use crate::program::{Decimals, Groups, Names, ProgramOptions};
use crate::record::Endian;
use crate::value::{BinaryRange, FloatFormat, PackedBlanks, Signs, Trim, ValueOptions};

use super::Selection;

/// Choices of one decoding. The default prints what is in the record and stops at the first
/// invalid byte.
#[derive(Debug, Clone, Default)]
pub struct DecodeOptions {
    /// Character set of text and of zoned digits.
    pub code_page: CodePage,
    /// How numbers are written.
    pub decimals: Decimals,
    /// Which spaces of text fields are dropped.
    pub trim: Trim,
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
    /// Packed fields that hold only spaces or only zero bytes.
    pub packed_blanks: PackedBlanks,
    /// Format of COMP-1 and COMP-2.
    pub floats: FloatFormat,
    /// Values of BINARY fields beyond their picture.
    pub binary_range: BinaryRange,
    /// Byte order of the machine that wrote COMP-5, COMP-N, INDEX and pointers: big endian on
    /// z/OS, little endian on x86. All other binary fields are big endian on both.
    pub native_order: Endian,
    /// Inner loops to use instead of the fastest that the CPU has.
    pub kernel: Option<KernelChoice>,
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
                packed_blanks: self.packed_blanks,
                floats: self.floats,
                binary_range: self.binary_range,
                native_order: self.native_order,
            },
            decimals: self.decimals,
            names: self.names,
            groups: self.groups,
        }
    }
}

/// How raw bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawBytes {
    /// Lower-case hexadecimal.
    Hex,
    /// RFC 4648 base64 with padding.
    Base64,
}

/// What happens at an invalid field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Decoding ends with the error.
    #[default]
    Stop,
    /// The field becomes `null` and is counted.
    Null,
    /// The record is left out and counted; more than `limit` of them end the decoding.
    Skip {
        /// Records that may be left out.
        limit: u64,
    },
}
