//! A parsed copybook with its layout: what every field is and where its bytes lie.
//!
//! The way through, in order: `source` (areas, continuation), `directive` (conditional
//! compilation), `lexer` (words), `copy` (members), `entry` (clauses), `tree` (groups), `resolve` (names), `kind` (what an item is),
//! `layout` (offsets). Rules come from the Enterprise COBOL for z/OS Language Reference; each file
//! names its section.
//!
//! Taken beyond that reference, because the data of other compilers has it and it can mean only
//! one thing: up to 38 digits, in 9 to 16 bytes as binary from 19 on; COMP-0 (binary), COMP-6
//! (packed without a sign), COMP-X and COMP-N (binary in as few bytes as it takes); SIGN SEPARATE without S in the picture, which then counts as signed;
//! S beside an explicit decimal point, with the sign in the zone of the last digit; redefinitions
//! longer than what they redefine below level 01, the group then holding the longest; entries
//! without a level 01 above them, which get one named `FILLER`; constants (level 78, CONSTANT) and
//! BINARY-CHAR to BINARY-DOUBLE. Where the caller allows vendors' usages, also COMP-3U (packed
//! without a sign) and COMP-9 (binary, least significant byte first).

mod copy;
mod directive;
mod entry;
mod error;
mod field;
mod kind;
mod layout;
mod leave_out;
mod lexer;
mod options;
mod picture;
mod query;
mod resolve;
#[cfg(feature = "serde")]
pub mod serde_path;
mod source;
mod tree;
mod usage;

use std::num::NonZeroUsize;

use bumpalo::Bump;
use compact_str::CompactString;

pub use error::SchemaError;
#[cfg(feature = "serde")]
pub(crate) use options::is_default;
pub use options::{CopybookOptions, NSymbol, SourceFormat, may_be_currency};

/// Bytes that a record may have: the limit of Enterprise COBOL (Language Reference, "Compiler
/// limits"), and what keeps every product of OCCURS counts within bounds.
pub(crate) const MAX_BYTES: usize = 999_999_999;

/// The name of an entry without a name.
const FILLER: CompactString = CompactString::const_new("FILLER");

impl Schema {
    /// Parses a copybook with the default options: format detected, no COPY.
    ///
    /// # Errors
    /// The first thing that is not understood or not supported, with its line.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        Self::parse_with(text, &CopybookOptions::default())
    }

    /// Parses a copybook as it lies in a file: UTF-8, UTF-16 with its mark, EBCDIC (told by its
    /// bytes), else Latin-1.
    ///
    /// # Errors
    /// As [`Schema::parse`]; also members of COPY that cannot be found or read.
    pub fn parse_bytes(bytes: &[u8], options: &CopybookOptions) -> Result<Self, SchemaError> {
        Self::parse_with(&source::text_of(bytes), options)
    }

    fn parse_with(text: &str, options: &CopybookOptions) -> Result<Self, SchemaError> {
        let mut sources = source::Sources::default();
        let fault = match parse(text, options.format, options, &mut sources) {
            Ok(schema) => return Ok(schema),
            Err(fault) => fault,
        };
        let detected = sources.detected(0, options.format);
        if let Some(at) = sources.cut_off(fault.at)
            && detected.area_a
            && !sources.has_tabs(at)
        {
            // What an entry in area A decides is not decided anew because of a line that is too
            // long.
            return Err(SchemaError::new(fault.cut_off(at), &sources));
        }
        let Some(other) = detected.other(options.format) else {
            return Err(SchemaError::new(fault, &sources));
        };
        let mut others = source::Sources::default();
        match parse(text, other, options, &mut others) {
            Ok(schema) => Ok(schema),
            // The reading that got further is the better one.
            Err(second) if second.at.line() > fault.at.line() => Err(SchemaError::new(
                second.rather_than(&detected, &fault),
                &others,
            )),
            Err(_) => Err(SchemaError::new(fault, &sources)),
        }
    }
}

fn parse(
    text: &str,
    format: SourceFormat,
    options: &CopybookOptions,
    sources: &mut source::Sources,
) -> Result<Schema, error::Fault> {
    let file = sources.add(None, text)?;
    let entries = {
        // Freed before the tree is built, which then takes the same memory.
        let kept = Bump::new();
        let (tokens, conditions) = copy::expand(sources, file, format, options, &kept)?;
        entry::entries(&tokens, options, conditions.defined())?
    };
    if entries.is_empty() {
        let at = error::At::new(file, 1, 1, 1);
        return Err(error::Fault::expected(
            at,
            "at least one data description entry",
            "none",
        ));
    }
    layout::lay_out(tree::build(entries)?)
}

/// A copybook, parsed and laid out.
///
/// Fields live in one vector in source order (a parent before its children), so that a program can
/// be compiled in one pass and a field is named by its index. Fields lie in their groups, siblings overlap only
/// by REDEFINES, and counts come before their tables: nothing outside of this module can change that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    fields: Vec<Field>,
    roots: Vec<FieldId>,
}

/// Index of a field in [`Schema::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(usize);

/// One data description entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    level: u8,
    name: CompactString,
    line: usize,
    parent: Option<FieldId>,
    offset: usize,
    size: usize,
    occurs: Option<Occurs>,
    redefines: Option<FieldId>,
    picture: Option<CompactString>,
    usage: Option<&'static str>,
    kind: Kind,
    conditions: Vec<Condition>,
}

