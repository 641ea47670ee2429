//! The USAGE clause's words.

/// USAGE as written, synonyms merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Display,
    Display1,
    National,
    /// COMP, COMP-0, COMP-4, BINARY.
    Binary,
    /// COMP-5.
    Native,
    /// COMP-3, PACKED-DECIMAL.
    Packed,
    /// COMP-6.
    PackedUnsigned,
    /// COMP-1.
    Float,
    /// COMP-2.
    Double,
    Index,
    Pointer,
}

impl Usage {
    /// USAGE keywords. COMP-0 is what some vendors wrote for COMP before the standard fixed the
    /// names; readers of mainframe data take it as binary.
    pub(super) fn from_word(word: &str) -> Option<Usage> {
        let word = word
            .strip_prefix("COMPUTATIONAL")
            .map_or_else(|| word.to_owned(), |rest| format!("COMP{rest}"));
        Some(match word.as_str() {
            "DISPLAY" => Usage::Display,
            "DISPLAY-1" => Usage::Display1,
            "NATIONAL" => Usage::National,
            "BINARY" | "COMP" | "COMP-0" | "COMP-4" => Usage::Binary,
            "COMP-5" => Usage::Native,
            "COMP-3" | "PACKED-DECIMAL" => Usage::Packed,
            "COMP-6" => Usage::PackedUnsigned,
            "COMP-1" => Usage::Float,
            "COMP-2" => Usage::Double,
            "INDEX" => Usage::Index,
            "POINTER" => Usage::Pointer,
            _ => return None,
        })
    }

    /// The shortest of its words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Usage::Display => "DISPLAY",
            Usage::Display1 => "DISPLAY-1",
            Usage::National => "NATIONAL",
            Usage::Binary => "BINARY",
            Usage::Native => "COMP-5",
            Usage::Packed => "COMP-3",
            Usage::PackedUnsigned => "COMP-6",
            Usage::Float => "COMP-1",
            Usage::Double => "COMP-2",
            Usage::Index => "INDEX",
            Usage::Pointer => "POINTER",
        }
    }
}
