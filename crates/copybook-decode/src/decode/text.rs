//! PIC X and A, PIC N, PIC G.
//!
//! PIC X holds any character of the computer's character set (Enterprise COBOL Language
//! Reference, "Alphanumeric items"), so control characters are text; only bytes that the code page
//! leaves unassigned are errors.

use std::fmt::Write as _;

use super::charset::Charset;
use super::{Fault, Trim};

/// Decodes one byte a character.
pub(crate) fn single_byte(
    charset: &Charset,
    trim: Trim,
    bytes: &[u8],
    out: &mut String,
) -> Result<(), Fault> {
    out.clear();
    charset.text(bytes, out)?;
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

/// Prints double-byte text as lower-case hexadecimal: which of the many double-byte sets it is in
/// is not in the copybook, and a lossless form serves better than a guess.
pub(crate) fn double_byte(bytes: &[u8], out: &mut String) {
    out.clear();
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// Drops spaces and the control characters before them in Unicode (U+0000 to U+0020), which pad
/// fields that were never filled.
fn trim_in_place(trim: Trim, text: &mut String) {
    let blank = |character: char| character <= ' ';
    if trim != Trim::None {
        text.truncate(text.trim_end_matches(blank).len());
    }
    if trim == Trim::Both {
        let kept = text.trim_start_matches(blank).len();
        text.drain(..text.len() - kept);
    }
}
