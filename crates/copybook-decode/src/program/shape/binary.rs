//! Big-endian binary.

use crate::schema::Number;
use crate::value::binary::Binary;

use super::tail::{Tail, Width};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BinaryShape {
    pub bytes: u32,
    pub signed: bool,
    /// All bits set if it is.
    pub sign_mask: u64,
    /// Bits of a word of 64 behind the field.
    pub shift: u32,
    /// Greatest absolute value.
    pub max: u64,
    pub tail: Tail,
    pub width: Width,
}

impl BinaryShape {
    /// `size` is at most 8; none if the value is printed otherwise than with a point.
    pub(super) fn new(binary: &Binary, size: u32) -> Option<BinaryShape> {
        let max = u64::try_from(binary.max).unwrap_or(u64::MAX);
        // What the storage holds, if the picture does not bound the value.
        let storage = u64::MAX >> (64 - 8 * size);
        let max = max.min(storage);
        let digits = u8::try_from(max.checked_ilog10().unwrap_or(0) + 1).unwrap_or(20);
        let tail = Tail::new(Number {
            digits,
            ..binary.number
        })?;
        Some(BinaryShape {
            bytes: size,
            signed: binary.signed,
            sign_mask: u64::from(binary.signed).wrapping_neg(),
            shift: 64 - 8 * size,
            max,
            tail,
            width: tail.width(),
        })
    }

    /// Absolute value of the field at the start of a big-endian word, and 1 if it is negative.
    #[inline(always)]
    pub(crate) fn magnitude(&self, word: u64) -> (u64, u64) {
        // Two's complement without a branch: all bits flip, and one is added.
        let minus = (word.cast_signed() >> 63).cast_unsigned() & self.sign_mask;
        let size = ((word ^ minus) >> self.shift).wrapping_sub(minus);
        (size, minus & 1)
    }
}
