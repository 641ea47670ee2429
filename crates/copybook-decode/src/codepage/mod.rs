//! Code pages: what each byte of a text field stands for.
//!
//! Line ends: X'15' is U+0085 (next line) and X'25' is U+000A (line feed) on every EBCDIC page, as
//! in IBM's tables, ICU, the C library and Python's `cp037`. Java and z/OS UNIX swap the two on
//! some pages; who needs that brings a table of his own ([`CodePage::from_mapping`]).

mod double;
mod mapping;
// One table a paragraph, six entries a line: rustfmt would give every entry a line of its own.
#[rustfmt::skip]
mod tables;
mod ucm;
#[cfg(feature = "serde")]
mod written;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub(crate) use double::{DoubleBytes, Switch};
pub use mapping::{MappingError, UserTable};

/// The character of each byte; `None` where the page assigns none.
pub(crate) type Table = [Option<char>; 256];

/// Declares the pages that are built in: variant, name, table, what it is for.
macro_rules! pages {
    ($($(#[$attribute:meta])? $variant:ident $name:literal $table:expr, $doc:literal;)+) => {
        /// A character set: one byte a character, and in a user's table also two.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub enum CodePage {
            $($(#[$attribute])? #[doc = $doc] $variant,)+
            /// Read from a mapping file of the user's.
            User(Arc<UserTable>),
        }

        impl CodePage {
            /// Every page that is built in.
            pub const BUILT_IN: &[CodePage] = &[$(CodePage::$variant,)+];

            /// The character of each byte that is one.
            #[must_use]
            pub fn chars(&self) -> &[Option<char>; 256] {
                match self {
                    $(CodePage::$variant => &$table,)+
                    CodePage::User(table) => &table.chars,
                }
            }

            /// The name that [`FromStr`] reads, or the one a user's table was given.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(CodePage::$variant => $name,)+
                    CodePage::User(table) => &table.name,
                }
            }
        }
    };
}

pages! {
    #[default] Cp037 "cp037" tables::CP037, "EBCDIC: USA, Canada, Netherlands, Portugal, Brazil.";
    Cp273 "cp273" tables::CP273, "EBCDIC: Germany, Austria.";
    Cp274 "cp274" tables::CP274, "EBCDIC: Belgium, the older page.";
    Cp277 "cp277" tables::CP277, "EBCDIC: Denmark, Norway.";
    Cp278 "cp278" tables::CP278, "EBCDIC: Finland, Sweden.";
    Cp280 "cp280" tables::CP280, "EBCDIC: Italy.";
    Cp284 "cp284" tables::CP284, "EBCDIC: Spain, Latin America.";
    Cp285 "cp285" tables::CP285, "EBCDIC: United Kingdom, Ireland.";
    Cp297 "cp297" tables::CP297, "EBCDIC: France.";
    Cp500 "cp500" tables::CP500, "EBCDIC: international, Belgium, Switzerland.";
    Cp838 "cp838" tables::CP838, "EBCDIC: Thai.";
    Cp870 "cp870" tables::CP870, "EBCDIC: Latin 2, Central Europe.";
    Cp875 "cp875" tables::CP875, "EBCDIC: Greek.";
    Cp924 "cp924" tables::CP924, "EBCDIC: Latin 9, the repertoire of ISO 8859-15.";
    Cp1025 "cp1025" tables::CP1025, "EBCDIC: Cyrillic.";
    Cp1026 "cp1026" tables::CP1026, "EBCDIC: Turkish.";
    Cp1047 "cp1047" tables::CP1047, "EBCDIC: Latin 1 for open systems (z/OS UNIX).";
    Cp1140 "cp1140" tables::CP1140, "Page 37 with the euro sign.";
    Cp1141 "cp1141" tables::CP1141, "Page 273 with the euro sign.";
    Cp1142 "cp1142" tables::CP1142, "Page 277 with the euro sign.";
    Cp1143 "cp1143" tables::CP1143, "Page 278 with the euro sign.";
    Cp1144 "cp1144" tables::CP1144, "Page 280 with the euro sign.";
    Cp1145 "cp1145" tables::CP1145, "Page 284 with the euro sign.";
    Cp1146 "cp1146" tables::CP1146, "Page 285 with the euro sign.";
    Cp1147 "cp1147" tables::CP1147, "Page 297 with the euro sign.";
    Cp1148 "cp1148" tables::CP1148, "Page 500 with the euro sign.";
    Cp1149 "cp1149" tables::CP1149, "EBCDIC: Iceland, with the euro sign.";
    Cp1160 "cp1160" tables::CP1160, "EBCDIC: Thai, with the euro sign.";
    Ascii "ascii" ASCII, "US-ASCII; bytes from X'80' are unassigned.";
    Latin1 "iso-8859-1" LATIN_1, "ISO 8859-1: every byte is the code point of the same number.";
}

impl CodePage {
    /// The characters of two bytes, which only a user's table can have.
    pub(crate) fn double_bytes(&self) -> Option<&Arc<DoubleBytes>> {
        match self {
            CodePage::User(table) => table.double.as_ref(),
            _ => None,
        }
    }

    /// The byte that stands for a character; the lowest where several do.
    pub(crate) fn byte(&self, character: char) -> Option<u8> {
        (0..=u8::MAX).find(|&byte| self.chars()[usize::from(byte)] == Some(character))
    }
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a built-in code page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the name of a code page ({}), found `{found}`; for any other page give a mapping file",
    names()
)]
pub struct UnknownCodePage {
    found: String,
}

