//! In which character set a copybook itself is.

use std::borrow::Cow;

use crate::codepage::CodePage;

/// The text of a copybook: UTF-16 if it begins with the mark of that, UTF-8 if it is valid, EBCDIC
/// if its bytes are distributed like that, else Latin-1.
pub(in crate::schema) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes).into(),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes).into(),
        _ => {}
    }
    if is_ebcdic(bytes) {
        return ebcdic(bytes).into();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

/// Whether spaces, digits and letters are where EBCDIC has them. A copybook in ASCII has next to no
/// bytes from X'81' on, one in EBCDIC little else but these and X'40'.
fn is_ebcdic(bytes: &[u8]) -> bool {
    let count = |wanted: fn(u8) -> bool| bytes.iter().filter(|byte| wanted(**byte)).count();
    let ebcdic = count(|byte| {
        byte == 0x40
            || matches!(byte, 0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9)
            || matches!(byte, 0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 | 0xF0..=0xF9)
    });
    let ascii = count(|byte| byte == b' ' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
    ebcdic > bytes.len() / 2 && ebcdic > 4 * ascii
}

/// Lines end in NL or LF, or are cards of 80 columns. What differs between the pages of EBCDIC is
/// in no word of COBOL but names with letters of a language.
fn ebcdic(bytes: &[u8]) -> String {
    const CARD: usize = 80;
    let chars = CodePage::Cp037.chars();
    let text = |bytes: &[u8]| -> String {
        let read = bytes.iter().map(|&byte| chars[usize::from(byte)]);
        read.map(|c| c.unwrap_or('\u{fffd}'))
            .map(|c| if c == '\u{85}' { '\n' } else { c })
            .collect()
    };
    if bytes.iter().any(|byte| matches!(byte, 0x15 | 0x25)) || !bytes.len().is_multiple_of(CARD) {
        return text(bytes);
    }
    let cards: Vec<String> = bytes.chunks(CARD).map(text).collect();
    cards.join("\n")
}
