//! What a kernel must know of a picture, with every constant worked out.

use crate::schema::{Number, Sign};

use super::Trim;
use super::leaf::Leaf;
use super::packed::MINUS;

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

    /// Digits and point fit in 16 bytes.
    pub(crate) fn narrow(self) -> bool {
        self.digits + u32::from(self.fraction > 0) <= 16
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
    /// The lanes above the digits.
    pub unused: Mask,
    /// The lanes that are the upper half of their byte, and the others: X'0F'.
    pub upper: [u8; 16],
    pub lower: [u8; 16],
    pub tail: Tail,
    /// Bytes, digits and point fit in 16 lanes.
    pub in_lanes: bool,
    /// For each of 16 digits, right-aligned: the byte of the field that holds it, or [`NONE`].
    pub lanes: [u8; 16],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZonedShape {
    pub digits: u32,
    pub sign: Sign,
    pub blank_when_zero: bool,
    pub tail: Tail,
    /// The byte that carries the sign, 0 where there is none.
    pub sign_at: u32,
    /// Bytes, digits and point fit in 16 lanes, and the digits are in the lower halves.
    pub in_lanes: bool,
    /// As in [`PackedShape`].
    pub lanes: [u8; 16],
    /// For each of 16 digits: the bits that have to be the zone, X'F0' where there is a digit
    /// without a sign.
    pub zones: [u8; 16],
    /// What those bits have to be.
    pub zone: [u8; 16],
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
        for index in 0..digits.min(16) {
            let lane = 15 - index as usize;
            // At most 39 bytes.
            self.lanes[lane] = (first + digits - 1 - index) as u8;
            let signed = match self.sign {
                Sign::TrailingOverpunch => index == 0,
                Sign::LeadingOverpunch => index == digits - 1,
                _ => false,
            };
            self.zones[lane] = if signed { 0 } else { 0xF0 };
            self.zone[lane] = zone & self.zones[lane];
        }
        self.sign_at = match self.sign {
            Sign::TrailingOverpunch => digits - 1,
            _ => separate.unwrap_or(0),
        };
        let overpunched = matches!(self.sign, Sign::TrailingOverpunch | Sign::LeadingOverpunch);
        // EBCDIC has an overpunched digit in the lower half of its byte, ASCII has not.
        let lower = !overpunched || zone == 0xF0;
        self.in_lanes = lower && digits <= 15 && self.tail.narrow() && !self.blank_when_zero;
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

fn packed_lanes(bytes: u32, sign_nibble: bool) -> [u8; 16] {
    let mut lanes = [NONE; 16];
    for (index, lane) in (u32::from(sign_nibble)..2 * bytes).zip(lanes.iter_mut().rev()) {
        // At most 16 bytes.
        *lane = (bytes - 1 - index / 2) as u8;
    }
    lanes
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BinaryShape {
    pub bytes: u32,
    pub signed: bool,
    /// Greatest absolute value.
    pub max: u64,
    pub tail: Tail,
    /// Digits and point fit in 16 lanes.
    pub in_lanes: bool,
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
            Leaf::Packed(packed) if size <= 16 => tail(packed.number).map(|tail| {
                Shape::Packed(PackedShape {
                    bytes: size,
                    digits: u32::from(packed.number.digits),
                    sign_nibble: packed.sign_nibble,
                    // Without a sign nibble the last digit is no reason to complain.
                    refused: if packed.sign_nibble {
                        u64::from(!packed.accepted)
                    } else {
                        0
                    },
                    minus: if packed.sign_nibble {
                        u64::from(MINUS)
                    } else {
                        0
                    },
                    unused: mask(0, 16u32.saturating_sub(u32::from(packed.number.digits))),
                    upper: halves(usize::from(packed.sign_nibble)),
                    lower: halves(usize::from(!packed.sign_nibble)),
                    tail,
                    in_lanes: size <= 8 && tail.narrow(),
                    lanes: packed_lanes(size, packed.sign_nibble),
                })
            }),
            Leaf::Zoned(zoned) => tail(zoned.number).map(|tail| {
                let mut shape = ZonedShape {
                    digits: u32::from(zoned.number.digits),
                    sign: zoned.sign,
                    blank_when_zero: zoned.blank_when_zero,
                    tail,
                    sign_at: 0,
                    in_lanes: false,
                    lanes: [NONE; 16],
                    zones: [0; 16],
                    zone: [0; 16],
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
                        max,
                        tail,
                        in_lanes: tail.narrow(),
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
