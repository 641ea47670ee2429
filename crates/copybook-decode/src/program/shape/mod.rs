//! What a kernel must know of a picture, with every constant worked out.

mod binary;
mod packed;
mod tail;
mod zoned;

use crate::value::Trim;
use crate::value::charset::Charset;

use super::leaf::Leaf;
use super::plan::Op;

pub(crate) use binary::BinaryShape;
pub(crate) use packed::PackedShape;
pub(crate) use tail::{Tail, Width};
pub(crate) use zoned::ZonedShape;

/// How a value is read and printed. Aligned so that no vector of constants lies in two lines of the
/// cache.
#[derive(Debug, Clone)]
#[repr(align(32))]
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
    /// The byte that prints as a space, if there is one only.
    pub space: Option<u8>,
}

impl TextShape {
    /// Whether nothing but one byte has to be looked for, and only at the end.
    pub(crate) fn trimmed(&self) -> bool {
        self.trim == Trim::Right && self.space.is_some()
    }
}

impl Shape {
    pub(crate) fn new(leaf: &Leaf, size: usize, charset: &Charset) -> Shape {
        // Sizes are below `FileFormat::LONGEST`.
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let special = match leaf {
            Leaf::Text(trim) if charset.double.is_none() => Some(Shape::Text(TextShape {
                len: size,
                trim: *trim,
                space: charset.only_space,
            })),
            Leaf::Packed(packed) if size <= 16 => PackedShape::new(packed, size).map(Shape::Packed),
            Leaf::Zoned(zoned) => ZonedShape::new(zoned, charset.zone).map(Shape::Zoned),
            Leaf::Binary(binary) if size <= 8 => BinaryShape::new(binary, size).map(Shape::Binary),
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
            Shape::Text(text) if text.trim == Trim::None => Op::Text,
            Shape::Text(text) if text.trimmed() => Op::TrimmedText,
            Shape::Text(_) => Op::OddText,
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
