//! Values to record bytes.
//!
//! Written from the manuals, not from the decoder: Enterprise COBOL for z/OS Language Reference,
//! "USAGE clause" and "SIGN clause"; IBM z/Architecture Principles of Operation, "Decimal-Number
//! Formats" (zones F, sign codes C and D) and "Hexadecimal-Floating-Point Data Formats".

use crate::model::{Description, Item, Kind, Node, Occurs};
use crate::value::Value;

mod number;

/// How a machine represents what a copybook leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Encoding {
    /// Of text, zoned digits and separate signs.
    pub characters: Characters,
    /// Of COMP-1 and COMP-2.
    pub floats: Floats,
}

/// Character set. All of it is printable ASCII here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// EBCDIC code page 037.
    #[default]
    Cp037,
    /// ASCII; overpunched signs are the EBCDIC characters, as in files converted from a mainframe.
    Ascii,
}

/// Floating-point format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Floats {
    /// IBM hexadecimal, big endian.
    #[default]
    Ibm,
    /// IEEE 754, big endian.
    IeeeBig,
    /// IEEE 754, little endian.
    IeeeLittle,
}

/// Code page 037 for the printable ASCII characters, X'20' to X'7E'.
const CP037: [u8; 95] = [
    0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e, 0x4c, 0x7e, 0x6e, 0x6f,
    0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xba, 0xe0, 0xbb, 0xb0, 0x6d,
    0x79, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0xa1,
];

impl Characters {
    /// The byte of a printable ASCII character.
    fn byte(self, ascii: u8) -> u8 {
        match self {
            Characters::Cp037 => CP037[usize::from(ascii - b' ')],
            Characters::Ascii => ascii,
        }
    }
}

/// Appends one record of exactly [`Description::record_length`] bytes: a record whose DEPENDING ON
/// tables are short is padded with X'00'.
pub fn record(description: &Description, encoding: Encoding, values: &[Value], out: &mut Vec<u8>) {
    let start = out.len();
    varying_record(description, encoding, values, out);
    out.resize(start + description.record_length(), 0);
}

/// Appends one record, as long as its DEPENDING ON tables make it.
pub fn varying_record(
    description: &Description,
    encoding: Encoding,
    values: &[Value],
    out: &mut Vec<u8>,
) {
    items(&description.items, encoding, values, out);
}

fn items(items: &[Item], encoding: Encoding, values: &[Value], out: &mut Vec<u8>) {
    for (item, value) in items.iter().zip(values) {
        match (&item.occurs, value) {
            (Occurs::Once, value) => element(&item.node, encoding, value, out),
            (_, Value::Table(rows)) => {
                for row in rows {
                    element(&item.node, encoding, row, out);
                }
            }
            (_, other) => unreachable!("{}: a table's value is a table, not {other:?}", item.name),
        }
    }
}

fn element(node: &Node, encoding: Encoding, value: &Value, out: &mut Vec<u8>) {
    match (node, value) {
        (Node::Group(children), Value::Group(values)) => items(children, encoding, values, out),
        (Node::Field(Kind::Text { length }), Value::Text(text)) => {
            characters(text, *length, encoding.characters, out);
        }
        (Node::Field(kind), Value::Number(number)) => field(*kind, encoding, *number, out),
        (node, value) => unreachable!("{value:?} was drawn for {node:?}"),
    }
}

fn field(kind: Kind, encoding: Encoding, value: i128, out: &mut Vec<u8>) {
    match kind {
        Kind::Zoned(decimal, sign) => number::zoned(value, decimal, sign, encoding.characters, out),
        Kind::Packed(decimal) => number::packed(value, decimal, out),
        Kind::Unsigned(decimal) => number::unsigned_packed(value, decimal, out),
        Kind::Binary(_) | Kind::Native(_) => {
            out.extend_from_slice(&value.to_be_bytes()[16 - kind.length()..]);
        }
        Kind::Float { double } => number::float(value, double, encoding.floats, out),
        Kind::Text { .. } => unreachable!("a number was drawn for text"),
    }
}

