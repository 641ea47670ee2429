//! What a caller may choose about the output and about bad data.

use crate::codepage::CodePage;

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
    /// Whether each elementary field is accompanied by its raw bytes (`NAME_raw`).
    pub raw: Option<RawBytes>,
    /// What happens at an invalid field.
    pub on_error: OnError,
    /// Which sign codes are accepted.
    pub signs: Signs,
    /// Packed fields that hold only spaces or only zero bytes.
    pub packed_blanks: PackedBlanks,
    /// Format of COMP-1 and COMP-2.
    pub floats: FloatFormat,
}

/// How numbers are written; exact in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decimals {
    /// `"12.30"`: survives every JSON reader.
    #[default]
    Text,
    /// `12.30`: shorter; a reader that goes through a 64-bit float loses digits behind the 15th.
    Number,
}

/// Which spaces of text fields are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trim {
    /// None.
    #[default]
    None,
    /// Trailing ones.
    Right,
    /// Leading and trailing ones.
    Both,
}

/// How JSON keys are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// `CUSTOMER-ID`, as in the copybook.
    #[default]
    AsWritten,
    /// `customer_id`.
    Snake,
}

/// Whether groups become objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Groups {
    /// `{"A":{"B":1}}`; a single level-01 group is the object itself.
    #[default]
    Nested,
    /// `{"B":1}`; tables stay arrays.
    Flat,
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

/// Which sign codes are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// Only what a COBOL compiler writes: C, D, and F for unsigned.
    #[default]
    Strict,
    /// Also A, B, E, and F in signed fields.
    Lenient,
}

/// Packed fields that hold only spaces (X'40' or X'20') or only zero bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackedBlanks {
    /// An error.
    #[default]
    Error,
    /// Zero.
    Zero,
}

/// Format of COMP-1 and COMP-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FloatFormat {
    /// IBM hexadecimal, big endian.
    #[default]
    Ibm,
    /// IEEE 754, big endian.
    IeeeBig,
    /// IEEE 754, little endian.
    IeeeLittle,
}
