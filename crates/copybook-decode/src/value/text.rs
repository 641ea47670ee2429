//! PIC X and A, PIC N, PIC G, PIC U.
//!
//! PIC X holds any character of the computer's character set (Enterprise COBOL Language
//! Reference, "Alphanumeric items"), so control characters are text; only bytes that the code page
//! leaves unassigned are errors, and shifts that do not come in pairs.

use std::fmt::Write as _;

use super::charset::Charset;
use super::mixed::{self, End};
use super::{Fault, Trim};

/// The space of two bytes, which fills up PIC G.
const WIDE_SPACE: char = '\u{3000}';

/// Decodes one byte a character; where the page has characters of two bytes, those too.
pub(crate) fn characters(
    charset: &Charset,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    until(End::Closed, charset, trim, bytes, out)
}

/// The same of a field that its record ends in.
pub(crate) fn cut_characters(
    charset: &Charset,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    until(End::Cut, charset, trim, bytes, out)
}

fn until(
    end: End,
    charset: &Charset,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    out.clear();
    match &charset.double {
        None => charset.text(bytes, out)?,
        Some(double) => mixed::text(charset, double, end, bytes, out)?,
    }
    trim_in_place(trim, out);
    Ok(())
}

/// Decodes UTF-16, big endian (Enterprise COBOL Language Reference, "National items").
pub(crate) fn national(trim: Trim, bytes: &[u8], out: &mut String) -> Result<(), Fault> {
    out.clear();
    let units = bytes.chunks(2).map(|pair| match *pair {
        [high, low] => u16::from_be_bytes([high, low]),
        // Half a character: never valid, like a lone surrogate.
        _ => 0xD800,
    });
    let mut at = 0;
    for character in char::decode_utf16(units) {
        let character = character.map_err(|_| {
            let len = bytes.len().saturating_sub(at).min(2);
            Fault::new(
                at,
                len,
                "UTF-16 big endian",
                "check the field's offset and length",
            )
        })?;
        out.push(character);
        at += 2 * character.len_utf16();
    }
    trim_in_place(trim, out);
    Ok(())
}

/// Decodes UTF-8. Of counted characters, as many are the value; the bytes behind them are spaces
/// (Enterprise COBOL Programming Guide, "Defining UTF-8 data items": padded to four bytes a
/// character).
pub(crate) fn utf8(
    chars: Option<usize>,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    out.clear();
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let len = error.error_len().unwrap_or(bytes.len() - at);
        Fault::new(at, len, "UTF-8", "check the field's offset and length")
    })?;
    let end = chars
        .and_then(|chars| text.char_indices().nth(chars))
        .map_or(text.len(), |(at, _)| at);
    let (value, padding) = text.split_at(end);
    if let Some(at) = padding.find(|character| character != ' ') {
        let len = padding[at..].chars().next().map_or(0, char::len_utf8);
        return Err(Fault::new(
            end + at,
            len,
            "a space X'20' after the characters of the field",
            "check the field's offset, or whether it has BYTE-LENGTH",
        ));
    }
    out.push_str(value);
    trim_in_place(trim, out);
    Ok(())
}

/// Decodes two bytes a character. Without a page that has such, prints lower-case hexadecimal:
/// which of the many double-byte sets it is in is not in the copybook, and a lossless form serves
/// better than a guess.
pub(crate) fn double_byte(
    charset: &Charset,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    out.clear();
    let Some(double) = &charset.double else {
        for byte in bytes {
            let _ = write!(out, "{byte:02x}");
        }
        return Ok(());
    };
    mixed::pairs(double, bytes, out)?;
    trim_of(trim, out, |character| matches!(character, ' ' | WIDE_SPACE));
    Ok(())
}

/// Drops spaces. LOW-VALUES and other control characters are contents.
fn trim_in_place(trim: Trim, text: &mut String) {
    trim_of(trim, text, |character| character == ' ');
}

fn trim_of(trim: Trim, text: &mut String, blank: impl Fn(char) -> bool) {
    if trim.trailing() {
        text.truncate(text.trim_end_matches(&blank).len());
    }
    if trim.leading() {
        let kept = text.trim_start_matches(&blank).len();
        text.drain(..text.len() - kept);
    }
}
