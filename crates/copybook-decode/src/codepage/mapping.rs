//! Code pages from a file: the Unicode Consortium's mapping format, or ICU's.

use std::sync::Arc;

use super::{CodePage, DoubleBytes, Table, ucm};

/// A code page that a user brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTable {
    /// What messages call it.
    pub(super) name: String,
    /// The character of each byte that is one.
    pub(super) chars: Table,
    /// The characters of two bytes, if it has any.
    pub(super) double: Option<Arc<DoubleBytes>>,
}

/// A line of a mapping file that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}, line {line}: expected {expected}, found `{found}`; {remedy}")]
pub struct MappingError {
    /// Name that the table was given.
    pub(super) name: String,
    /// Line, from 1; behind the last one if something is missing.
    pub(super) line: usize,
    /// What was expected.
    pub(super) expected: &'static str,
    /// What was there.
    pub(super) found: String,
    /// What to do.
    pub(super) remedy: &'static str,
}

const REMEDY: &str = "a line is a byte and its code point, such as `0xC1 0x0041`, the rest of it \
                      a comment behind `#`";

impl CodePage {
    /// Reads a table in one of two formats.
    ///
    /// - The Unicode Consortium's mapping files
    ///   (<https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/EBCDIC/CP037.TXT> is one): a line
    ///   holds a byte and its code point, `0xC1<TAB>0x0041`; `#` starts a comment; bytes without a
    ///   line, or without a code point, are unassigned.
    /// - ICU's `.ucm` files (ICU User Guide, "Conversion Data", which also names the collection
    ///   `icu-data` with IBM's tables): told by a line `CHARMAP`. Besides one byte a character they
    ///   may have two, in pages that shift (`EBCDIC_STATEFUL`), in pages whose first byte tells
    ///   (`MBCS`), and in pages of nothing else (`DBCS`).
    ///
    /// # Errors
    /// A line that has another form, bytes that come twice, or none at all; of a `.ucm` file also
    /// what needs another file (`<icu:base>`), and characters of more than two bytes.
    pub fn from_mapping(name: &str, text: &str) -> Result<CodePage, MappingError> {
        if ucm::is_ucm(text) {
            return ucm::read(name, text);
        }
        let mut chars: Table = [None; 256];
        let mut seen = [false; 256];
        let fail = |line: usize, expected: &'static str, found: &str| MappingError {
            name: name.to_owned(),
            line,
            expected,
            found: found.to_owned(),
            remedy: REMEDY,
        };
        for (index, line) in text.lines().enumerate() {
            // The byte order mark and the end-of-file mark (Ctrl-Z) that old files come with.
            let content = line
                .trim_start_matches('\u{FEFF}')
                .split(['#', '\u{1A}'])
                .next();
            let mut words = content.unwrap_or_default().split_whitespace();
            let Some(first) = words.next() else { continue };
            let byte = hex(first)
                .and_then(|number| u8::try_from(number).ok())
                .ok_or_else(|| fail(index + 1, "a byte, 0x00 to 0xFF", first))?;
            if std::mem::replace(&mut seen[usize::from(byte)], true) {
                return Err(fail(index + 1, "a byte that has no line yet", first));
            }
            if let Some(second) = words.next() {
                let point = hex(second).and_then(char::from_u32);
                chars[usize::from(byte)] =
                    Some(point.ok_or_else(|| fail(index + 1, "a code point, 0xNNNN", second))?);
            }
            if let Some(third) = words.next() {
                return Err(fail(index + 1, "one code point a byte", third));
            }
        }
        if chars.iter().all(Option::is_none) {
            return Err(fail(
                text.lines().count() + 1,
                "at least one byte",
                "the end of the file",
            ));
        }
        Ok(CodePage::User(Arc::new(UserTable {
            name: name.to_owned(),
            chars,
            double: None,
        })))
    }
}

/// `0x41` or `0X41`.
fn hex(word: &str) -> Option<u32> {
    let digits = word
        .strip_prefix("0x")
        .or_else(|| word.strip_prefix("0X"))?;
    // Only digits: `from_str_radix` alone would accept a sign.
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_file_becomes_a_page() {
        let text = "# Name: mine\r\n\r\n0xC1\t0x0041\t#LATIN CAPITAL LETTER A\r\n0x3F\t\t#UNDEFINED\r\n\
                    0xFF 0x1F600\r\n\u{1A}";
        let page = CodePage::from_mapping("mine", text).unwrap();
        assert_eq!(page.to_string(), "mine");
        assert_eq!(page.chars()[0xC1], Some('A'));
        assert_eq!(page.chars()[0xFF], Some('😀'));
        assert_eq!(page.chars().iter().flatten().count(), 2);
        assert_eq!(page, page.clone());
    }

    #[test]
    fn a_written_page_reads_back() {
        for built_in in CodePage::BUILT_IN {
            let lines = built_in
                .chars()
                .iter()
                .enumerate()
                .map(|(byte, char)| match char {
                    Some(char) => format!("0x{byte:02X}\t0x{:04X}\n", u32::from(*char)),
                    None => format!("0x{byte:02X}\n"),
                });
            let page = CodePage::from_mapping("copy", &lines.collect::<String>()).unwrap();
            assert_eq!(page.chars(), built_in.chars(), "{built_in}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        let cases = [
            ("0x41 0x41\n0x100 0x41\n", 2, "a byte, 0x00 to 0xFF"),
            ("41 0x41", 1, "a byte, 0x00 to 0xFF"),
            ("0x+1 0x41", 1, "a byte, 0x00 to 0xFF"),
            ("0x41 U+0041", 1, "a code point, 0xNNNN"),
            ("0x41 0xD800", 1, "a code point, 0xNNNN"),
            ("0x41 0x110000", 1, "a code point, 0xNNNN"),
            ("0x41 0x41 0x42", 1, "one code point a byte"),
            ("0x41 0x41\n\n0x41 0x42", 3, "a byte that has no line yet"),
            ("# nothing\n", 2, "at least one byte"),
        ];
        for (text, line, expected) in cases {
            let error = CodePage::from_mapping("mine", text).unwrap_err();
            assert_eq!((error.line, error.expected), (line, expected), "{text:?}");
        }
    }
}
