//! The kernel of every instruction set with byte shuffles, written once over [`Isa`].
//!
//! A number is 16 digits in a vector, the last in the last lane:
//!
//! ```text
//! digits = shuffle bytes into lanes, keep the half of each that is the lane's digit
//! bad   |= digits > 9, zones that are wrong            (tested once a record)
//! first  = lane of the first digit to print            (from a mask of the lanes that are not 0)
//! print    shuffle(digits as ASCII, indices of this picture from `first` on)
//! ```
//!
//! The indices drop the leading zeros and put the point in at once: they slide over a table that
//! names the lanes in order, with lane 0, which then holds a point, between whole and fraction.

#![allow(
    unsafe_code,
    clippy::multiple_unsafe_ops_per_block,
    reason = "wide loads and stores on a record and output of checked size"
)]

use crate::decode::Trim;
use crate::decode::charset::{INVALID, NEGATIVE};
use crate::decode::plan::{Literal, PAD, Program, Run, Slot, TextTables};
use crate::decode::shape::{BinaryShape, PackedShape, Shape, Tail, TextShape, ZonedShape};
use crate::schema::Sign;

use super::Batch;
use super::scalar::Scalar;
use super::steps::{self, Machine, State};

/// An instruction set. That a value of the type exists proves that the CPU has it.
///
/// # Safety of the methods
/// All of them require the instruction set, hence a value; those with pointers require that as
/// many bytes as they say may be read or written there.
pub(super) trait Isa: Copy {
    /// 16 bytes.
    type Bytes: Copy;
    /// Bits a lane has in [`Isa::nonzero`].
    const LANE: u32;
    /// Text takes few instructions and constants.
    const SHORT_TEXT: bool;
    /// Which of a [`Mask`](crate::decode::shape::Mask) that is.
    const MASK: usize = if Self::LANE == 1 { 0 } else { 1 };

