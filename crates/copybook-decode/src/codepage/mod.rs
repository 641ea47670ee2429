//! Code pages: what each byte of a text field stands for.

/// A single-byte character set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodePage {
    /// EBCDIC US/Canada, `cp037`.
    #[default]
    Cp037,
    /// US-ASCII; bytes from X'80' are invalid.
    Ascii,
}
