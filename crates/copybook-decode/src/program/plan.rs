//! The compiled schema: a flat list of steps for the kernels.
//!
//! Everything that does not depend on a record is done here. What stands between two values
//! (closing quote, brackets, comma, key, opening quote) is one literal; fixed tables are unrolled;
//! neighbours with the same picture are one run, so that a kernel keeps the picture's constants in
//! registers.

use crate::schema::FieldId;
use crate::value::charset::{Charset, SPECIAL};

use super::leaf::Leaf;
use super::shape::Shape;

/// Bytes of slack that a kernel may read behind a record and write behind its output.
pub(crate) const PAD: usize = 64;

/// Text in [`Program::literals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal {
    pub at: u32,
    pub len: u32,
}

/// One field: the literal before it, where it lies and what it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub before: Literal,
    pub offset: u32,
    /// Index in [`Program::shapes`].
    pub shape: u32,
    /// How many fields from this one on have that shape.
    pub same: u32,
    /// How a vector kernel prints them.
    pub op: Op,
}

impl Slot {
    /// Where the field lies, moved by `delta`.
    #[inline(always)]
    pub(crate) fn start(&self, delta: isize) -> usize {
        (self.offset as usize).wrapping_add_signed(delta)
    }
}

/// The loop of a vector kernel that prints a field, so that it need not ask the shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// Alone; the last two in two vectors.
    Text,
    /// See [`TextShape::trimmed`](super::shape::TextShape::trimmed).
    TrimmedText,
    /// Text that is trimmed in another way.
    OddText,
    Packed,
    Zoned,
    Binary,
    WidePacked,
    WideBinary,
    /// With its neighbours of the same shape, or by the scalar kernel.
    Many,
}

/// Fields that lie where they do together: nothing between them moves.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub slots: Vec<Slot>,
    /// Least offset, and greatest end.
    pub low: u32,
    pub end: u32,
}

impl Run {
    /// Whether all its fields lie within a record of `max` bytes when they are moved by `delta`: so
    /// they do whatever the counts are, since each moves them by no more than the bytes of a table
    /// that ends before them, and each element of a table by no more than the table has.
    pub(crate) fn within(&self, delta: isize, max: usize) -> bool {
        let low = (self.low as usize).checked_add_signed(delta);
        let end = (self.end as usize).checked_add_signed(delta);
        low.is_some() && end.is_some_and(|end| end <= max)
    }
}

/// How a counter is read.
#[derive(Debug, Clone)]
pub(crate) struct Count {
    pub slot: usize,
    pub leaf: Leaf,
    pub offset: usize,
    pub size: usize,
    pub min: usize,
    pub max: usize,
}

/// A table that is not unrolled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loop {
    /// Counter, or none for a fixed table.
    pub slot: Option<usize>,
    pub max: usize,
    /// Bytes of an element with every table inside it full.
    pub stride: usize,
    /// Up to the opening bracket.
    pub open: Literal,
    /// Step behind [`Step::Next`].
    pub end: usize,
    /// Between the two is one [`Step::Run`] and nothing else.
    pub simple: bool,
}

/// What a kernel does next.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Prints fields.
    Run(Box<Run>),
    /// Reads a counter.
    Count(Box<Count>),
    /// Starts a table; its elements end with [`Step::Next`].
    Loop(Loop),
    /// Ends an element: writes this literal, whose last byte is the comma to the next element.
    Next { close: Literal, start: usize },
    /// A table of which nothing is printed: what follows it moves.
    Shrink {
        slot: usize,
        max: usize,
        stride: usize,
    },
    /// Remembers where the bytes lie, or goes back there, for REDEFINES around variable tables.
    Mark(usize),
    /// Goes back to a mark.
    Return(usize),
    /// The record must reach to this offset.
    Need(usize),
}

/// A compiled schema.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub steps: Vec<Step>,
    /// The field of each slot, in the order of the steps. No kernel asks.
    pub fields: Vec<FieldId>,
    /// What fields are, each once.
    pub shapes: Vec<Shape>,
    /// All literals, with [`PAD`] bytes behind them.
    pub literals: Vec<u8>,
    /// What ends the object and the line.
    pub closing: Literal,
    /// Most bytes that a record can print.
    pub max_output: usize,
    /// Most bytes that a record can have; every offset in a step lies below.
    pub max_record: usize,
    /// Most bytes of a record that are no error: these, unless what is behind them is ignored.
    pub limit: usize,
    /// The end of a record with full tables, if nothing may lie behind the tables that are not full.
    pub surplus: usize,
    /// Number of counters and of marks.
    pub counters: usize,
    pub marks: usize,
    pub text: TextTables,
    pub charset: Charset,
    /// What a byte says as a sign: nothing, [`Charset::overpunch`], [`Charset::separate`], and
    /// [`Charset::unsigned`].
    pub signs: [[u8; 256]; 4],
}

