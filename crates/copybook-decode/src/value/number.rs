//! Exact decimal numbers and how they are written.

use crate::schema::Number;

/// A decimal number, exact: `coefficient * 10^-scale`, negated if `negative`.
///
/// Zero is never negative: COBOL compares minus zero equal to zero, and JSON readers disagree
/// about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Below zero.
    pub negative: bool,
    /// Digits as an integer, up to 38 of them (39 in the full range of 16 binary bytes).
    pub coefficient: u128,
    /// Digits behind the point; negative for trailing P in the picture.
    pub scale: i8,
}

impl Decimal {
    pub(crate) fn new(negative: bool, coefficient: u128, scale: i8) -> Decimal {
        Decimal {
            negative: negative && coefficient != 0,
            coefficient,
            scale,
        }
    }

    /// Appends the number with every digit of its scale, at least one digit before the point and
    /// no superfluous leading zero: `-12.30`, `0.00012345`, `12300000`, `0`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let mut digits = [b'0'; 40];
        let mut start = digits.len();
        let mut rest = self.coefficient;
        // 128-bit division is a call: nearly all numbers have fewer bits.
        let mut low = loop {
            match u64::try_from(rest) {
                Ok(low) => break low,
                Err(_) => {
                    start -= 1;
                    // A remainder of ten fits in a byte.
                    digits[start] = b'0' + (rest % 10) as u8;
                    rest /= 10;
                }
            }
        };
        while low != 0 {
            start -= 1;
            digits[start] = b'0' + (low % 10) as u8;
            low /= 10;
        }
        let digits = &digits[start..];
        if self.scale <= 0 {
            write_integer(digits, usize::from(self.scale.unsigned_abs()), out);
        } else {
            write_fraction(digits, usize::from(self.scale.unsigned_abs()), out);
        }
    }
}

impl Decimal {
    /// The number as a count, if it is a whole number not below zero.
    pub(crate) fn to_count(self) -> Option<usize> {
        let zeros = 10u128.checked_pow(u32::try_from(-i32::from(self.scale)).ok()?)?;
        let whole = self
            .coefficient
            .checked_mul(zeros)
            .filter(|_| !self.negative)?;
        usize::try_from(whole).ok()
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

/// A coefficient whose digits come one after the other, highest first. The lower ones are collected in
/// 64 bits, as far as these hold them, since 128-bit products cost several times as much.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coefficient {
    high: u128,
    low: u64,
    /// Digits in `low`.
    digits: u32,
}

impl Coefficient {
    /// Digits that any 64 bits hold.
    const MOST: u32 = 19;

    #[inline]
    pub(crate) fn push(&mut self, digit: u8) {
        if self.digits == Self::MOST {
            *self = Coefficient {
                high: self.value(),
                ..Coefficient::default()
            };
        }
        self.low = self.low * 10 + u64::from(digit);
        self.digits += 1;
    }

    /// Modulo 2^128.
    pub(crate) fn value(self) -> u128 {
        if self.high == 0 {
            return u128::from(self.low);
        }
        let power = 10u128.pow(self.digits);
        self.high
            .wrapping_mul(power)
            .wrapping_add(u128::from(self.low))
    }
}

fn write_integer(digits: &[u8], zeros: usize, out: &mut Vec<u8>) {
    if digits.is_empty() {
        out.push(b'0');
        return;
    }
    out.extend_from_slice(digits);
    out.resize(out.len() + zeros, b'0');
}

fn write_fraction(digits: &[u8], scale: usize, out: &mut Vec<u8>) {
    let whole = digits.len().saturating_sub(scale);
    if whole == 0 {
        out.push(b'0');
    }
    out.extend_from_slice(&digits[..whole]);
    out.push(b'.');
    out.resize(out.len() + (scale - (digits.len() - whole)), b'0');
    out.extend_from_slice(&digits[whole..]);
}

/// Most bytes that [`Decimal::write`] can take for a number of this shape: sign, point, a leading
/// zero, 39 digits or what the scale fills up.
pub(crate) fn max_text(number: Number) -> usize {
    42 + usize::from(number.scale.unsigned_abs())
}

/// The greatest coefficient that `digits` decimal digits can hold.
pub(crate) fn max_coefficient(digits: u8) -> u128 {
    10u128
        .checked_pow(u32::from(digits))
        .map_or(u128::MAX, |power| power - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_make_up_what_they_say() {
        for length in 0..=38 {
            let text = "98765432109876543210987654321098765432"
                .get(..length)
                .unwrap();
            let mut coefficient = Coefficient::default();
            text.bytes()
                .for_each(|digit| coefficient.push(digit & 0x0F));
            assert_eq!(coefficient.value(), text.parse().unwrap_or(0), "{text}");
        }
        let mut zeros = Coefficient::default();
        (0..25).for_each(|_| zeros.push(0));
        zeros.push(7);
        assert_eq!(zeros.value(), 7);
    }

    #[test]
    fn writes_every_digit_of_the_scale() {
        for (negative, coefficient, scale, text) in [
            (false, 1230, 2, "12.30"),
            (true, 1230, 2, "-12.30"),
            (true, 0, 2, "0.00"),
            (false, 5, 0, "5"),
            (false, 0, 0, "0"),
            (false, 12345, 8, "0.00012345"),
            (false, 12300, -3, "12300000"),
            (false, 0, -3, "0"),
            (true, 7, 1, "-0.7"),
            (
                false,
                u128::MAX,
                0,
                "340282366920938463463374607431768211455",
            ),
        ] {
            assert_eq!(Decimal::new(negative, coefficient, scale).to_string(), text);
        }
    }
}