    /// # Safety
    /// 16 bytes may be read at `at`.
    unsafe fn load(self, at: *const u8) -> Self::Bytes;
    /// # Safety
    /// 16 bytes may be written at `at`.
    unsafe fn store(self, at: *mut u8, bytes: Self::Bytes);
    /// Copies 32 bytes.
    ///
    /// # Safety
    /// They may be read and written.
    unsafe fn copy32(self, from: *const u8, to: *mut u8);
    fn splat(self, byte: u8) -> Self::Bytes;
    fn and(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    fn or(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    fn xor(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    /// The upper half of each byte, in its lower half.
    fn upper(self, a: Self::Bytes) -> Self::Bytes;
    /// X'FF' where a byte (below X'80') is more than nine.
    fn above_nine(self, a: Self::Bytes) -> Self::Bytes;
    /// Bytes by index; zero where the index has its top bit set.
    fn shuffle(self, a: Self::Bytes, indices: Self::Bytes) -> Self::Bytes;
    /// [`Isa::LANE`] bits set for every byte that is not zero, the first byte lowest.
    fn nonzero(self, a: Self::Bytes) -> u64;
    /// Digits of two numbers below 10^8.
    fn digits(self, high: u32, low: u32) -> Self::Bytes;
    /// Prints `len` bytes of text as they stand in [`TextTables::plain`]; false if one of them is
    /// special. May read and write up to 64 bytes behind the text.
    ///
    /// # Safety
    /// `len + 64` bytes may be read and written.
    unsafe fn translate(
        self,
        tables: &TextTables,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> bool;
    /// How many bytes are left without the spaces at the end.
    ///
    /// # Safety
    /// `len` bytes may be read.
    unsafe fn trimmed(self, at: *const u8, len: usize) -> usize;

    /// [`Vector::texts`] as a function of its own, compiled for the instruction set, so that the
    /// constants of one shape do not take the registers of another.
    fn texts(self, at: &Place<'_, Self>, pos: Pos, f: &[Slot], d: isize, shape: &TextShape) -> Pos;
    /// [`Vector::packeds`], likewise.
    fn packeds(self, at: &Place<'_, Self>, pos: Pos, f: &[Slot], d: isize, s: &PackedShape) -> Pos;
    /// [`Vector::zoneds`], likewise.
    fn zoneds(self, at: &Place<'_, Self>, pos: Pos, f: &[Slot], d: isize, s: &ZonedShape) -> Pos;
    /// [`Vector::binaries`], likewise.
    fn binaries(self, at: &Place<'_, Self>, pos: Pos, f: &[Slot], d: isize, s: &BinaryShape)
    -> Pos;
}

/// Compiles the loops over fields for an instruction set.
macro_rules! outlined {
    ($features:literal) => {
        outlined!(@ $features, texts, TextShape);
        outlined!(@ $features, packeds, PackedShape);
        outlined!(@ $features, zoneds, ZonedShape);
        outlined!(@ $features, binaries, BinaryShape);
    };
    (@ $features:literal, $name:ident, $shape:ty) => {
        #[inline(always)]
        fn $name(
            self,
            place: &Place<'_, Self>,
            pos: Pos,
            slots: &[Slot],
            delta: isize,
            shape: &$shape,
        ) -> Pos {
            #[target_feature(enable = $features)]
            #[inline(never)]
            fn compiled<I: Isa>(
                place: &Place<'_, I>,
                pos: Pos,
                slots: &[Slot],
                delta: isize,
                shape: &$shape,
            ) -> Pos {
                let mut vector = Vector::new(place, pos);
                vector.$name(slots, delta, shape);
                vector.pos()
            }
            // SAFETY: `self` proves that the CPU has the features.
            unsafe { compiled(place, pos, slots, delta, shape) }
        }
    };
}
pub(super) use outlined;

/// Signs of numbers without one: every byte will do.
static UNSIGNED: [u8; 256] = [0; 256];

/// Runs a program over a batch; see [`Kernel::run`](super::Kernel::run).
#[inline(always)]
pub(super) fn run<I: Isa>(isa: I, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
    let room = program.max_output + PAD;
    let mut state = State::new(program);
    for index in 0..batch.count {
        let start = index * batch.stride;
        // What the unsafe code below relies on, checked once a record.
        assert!(
            batch.data.len() >= start + program.max_record + PAD,
            "batch without padding"
        );
        if out.capacity() - out.len() < room {
            out.reserve(room);
        }
        let written = out.len();
        let place = Place {
            isa,
            program,
            literals: program.literals.as_ptr(),
            record: &batch.data[start..],
            // SAFETY: `written` is within the allocation.
            out: unsafe { out.as_mut_ptr().add(written) },
        };
        let mut vector = Vector::new(&place, Pos { at: 0, bad: 0 });
        steps::record(program, &mut state, &mut vector, batch.len);
        let vector = vector.pos();
        if vector.bad != 0 {
            return index;
        }
        let len = written + vector.at;
        debug_assert!(
            len <= out.capacity(),
            "a record prints at most max_output bytes"
        );
        // SAFETY: the machine wrote `at` bytes behind `written`, at most `max_output`.
        unsafe { out.set_len(len) };
    }
    batch.count
}

/// Where a record is printed. `record` has [`PAD`] bytes behind the greatest length; `out` has room
/// for all that a record can print, and [`PAD`] bytes; both were checked by [`run`].
pub(super) struct Place<'a, I: Isa> {
    isa: I,
    program: &'a Program,
    /// The program's literals: kept here since a write to the output might change them, for all
    /// that the compiler knows.
    literals: *const u8,
    record: &'a [u8],
    out: *mut u8,
}

/// Bytes printed, and whether something was wrong. Handed on from loop to loop in registers: where
/// a field is printed depends on all fields before it, and memory would add to that chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pos {
    at: usize,
    bad: u64,
}

/// A record being printed.
pub(super) struct Vector<'a, I: Isa> {
    place: &'a Place<'a, I>,
    isa: I,
    at: usize,
    bad: u64,
    bad_lanes: I::Bytes,
}

impl<I: Isa> Machine for Vector<'_, I> {
    #[inline(always)]
    fn literal(&mut self, literal: Literal) {
        let (from, len) = (literal.at as usize, literal.len as usize);
        // SAFETY: literals have PAD bytes behind them; the output has room for the literal and PAD
        // bytes.
        unsafe {
            let (from, to) = (self.place.literals.add(from), self.place.out.add(self.at));
            self.isa.copy32(from, to);
            let mut done = 32;
            while done < len {
                self.isa.copy32(from.add(done), to.add(done));
                done += 32;
            }
        }
        self.at += len;
    }

    #[inline(always)]
    fn run(&mut self, run: &Run, delta: isize) {
        let mut rest = run.slots.as_slice();
        while let Some(first) = rest.first() {
            let (slots, next) = rest.split_at(first.same as usize);
            self.fields(
                slots,
                delta,
                &self.place.program.shapes[first.shape as usize],
            );
            rest = next;
        }
    }

    #[inline(always)]
    fn unprint(&mut self) {
        self.at -= 1;
    }

    fn bytes(&self, start: usize, size: usize) -> &[u8] {
        self.place
            .record
            .get(start..)
            .and_then(|rest| rest.get(..size))
            .unwrap_or_default()
    }

    fn suspect(&mut self) {
        self.bad |= 1;
    }
}

impl<I: Isa> Place<'_, I> {
    /// Leaves something to the scalar kernel that prints at most `room` bytes.
    #[inline(never)]
    fn scalar(&self, pos: Pos, room: usize, task: impl FnOnce(&mut Scalar<'_>)) -> Pos {
        let room = room + PAD;
        // SAFETY: what is left of `out` has room for what the steps to come print, and for PAD
        // bytes; nothing else refers to it.
        let out = unsafe {
            let out = self.out.add(pos.at);
            std::ptr::write_bytes(out, 0, room);
            std::slice::from_raw_parts_mut(out, room)
        };
        let mut scalar = Scalar {
            program: self.program,
            record: self.record,
            out,
            at: 0,
            bad: pos.bad,
            scratch: String::new(),
        };
        task(&mut scalar);
        Pos {
            at: pos.at + scalar.at,
            bad: scalar.bad,
        }
    }
}

impl<'a, I: Isa> Vector<'a, I> {
    #[inline(always)]
    pub(super) fn new(place: &'a Place<'a, I>, Pos { at, bad }: Pos) -> Vector<'a, I> {
        let isa = place.isa;
        Vector {
            place,
            isa,
            at,
            bad,
            bad_lanes: isa.splat(0),
        }
    }

    #[inline(always)]
    pub(super) fn pos(&self) -> Pos {
        Pos {
            at: self.at,
            bad: self.bad | self.isa.nonzero(self.bad_lanes),
        }
    }

    /// Prints fields of one shape. A few are printed right here: a call would cost as much as one.
    #[inline(always)]
    fn fields(&mut self, slots: &[Slot], delta: isize, shape: &Shape) {
        let few = slots.len() < 3;
        match shape {
            Shape::Packed(shape) if few && shape.in_lanes => self.packeds(slots, delta, shape),
            Shape::Zoned(shape) if few && shape.in_lanes => self.zoneds(slots, delta, shape),
            Shape::Binary(shape) if few && shape.in_lanes => self.binaries(slots, delta, shape),
            Shape::Text(shape) if few && I::SHORT_TEXT => self.texts(slots, delta, shape),
            _ => self.many(slots, delta, shape),
        }
    }

    #[inline(always)]
    fn many(&mut self, slots: &[Slot], delta: isize, shape: &Shape) {
        let (isa, place) = (self.isa, self.place);
        let pos = Pos {
            at: self.at,
            bad: self.bad,
        };
        let pos = match shape {
            Shape::Text(shape) => isa.texts(place, pos, slots, delta, shape),
            Shape::Packed(shape) if shape.in_lanes => isa.packeds(place, pos, slots, delta, shape),
            Shape::Zoned(shape) if shape.in_lanes => isa.zoneds(place, pos, slots, delta, shape),
            Shape::Binary(shape) if shape.in_lanes => isa.binaries(place, pos, slots, delta, shape),
            shape => {
                let literals: usize = slots.iter().map(|slot| slot.before.len as usize).sum();
                let room = literals + slots.len() * shape.max_output();
                place.scalar(pos, room, |scalar| scalar.fields(slots, delta, shape))
            }
        };
        (self.at, self.bad) = (pos.at, pos.bad);
    }

    /// Where a field lies.
    #[inline(always)]
    fn start(&self, slot: &Slot, delta: isize) -> *const u8 {
        let start = (slot.offset as usize).wrapping_add_signed(delta);
        // SAFETY: within the record, as the caller of `Machine::run` checked.
        unsafe { self.place.record.as_ptr().add(start) }
    }

    #[inline(always)]
    pub(super) fn texts(&mut self, slots: &[Slot], delta: isize, shape: &TextShape) {
        let place = self.place;
        let len = shape.len as usize;
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            let lead = if shape.trim == Trim::Both {
                self.lead(from, len)
            } else {
                0
            };
            let kept = len - lead;
            // SAFETY: the field and PAD bytes lie within the record; the output has room for six
            // times the field, and PAD bytes.
            let plain = unsafe {
                let to = place.out.add(self.at);
                self.isa
                    .translate(&place.program.text, from.add(lead), to, kept)
            };
            if !plain {
                let start = (slot.offset as usize).wrapping_add_signed(delta);
                let pos = Pos {
                    at: self.at,
                    bad: self.bad,
                };
                let pos = place.scalar(pos, 6 * len, |scalar| scalar.text(start, shape));
                (self.at, self.bad) = (pos.at, pos.bad);
                continue;
            }
            self.at += match shape.trim {
                Trim::None => kept,
                // SAFETY: `kept` bytes were just written there.
                _ => unsafe { self.isa.trimmed(place.out.add(self.at), kept) },
            };
        }
    }

    /// How many blanks a field starts with.
    #[inline(always)]
    fn lead(&self, from: *const u8, len: usize) -> usize {
        let blank = &self.place.program.text.blank;
        // SAFETY: bytes of the field.
        let is_blank = |at: usize| blank[usize::from(unsafe { from.add(at).read() })];
        (0..len).take_while(|&at| is_blank(at)).count()
    }

    #[inline(always)]
    pub(super) fn packeds(&mut self, slots: &[Slot], delta: isize, shape: &PackedShape) {
        let isa = self.isa;
        let end = shape.bytes as usize - 1;
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            // SAFETY: the field and PAD bytes lie within the record; all else is 16 bytes.
            let (bytes, end, lanes, upper, lower) = unsafe {
                (
                    isa.load(from),
                    from.add(end).read(),
                    isa.load(shape.lanes.as_ptr()),
                    isa.load(shape.upper.as_ptr()),
                    isa.load(shape.lower.as_ptr()),
                )
            };
            let bytes = isa.shuffle(bytes, lanes);
            let high = isa.and(isa.upper(bytes), upper);
            let digits = isa.or(high, isa.and(bytes, lower));
            self.bad_lanes = isa.or(self.bad_lanes, isa.above_nine(digits));
            let sign = u32::from(end & 0x0F);
            let nonzero = isa.nonzero(digits);
            self.bad |= (shape.refused >> sign & 1) | (nonzero & shape.unused[I::MASK]);
            self.print(digits, nonzero, shape.minus >> sign & 1, &shape.tail);
        }
    }

    #[inline(always)]
    pub(super) fn zoneds(&mut self, slots: &[Slot], delta: isize, shape: &ZonedShape) {
        let isa = self.isa;
        let signs = match shape.sign {
            Sign::Unsigned => &UNSIGNED,
            Sign::TrailingOverpunch | Sign::LeadingOverpunch => {
                &self.place.program.charset.overpunch
            }
            Sign::TrailingSeparate | Sign::LeadingSeparate => &self.place.program.charset.separate,
        };
        let sign_at = shape.sign_at as usize;
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            // SAFETY: the field and PAD bytes lie within the record.
            // All else is 16 bytes.
            let (bytes, lanes, zones, zone) = unsafe {
                (
                    isa.load(from),
                    isa.load(shape.lanes.as_ptr()),
                    isa.load(shape.zones.as_ptr()),
                    isa.load(shape.zone.as_ptr()),
                )
            };
            let bytes = isa.shuffle(bytes, lanes);
            let digits = isa.and(bytes, isa.splat(0x0F));
            let wrong = isa.xor(isa.and(bytes, zones), zone);
            let wrong = isa.or(wrong, isa.above_nine(digits));
            self.bad_lanes = isa.or(self.bad_lanes, wrong);
            // SAFETY: a byte of the field.
            let entry = u64::from(signs[usize::from(unsafe { from.add(sign_at).read() })]);
            self.bad |= entry & u64::from(INVALID);
            let negative = entry >> NEGATIVE.trailing_zeros() & 1;
            let nonzero = isa.nonzero(digits);
            self.print(digits, nonzero, negative, &shape.tail);
        }
    }

