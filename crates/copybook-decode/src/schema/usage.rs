//! The USAGE clause's words.

use std::borrow::Cow;

/// USAGE as written, synonyms merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Display,
    Display1,
    National,
    Utf8,
    /// COMP, COMP-0, COMP-4, BINARY.
    Binary,
    /// COMP-9, of vendors.
    LittleBinary,
    /// COMP-5.
    Native,
    /// COMP-X.
    BytesBig,
    /// COMP-N.
    BytesNative,
    /// COMP-3, PACKED-DECIMAL.
    Packed,
    /// COMP-6.
    PackedUnsigned,
    /// COMP-1.
    Float,
    /// COMP-2.
    Double,
    /// BINARY-CHAR, -SHORT, -LONG, -DOUBLE of ISO/IEC 1989: the full range of so many bytes.
    BinarySized {
        bytes: u8,
        signed: bool,
    },
    Index,
    /// POINTER, POINTER-32.
    Pointer,
    ProcedurePointer,
    FunctionPointer,
    ObjectReference,
}

impl Usage {
    /// USAGE keywords. COMP-0 is what some vendors wrote for COMP before the standard fixed the
    /// names; readers of mainframe data take it as binary.
    pub(super) fn from_word(word: &str) -> Option<Usage> {
        let word: Cow<'_, str> = match word.strip_prefix("COMPUTATIONAL") {
            Some(rest) => format!("COMP{rest}").into(),
            None => word.into(),
        };
        Some(match &*word {
            "DISPLAY" => Usage::Display,
            "DISPLAY-1" => Usage::Display1,
            "NATIONAL" => Usage::National,
            "UTF-8" => Usage::Utf8,
            "BINARY" | "COMP" | "COMP-0" | "COMP-4" => Usage::Binary,
            "COMP-5" => Usage::Native,
            "COMP-X" => Usage::BytesBig,
            "COMP-N" => Usage::BytesNative,
            "COMP-3" | "PACKED-DECIMAL" => Usage::Packed,
            "COMP-6" | "COMP-3U" => Usage::PackedUnsigned,
            "COMP-9" => Usage::LittleBinary,
            "COMP-1" => Usage::Float,
            "COMP-2" => Usage::Double,
            "BINARY-CHAR" => Usage::binary_sized(1),
            "BINARY-SHORT" => Usage::binary_sized(2),
            "BINARY-LONG" => Usage::binary_sized(4),
            "BINARY-DOUBLE" | "BINARY-LONG-LONG" => Usage::binary_sized(8),
            "INDEX" => Usage::Index,
            "POINTER" | "POINTER-32" => Usage::Pointer,
            "PROCEDURE-POINTER" => Usage::ProcedurePointer,
            "FUNCTION-POINTER" => Usage::FunctionPointer,
            // Of OBJECT REFERENCE.
            "OBJECT" => Usage::ObjectReference,
            _ => return None,
        })
    }

    /// Signed unless UNSIGNED follows.
    fn binary_sized(bytes: u8) -> Usage {
        Usage::BinarySized {
            bytes,
            signed: true,
        }
    }

    /// Whether a word is one that vendors give a meaning, and so must be allowed.
    pub(super) fn is_vendors(word: &str) -> bool {
        ["COMP-3U", "COMP-9", "COMPUTATIONAL-3U", "COMPUTATIONAL-9"].contains(&word)
    }

    /// Whether it says everything, so that a PICTURE contradicts it.
    pub(super) fn needs_no_picture(self) -> bool {
        matches!(
            self,
            Usage::Float
                | Usage::Double
                | Usage::BinarySized { .. }
                | Usage::Index
                | Usage::Pointer
                | Usage::ProcedurePointer
                | Usage::FunctionPointer
                | Usage::ObjectReference
        )
    }

    /// The shortest of its words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Usage::Display => "DISPLAY",
            Usage::Display1 => "DISPLAY-1",
            Usage::National => "NATIONAL",
            Usage::Utf8 => "UTF-8",
            Usage::Binary => "BINARY",
            Usage::LittleBinary => "COMP-9",
            Usage::Native => "COMP-5",
            Usage::BytesBig => "COMP-X",
            Usage::BytesNative => "COMP-N",
            Usage::Packed => "COMP-3",
            Usage::PackedUnsigned => "COMP-6",
            Usage::Float => "COMP-1",
            Usage::Double => "COMP-2",
            Usage::BinarySized { bytes: 1, .. } => "BINARY-CHAR",
            Usage::BinarySized { bytes: 2, .. } => "BINARY-SHORT",
            Usage::BinarySized { bytes: 4, .. } => "BINARY-LONG",
            Usage::BinarySized { .. } => "BINARY-DOUBLE",
            Usage::Index => "INDEX",
            Usage::Pointer => "POINTER",
            Usage::ProcedurePointer => "PROCEDURE-POINTER",
            Usage::FunctionPointer => "FUNCTION-POINTER",
            Usage::ObjectReference => "OBJECT REFERENCE",
        }
    }
}
