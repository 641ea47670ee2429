//! Safe Rust for every CPU: 64-bit words instead of vectors.
//!
//! Digits travel as one digit a byte, the last in the lowest byte of a 128-bit word:
//!
//! ```text
//! read:  packed half bytes are spread, zoned zones masked off, binary divided by powers of ten
//! print: leading zeros are counted as bytes, shifted out, the point put between two wide stores
//! ```
//!
//! Checks set bits of `bad`; nothing branches on them until the record is printed.
//!
//! Every access to the record and the output is checked: what [`Machine`] requires of its callers is
//! not needed here.

mod number;
mod print;
mod text;

use crate::program::plan::{Literal, PAD, Program, Run, Slot};
use crate::program::shape::Shape;

use super::Batch;
use super::rows::Rows;
use super::steps::{Elements, Fine, Machine, State};

/// Bytes of output that are initialised at a time, beyond what a record needs: they are still in the
/// first cache when they are printed.
const AHEAD: usize = 16 << 10;

/// The same where the fields of a record are printed one by one.
const FIELDS_AHEAD: usize = 1 << 10;

/// Most records that are printed at once: all that is reserved for them is initialised before.
const ROWS: usize = 8;

/// 1 in every byte.
const ONES: u128 = 0x0101_0101_0101_0101_0101_0101_0101_0101;

/// Prints fields by one method: as a closure it would be a call for each.
macro_rules! each {
    ($machine:ident, $slots:ident, $delta:ident, $method:ident, $($shape:expr),+) => {
        for slot in $slots {
            $machine.put(slot.before);
            let start = (slot.offset as usize).wrapping_add_signed($delta);
            $machine.$method(start, $($shape),+);
        }
    };
}

pub(super) fn run(program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
    let count = batch.places.count();
    let mut state = State::new(program);
    let rows = Rows::new(program, batch, ROWS);
    let mut filled = out.len();
    let mut printed = 0;
    while printed < count {
        let alike = rows.next(printed);
        let room = alike.count * program.max_output + PAD;
        if out.len() - filled < room {
            out.resize(filled + room + if count > 1 { AHEAD } else { 0 }, 0);
        }
        let mut machine = Scalar {
            program,
            record: &batch.data[alike.start..],
            out: &mut out[filled..],
            at: 0,
            bad: 0,
            fine: Fine::default(),
            scratch: String::new(),
        };
        #[allow(unsafe_code, reason = "what other machines require")]
        // SAFETY: the machine checks each access itself.
        unsafe {
            rows.print(alike, &mut state, &mut machine);
        }
        if machine.bad != 0 {
            filled += machine.fine.bytes;
            printed += machine.fine.records;
            break;
        }
        filled += machine.at;
        printed += alike.count;
    }
    out.truncate(filled);
    printed
}

/// Prints fields of a record up to the first that is suspect; see
/// [`Kernel::fields`](super::Kernel::fields). Returns how many.
pub(super) fn fields(program: &Program, record: &[u8], slots: &[Slot], out: &mut Vec<u8>) -> usize {
    let filled = out.len();
    let (mut fine, mut scratch) = (Fine::default(), String::new());
    for slot in slots {
        let shape = &program.shapes[slot.shape as usize];
        // Not for all fields at once: each field that is suspect ends a call.
        let room = filled + fine.bytes + slot.before.len as usize + shape.max_output() + PAD;
        if out.len() < room {
            out.resize(room + FIELDS_AHEAD, 0);
        }
        let mut machine = Scalar {
            program,
            record,
            out: &mut out[filled..],
            at: fine.bytes,
            bad: 0,
            fine,
            scratch,
        };
        machine.fields(std::slice::from_ref(slot), 0, shape);
        if machine.bad != 0 {
            break;
        }
        fine = Fine {
            records: fine.records + 1,
            bytes: machine.at,
        };
        scratch = machine.scratch;
    }
    out.truncate(filled + fine.bytes);
    fine.records
}

/// A record being printed.
pub(super) struct Scalar<'a> {
    pub(super) program: &'a Program,
    /// The record and at least [`PAD`] bytes behind its greatest length.
    pub(super) record: &'a [u8],
    /// Room for all that a record can print, and [`PAD`] bytes.
    pub(super) out: &'a mut [u8],
    pub(super) at: usize,
    /// Not zero: suspect.
    pub(super) bad: u64,
    /// What was printed before the first suspect record of several.
    pub(super) fine: Fine,
    pub(super) scratch: String,
}

