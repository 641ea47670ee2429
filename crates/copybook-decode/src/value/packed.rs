//! COMP-3 / PACKED-DECIMAL and COMP-6: two digits a byte.
//!
//! Source: Enterprise COBOL for z/OS Programming Guide, "Sign representation of zoned and
//! packed-decimal data" (X'C' plus, X'D' minus, X'F' unsigned are the preferred signs); COMP-6:
//! GnuCOBOL Programmer's Guide, "USAGE" (packed without a sign nibble).

use crate::schema::Number;

use super::number::{Coefficient, Decimal};
use super::{Fault, Signs};

/// A packed field's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed {
    pub number: Number,
    pub sign_nibble: bool,
    /// Bit n set: sign nibble n is accepted.
    pub accepted: u16,
    /// Bit n set: sign nibble n means minus; none does in an item without a sign.
    pub minus: u16,
}

/// Sign nibbles that mean minus (z/Architecture Principles of Operation, chapter 8).
const MINUS: u16 = 1 << 0xB | 1 << 0xD;

impl Packed {
    pub(crate) fn new(number: Number, signed: bool, sign_nibble: bool, signs: Signs) -> Packed {
        let accepted = match (signs, signed) {
            (Signs::Strict, true) => 1 << 0xC | 1 << 0xD,
            (Signs::Strict, false) => 1 << 0xF,
            (Signs::Lenient, _) => 0xFC00,
        };
        Packed {
            number,
            sign_nibble,
            accepted,
            minus: if signed { MINUS } else { 0 },
        }
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Decimal, Fault> {
        let nibbles = bytes.len() * 2;
        let digits = nibbles - usize::from(self.sign_nibble);
        let unused = digits.saturating_sub(usize::from(self.number.digits));
        let mut coefficient = Coefficient::default();
        for index in 0..digits {
            let nibble = nibble(bytes, index);
            if index < unused && nibble != 0 {
                return Err(Fault::new(
                    index / 2,
                    1,
                    "a zero in the unused half of the first byte",
                    "check the field's offset, or give its picture one digit more",
                ));
            }
            if nibble > 9 {
                return Err(Fault::new(
                    index / 2,
                    1,
                    self.digits_of(index / 2, bytes),
                    remedy(bytes),
                ));
            }
            coefficient.push(nibble);
        }
        let negative = self.sign_nibble && self.sign(bytes)?;
        Ok(Decimal::new(
            negative,
            coefficient.value(),
            self.number.scale,
        ))
    }

    fn sign(&self, bytes: &[u8]) -> Result<bool, Fault> {
        let at = bytes.len().saturating_sub(1);
        let sign = nibble(bytes, at * 2 + 1);
        if self.accepted >> sign & 1 == 0 {
            let lenient = self.accepted != 0xFC00 && sign >= 0xA;
            let expected = match self.accepted {
                0xFC00 => "a sign A to F in the last half byte",
                accepted if accepted >> 0xC & 1 != 0 => "a sign C or D in the last half byte",
                _ => "the sign F in the last half byte",
            };
            let remedy = if lenient {
                "check the field's offset, or accept other sign codes with --signs lenient"
            } else {
                remedy(bytes)
            };
            return Err(Fault::new(at, 1, expected, remedy));
        }
        Ok(self.minus >> sign & 1 != 0)
    }

    /// What a byte of the field should be.
    fn digits_of(&self, at: usize, bytes: &[u8]) -> &'static str {
        match at + 1 == bytes.len() && self.sign_nibble {
            true => "a digit 0 to 9 and a sign",
            false => "two packed digits 0 to 9",
        }
    }
}

/// What helps with a field that is no number.
fn remedy(bytes: &[u8]) -> &'static str {
    if is_blank(bytes) {
        "check the field's offset, or let blank fields be null or zero with --blank-numbers"
    } else {
        "check the field's offset"
    }
}

/// Half byte `index`, 0 where the field has no such byte.
fn nibble(bytes: &[u8], index: usize) -> u8 {
    let byte = bytes.get(index / 2).copied().unwrap_or(0);
    if index.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 0x0F
    }
}

/// Only spaces (of EBCDIC or ASCII) or only zero bytes.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    [0x00, 0x40, 0x20]
        .iter()
        .any(|blank| bytes.iter().all(|byte| byte == blank))
}
