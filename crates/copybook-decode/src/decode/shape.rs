//! What a kernel must know of a picture, with every constant worked out.

use crate::schema::{Number, Sign};

use super::Trim;
use super::charset::{INVALID, NEGATIVE};
use super::leaf::Leaf;
use super::packed::{MINUS, Packed};
use super::plan::Op;

/// How a value is read and printed.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// One byte a character.
    Text(TextShape),
    /// Two digits a byte, in at most 16 bytes.
    Packed(PackedShape),
    /// One digit a byte.
    Zoned(ZonedShape),
    /// Big endian in at most 8 bytes, at most 19 digits.
    Binary(BinaryShape),
    /// Anything else: read by its leaf.
    Other { leaf: Box<Leaf>, size: u32 },
}

/// A lane without a digit; byte shuffles put zero there.
pub(crate) const NONE: u8 = 0x80;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextShape {
    pub len: u32,
    pub trim: Trim,
}

/// Bits of a mask of 16 lanes: one a lane as x86 makes it, four as aarch64 does.
pub(crate) type Mask = [u64; 2];

fn mask(lanes: u32, end: u32) -> Mask {
    let bits = |width: u32| (lanes..end).fold(0, |mask, lane| mask | 1 << (width * lane));
    [bits(1), bits(4)]
}

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
    /// The lane of the last digit before the point.
    pub units: Mask,
    /// What makes ASCII of digits, and the point of lane 0.
    pub ascii: [u8; 16],
    /// The lanes in the order in which they are printed, lane 0 for the point: 16 of them, from
    /// the first digit to print on, are what to shuffle.
    pub order: [u8; 32],
}

impl Tail {
    /// More than 16 digits, up to 32.
    pub(crate) fn wide(self) -> bool {
        self.digits > 16
    }