    #[inline(always)]
    pub(super) fn binaries(&mut self, slots: &[Slot], delta: isize, shape: &BinaryShape) {
        let isa = self.isa;
        let shift = 64 - 8 * shape.bytes;
        let (signed, field) = (u64::from(shape.signed), u64::MAX >> shift);
        let long = shape.max >= 100_000_000;
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            // SAFETY: the field and PAD bytes lie within the record.
            let word = u64::from_be(unsafe { from.cast::<u64>().read_unaligned() });
            // Two's complement without a branch: all bits of the field flip, and one is added.
            let negative = word >> 63 & signed;
            let size = (word >> shift ^ (negative.wrapping_neg() & field)) + negative;
            self.bad |= u64::from(size > shape.max);
            // More than 16 digits are bad, but must not overflow.
            let (high, low) = match long {
                true => (size / 100_000_000, size % 100_000_000),
                false => (0, size),
            };
            let digits = isa.digits(high as u32, low as u32);
            let nonzero = isa.nonzero(digits);
            self.print(digits, nonzero, negative, &shape.tail);
        }
    }

    #[inline(always)]
    fn print(&mut self, digits: I::Bytes, nonzero: u64, negative: u64, tail: &Tail) {
        let isa = self.isa;
        // At least one digit before the point.
        let lane = (nonzero | tail.units[I::MASK]).trailing_zeros() / I::LANE;
        let first = lane as usize;
        // SAFETY: `first` is at most 15, so 16 lanes are left of the 32; the output has room for
        // the number and PAD bytes.
        unsafe {
            let out = self.place.out;
            out.add(self.at).write(b'-');
            self.at += negative as usize & usize::from(nonzero != 0);
            let order = isa.load(tail.order.as_ptr().add(first));
            let ascii = isa.load(tail.ascii.as_ptr());
            let text = isa.shuffle(isa.or(digits, ascii), order);
            isa.store(out.add(self.at), text);
        }
        self.at += tail.printed as usize - first;
    }
}
