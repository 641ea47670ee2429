//! ICU's `.ucm` files.
//!
//! Source: ICU User Guide, "Conversion Data": a header of `<name> value` lines, then mappings
//! between `CHARMAP` and `END CHARMAP`, `<U3042> \x44\x81 |0`. Behind the bar stands a precision:
//! 0 is a mapping both ways and 3 one from the bytes only; 1, 2 and 4 are of no use to a decoder.

use std::sync::Arc;

use super::double::Switch;
use super::{CodePage, DoubleBytes, MappingError, Table, UserTable};

const REMEDY: &str = "between CHARMAP and END CHARMAP a line is code points, bytes and a precision, \
                      such as `<U0041> \\xC1 |0`";

/// Whether the text has mappings in ICU's form.
pub(super) fn is_ucm(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "CHARMAP")
}

/// Reads a whole file.
pub(super) fn read(name: &str, text: &str) -> Result<CodePage, MappingError> {
    let mut page = Page {
        name,
        chars: [None; 256],
        double: None,
        class: None,
    };
    let mut mappings = false;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start_matches('\u{FEFF}').split('#').next();
        match content.unwrap_or_default().trim() {
            "" => {}
            "CHARMAP" => mappings = true,
            // What follows in some files is about converting to the page.
            "END CHARMAP" => break,
            content if mappings => page.mapping(index + 1, content)?,
            content => page.header(index + 1, content)?,
        }
    }
    if page.chars.iter().all(Option::is_none) && page.double.is_none() {
        let line = text.lines().count() + 1;
        return Err(page.fail(line, "at least one mapping", "the end of the file"));
    }
    Ok(CodePage::User(Arc::new(UserTable {
        name: name.to_owned(),
        chars: page.chars,
        double: page.double.map(Arc::new),
    })))
}

/// What was read so far.
struct Page<'a> {
    name: &'a str,
    chars: Table,
    double: Option<DoubleBytes>,
    class: Option<Class>,
}

/// Classes of pages that a decoder tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Single,
    Shifting,
    Leading,
}

