//! What a caller may choose about the form of the output.

use crate::value::ValueOptions;

/// What a program depends on, besides the schema and the code page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProgramOptions {
    pub values: ValueOptions,
    pub decimals: Decimals,
    pub names: Names,
    pub groups: Groups,
    pub long_records: LongRecords,
    pub tables: Tables,
    pub counts: Counts,
    pub fillers: Fillers,
    pub renames: Renames,
    pub group_text: bool,
}

/// Elementary items without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Fillers {
    /// They are not printed, and may hold anything.
    #[default]
    Drop,
    /// They are printed as FILLER, FILLER-2 and so on.
    Keep,
}

/// Entries of level 66 (RENAMES).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Renames {
    /// They are not printed: their bytes are, by the names of their fields.
    #[default]
    Drop,
    /// They are printed behind the fields that they start in.
    ///
    /// One that names a single elementary field is read as that one, all others as text.
    Keep,
}

/// How numbers are written; exact in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Decimals {
    /// "12.30": survives every JSON reader.
    #[default]
    Text,
    /// 12.30: shorter; readers that use floats lose digits behind the 15th.
    Number,
}

/// How JSON keys are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Names {
    /// CUSTOMER-ID.
    #[default]
    AsWritten,
    /// customer_id.
    Snake,
}

/// Whether groups become objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Groups {
    /// {"A":{"B":1}}.
    ///
    /// A single level-01 group is the object itself.
    #[default]
    Nested,
    /// {"B":1}; tables stay arrays.
    Flat,
}

/// Records that go on behind their last field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum LongRecords {
    /// They are invalid.
    #[default]
    Error,
    /// What is behind the last field is left out.
    Ignore,
}

/// Where fields behind a table of OCCURS DEPENDING ON lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Tables {
    /// Right behind the elements that there are.
    ///
    /// As compilers for z/OS have it.
    #[default]
    Slide,
    /// Behind the room for the greatest number of elements.
    ///
    /// As other compilers have it unless told otherwise (NOODOSLIDE).
    Full,
}

/// Counts of OCCURS DEPENDING ON below the least number of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Counts {
    /// They are invalid.
    #[default]
    Strict,
    /// They are taken as they are.
    Lenient,
}