    fn width(self) -> Width {
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
    fn op(self, narrow: Op, wide: Op) -> Op {
        match self {
            Width::Narrow => narrow,
            Width::Wide => wide,
            Width::Other => Op::Many,
        }
    }
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZonedShape {
    pub digits: u32,
    pub sign: Sign,
    pub blank_when_zero: bool,
    pub tail: Tail,
    /// The byte that carries the sign, 0 where there is none.
    pub sign_at: u32,
    pub width: Width,
    /// As in [`PackedShape`]; those of the lower half count from `low_at`.
    pub lanes: [[u8; 16]; 2],
    /// The byte from which 16 hold all digits of the lower half.
    pub low_at: u32,
    /// For each of 32 digits: the zone, where there is one,
    pub zone: [[u8; 16]; 2],
    /// and the bits that are the digit once the zone is taken out: all but those of a sign.
    pub keep: [[u8; 16]; 2],
    /// Index in [`Program::signs`](super::plan::Program).
    pub signs: usize,
}

impl ZonedShape {
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

fn packed_shape(packed: &Packed, size: u32, tail: Tail) -> PackedShape {
    // Without a sign nibble the last digit is no reason to complain.
    let (refused, minus) = match packed.sign_nibble {
        true => (u64::from(!packed.accepted), u64::from(MINUS)),
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
    PackedShape {
        bytes: size,
        digits,
        sign_nibble: packed.sign_nibble,
        refused,
        minus,
        signs,
        most,
        upper: halves(usize::from(packed.sign_nibble)),
        lower: halves(usize::from(!packed.sign_nibble)),
        tail,
        width: match tail.width() {
            Width::Narrow if size > 8 => Width::Wide,
            width => width,
        },
        lanes: packed_lanes(size, packed.sign_nibble),
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

/// Where a digit goes that has `index` others behind it, at most 31.
fn half_and_lane(index: u32) -> (usize, usize) {
    let lane = 31 - index as usize;
    (lane / 16, lane % 16)
}

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
    /// Absolute value of the field at the start of a big-endian word, and 1 if it is negative.
    #[inline(always)]
    pub(crate) fn magnitude(&self, word: u64) -> (u64, u64) {
        // Two's complement without a branch: all bits flip, and one is added.
        let minus = (word.cast_signed() >> 63).cast_unsigned() & self.sign_mask;
        let size = ((word ^ minus) >> self.shift).wrapping_sub(minus);
        (size, minus & 1)
    }
}

impl Shape {
    /// `zone` is that of digits in the code page.
    pub(crate) fn new(leaf: &Leaf, size: usize, zone: u8) -> Shape {
        // Sizes are below `tree::MAX_RECORD`.
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let special = match leaf {
            Leaf::Text(trim) => Some(Shape::Text(TextShape {
                len: size,
                trim: *trim,
            })),
            Leaf::Packed(packed) if size <= 16 => {
                tail(packed.number).map(|tail| Shape::Packed(packed_shape(packed, size, tail)))
            }
            Leaf::Zoned(zoned) => tail(zoned.number).map(|tail| {
                let mut shape = ZonedShape {
                    digits: u32::from(zoned.number.digits),
                    sign: zoned.sign,
                    blank_when_zero: zoned.blank_when_zero,
                    tail,
                    sign_at: 0,
                    width: Width::Other,
                    lanes: [[NONE; 16]; 2],
                    low_at: 0,
                    zone: [[0; 16]; 2],
                    keep: [[0; 16]; 2],
                    signs: 0,
                };
                shape.fill_lanes(zone);
                Shape::Zoned(shape)
            }),
            Leaf::Binary(binary) if size <= 8 => {
                let max = u64::try_from(binary.max).unwrap_or(u64::MAX);
                // What the storage holds, if the picture does not bound the value.
                let storage = u64::MAX >> (64 - 8 * size);
                let max = max.min(storage);
                let digits = u8::try_from(max.checked_ilog10().unwrap_or(0) + 1).unwrap_or(20);
                tail(Number {
                    digits,
                    ..binary.number
                })
                .map(|tail| {
                    Shape::Binary(BinaryShape {
                        bytes: size,
                        signed: binary.signed,
                        sign_mask: u64::from(binary.signed).wrapping_neg(),
                        shift: 64 - 8 * size,
                        max,
                        tail,
                        width: tail.width(),
                    })
                })
            }
            _ => None,
        };
        special.unwrap_or_else(|| Shape::Other {
            leaf: Box::new(leaf.clone()),
            size,
        })
    }

    /// How a vector kernel prints a field of it that stands alone.
    pub(crate) fn op(&self) -> Op {
        match self {
            Shape::Text(_) => Op::Text,
            Shape::Packed(shape) => shape.width.op(Op::Packed, Op::WidePacked),
            Shape::Zoned(shape) => shape.width.op(Op::Zoned, Op::Many),
            Shape::Binary(shape) => shape.width.op(Op::Binary, Op::WideBinary),
            Shape::Other { .. } => Op::Many,
        }
    }

    /// Most bytes that the value can take, without quotes.
    pub(crate) fn max_output(&self) -> usize {
        match self {
            Shape::Text(text) => 6 * text.len as usize,
            // 32 digits, sign and point.
            Shape::Packed(_) | Shape::Zoned(_) | Shape::Binary(_) => 34,
            Shape::Other { leaf, size } => leaf.max_output(*size as usize),
        }
    }
}

/// Printing without P scaling and with at most 32 digits.
fn tail(number: Number) -> Option<Tail> {
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
        ascii,
        order: order(fraction),
    })
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

/// Whether two fields can share a run.
pub(crate) fn same(left: &Shape, right: &Shape) -> bool {
    match (left, right) {
        (Shape::Text(a), Shape::Text(b)) => a == b,
        (Shape::Packed(a), Shape::Packed(b)) => a == b,
        (Shape::Zoned(a), Shape::Zoned(b)) => a == b,
        (Shape::Binary(a), Shape::Binary(b)) => a == b,
        _ => false,
    }
}