/// What each byte prints as.
///
/// The first table starts a line of the cache, whatever else is in here: where a kernel loads it in
/// pieces of 64 bytes, each would otherwise lie in two.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(crate) struct TextTables {
    /// The byte in ASCII, or [`SPECIAL`].
    pub plain: [u8; 256],
    /// Which sixteens of bytes have one that prints as itself: bit n for X'n0' to X'nF'.
    pub rows: u16,
    /// The same for two bytes at a time, in memory order, for a kernel without vectors: 128 KiB, of
    /// which the pairs of letters and digits that text is made of take a few.
    pub pairs: Option<Box<[u16; 1 << 16]>>,
    /// The byte in UTF-8, escaped; its length is in the last byte, 0 if the byte is unassigned.
    pub rendered: Box<[[u8; 8]; 256]>,
    /// The byte is a space.
    pub blank: [bool; 256],
}

impl Program {
    /// All there is to print, if a record is nothing but fields in fixed places; and the bytes it
    /// must have.
    pub(crate) fn plain(&self) -> Option<(&Run, usize)> {
        match self.steps.as_slice() {
            [Step::Run(run), Step::Need(need)] => Some((run, *need)),
            _ => None,
        }
    }

    /// Whether a record of this length, of which `own` bytes are its own, has the bytes that
    /// [`Program::plain`] says it must have, and nothing behind its fields that should not be there.
    #[inline(always)]
    pub(crate) fn fits(&self, need: usize, (len, own): (usize, usize)) -> bool {
        need <= len && len <= self.limit && len.min(own) <= self.surplus
    }
}

impl TextTables {
    /// `pairs` are made if asked for.
    pub(crate) fn new(charset: &Charset, pairs: bool) -> TextTables {
        let mut rendered = Box::new([[0; 8]; 256]);
        let mut blank = [false; 256];
        for (byte, character) in charset.chars.iter().enumerate() {
            let Some(character) = *character else {
                continue;
            };
            let mut text = Vec::with_capacity(8);
            super::escape::write_char(character, &mut text);
            rendered[byte][..text.len()].copy_from_slice(&text);
            // At most 6: `\u0000`.
            rendered[byte][7] = text.len() as u8;
            blank[byte] = character == ' ';
        }
        let row = |row: &[u8]| row.iter().any(|&byte| byte != SPECIAL);
        let rows = charset
            .plain
            .chunks(16)
            .rev()
            .fold(0, |rows, r| rows << 1 | u16::from(row(r)));
        TextTables {
            rows,
            plain: charset.plain,
            pairs: pairs.then(|| pairs_of(&charset.plain)),
            rendered,
            blank,
        }
    }
}

fn pairs_of(plain: &[u8; 256]) -> Box<[u16; 1 << 16]> {
    let pair = |index: u16| u16::from_ne_bytes(index.to_ne_bytes().map(|b| plain[usize::from(b)]));
    let mut pairs = Box::new([0; 1 << 16]);
    for (index, entry) in (0..=u16::MAX).zip(pairs.iter_mut()) {
        *entry = pair(index);
    }
    pairs
}

/// Adds a field to the run at the end of the steps, or starts one.
pub(crate) fn push_field(steps: &mut Vec<Step>, slot: Slot, size: u32) {
    let end = slot.offset.saturating_add(size);
    if let Some(Step::Run(run)) = steps.last_mut() {
        run.low = run.low.min(slot.offset);
        run.end = run.end.max(end);
        run.slots.push(slot);
        return;
    }
    let (slots, low) = (vec![slot], slot.offset);
    steps.push(Step::Run(Box::new(Run { slots, low, end })));
}

/// Neighbours of one shape that are printed by a call of their own: a call costs as much as a field.
const MANY: u32 = 3;

/// Counts neighbours of one shape, and says how they are printed.
pub(crate) fn count_same(run: &mut Run, shapes: &[Shape]) {
    let mut next: Option<Slot> = None;
    for slot in run.slots.iter_mut().rev() {
        slot.same = match next {
            Some(next) if next.shape == slot.shape => next.same + 1,
            _ => 1,
        };
        slot.op = match &shapes[slot.shape as usize] {
            shape if slot.same < MANY => shape.op(),
            _ => Op::Many,
        };
        next = Some(*slot);
    }
}
