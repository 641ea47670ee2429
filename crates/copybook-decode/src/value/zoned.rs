//! USAGE DISPLAY numbers: one digit a byte.
//!
//! Source for signs: Enterprise COBOL for z/OS Programming Guide, "Sign representation of zoned
//! and packed-decimal data"; positions: Language Reference, "SIGN clause".

use crate::schema::{Number, Sign};

use super::charset::{Charset, INVALID, NEGATIVE};
use super::number::{Coefficient, Decimal};
use super::{Fault, Signs};

/// A zoned field's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zoned {
    pub number: Number,
    pub sign: Sign,
    /// The item has no sign, whatever its last byte says.
    pub unsigned: bool,
    pub blank_when_zero: bool,
}

const REMEDY: &str = "check the field's offset and code page";
const LENIENT: &str =
    "check the field's offset and code page, or accept other sign codes with --signs lenient";

impl Zoned {
    /// A lenient decoding takes a sign in the last digit of an unsigned field, too: it says nothing.
    pub(crate) fn new(number: Number, sign: Sign, blank_when_zero: bool, signs: Signs) -> Zoned {
        let unsigned = sign == Sign::Unsigned;
        Zoned {
            number,
            sign: match signs {
                Signs::Lenient if unsigned => Sign::TrailingOverpunch,
                _ => sign,
            },
            unsigned,
            blank_when_zero,
        }
    }

    /// Whether the picture takes that many bytes.
    pub(crate) fn fits(&self, size: usize) -> bool {
        let separate = matches!(self.sign, Sign::LeadingSeparate | Sign::TrailingSeparate);
        let digits = usize::from(self.number.digits);
        (1..=38).contains(&digits) && size == digits + usize::from(separate)
    }

    pub(crate) fn decode(&self, charset: &Charset, bytes: &[u8]) -> Result<Decimal, Fault> {
        if self.blank_when_zero && bytes.iter().all(|&byte| byte == charset.space) {
            return Ok(Decimal::new(false, 0, self.number.scale));
        }
        let last = bytes.len().saturating_sub(1);
        let mut negative = false;
        let mut coefficient = Coefficient::default();
        for (at, &byte) in bytes.iter().enumerate() {
            let digit = match self.sign {
                Sign::TrailingOverpunch if at == last => {
                    overpunched(charset, at, byte, &mut negative)?
                }
                Sign::LeadingOverpunch if at == 0 => overpunched(charset, at, byte, &mut negative)?,
                Sign::TrailingSeparate if at == last => {
                    negative = separate(charset, at, byte)?;
                    continue;
                }
                Sign::LeadingSeparate if at == 0 => {
                    negative = separate(charset, at, byte)?;
                    continue;
                }
                _ => charset.digit(byte).ok_or_else(|| {
                    let sign = self.unsigned && at == last;
                    let remedy = remedy(charset, sign, byte);
                    Fault::new(at, 1, charset.digit_range(), remedy)
                })?,
            };
            coefficient.push(digit);
        }
        let negative = negative && !self.unsigned;
        Ok(Decimal::new(
            negative,
            coefficient.value(),
            self.number.scale,
        ))
    }
}

/// What helps with a byte that is no digit here.
fn remedy(charset: &Charset, sign: bool, byte: u8) -> &'static str {
    if sign && charset.lenient_helps(byte) {
        LENIENT
    } else {
        REMEDY
    }
}

/// Digit and sign in one byte.
pub(crate) fn overpunched(
    charset: &Charset,
    at: usize,
    byte: u8,
    negative: &mut bool,
) -> Result<u8, Fault> {
    let entry = charset.overpunch[usize::from(byte)];
    if entry & INVALID != 0 {
        let expected = if charset.zone == 0xF0 {
            "a digit with a sign zone (X'C0' to X'C9' or X'D0' to X'D9')"
        } else {
            "a digit with a sign (`{`, `A` to `I`, `}`, `J` to `R`)"
        };
        return Err(Fault::new(at, 1, expected, remedy(charset, true, byte)));
    }
    *negative = entry & NEGATIVE != 0;
    Ok(entry & 0x0F)
}

fn separate(charset: &Charset, at: usize, byte: u8) -> Result<bool, Fault> {
    if byte == charset.plus {
        Ok(false)
    } else if byte == charset.minus {
        Ok(true)
    } else {
        let expected = format!("a sign X'{:02X}' or X'{:02X}'", charset.plus, charset.minus);
        Err(Fault::new(
            at,
            1,
            expected,
            "check the field's offset and code page",
        ))
    }
}