fn characters(text: &str, length: usize, set: Characters, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend(text.bytes().map(|byte| set.byte(byte)));
    out.resize(start + length, set.byte(b' '));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Decimal, Sign};

    fn bytes_in(encoding: Encoding, kind: Kind, number: i128) -> Vec<u8> {
        let mut out = Vec::new();
        element(
            &Node::Field(kind),
            encoding,
            &Value::Number(number),
            &mut out,
        );
        out
    }

    fn bytes(kind: Kind, number: i128) -> Vec<u8> {
        bytes_in(Encoding::default(), kind, number)
    }

    const SIGNED: Decimal = Decimal {
        digits: 4,
        scale: 0,
        signed: true,
    };
    const UNSIGNED: Decimal = Decimal {
        signed: false,
        ..SIGNED
    };

    /// The examples of the Programming Guide, "Formats for numeric data": +1234 and -1234.
    #[test]
    fn numbers_look_as_the_manual_shows_them() {
        let zoned = Kind::Zoned;
        for (kind, number, expected) in [
            (
                zoned(SIGNED, Sign::Trailing),
                1234,
                &[0xf1, 0xf2, 0xf3, 0xc4][..],
            ),
            (
                zoned(SIGNED, Sign::Trailing),
                -1234,
                &[0xf1, 0xf2, 0xf3, 0xd4],
            ),
            (
                zoned(UNSIGNED, Sign::Trailing),
                1234,
                &[0xf1, 0xf2, 0xf3, 0xf4],
            ),
            (
                zoned(SIGNED, Sign::Leading),
                1234,
                &[0xc1, 0xf2, 0xf3, 0xf4],
            ),
            (
                zoned(SIGNED, Sign::Leading),
                -1234,
                &[0xd1, 0xf2, 0xf3, 0xf4],
            ),
            (
                zoned(SIGNED, Sign::LeadingSeparate),
                1234,
                &[0x4e, 0xf1, 0xf2, 0xf3, 0xf4],
            ),
            (
                zoned(SIGNED, Sign::TrailingSeparate),
                -1234,
                &[0xf1, 0xf2, 0xf3, 0xf4, 0x60],
            ),
            (Kind::Packed(SIGNED), 1234, &[0x01, 0x23, 0x4c]),
            (Kind::Packed(SIGNED), -1234, &[0x01, 0x23, 0x4d]),
            (Kind::Packed(UNSIGNED), 1234, &[0x01, 0x23, 0x4f]),
            (Kind::Unsigned(UNSIGNED), 1234, &[0x12, 0x34]),
            (Kind::Binary(SIGNED), 1234, &[0x04, 0xd2]),
            (Kind::Binary(SIGNED), -1234, &[0xfb, 0x2e]),
            (Kind::Native(UNSIGNED), 65535, &[0xff, 0xff]),
        ] {
            assert_eq!(bytes(kind, number), expected, "{kind:?}, {number}");
        }
    }

    /// The examples of the Principles of Operation, "Hexadecimal-Floating-Point Data Formats":
    /// 1.0, 0.5, -15.0, 20; and IEEE 754's 1.5.
    #[test]
    fn floats_look_as_the_manual_shows_them() {
        let single = Kind::Float { double: false };
        for (eighths, expected) in [
            (0, [0, 0, 0, 0]),
            (8, [0x41, 0x10, 0, 0]),
            (4, [0x40, 0x80, 0, 0]),
            (-120, [0xc1, 0xf0, 0, 0]),
            (160, [0x42, 0x14, 0, 0]),
        ] {
            assert_eq!(bytes(single, eighths), expected, "{eighths} eighths");
        }
        let double = bytes(Kind::Float { double: true }, 8);
        assert_eq!(double, [0x41, 0x10, 0, 0, 0, 0, 0, 0]);
        let of = |floats| Encoding {
            floats,
            ..Encoding::default()
        };
        let little = bytes_in(of(Floats::IeeeLittle), single, 12);
        assert_eq!(little, [0, 0, 0xc0, 0x3f]);
        assert_eq!(
            bytes_in(of(Floats::IeeeBig), single, 12),
            [0x3f, 0xc0, 0, 0]
        );
    }

    #[test]
    fn ascii_signs_are_the_characters_of_the_ebcdic_bytes() {
        let ascii = Encoding {
            characters: Characters::Ascii,
            ..Encoding::default()
        };
        let bytes = |sign, number| bytes_in(ascii, Kind::Zoned(SIGNED, sign), number);
        assert_eq!(bytes(Sign::Trailing, 1234), b"123D");
        assert_eq!(bytes(Sign::Trailing, -1230), b"123}");
        assert_eq!(bytes(Sign::Trailing, 1230), b"123{");
        assert_eq!(bytes(Sign::Leading, -1234), b"J234");
        assert_eq!(bytes(Sign::LeadingSeparate, -1234), b"-1234");
    }

    #[test]
    fn text_is_padded_with_spaces() {
        let mut out = Vec::new();
        characters("A z", 5, Characters::Cp037, &mut out);
        characters("a", 2, Characters::Ascii, &mut out);
        assert_eq!(out, [0xc1, 0x40, 0xa9, 0x40, 0x40, b'a', b' ']);
    }
}
