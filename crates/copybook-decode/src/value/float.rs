//! COMP-1 and COMP-2: IBM hexadecimal or IEEE 754.
//!
//! IBM format: z/Architecture Principles of Operation, chapter 18, "Hexadecimal-Floating-Point
//! Data Formats": sign bit, 7 bits of exponent to base 16 in excess-64 notation, 24 or 56 bits of
//! fraction.

use super::{Fault, FloatFormat};

/// A floating-point number. A COMP-1 value prints with the fewest digits that tell it apart from
/// other single-precision numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Float {
    /// The value. Exact but for COMP-2 in IBM format, which has up to 3 bits more than a 64-bit
    /// IEEE number holds: those round to nearest, ties to even.
    pub value: f64,
    /// COMP-1.
    pub single: bool,
}

impl Float {
    /// Appends the shortest JSON number that reads back as the same value.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let single = self.value as f32;
        let text = if self.single && f64::from(single) == self.value {
            shortest(self.value, format!("{single}"), format!("{single:e}"))
        } else {
            shortest(
                self.value,
                format!("{}", self.value),
                format!("{:e}", self.value),
            )
        };
        out.extend_from_slice(text.as_bytes());
    }
}

/// The plain form where people would write it, else the one with an exponent.
fn shortest(value: f64, plain: String, scientific: String) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e17).contains(&size) {
        plain
    } else {
        scientific
    }
}

/// Most bytes that [`Float::write`] takes: sign, 17 digits, point, exponent of 5 bytes, or a
/// number below 1 with 5 zeros.
pub(crate) const MAX_TEXT: usize = 32;

pub(crate) fn decode(format: FloatFormat, bytes: &[u8]) -> Result<Float, Fault> {
    let mut word = [0; 8];
    let size = bytes.len().min(8);
    word[..size].copy_from_slice(&bytes[..size]);
    let single = size == 4;
    let value = match format {
        FloatFormat::Ibm => ibm(u64::from_be_bytes(word)),
        FloatFormat::IbmLittle => {
            word[..size].reverse();
            ibm(u64::from_be_bytes(word))
        }
        FloatFormat::IeeeBig => ieee(u64::from_be_bytes(word), single),
        FloatFormat::IeeeLittle => {
            word[..size].reverse();
            ieee(u64::from_be_bytes(word), single)
        }
    };
    if value.is_finite() {
        Ok(Float { value, single })
    } else {
        Err(Fault::new(
            0,
            bytes.len(),
            "a finite number (JSON has no NaN or infinity)",
            "check the field's offset, or give the floating-point format with --floats",
        ))
    }
}

/// `word` holds the number left-aligned, so that single precision only lacks fraction bits.
fn ibm(word: u64) -> f64 {
    let fraction = word & 0x00FF_FFFF_FFFF_FFFF;
    // 0..=127 from 7 bits.
    let exponent = (word >> 56 & 0x7F) as i32;
    // The fraction lies below the point by 56 bits.
    let size = fraction as f64 * power_of_two(4 * (exponent - 64) - 56);
    if word >> 63 == 1 { -size } else { size }
}

/// 2^n for the exponents that occur here, -312 to 196.
fn power_of_two(n: i32) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

fn ieee(word: u64, single: bool) -> f64 {
    if single {
        f64::from(f32::from_bits((word >> 32) as u32))
    } else {
        f64::from_bits(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(format: FloatFormat, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        decode(format, bytes).expect("finite").write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn ibm_numbers_of_the_manual() {
        // Principles of Operation, figure "Hexadecimal-Floating-Point Examples".
        assert_eq!(text(FloatFormat::Ibm, &[0x41, 0x10, 0, 0]), "1");
        assert_eq!(text(FloatFormat::Ibm, &[0x40, 0x80, 0, 0]), "0.5");
        assert_eq!(text(FloatFormat::Ibm, &[0x3F, 0x40, 0, 0]), "0.015625");
        assert_eq!(text(FloatFormat::Ibm, &[0xC1, 0xF0, 0, 0]), "-15");
        assert_eq!(
            text(FloatFormat::Ibm, &[0x42, 0x64, 0, 0, 0, 0, 0, 0]),
            "100"
        );
        // 0.1 as near as 21 bits come to it, and the greatest number.
        assert_eq!(
            text(FloatFormat::Ibm, &[0x40, 0x19, 0x99, 0x9A]),
            "0.100000024"
        );
        assert_eq!(
            text(FloatFormat::Ibm, &[0x7F, 0xFF, 0xFF, 0xFF]),
            "7.2370051459731155e75"
        );
    }

    #[test]
    fn ibm_numbers_from_little_endian_machines() {
        assert_eq!(text(FloatFormat::IbmLittle, &[0, 0, 0xF0, 0xC1]), "-15");
        let long = [0, 0, 0, 0, 0, 0, 0x64, 0x42];
        assert_eq!(text(FloatFormat::IbmLittle, &long), "100");
    }

    #[test]
    fn ieee_in_both_orders() {
        assert_eq!(text(FloatFormat::IeeeBig, &0.1f32.to_be_bytes()), "0.1");
        assert_eq!(text(FloatFormat::IeeeLittle, &0.1f64.to_le_bytes()), "0.1");
        assert_eq!(text(FloatFormat::IeeeBig, &1e300f64.to_be_bytes()), "1e300");
        assert!(decode(FloatFormat::IeeeBig, &f64::NAN.to_be_bytes()).is_err());
        assert!(decode(FloatFormat::IeeeBig, &f32::INFINITY.to_be_bytes()).is_err());
    }
}
