//! What a caller may say about a copybook's text.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Choices of one parse. The default is that of Enterprise COBOL, with the format detected and no
/// folder to COPY from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct CopybookOptions {
    /// Reference format.
    pub format: SourceFormat,
    /// Folders in which COPY looks for members, in this order. Empty: COPY is an error.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_path::each"))]
    pub copy_dirs: Vec<PathBuf>,
    /// DECIMAL-POINT IS COMMA: `,` and `.` exchange their roles in pictures.
    pub decimal_point_is_comma: bool,
    /// Picture symbol of CURRENCY SIGN, standing for one byte of data.
    pub currency: char,
    /// Names of conditional compilation with their values: a number, text (with or without
    /// quotes), `B'0'`, `B'1'`, or nothing, which is `B'1'`.
    pub define: BTreeMap<String, String>,
    /// Text to replace by other text, as `COPY ... REPLACING ==from== BY ==to==` does: for members
    /// with placeholders such as `:TAG:`.
    pub replace: Vec<(String, String)>,
    /// COMP-3U is packed without a sign, COMP-9 binary with its least significant byte first.
    pub vendor_usages: bool,
    /// What PIC N is without a USAGE.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub nsymbol: NSymbol,
}

/// Options that came later are not written unless they are chosen, so that programs that do not
/// know them can read what was written without them.
#[cfg(feature = "serde")]
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for CopybookOptions {
    fn default() -> Self {
        Self {
            format: SourceFormat::Auto,
            copy_dirs: Vec::new(),
            decimal_point_is_comma: false,
            currency: '$',
            define: BTreeMap::new(),
            replace: Vec::new(),
            vendor_usages: false,
            nsymbol: NSymbol::National,
        }
    }
}

/// Reference format of a copybook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum SourceFormat {
    /// Told from where entries start and what else the columns hold.
    ///
    /// Fixed where a line has a sequence number, a continuation or an entry in column 8; free where
    /// an entry starts further left; fixed otherwise. If the text cannot be read like that, the
    /// other one is tried. Directives (`>>SOURCE`, `$SET SOURCEFORMAT`) count more than either.
    #[default]
    Auto,
    /// Columns 1-6 sequence, 7 indicator, 8-72 text.
    Fixed,
    /// Text anywhere.
    Free,
}

/// What PIC N is without a USAGE: the compiler option NSYMBOL (Enterprise COBOL for z/OS Programming
/// Guide, "NSYMBOL").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum NSymbol {
    /// USAGE NATIONAL, UTF-16.
    #[default]
    National,
    /// USAGE DISPLAY-1, the two-byte characters of the code page.
    Dbcs,
}

/// Whether CURRENCY SIGN may name that character: no symbol of pictures and no separator
/// (Enterprise COBOL Language Reference, "CURRENCY SIGN clause"). Letters in upper case.
pub fn may_be_currency(character: char) -> bool {
    !"ABCDEGNPRSUVXZ0123456789*+-/,.;()\"'= ".contains(character)
}
