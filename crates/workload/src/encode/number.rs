//! Numbers to bytes.

use super::{Characters, Floats};
use crate::model::{Decimal, Sign};

/// One digit a byte. Overpunched signs change the digit's zone from F to C or D, in EBCDIC; in
/// ASCII they are the characters of those bytes.
pub(super) fn zoned(value: i128, decimal: Decimal, sign: Sign, set: Characters, out: &mut Vec<u8>) {
    let digits = digits(value, decimal.digits);
    let plain = |digit: &u8| set.byte(b'0' + digit);
    let mut bytes: Vec<u8> = digits.iter().map(plain).collect();
    let (last, negative) = (bytes.len() - 1, value < 0);
    let separate = set.byte(if negative { b'-' } else { b'+' });
    if decimal.signed {
        match sign {
            Sign::Trailing => bytes[last] = overpunched(digits[last], negative, set),
            Sign::Leading => bytes[0] = overpunched(digits[0], negative, set),
            Sign::TrailingSeparate => bytes.push(separate),
            Sign::LeadingSeparate => bytes.insert(0, separate),
        }
    }
    out.extend(bytes);
}

fn overpunched(digit: u8, negative: bool, set: Characters) -> u8 {
    let characters = if negative {
        b"}JKLMNOPQR"
    } else {
        b"{ABCDEFGHI"
    };
    match (set, negative) {
        (Characters::Cp037, false) => 0xc0 | digit,
        (Characters::Cp037, true) => 0xd0 | digit,
        (Characters::Ascii, _) => characters[usize::from(digit)],
        (Characters::AsciiSigned, false) => b'0' + digit,
        (Characters::AsciiSigned, true) => b'p' + digit,
    }
}

/// One digit a half byte, the sign in the last one.
pub(super) fn packed(value: i128, decimal: Decimal, out: &mut Vec<u8>) {
    let sign = match (decimal.signed, value < 0) {
        (false, _) => 0xf,
        (true, false) => 0xc,
        (true, true) => 0xd,
    };
    // With the sign, an even number of half bytes: a zero comes first where there are too few.
    let mut nibbles = digits(value, decimal.digits | 1);
    nibbles.push(sign);
    out.extend(nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]));
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
