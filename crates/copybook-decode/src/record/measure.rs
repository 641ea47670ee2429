//! Records that only their contents can measure.

use std::fmt;

/// Tells how long records are that have neither a descriptor word nor an end of their own: see
/// [`Framing::Computed`](super::Framing::Computed). A [`Decoder`](crate::Decoder) does.
pub(crate) trait Measure: fmt::Debug + Send + Sync {
    /// How long the record is that `data` begins with; there may be more behind it.
    ///
    /// # Errors
    /// What is wrong with the bytes that should tell.
    fn measure(&self, data: &[u8]) -> Result<Measured, Unmeasured>;
}

/// A length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measured {
    /// Bytes of the record.
    Length(usize),
    /// It takes so many bytes to tell.
    AtLeast(usize),
}

/// Why a record cannot be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmeasured {
    /// Offset of the bytes in question from the start of the record.
    pub at: usize,
    /// How many they are.
    pub len: usize,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub remedy: &'static str,
}
