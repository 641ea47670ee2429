//! Keys, values and characters as JSON writes them.

use crate::value::Value;

/// Appends a value without its quotes.
pub(crate) fn write_value(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => text
            .chars()
            .for_each(|character| write_char(character, out)),
        Value::Decimal(number) => number.write(out),
        Value::Float(float) => float.write(out),
        Value::Null => out.extend_from_slice(b"null"),
    }
}

/// Appends `"KEY":`.
pub(crate) fn write_key(key: &str, suffix: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    key.chars().for_each(|character| write_char(character, out));
    out.extend_from_slice(suffix.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends a character of a JSON string, escaped if RFC 8259 (section 7) asks for it: quote,
/// backslash, and control characters below U+0020.
pub(crate) fn write_char(character: char, out: &mut Vec<u8>) {
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\u{8}' => out.extend_from_slice(b"\\b"),
        '\u{C}' => out.extend_from_slice(b"\\f"),
        control if control < ' ' => {
            out.extend_from_slice(b"\\u00");
            write_hex(&[control as u8], out);
        }
        other => {
            let mut buffer = [0; 4];
            out.extend_from_slice(other.encode_utf8(&mut buffer).as_bytes());
        }
    }
}

/// Appends lower-case hexadecimal digits.
pub(crate) fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 0x0F)]);
    }
}