/// OCCURS min TO max DEPENDING ON field. A fixed table has `min == max` and no `depending_on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurs {
    min: usize,
    max: NonZeroUsize,
    depending_on: Option<FieldId>,
}

/// A level-88 entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    name: CompactString,
    values: CompactString,
}

/// What a field's bytes mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A group; its children follow it in [`Schema::fields`] with this field as parent.
    Group {
        /// Direct children in source order.
        children: Vec<FieldId>,
    },
    /// PIC X, PIC A, or a mixture with 9: one byte a character.
    Text {
        /// JUSTIFIED RIGHT.
        justified: bool,
    },
    /// PIC N / USAGE NATIONAL: UTF-16 big endian, two bytes a character.
    National,
    /// PIC G / USAGE DISPLAY-1: double-byte characters.
    Dbcs,
    /// PIC U / USAGE UTF-8.
    Utf8 {
        /// Characters of the value; the bytes behind them, up to four a character in all, are
        /// spaces. `None` with BYTE-LENGTH: the value is all bytes.
        chars: Option<usize>,
    },
    /// USAGE DISPLAY numeric.
    Zoned {
        /// Digits and scale.
        number: Number,
        /// Where the sign is.
        sign: Sign,
        /// BLANK WHEN ZERO: a field of spaces is zero.
        blank_when_zero: bool,
    },
    /// USAGE COMP-3 / PACKED-DECIMAL, or COMP-6 (no sign nibble).
    Packed {
        /// Digits and scale.
        number: Number,
        /// PIC with S.
        signed: bool,
        /// False for COMP-6.
        sign_nibble: bool,
    },
    /// USAGE BINARY / COMP / COMP-4 / COMP-X (digits bound the value) or COMP-5 / COMP-N (the
    /// storage does). In [`Field::size`] bytes: 2, 4 or 8 up to 18 digits, 9 to 16 for 19 to 38
    /// digits; COMP-X and COMP-N have the fewest that hold the digits. Big endian if not `native`.
    Binary {
        /// Digits and scale. Of COMP-X, the digits of the greatest number in its storage.
        number: Number,
        /// PIC with S.
        signed: bool,
        /// COMP-5, COMP-N, BINARY-CHAR to BINARY-DOUBLE, INDEX, pointers: full range of the storage, whatever the picture says,
        /// and the byte order of the machine.
        native: bool,
        /// COMP-9: the least significant byte first on every machine.
        little: bool,
    },
    /// COMP-1 (4 bytes) and COMP-2 (8 bytes).
    Float,
    /// Numeric-edited picture, expanded (`Z(3)9.99-` as `ZZZ9.99-`).
    Edited {
        /// Digits and scale of the value it shows.
        number: Number,
        /// Expanded picture, upper case. V and P take no byte; nor does a leading S, whose sign
        /// is the zone of the last digit (`S999.99`, beyond the Language Reference).
        picture: String,
        /// BLANK WHEN ZERO: a field of spaces is zero.
        blank_when_zero: bool,
    },
    /// External floating point, `+9(3)V99E+99`: mantissa and exponent in characters.
    ExternalFloat {
        /// Expanded picture, upper case; V takes no byte.
        picture: String,
    },
    /// A number with USAGE NATIONAL: the characters that it has with USAGE DISPLAY, each as two
    /// bytes of UTF-16, big endian.
    NationalNumber {
        /// What it is with USAGE DISPLAY: [`Kind::Zoned`] without overpunched sign,
        /// [`Kind::Edited`] or [`Kind::ExternalFloat`].
        display: Box<Kind>,
    },
    /// Level 66: another view of the bytes from one field through another.
    Rename {
        /// First field of the range.
        from: FieldId,
        /// Last field of the range (equal to `from` without THROUGH).
        through: FieldId,
    },
}

impl Kind {
    /// Whether it is characters of a code page.
    pub(crate) fn has_characters(&self) -> bool {
        matches!(
            self,
            Kind::Text { .. }
                | Kind::Dbcs
                | Kind::Zoned { .. }
                | Kind::Edited { .. }
                | Kind::ExternalFloat { .. }
        )
    }

    /// Digits and scale of what DEPENDING ON may name if the scale is 0: zoned, packed, binary.
    pub(crate) fn countable(&self) -> Option<Number> {
        match self {
            Kind::Zoned { number, .. }
            | Kind::Packed { number, .. }
            | Kind::Binary { number, .. } => Some(*number),
            Kind::NationalNumber { display } => display.countable(),
            _ => None,
        }
    }
}

/// Digits stored and the power of ten they are scaled by: value = integer * 10^-scale.
///
/// `S9(9)V99` has 11 digits and scale 2; `9(5)PPP` has 5 digits and scale -3; `PPP9(5)` has
/// 5 digits and scale 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Decimal digits that are stored, 1 to 38.
    pub digits: u8,
    /// Digits behind the decimal point; negative for trailing P.
    pub scale: i8,
}

/// Where a zoned number keeps its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// PIC without S.
    Unsigned,
    /// In the zone of the last digit (the default with S).
    TrailingOverpunch,
    /// In the zone of the first digit.
    LeadingOverpunch,
    /// A `+` or `-` of its own behind the digits.
    TrailingSeparate,
    /// A `+` or `-` of its own before the digits.
    LeadingSeparate,
}
