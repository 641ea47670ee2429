//! Why bytes are not a value.

use std::borrow::Cow;

/// Why the bytes of one field are not what its picture says. Positions are relative to the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// First offending byte.
    pub at: usize,
    /// Number of offending bytes.
    pub len: usize,
    /// What was expected, for example `a digit X'F0' to X'F9'`.
    pub expected: Cow<'static, str>,
    /// What to do.
    pub remedy: &'static str,
}

impl Fault {
    pub(crate) fn new(
        at: usize,
        len: usize,
        expected: impl Into<Cow<'static, str>>,
        remedy: &'static str,
    ) -> Fault {
        Fault {
            at,
            len,
            expected: expected.into(),
            remedy,
        }
    }
}
