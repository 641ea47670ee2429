//! Two digits a byte.

use crate::value::charset::{INVALID, NEGATIVE};
use crate::value::packed::Packed;

use super::NONE;
use super::tail::{Tail, Width, half_and_lane};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PackedShape {
    pub bytes: u32,
    /// Digits of the picture; a half byte above them is zero.
    pub digits: u32,
    pub sign_nibble: bool,
    /// Bit n set: sign nibble n is refused.
    pub refused: u64,
    /// Bit n set: sign nibble n is minus.
    pub minus: u64,
    /// Both by sign nibble: [`INVALID`], [`NEGATIVE`].
    pub signs: [u8; 16],
    /// Bits of a word of 64 behind the last digit, where that many hold the field.
    pub behind: u32,
    /// For each of 32 digits: the greatest that is valid, 9 or, above the digits, 0.
    pub most: [[u8; 16]; 2],
    /// The lanes that are the upper half of their byte, and the others: X'0F'.
    pub upper: [u8; 16],
    pub lower: [u8; 16],
    pub tail: Tail,
    pub width: Width,
    /// For each of 32 digits, right-aligned: the byte of the field that holds it, or [`NONE`].
    pub lanes: [[u8; 16]; 2],
}

impl PackedShape {
    /// `size` is at most 16; none if the value is printed otherwise than with a point.
    pub(super) fn new(packed: &Packed, size: u32) -> Option<PackedShape> {
        let tail = Tail::new(packed.number)?;
        // Without a sign nibble the last digit is no reason to complain.
        let (refused, minus) = match packed.sign_nibble {
            true => (u64::from(!packed.accepted), u64::from(packed.minus)),
            false => (0, 0),
        };
        let digits = u32::from(packed.number.digits);
        let mut signs = [0; 16];
        for (nibble, sign) in signs.iter_mut().enumerate() {
            let bit = |set: u64, flag: u8| if set >> nibble & 1 == 1 { flag } else { 0 };
            *sign = bit(refused, INVALID) | bit(minus, NEGATIVE);
        }
        let mut most = [[0; 16]; 2];
        for index in 0..digits.min(32) {
            let (half, lane) = half_and_lane(index);
            most[half][lane] = 9;
        }
        Some(PackedShape {
            bytes: size,
            digits,
            sign_nibble: packed.sign_nibble,
            refused,
            minus,
            signs,
            behind: (64u32 + 4 * u32::from(packed.sign_nibble)).saturating_sub(8 * size),
            most,
            upper: halves(usize::from(packed.sign_nibble)),
            lower: halves(usize::from(!packed.sign_nibble)),
            tail,
            width: match tail.width() {
                Width::Narrow if size > 8 => Width::Wide,
                width => width,
            },
            lanes: packed_lanes(size, packed.sign_nibble),
        })
    }
}

fn packed_lanes(bytes: u32, sign_nibble: bool) -> [[u8; 16]; 2] {
    let mut lanes = [[NONE; 16]; 2];
    for (index, half_byte) in (u32::from(sign_nibble)..2 * bytes).enumerate() {
        let (half, lane) = half_and_lane(index as u32);
        // At most 16 bytes.
        lanes[half][lane] = (bytes - 1 - half_byte / 2) as u8;
    }
    lanes
}

/// X'0F' in every second lane from `first` on.
fn halves(first: usize) -> [u8; 16] {
    let mut halves = [0; 16];
    halves
        .iter_mut()
        .skip(first)
        .step_by(2)
        .for_each(|lane| *lane = 0x0F);
    halves
}
