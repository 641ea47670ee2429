//! BINARY / COMP / COMP-4, COMP-5, COMP-X, COMP-N: two's complement or unsigned, 1 to 16 bytes.

use crate::schema::Number;

use super::number::{Decimal, max_coefficient};
use super::{BinaryRange, Fault};

/// A binary field's shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binary {
    pub number: Number,
    pub signed: bool,
    /// Greatest absolute value.
    pub max: u128,
}

impl Binary {
    pub(crate) fn new(number: Number, signed: bool, native: bool, range: BinaryRange) -> Binary {
        let bounded = !native && range == BinaryRange::Picture;
        let max = if bounded {
            max_coefficient(number.digits)
        } else {
            u128::MAX
        };
        Binary {
            number,
            signed,
            max,
        }
    }

    /// The least significant byte first.
    pub(crate) fn decode_little(&self, bytes: &[u8]) -> Result<Decimal, Fault> {
        let mut turned = [0; 16];
        // At most 16 bytes.
        let turned = &mut turned[..bytes.len().min(16)];
        turned.copy_from_slice(&bytes[..turned.len()]);
        turned.reverse();
        self.decode(turned)
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Decimal, Fault> {
        let sign_bit = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        let negative = self.signed && sign_bit;
        let start = if negative { u128::MAX } else { 0 };
        let value = bytes
            .iter()
            .fold(start, |value, &byte| value << 8 | u128::from(byte));
        let coefficient = if negative {
            value.wrapping_neg()
        } else {
            value
        };
        if coefficient > self.max {
            return Err(Fault::new(
                0,
                bytes.len(),
                format!("at most {} digits", self.number.digits),
                "check the field's offset, or accept all that its bytes hold (TRUNC(BIN)) with \
                 --binary-range storage",
            ));
        }
        Ok(Decimal::new(negative, coefficient, self.number.scale))
    }
}
