//! Values to record bytes, in EBCDIC code page 037.
//!
//! Written from the manual, not from the decoder: Enterprise COBOL for z/OS Language Reference,
//! "USAGE clause" and "SIGN clause"; IBM z/Architecture Principles of Operation, "Decimal-Number
//! Formats" (zones F, sign codes C and D).

use crate::model::{Decimal, Description, Item, Kind, Node, Occurs, Sign};
use crate::value::Value;

/// Code page 037 for the printable ASCII characters, X'20' to X'7E'.
const CP037: [u8; 95] = [
    0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
    0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
    0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
];
const SPACE: u8 = 0x40;
const PLUS: u8 = 0x4e;
const MINUS: u8 = 0x60;

/// Appends one record of exactly [`Description::record_length`] bytes.
pub fn record(description: &Description, values: &[Value], out: &mut Vec<u8>) {
    let start = out.len();
    items(&description.items, values, out);
    // A short DEPENDING ON table at the end leaves room.
    out.resize(start + description.record_length(), 0);
}

fn items(items: &[Item], values: &[Value], out: &mut Vec<u8>) {
    for (item, value) in items.iter().zip(values) {
        match (&item.occurs, value) {
            (Occurs::Once, value) => element(&item.node, value, out),
            (_, Value::Table(rows)) => rows.iter().for_each(|row| element(&item.node, row, out)),
            (_, other) => unreachable!("{}: a table's value is a table, not {other:?}", item.name),
        }
    }
}

fn element(node: &Node, value: &Value, out: &mut Vec<u8>) {
    match (node, value) {
        (Node::Group(children), Value::Group(values)) => items(children, values, out),
        (Node::Field(Kind::Text { length }), Value::Text(text)) => characters(text, *length, out),
        (Node::Field(Kind::Zoned(decimal, sign)), Value::Number(number)) => {
            zoned(*number, *decimal, *sign, out);
        }
        (Node::Field(Kind::Packed(decimal)), Value::Number(number)) => {
            packed(*number, *decimal, out);
        }
        (Node::Field(kind @ Kind::Binary(_)), Value::Number(number)) => {
            out.extend_from_slice(&number.to_be_bytes()[16 - kind.length()..]);
        }
        (node, value) => unreachable!("{value:?} was drawn for {node:?}"),
    }
}

fn characters(text: &str, length: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend(text.bytes().map(|byte| CP037[usize::from(byte - b' ')]));
    out.resize(start + length, SPACE);
}

fn zoned(number: i128, decimal: Decimal, sign: Sign, out: &mut Vec<u8>) {
    let mut bytes: Vec<u8> = digits(number, decimal.digits)
        .iter()
        .map(|d| 0xf0 | d)
        .collect();
    let negative = number < 0;
    let overpunch = |byte: u8| byte & 0x0f | if negative { 0xd0 } else { 0xc0 };
    let separate = if negative { MINUS } else { PLUS };
    if decimal.signed {
        let last = bytes.len() - 1;
        match sign {
            Sign::Trailing => bytes[last] = overpunch(bytes[last]),
            Sign::Leading => bytes[0] = overpunch(bytes[0]),
            Sign::TrailingSeparate => bytes.push(separate),
            Sign::LeadingSeparate => bytes.insert(0, separate),
        }
    }
    out.extend(bytes);
}

fn packed(number: i128, decimal: Decimal, out: &mut Vec<u8>) {
    let sign = match (decimal.signed, number < 0) {
        (false, _) => 0xf,
        (true, false) => 0xc,
        (true, true) => 0xd,
    };
    // With the sign, an even number of half bytes: a zero comes first where there are too few.
    let mut nibbles = digits(number, decimal.digits | 1);
    nibbles.push(sign);
    out.extend(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]));
}

/// Decimal digits of the magnitude, most significant first.
fn digits(number: i128, count: usize) -> Vec<u8> {
    let mut rest = number.unsigned_abs();
    let mut digits = vec![0; count];
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(kind: Kind, number: i128) -> Vec<u8> {
        let mut out = Vec::new();
        element(&Node::Field(kind), &Value::Number(number), &mut out);
        out
    }

    /// The examples of the Programming Guide, "Formats for numeric data": +1234 and -1234.
    #[test]
    fn numbers_look_as_the_manual_shows_them() {
        let signed = Decimal {
            digits: 4,
            scale: 0,
            signed: true,
        };
        let unsigned = Decimal {
            signed: false,
            ..signed
        };
        assert_eq!(
            bytes(Kind::Zoned(signed, Sign::Trailing), 1234),
            [0xf1, 0xf2, 0xf3, 0xc4]
        );
        assert_eq!(
            bytes(Kind::Zoned(signed, Sign::Trailing), -1234),
            [0xf1, 0xf2, 0xf3, 0xd4]
        );
        assert_eq!(
            bytes(Kind::Zoned(unsigned, Sign::Trailing), 1234),
            [0xf1, 0xf2, 0xf3, 0xf4]
        );
        assert_eq!(
            bytes(Kind::Zoned(signed, Sign::Leading), -1234),
            [0xd1, 0xf2, 0xf3, 0xf4]
        );
        let separate = bytes(Kind::Zoned(signed, Sign::LeadingSeparate), 1234);
        assert_eq!(separate, [0x4e, 0xf1, 0xf2, 0xf3, 0xf4]);
        let separate = bytes(Kind::Zoned(signed, Sign::TrailingSeparate), -1234);
        assert_eq!(separate, [0xf1, 0xf2, 0xf3, 0xf4, 0x60]);
        assert_eq!(bytes(Kind::Packed(signed), 1234), [0x01, 0x23, 0x4c]);
        assert_eq!(bytes(Kind::Packed(signed), -1234), [0x01, 0x23, 0x4d]);
        assert_eq!(bytes(Kind::Packed(unsigned), 1234), [0x01, 0x23, 0x4f]);
        assert_eq!(bytes(Kind::Binary(signed), 1234), [0x04, 0xd2]);
        assert_eq!(bytes(Kind::Binary(signed), -1234), [0xfb, 0x2e]);
    }

    #[test]
    fn text_is_padded_with_ebcdic_spaces() {
        let mut out = Vec::new();
        characters("A z", 5, &mut out);
        assert_eq!(out, [0xc1, 0x40, 0xa9, 0x40, 0x40]);
    }
}
