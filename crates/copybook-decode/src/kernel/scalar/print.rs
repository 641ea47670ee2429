//! Digits as they are printed.

use crate::program::shape::Tail;

use super::Scalar;

/// `'0'` in every byte.
const ZEROS: u128 = 0x3030_3030_3030_3030_3030_3030_3030_3030;

impl Scalar<'_> {
    /// Prints digits (one a byte, not in ASCII) with sign and point.
    #[inline(always)]
    pub(super) fn print(&mut self, digits: u128, negative: bool, tail: &Tail) {
        self.out[self.at] = b'-';
        self.at += usize::from(negative && digits != 0);
        let whole = digits >> (8 * tail.fraction);
        // At least one digit, in the lowest byte.
        let dropped = (whole | 1).leading_zeros() / 8;
        self.store((whole | ZEROS) << (8 * dropped));
        self.at += 16 - dropped as usize;
        if tail.fraction > 0 {
            self.out[self.at] = b'.';
            self.at += 1;
            self.store((digits | ZEROS) << (128 - 8 * tail.fraction));
            self.at += tail.fraction as usize;
        }
    }

    /// As [`Scalar::print`] for up to 32 digits.
    pub(super) fn print_wide(&mut self, high: u128, low: u128, negative: bool, tail: &Tail) {
        let mut digits = [0; 32];
        digits[..16].copy_from_slice(&(high | ZEROS).to_be_bytes());
        digits[16..].copy_from_slice(&(low | ZEROS).to_be_bytes());
        self.out[self.at] = b'-';
        self.at += usize::from(negative && (high | low) != 0);
        let point = 32 - tail.fraction as usize;
        let zeros = digits
            .iter()
            .take_while(|&&digit| digit == b'0')
            .count()
            .min(point - 1);
        let whole = &digits[zeros..point];
        self.out[self.at..self.at + whole.len()].copy_from_slice(whole);
        self.at += whole.len();
        if tail.fraction > 0 {
            self.out[self.at] = b'.';
            let fraction = &digits[point..];
            self.out[self.at + 1..self.at + 1 + fraction.len()].copy_from_slice(fraction);
            self.at += 1 + fraction.len();
        }
    }

    #[inline(always)]
    fn store(&mut self, word: u128) {
        self.out[self.at..self.at + 16].copy_from_slice(&word.to_be_bytes());
    }
}