/// `cp037`, `037`, `37`, `ibm037`, `IBM-1047`, `ccsid500`; `ascii`, `us-ascii`; `latin-1`,
/// `iso-8859-1`.
impl FromStr for CodePage {
    type Err = UnknownCodePage;

    fn from_str(name: &str) -> Result<Self, UnknownCodePage> {
        let key: String = name.to_ascii_lowercase().replace(['-', '_'], "");
        let page = match key.as_str() {
            "ascii" | "usascii" => Some(CodePage::Ascii),
            "latin1" | "iso88591" => Some(CodePage::Latin1),
            _ => by_number(&key),
        };
        page.ok_or_else(|| UnknownCodePage {
            found: name.to_owned(),
        })
    }
}

fn by_number(key: &str) -> Option<CodePage> {
    let digits = ["ccsid", "ibm", "cp"]
        .iter()
        .find_map(|p| key.strip_prefix(p))
        .unwrap_or(key);
    // Only digits: `parse` alone would accept a sign.
    let number: u16 = digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok())??;
    let name = format!("cp{number:03}");
    CodePage::BUILT_IN
        .iter()
        .find(|page| page.name() == name)
        .cloned()
}

fn names() -> String {
    let names: Vec<&str> = CodePage::BUILT_IN.iter().map(CodePage::name).collect();
    names.join(", ")
}

static ASCII: Table = latin(0x80);
static LATIN_1: Table = latin(0x100);

/// The first `count` bytes stand for the code points of the same numbers.
const fn latin(count: usize) -> Table {
    let mut table = [None; 256];
    let mut byte = 0;
    while byte < count {
        table[byte] = Some(byte as u8 as char);
        byte += 1;
    }
    table
}

/// `base` with some bytes changed; U+FFFF, which is no character, marks the unassigned ones.
const fn with(base: &Table, changes: &[(u8, char)]) -> Table {
    let mut table = *base;
    let mut index = 0;
    while index < changes.len() {
        let (byte, character) = changes[index];
        table[byte as usize] = if character == '\u{FFFF}' {
            None
        } else {
            Some(character)
        };
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_each_of_its_names() {
        for page in CodePage::BUILT_IN {
            assert_eq!(page.name().parse().as_ref(), Ok(page));
        }
        for name in ["cp037", "037", "37", "ibm037", "IBM-37", "CCSID37"] {
            assert_eq!(name.parse(), Ok(CodePage::Cp037), "{name}");
        }
        assert_eq!("latin-1".parse(), Ok(CodePage::Latin1));
        assert_eq!("US-ASCII".parse(), Ok(CodePage::Ascii));
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        for name in ["", "cp", "1150", "cp+37", "99999", "ebcdic"] {
            let error = name.parse::<CodePage>().unwrap_err().to_string();
            assert!(
                error.contains(&format!("`{name}`")) && error.contains("cp1047"),
                "{error}"
            );
        }
    }

    /// Zoned decimals and the copybook's own names rely on these on every EBCDIC page.
    #[test]
    fn digits_and_the_space_are_where_ebcdic_has_them() {
        for page in CodePage::BUILT_IN
            .iter()
            .filter(|page| page.name().starts_with("cp"))
        {
            for (digit, character) in ('0'..='9').enumerate() {
                assert_eq!(page.chars()[0xF0 + digit], Some(character), "{page}");
            }
            assert_eq!(page.byte(' '), Some(0x40), "{page}");
        }
    }

    #[test]
    fn a_byte_stands_for_the_character_that_stands_for_it() {
        assert_eq!(CodePage::Cp037.byte('A'), Some(0xC1));
        assert_eq!(CodePage::Cp1047.byte('['), Some(0xAD));
        assert_eq!(CodePage::Ascii.byte('é'), None);
    }
}
