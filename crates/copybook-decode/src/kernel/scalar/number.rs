//! Numbers as they are stored: their digits, one a byte, their sign, and whether they are valid.

use crate::program::shape::{BinaryShape, PackedShape, ZonedShape};
use crate::schema::Sign;
use crate::value::charset::{INVALID, NEGATIVE};

use super::{ONES, Scalar};

impl Scalar<'_> {
    #[inline(always)]
    pub(super) fn packed(&mut self, start: usize, shape: &PackedShape) {
        let word = self.word(start) >> (64 - 8 * shape.bytes);
        let (digits, negative) = if shape.sign_nibble {
            (word >> 4, self.packed_sign(word as u32 & 0xF, shape))
        } else {
            (word, false)
        };
        let above_nine = (digits >> 3) & ((digits >> 2) | (digits >> 1));
        self.bad |= above_nine & 0x1111_1111_1111_1111;
        if shape.digits < 16 {
            self.bad |= digits >> (4 * shape.digits);
        }
        let spread = u128::from(spread(digits >> 32)) << 64 | u128::from(spread(digits));
        self.print(spread, negative, &shape.tail);
    }

    #[inline(always)]
    fn packed_sign(&mut self, sign: u32, shape: &PackedShape) -> bool {
        self.bad |= shape.refused >> sign & 1;
        shape.minus >> sign & 1 != 0
    }

    /// Up to 31 digits in up to 16 bytes.
    pub(super) fn packed_wide(&mut self, start: usize, shape: &PackedShape) {
        let word = self.wide_word(start) >> (128 - 8 * shape.bytes);
        let (digits, negative) = if shape.sign_nibble {
            (word >> 4, self.packed_sign(word as u32 & 0xF, shape))
        } else {
            (word, false)
        };
        let above_nine = (digits >> 3) & ((digits >> 2) | (digits >> 1));
        self.bad |= u64::from(above_nine & (ONES | ONES << 4) != 0);
        if shape.digits < 32 {
            self.bad |= u64::from(digits >> (4 * shape.digits) != 0);
        }
        let part = |shift: u32| u128::from(spread((digits >> shift) as u64));
        self.print_wide(
            part(96) << 64 | part(64),
            part(32) << 64 | part(0),
            negative,
            &shape.tail,
        );
    }

    #[inline(always)]
    pub(super) fn zoned(&mut self, start: usize, shape: &ZonedShape) {
        let (digits_at, sign_at) = shape.places();
        let unused = 8 * (16 - shape.digits);
        let word = self.wide_word(start + digits_at as usize) >> unused;
        let zone = (u128::from(self.program.charset.zone) * ONES) >> unused;
        if shape.blank_when_zero && self.is_blank(start, shape) {
            return self.print(0, false, &shape.tail);
        }
        let (word, negative) = match sign_place(shape) {
            Some(shift) => self.overpunched(word, shift, shape),
            None => (word, self.separate(start, sign_at)),
        };
        let digits = word & (ONES * 0x0F);
        self.bad |= bits((word ^ zone) & (ONES * 0xF0));
        self.bad |= bits((digits + ONES * 6) & (ONES * 0x10));
        self.print(digits, negative, &shape.tail);
    }

    /// Puts a plain digit where digit and sign share a byte.
    #[inline(always)]
    fn overpunched(&mut self, word: u128, shift: u32, shape: &ZonedShape) -> (u128, bool) {
        let charset = &self.program.charset;
        let entry = self.program.signs[shape.signs][usize::from((word >> shift) as u8)];
        self.bad |= u64::from(entry & INVALID);
        let digit = u128::from(charset.zone | entry & 0x0F);
        let others = word & !(0xFF << shift);
        (others | digit << shift, entry & NEGATIVE != 0)
    }

    /// Whether there is a sign of its own that says minus.
    #[inline(always)]
    fn separate(&mut self, start: usize, sign_at: Option<u32>) -> bool {
        let Some(sign_at) = sign_at else { return false };
        let sign = self.record[start + sign_at as usize];
        let entry = self.program.charset.separate[usize::from(sign)];
        self.bad |= u64::from(entry & INVALID);
        entry & NEGATIVE != 0
    }

    fn is_blank(&self, start: usize, shape: &ZonedShape) -> bool {
        let size = shape.digits as usize + usize::from(shape.places().1.is_some());
        let space = self.program.charset.space;
        self.record[start..start + size]
            .iter()
            .all(|&byte| byte == space)
    }

    /// Up to 32 digits, in two words.
    pub(super) fn zoned_wide(&mut self, start: usize, shape: &ZonedShape) {
        if shape.blank_when_zero && self.is_blank(start, shape) {
            return self.print_wide(0, 0, false, &shape.tail);
        }
        let (digits_at, sign_at) = shape.places();
        let mut digits = [self.program.charset.zone; 32];
        let size = shape.digits as usize;
        let from = start + digits_at as usize;
        digits[32 - size..].copy_from_slice(&self.record[from..from + size]);
        let (high, low) = digits.split_at(16);
        let (mut high, mut low) = (be_word(high), be_word(low));
        let negative;
        match sign_place(shape) {
            Some(shift) if shift >= 128 => {
                (high, negative) = self.overpunched(high, shift - 128, shape);
            }
            Some(shift) => (low, negative) = self.overpunched(low, shift, shape),
            None => negative = self.separate(start, sign_at),
        }
        for word in [high, low] {
            let zone = u128::from(self.program.charset.zone) * ONES;
            self.bad |= bits((word ^ zone) & (ONES * 0xF0));
            self.bad |= bits(((word & (ONES * 0x0F)) + ONES * 6) & (ONES * 0x10));
        }
        self.print_wide(
            high & (ONES * 0x0F),
            low & (ONES * 0x0F),
            negative,
            &shape.tail,
        );
    }

    #[inline(always)]
    pub(super) fn binary(&mut self, start: usize, shape: &BinaryShape) {
        let (size, negative) = self.binary_value(start, shape);
        // Not more than 16 digits, else suspect: the remainder keeps the divisions in range.
        let size = size % 10_000_000_000_000_000;
        self.print(digits_16(size), negative, &shape.tail);
    }

    pub(super) fn binary_wide(&mut self, start: usize, shape: &BinaryShape) {
        let (size, negative) = self.binary_value(start, shape);
        let (high, low) = (size / 10_000_000_000_000_000, size % 10_000_000_000_000_000);
        self.print_wide(digits_16(high), digits_16(low), negative, &shape.tail);
    }

    #[inline(always)]
    fn binary_value(&mut self, start: usize, shape: &BinaryShape) -> (u64, bool) {
        let (size, negative) = shape.magnitude(self.word(start));
        self.bad |= u64::from(size > shape.max);
        (size, negative != 0)
    }

    #[inline(always)]
    fn word(&self, start: usize) -> u64 {
        let mut word = [0; 8];
        word.copy_from_slice(&self.record[start..start + 8]);
        u64::from_be_bytes(word)
    }

    #[inline(always)]
    fn wide_word(&self, start: usize) -> u128 {
        be_word(&self.record[start..start + 16])
    }
}

