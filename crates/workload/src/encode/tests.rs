//! What the manuals show, and what it is in ASCII.

use super::*;
use crate::model::Decimal;

fn bytes_in(encoding: Encoding, kind: Kind, number: i128) -> Vec<u8> {
    let mut out = Vec::new();
    element(
        &Node::Field(kind),
        0,
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
