//! Keys, values and characters as JSON writes them.

use crate::value::Value;

/// Appends a value without its quotes.
pub(crate) fn write_value(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => write_text(text, out),
        Value::Decimal(number) => number.write(out),
        Value::Float(float) => float.write(out),
        Value::Null => out.extend_from_slice(b"null"),
    }
}

/// Appends `"KEY":`.
pub(crate) fn write_key(key: &str, suffix: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    write_text(key, out);
    out.extend_from_slice(suffix.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Appends the characters of a JSON string, those that are not escaped as they are.
fn write_text(mut text: &str, out: &mut Vec<u8>) {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    while let Some(at) = text.bytes().position(escaped) {
        // What is escaped is one byte, so no character is cut.
        let (plain, rest) = text.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut rest = rest.chars();
        if let Some(character) = rest.next() {
            write_char(character, out);
        }
        text = rest.as_str();
    }
    out.extend_from_slice(text.as_bytes());
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