/// Bits below the digit that carries the sign, if one does.
#[inline(always)]
fn sign_place(shape: &ZonedShape) -> Option<u32> {
    match shape.sign {
        Sign::TrailingOverpunch => Some(0),
        Sign::LeadingOverpunch => Some(8 * (shape.digits - 1)),
        _ => None,
    }
}

#[inline(always)]
fn be_word(bytes: &[u8]) -> u128 {
    let mut word = [0; 16];
    word.copy_from_slice(bytes);
    u128::from_be_bytes(word)
}

/// Whether any bit is set, without a comparison.
#[inline(always)]
fn bits(word: u128) -> u64 {
    (word >> 64) as u64 | word as u64
}

/// The lower eight half bytes, a byte each.
#[inline(always)]
fn spread(digits: u64) -> u64 {
    let mut word = digits & 0xFFFF_FFFF;
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF;
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF;
    (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
}

/// Digits of a number below 10^16, a byte each.
#[inline(always)]
fn digits_16(value: u64) -> u128 {
    let (high, low) = (value / 100_000_000, value % 100_000_000);
    u128::from(digits_8(high)) << 64 | u128::from(digits_8(low))
}

/// Digits of a number below 10^8, a byte each: divides two, then four parts of a word at once
/// (Paul Khuong, "How to print integers really fast", 2017).
#[inline(always)]
fn digits_8(value: u64) -> u64 {
    let halves = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((halves * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    (tens | (pairs - 10 * tens) << 8).swap_bytes()
}
