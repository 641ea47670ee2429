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

/// Records that go on behind their last field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LongRecords {
    /// An error.
    #[default]
    Error,
    /// What is behind the last field is left out.
    Ignore,
}

/// Where fields behind a table of OCCURS DEPENDING ON lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tables {
    /// Right behind the elements that there are, as compilers for z/OS have it.
    #[default]
    Slide,
    /// Behind the room for the greatest number of elements, as other compilers have it unless told
    /// otherwise (NOODOSLIDE).
    Full,
}

/// Counts of OCCURS DEPENDING ON below the least number of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counts {
    /// An error.
    #[default]
    Strict,
    /// Taken as they are.
    Lenient,
}