#[allow(
    unsafe_code,
    reason = "the trait's contract is for machines with pointers"
)]
impl Machine for Scalar<'_> {
    #[inline(always)]
    unsafe fn literal(&mut self, literal: Literal) {
        self.put(literal);
    }

    #[inline(always)]
    unsafe fn run(&mut self, run: &Run, delta: isize) {
        self.all(run, delta);
    }

    #[inline(always)]
    unsafe fn elements(&mut self, run: &Run, elements: Elements) {
        self.each(elements, |scalar, delta| scalar.all(run, delta));
    }

    #[inline(always)]
    fn unprint(&mut self) {
        self.at -= 1;
    }

    fn bytes(&self, start: usize, size: usize) -> &[u8] {
        self.record
            .get(start..)
            .and_then(|rest| rest.get(..size))
            .unwrap_or_default()
    }

    fn suspect(&mut self) {
        self.bad = 1;
    }
}

impl Scalar<'_> {
    /// Prints a literal.
    #[inline(always)]
    pub(super) fn put(&mut self, literal: Literal) {
        let (from, len) = (literal.at as usize, literal.len as usize);
        // A copy of fixed length is two instructions; of variable length, a call.
        if len <= 32 {
            let wide = &self.program.literals[from..from + 32];
            self.out[self.at..self.at + 32].copy_from_slice(wide);
        } else {
            let text = &self.program.literals[from..from + len];
            self.out[self.at..self.at + len].copy_from_slice(text);
        }
        self.at += len;
    }

    /// Prints elements, the literal behind each of them; no records behind a suspect one.
    #[inline(always)]
    pub(super) fn each(&mut self, elements: Elements, print: impl Fn(&mut Self, isize)) {
        for (index, delta) in elements.deltas().enumerate() {
            print(self, delta);
            self.put(elements.close);
            if elements.records {
                if self.bad != 0 {
                    break;
                }
                self.fine = Fine {
                    records: index + 1,
                    bytes: self.at,
                };
            }
        }
    }

    /// Prints the fields of a run.
    #[inline(always)]
    fn all(&mut self, run: &Run, delta: isize) {
        let mut rest = run.slots.as_slice();
        while let Some(first) = rest.first() {
            let (slots, next) = rest.split_at(first.same as usize);
            self.fields(slots, delta, &self.program.shapes[first.shape as usize]);
            rest = next;
        }
    }

    /// Prints fields of one shape.
    #[inline(always)]
    pub(super) fn fields(&mut self, slots: &[Slot], delta: isize, shape: &Shape) {
        match shape {
            Shape::Text(text) => each!(self, slots, delta, text, text),
            Shape::Packed(packed) if packed.bytes <= 8 && !packed.tail.wide() => {
                each!(self, slots, delta, packed, packed);
            }
            Shape::Packed(packed) => each!(self, slots, delta, packed_wide, packed),
            Shape::Zoned(zoned) if !zoned.tail.wide() => {
                each!(self, slots, delta, zoned, zoned);
            }
            Shape::Zoned(zoned) => each!(self, slots, delta, zoned_wide, zoned),
            Shape::Binary(binary) if !binary.tail.wide() => {
                each!(self, slots, delta, binary, binary);
            }
            Shape::Binary(binary) => each!(self, slots, delta, binary_wide, binary),
            Shape::Other { leaf, size } => each!(self, slots, delta, other, leaf, *size as usize),
        }
    }

    /// A field that has no kernel of its own.
    #[inline(never)]
    fn other(&mut self, start: usize, leaf: &crate::program::leaf::Leaf, size: usize) {
        let bytes = &self.record[start..start + size];
        let mut text = Vec::new();
        match leaf.decode(&self.program.charset, bytes, &mut self.scratch) {
            Ok(value) => crate::program::write_value(value, &mut text),
            Err(_) => self.bad |= 1,
        }
        self.out[self.at..self.at + text.len()].copy_from_slice(&text);
        self.at += text.len();
    }
}
