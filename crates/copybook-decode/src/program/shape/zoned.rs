//! One digit a byte.

use crate::schema::Sign;
use crate::value::zoned::Zoned;

use super::NONE;
use super::tail::{Tail, Width, half_and_lane};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZonedShape {
    pub digits: u32,
    pub sign: Sign,
    pub unsigned: bool,
    pub blank_when_zero: bool,
    pub tail: Tail,
    /// The byte that carries the sign, 0 where there is none.
    pub sign_at: u32,
    pub width: Width,
    /// As in [`PackedShape`](super::PackedShape); those of the lower half count from `low_at`.
    pub lanes: [[u8; 16]; 2],
    /// The byte from which 16 hold all digits of the lower half.
    pub low_at: u32,
    /// For each of 32 digits: the zone, where there is one,
    pub zone: [[u8; 16]; 2],
    /// and the bits that are the digit once the zone is taken out: all but those of a sign.
    pub keep: [[u8; 16]; 2],
    /// Index in [`Program::signs`](crate::program::plan::Program).
    pub signs: usize,
}

impl ZonedShape {
    /// `zone` is that of digits in the code page; none if the value is printed otherwise than with
    /// a point.
    pub(super) fn new(zoned: &Zoned, zone: u8) -> Option<ZonedShape> {
        let mut shape = ZonedShape {
            digits: u32::from(zoned.number.digits),
            sign: zoned.sign,
            unsigned: zoned.unsigned,
            blank_when_zero: zoned.blank_when_zero,
            tail: Tail::new(zoned.number)?,
            sign_at: 0,
            width: Width::Other,
            lanes: [[NONE; 16]; 2],
            low_at: 0,
            zone: [[0; 16]; 2],
            keep: [[0; 16]; 2],
            signs: 0,
        };
        shape.fill_lanes(zone);
        Some(shape)
    }

    /// Where the digits start within the field, and where the separate sign is.
    pub(crate) fn places(&self) -> (u32, Option<u32>) {
        match self.sign {
            Sign::LeadingSeparate => (1, Some(0)),
            Sign::TrailingSeparate => (0, Some(self.digits)),
            _ => (0, None),
        }
    }

    fn fill_lanes(&mut self, zone: u8) {
        let (first, separate) = self.places();
        let digits = self.digits;
        self.low_at = (first + digits).saturating_sub(16);
        for index in 0..digits.min(32) {
            let (half, lane) = half_and_lane(index);
            let base = [0, self.low_at][half];
            // At most 39 bytes.
            self.lanes[half][lane] = (first + digits - 1 - index).wrapping_sub(base) as u8;
            let signed = match self.sign {
                Sign::TrailingOverpunch => index == 0,
                Sign::LeadingOverpunch => index == digits - 1,
                _ => false,
            };
            (self.zone[half][lane], self.keep[half][lane]) = match signed {
                true => (0, 0x0F),
                false => (zone, 0xFF),
            };
        }
        self.signs = match self.sign {
            Sign::Unsigned => 0,
            Sign::TrailingOverpunch if self.unsigned => 3,
            Sign::TrailingOverpunch | Sign::LeadingOverpunch => 1,
            Sign::TrailingSeparate | Sign::LeadingSeparate => 2,
        };
        self.sign_at = match self.sign {
            Sign::TrailingOverpunch => digits - 1,
            _ => separate.unwrap_or(0),
        };
        let overpunched = matches!(self.sign, Sign::TrailingOverpunch | Sign::LeadingOverpunch);
        // EBCDIC has an overpunched digit in the lower half of its byte, ASCII has not.
        let lower = !overpunched || zone == 0xF0;
        self.width = match self.tail.width() {
            _ if !lower || self.blank_when_zero => Width::Other,
            // A separate sign is a sixteenth byte.
            Width::Narrow if digits > 15 => Width::Wide,
            width => width,
        };
    }
}
