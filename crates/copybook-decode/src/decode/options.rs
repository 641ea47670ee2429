//! What a caller may choose about the output and about bad data.

use crate::codepage::CodePage;
use crate::record::Endian;

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

/// Packed fields with a sign that hold only spaces (X'40' or X'20') or only zero bytes.
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

/// A family of inner loops. All of them print the same; they differ in what CPU they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KernelChoice {
    /// Safe Rust for every CPU; what the others are tested against.
    Scalar,
    /// x86-64 with AVX2, BMI1, BMI2 and LZCNT.
    Avx2,
    /// x86-64 with AVX-512 F, BW, VL and VBMI.
    Avx512,
    /// aarch64.
    Neon,
}

impl KernelChoice {
    /// The name that [`std::str::FromStr`] reads: `scalar`, `avx2`, `avx512`, `neon`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KernelChoice::Scalar => "scalar",
            KernelChoice::Avx2 => "avx2",
            KernelChoice::Avx512 => "avx512",
            KernelChoice::Neon => "neon",
        }
    }
}

impl std::str::FromStr for KernelChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [
            KernelChoice::Scalar,
            KernelChoice::Avx2,
            KernelChoice::Avx512,
            KernelChoice::Neon,
        ]
        .into_iter()
        .find(|choice| choice.name() == name)
        .ok_or_else(|| format!("expected a kernel (scalar, avx2, avx512 or neon), found `{name}`"))
    }
}
