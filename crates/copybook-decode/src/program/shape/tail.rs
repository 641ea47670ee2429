//! How the digits of a number are printed, and in which lanes of a vector they are.

use crate::program::plan::Op;
use crate::schema::Number;

use super::NONE;

/// How the digits are printed: `fraction` of them behind the point, at least one before it.
///
/// The constants are for 16 digits in lanes, right-aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tail {
    /// Digits behind the point.
    pub fraction: u32,
    /// Digits in all, at least one more than `fraction`; at most 16 if not [`Tail::wide`].
    pub digits: u32,
    /// Bytes printed if no digit is dropped.
    pub printed: u32,
    /// The lane of the last digit before the point,
    pub units: Mask,
    /// that digit among digits of four bits,
    pub units_nibble: u64,
    /// and its lane of 32.
    pub units_of_32: u32,
    /// What makes ASCII of digits, and the point of lane 0.
    pub ascii: [u8; 16],
    /// The lanes in the order in which they are printed, lane 0 for the point: 16 of them, from
    /// the first digit to print on, are what to shuffle.
    pub order: [u8; 32],
}

impl Tail {
    /// None for numbers with P scaling or of more than 32 digits.
    pub(super) fn new(number: Number) -> Option<Tail> {
        let fraction = u32::try_from(number.scale).ok()?;
        let digits = u32::from(number.digits);
        let shown = digits.max(fraction + 1);
        let point = fraction > 0;
        let mut ascii = [b'0'; 16];
        if point {
            ascii[0] = b'.';
        }
        let units = 15u32.saturating_sub(fraction);
        (fraction <= digits && shown <= 32).then_some(Tail {
            fraction,
            digits: shown,
            printed: 16 + u32::from(point),
            units: mask(units, units + 1),
            units_nibble: 1u64.checked_shl(4 * fraction).unwrap_or(0),
            units_of_32: 31u32.saturating_sub(fraction),
            ascii,
            order: order(fraction),
        })
    }

    /// More than 16 digits, up to 32.
    pub(crate) fn wide(self) -> bool {
        self.digits > 16
    }

    pub(super) fn width(self) -> Width {
        match self.digits + u32::from(self.fraction > 0) {
            0..=16 => Width::Narrow,
            _ if self.digits <= 31 => Width::Wide,
            _ => Width::Other,
        }
    }
}

/// How many vectors of 16 lanes hold a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// One holds digits and point.
    Narrow,
    /// Two hold the digits.
    Wide,
    /// It is left to the scalar kernel.
    Other,
}

impl Width {
    pub(super) fn op(self, narrow: Op, wide: Op) -> Op {
        match self {
            Width::Narrow => narrow,
            Width::Wide => wide,
            Width::Other => Op::Many,
        }
    }
}

fn order(fraction: u32) -> [u8; 32] {
    let mut order = [NONE; 32];
    let behind = 16usize.saturating_sub(fraction as usize);
    for lane in 0..16 {
        let moved = usize::from(fraction > 0 && lane >= behind);
        order[lane + moved] = lane as u8;
    }
    if fraction > 0 {
        order[behind] = 0;
    }
    order
}

/// Bits of a mask of 16 lanes: one a lane as x86 makes it, four as aarch64 does.
pub(crate) type Mask = [u64; 2];

fn mask(lanes: u32, end: u32) -> Mask {
    let bits = |width: u32| (lanes..end).fold(0, |mask, lane| mask | 1 << (width * lane));
    [bits(1), bits(4)]
}

/// Where a digit goes that has `index` others behind it, at most 31.
pub(super) fn half_and_lane(index: u32) -> (usize, usize) {
    let lane = 31 - index as usize;
    (lane / 16, lane % 16)
}