impl Page<'_> {
    fn header(&mut self, line: usize, content: &str) -> Result<(), MappingError> {
        let (key, value) = content
            .split_once(char::is_whitespace)
            .unwrap_or((content, ""));
        let value = value.trim().trim_matches('"');
        match key {
            "<uconv_class>" => self.class = Some(self.class(line, value)?),
            "<icu:base>" => {
                return Err(MappingError {
                    remedy: "it holds only what it has beyond that page; give a file that has \
                             everything",
                    ..self.fail(line, "a table that is whole", content)
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn class(&self, line: usize, value: &str) -> Result<Class, MappingError> {
        match value {
            "SBCS" => Ok(Class::Single),
            // In a page of nothing but two bytes a character, shifts are what a field of mixed text
            // would have.
            "EBCDIC_STATEFUL" | "DBCS" => Ok(Class::Shifting),
            "MBCS" => Ok(Class::Leading),
            _ => Err(self.fail(line, "SBCS, DBCS, MBCS or EBCDIC_STATEFUL", value)),
        }
    }

    /// `<U0041> \xC1 |0`
    fn mapping(&mut self, line: usize, content: &str) -> Result<(), MappingError> {
        let mut words = content.split_whitespace();
        let (left, right) = (words.next().unwrap_or_default(), words.next());
        let right = right.ok_or_else(|| self.fail(line, "bytes, \\xNN", "the end of the line"))?;
        let from_bytes = match words.next() {
            None | Some("|0" | "|3") => true,
            Some("|1" | "|2" | "|4") => false,
            Some(other) => return Err(self.fail(line, "a precision, |0 to |4", other)),
        };
        if let Some(more) = words.next() {
            return Err(self.fail(line, "one mapping a line", more));
        }
        let characters =
            code_points(left).ok_or_else(|| self.fail(line, "code points, <UNNNN>", left))?;
        let bytes = bytes(right).ok_or_else(|| self.fail(line, "bytes, \\xNN", right))?;
        if from_bytes {
            self.assign(line, right, &bytes, &characters)?;
        }
        Ok(())
    }

    fn assign(
        &mut self,
        line: usize,
        written: &str,
        bytes: &[u8],
        characters: &[char],
    ) -> Result<(), MappingError> {
        let new = match (bytes, characters, self.class) {
            ([byte], [character], _) => {
                let slot = &mut self.chars[usize::from(*byte)];
                slot.replace(*character).is_none()
            }
            ([_], ..) => return Err(self.fail(line, "one code point for one byte", written)),
            // More than two could print more than a record has room for.
            ([_, _], [_, _, _, ..], _) => {
                return Err(self.fail(line, "one or two code points for two bytes", written));
            }
            ([first, second], _, Some(class @ (Class::Shifting | Class::Leading))) => {
                let switch = match class {
                    Class::Leading => Switch::Lead,
                    _ => Switch::Shifts,
                };
                let double = self.double.get_or_insert_with(|| DoubleBytes::new(switch));
                double.assign([*first, *second], &characters.iter().collect::<String>())
            }
            ([_, _], ..) => {
                let expected = "one byte a character, as <uconv_class> is not EBCDIC_STATEFUL, \
                                DBCS or MBCS";
                return Err(self.fail(line, expected, written));
            }
            _ => {
                return Err(MappingError {
                    remedy: "pages with longer characters, such as EUC and GB 18030, are not \
                             supported: convert the data first",
                    ..self.fail(line, "one or two bytes a character", written)
                });
            }
        };
        if new {
            return Ok(());
        }
        Err(self.fail(line, "bytes that have no line yet", written))
    }

    fn fail(&self, line: usize, expected: &'static str, found: &str) -> MappingError {
        MappingError {
            name: self.name.to_owned(),
            line,
            expected,
            found: found.to_owned(),
            remedy: REMEDY,
        }
    }
}

/// `<U304B>`, several of them one behind the other, with or without `+` between them.
fn code_points(text: &str) -> Option<Vec<char>> {
    let mut characters = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (digits, behind) = rest.strip_prefix("<U")?.split_once('>')?;
        characters.push(char::from_u32(hexadecimal(digits)?)?);
        rest = behind.strip_prefix('+').unwrap_or(behind);
    }
    (!characters.is_empty()).then_some(characters)
}

/// `\x44\x81`, with or without `+` between them.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.strip_prefix("\\x")?;
        bytes.push(u8::try_from(hexadecimal(digits.get(..2)?)?).ok()?);
        let behind = &digits[2..];
        rest = behind.strip_prefix('+').unwrap_or(behind);
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Only digits: `from_str_radix` alone would accept a sign.
fn hexadecimal(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a page\n<code_set_name> \"mine\"\n<uconv_class> \"EBCDIC_STATEFUL\"\n\
                        <icu:state> 0-ff, e:1.s, f:0.s\n\nCHARMAP\n<U0041> \\xC1 |0\n\
                        <U3042> \\x44\\x81 |0 # HIRAGANA A\n<UFF5E> \\x43\\xA1 |3\n\
                        <UFF21> \\xC1 |1\n<U304B><U309A> \\xEC\\xB5 |0\nEND CHARMAP\nnothing\n";

    #[test]
    fn a_page_has_characters_of_one_and_of_two_bytes() {
        let page = CodePage::from_mapping("mine", PAGE).unwrap();
        assert_eq!(page.chars()[0xC1], Some('A'));
        let double = page.double_bytes().unwrap();
        let found: Vec<_> = double.iter().collect();
        let wanted = [
            ([0x43, 0xA1], "\u{FF5E}".to_owned()),
            ([0x44, 0x81], "あ".to_owned()),
            ([0xEC, 0xB5], "\u{304B}\u{309A}".to_owned()),
        ];
        assert_eq!(found, wanted);
        assert_eq!(double.switch(), Switch::Shifts);
        assert!(double.leads(0xEC) && double.leads(0x44) && !double.leads(0xC1));
    }

    #[test]
    fn errors_name_the_line() {
        let head = "<uconv_class> \"EBCDIC_STATEFUL\"\nCHARMAP\n";
        let cases = [
            ("<U0041> \\xC1 |5", "a precision, |0 to |4"),
            ("<U0041> \\xC1 |0 |0", "one mapping a line"),
            ("<U0041>", "bytes, \\xNN"),
            ("<U0041> xC1 |0", "bytes, \\xNN"),
            ("<U0041> \\x+1 |0", "bytes, \\xNN"),
            ("<U0041> \\xé |0", "bytes, \\xNN"),
            ("U+0041 \\xC1 |0", "code points, <UNNNN>"),
            ("<UD800> \\xC1 |0", "code points, <UNNNN>"),
            ("<U0041><U0042> \\xC1 |0", "one code point for one byte"),
            (
                "<U0041><U0042><U0043> \\x41\\x41 |0",
                "one or two code points for two bytes",
            ),
            ("<U0041> \\xC1\\xC2\\xC3 |0", "one or two bytes a character"),
            ("<U0041> \\x40 |0", "bytes that have no line yet"),
            ("<U0041> \\x40\\x40 |3", "bytes that have no line yet"),
        ];
        for (line, expected) in cases {
            let text =
                format!("{head}<U0020> \\x40 |0\n<U3000> \\x40\\x40 |0\n{line}\nEND CHARMAP");
            let error = CodePage::from_mapping("mine", &text).unwrap_err();
            assert_eq!((error.line, error.expected), (5, expected), "{line}");
        }
    }

    #[test]
    fn headers_that_cannot_be_met_are_refused() {
        let cases = [
            ("<icu:base> \"ibm-943\"", "a table that is whole"),
            (
                "<uconv_class> \"UTF-7\"",
                "SBCS, DBCS, MBCS or EBCDIC_STATEFUL",
            ),
            (
                "<mb_cur_max> 2",
                "one byte a character, as <uconv_class> is not",
            ),
        ];
        for (header, expected) in cases {
            let text = format!("{header}\nCHARMAP\n<U3000> \\x40\\x40 |0\nEND CHARMAP\n");
            let error = CodePage::from_mapping("mine", &text).unwrap_err();
            assert!(error.expected.starts_with(expected), "{error}");
        }
        let error = CodePage::from_mapping("mine", "CHARMAP\nEND CHARMAP\n").unwrap_err();
        assert_eq!(error.expected, "at least one mapping");
    }
}
