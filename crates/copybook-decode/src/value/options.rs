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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Trim {
    /// None.
    #[default]
    None,
    /// Leading ones.
    Left,
    /// Trailing ones.
    Right,
    /// Leading and trailing ones.
    Both,
}

impl Trim {
    pub(crate) fn leading(self) -> bool {
        matches!(self, Trim::Left | Trim::Both)
    }

    pub(crate) fn trailing(self) -> bool {
        matches!(self, Trim::Right | Trim::Both)
    }
}

/// Which sign codes are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Signs {
    /// What compilers write: C, D, and F for unsigned.
    #[default]
    Strict,
    /// Also A, B, E, and F in signed fields.
    Lenient,
}

/// Format of COMP-1 and COMP-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum FloatFormat {
    /// IBM hexadecimal, big endian.
    #[default]
    Ibm,
    /// IBM hexadecimal, little endian.
    IbmLittle,
    /// IEEE 754, big endian.
    IeeeBig,
    /// IEEE 754, little endian.
    IeeeLittle,
}

/// Values of BINARY / COMP / COMP-4 fields beyond their picture; COMP-5 always has its storage's
/// full range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum BinaryRange {
    /// The digits of the picture bound the value, as with TRUNC(STD).
    ///
    /// That is the default of compilers and guarantees it (Enterprise COBOL for z/OS Programming
    /// Guide, "TRUNC"); a greater value is an error.
    #[default]
    Picture,
    /// The storage bounds it.
    ///
    /// For data of programs compiled with TRUNC(BIN).
    Storage,
}
