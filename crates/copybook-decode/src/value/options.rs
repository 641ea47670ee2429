//! What a caller may choose about the reading of values.

use crate::record::Endian;

/// How the bytes of fields are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ValueOptions {
    pub trim: Trim,
    pub signs: Signs,
    pub floats: FloatFormat,
    pub binary_range: BinaryRange,
    pub native_order: Endian,
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

/// Which sign codes are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// Only what a COBOL compiler writes: C, D, and F for unsigned.
    #[default]
    Strict,
    /// Also A, B, E, and F in signed fields.
    Lenient,
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

/// Values of BINARY / COMP / COMP-4 fields beyond their picture; COMP-5 always has its storage's
/// full range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BinaryRange {
    /// The digits of the picture bound the value, as programs compiled with `TRUNC(STD)`, the
    /// default, guarantee (Enterprise COBOL for z/OS Programming Guide, "TRUNC"). More is an error.
    #[default]
    Picture,
    /// The storage bounds the value: for data of programs compiled with `TRUNC(BIN)`.
    Storage,
}
