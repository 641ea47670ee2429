//! What a caller may choose about the form of the output.

use crate::value::ValueOptions;

/// What a program depends on, besides the schema and the code page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProgramOptions {
    pub values: ValueOptions,
    pub decimals: Decimals,
    pub names: Names,
    pub groups: Groups,
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
