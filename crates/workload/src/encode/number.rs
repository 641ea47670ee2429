//! Numbers to bytes.

use super::{Characters, Encoding, Floats, SignCodes};
use crate::model::{Decimal, Sign};

/// One digit a byte. Overpunched signs change the digit's zone from F to C or D, in EBCDIC; in
/// ASCII they are the characters of those bytes.
pub(super) fn zoned(
    value: i128,
    decimal: Decimal,
    sign: Sign,
    encoding: Encoding,
    out: &mut Vec<u8>,
) {
    let set = encoding.characters;
    let digits = digits(value, decimal.digits);
    let plain = |digit: &u8| set.byte(b'0' + digit);
    let mut bytes: Vec<u8> = digits.iter().map(plain).collect();
    let (last, negative) = (bytes.len() - 1, value < 0);
    let separate = set.byte(if negative { b'-' } else { b'+' });
    if decimal.signed {
        match sign {
            Sign::Trailing => bytes[last] = overpunched(digits[last], negative, encoding),
            Sign::Leading => bytes[0] = overpunched(digits[0], negative, encoding),
            Sign::TrailingSeparate => bytes.push(separate),
            Sign::LeadingSeparate => bytes.insert(0, separate),
        }
    }
    out.extend(bytes);
}

fn overpunched(digit: u8, negative: bool, encoding: Encoding) -> u8 {
    let characters = if negative {
        b"}JKLMNOPQR"
    } else {
        b"{ABCDEFGHI"
    };
    match (encoding.characters, negative) {
        (Characters::Cp037, _) => code(digit, negative, encoding.signs) << 4 | digit,
        (Characters::Ascii, _) => characters[usize::from(digit)],
        (Characters::AsciiSigned, false) => b'0' + digit,
        (Characters::AsciiSigned, true) => b'p' + digit,
    }
}

/// One digit a half byte, the sign in the last one.
pub(super) fn packed(value: i128, decimal: Decimal, signs: SignCodes, out: &mut Vec<u8>) {
    // With the sign, an even number of half bytes: a zero comes first where there are too few.
    let mut nibbles = digits(value, decimal.digits | 1);
    let last = nibbles[nibbles.len() - 1];
    nibbles.push(match (decimal.signed, signs) {
        (false, SignCodes::Preferred) => 0xf,
        // No sign, so that none of the codes makes the value negative.
        (false, SignCodes::Others) => 0xa + last % 6,
        (true, _) => code(last, value < 0, signs),
    });
    out.extend(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]));
}

/// The code of a sign; which of several, its digit decides.
fn code(digit: u8, negative: bool, signs: SignCodes) -> u8 {
    match (signs, negative) {
        (SignCodes::Preferred, false) => 0xc,
        (SignCodes::Preferred, true) => 0xd,
        (SignCodes::Others, false) => [0xa, 0xe, 0xf][usize::from(digit % 3)],
        (SignCodes::Others, true) => 0xb,
    }
}

/// One digit a half byte, no sign.
pub(super) fn unsigned_packed(value: i128, decimal: Decimal, out: &mut Vec<u8>) {
    let nibbles = digits(value, decimal.digits.next_multiple_of(2));
    out.extend(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]));
}

/// A number of eighths, at most 24 bits of them.
pub(super) fn float(eighths: i128, double: bool, format: Floats, out: &mut Vec<u8>) {
    let value = eighths as f64 / 8.0;
    let mut bytes = match (format, double) {
        (Floats::Ibm | Floats::IbmLittle, _) => {
            hexadecimal(eighths)[..4 << usize::from(double)].to_vec()
        }
        (_, false) => (value as f32).to_be_bytes().to_vec(),
        (_, true) => value.to_be_bytes().to_vec(),
    };
    if matches!(format, Floats::IbmLittle | Floats::IeeeLittle) {
        bytes.reverse();
    }
    out.extend(bytes);
}

/// Sign bit, exponent to base 16 plus 64, 56 bits of fraction whose first digit is not zero.
fn hexadecimal(eighths: i128) -> [u8; 8] {
    if eighths == 0 {
        return [0; 8];
    }
    let magnitude = eighths.unsigned_abs() as u64;
    // The value is magnitude * 2^-3 = (magnitude * 2) * 16^-1, and a fraction with the point
    // before its 14 digits is 16^14 times smaller than the same digits as a whole number.
    let mut fraction = magnitude * 2;
    let mut exponent = 14 - 1;
    while fraction >> 52 == 0 {
        fraction <<= 4;
        exponent -= 1;
    }
    let sign = u64::from(eighths < 0) << 63;
    (sign | (64 + exponent) << 56 | fraction).to_be_bytes()
}

/// Decimal digits of the magnitude, most significant first.
fn digits(value: i128, count: usize) -> Vec<u8> {
    let mut rest = value.unsigned_abs();
    let mut digits = vec![0; count];
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    digits
}
