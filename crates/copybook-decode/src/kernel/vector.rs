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
use crate::decode::plan::{Literal, PAD, Program, Slot, TextTables};
use crate::decode::shape::{BinaryShape, PackedShape, Shape, Tail, ZonedShape};
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
}

/// Indices of the lanes in order, with lane 0 before the last `n` of table `n` (see above).
static LANES: [[u8; 48]; 16] = lanes();

const fn lanes() -> [[u8; 48]; 16] {
    let mut tables = [[0x80; 48]; 16];
    let mut fraction = 0;
    while fraction < 16 {
        let mut lane = 0;
        while lane < 16 {
            let behind = fraction > 0 && lane >= 16 - fraction;
            tables[fraction][lane + behind as usize] = lane as u8;
            lane += 1;
        }
        if fraction > 0 {
            tables[fraction][16 - fraction] = 0;
        }
        fraction += 1;
    }
    tables
}

/// What turns digits into ASCII; with a fraction, lane 0 into the point.
static ASCII: [[u8; 16]; 2] = {
    let mut point = [b'0'; 16];
    point[0] = b'.';
    [[b'0'; 16], point]
};

/// Which lanes of a packed number are the upper half of their byte, with and without sign.
static UPPER: [[u8; 16]; 2] = [
    [
        0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0,
    ],
    [
        0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0x0F,
    ],
];

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
        let mut vector = Vector {
            isa,
            program,
            literals: program.literals.as_ptr(),
            record: &batch.data[start..],
            // SAFETY: `written` is within the allocation.
            out: unsafe { out.as_mut_ptr().add(written) },
            at: 0,
            bad: 0,
            bad_lanes: isa.splat(0),
        };
        steps::record(program, &mut state, &mut vector, batch.len);
        if vector.bad | isa.nonzero(vector.bad_lanes) != 0 {
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

/// A record being printed. `record` has [`PAD`] bytes behind the greatest length; `out` has room
/// for all that a record can print, and [`PAD`] bytes; both were checked by [`run`].
struct Vector<'a, I: Isa> {
    isa: I,
    program: &'a Program,
    /// The program's literals: kept here since a write to the output might change them, for all
    /// that the compiler knows.
    literals: *const u8,
    record: &'a [u8],
    out: *mut u8,
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
            let (from, to) = (self.literals.add(from), self.out.add(self.at));
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
    fn run(&mut self, shape: &Shape, slots: &[Slot], delta: isize) {
        match shape {
            Shape::Text { len, trim } => self.texts(slots, delta, *len as usize, *trim),
            Shape::Packed(packed) if packed.in_lanes => self.packeds(slots, delta, packed),
            Shape::Zoned(zoned) if zoned.in_lanes => self.zoneds(slots, delta, zoned),
            Shape::Binary(binary) if binary.in_lanes => self.binaries(slots, delta, binary),
            _ => {
                let literals: usize = slots.iter().map(|slot| slot.before.len as usize).sum();
                let room = literals + slots.len() * shape.max_output();
                self.scalar(room, |scalar| scalar.run(shape, slots, delta));
            }
        }
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
        self.bad |= 1;
    }
}

impl<I: Isa> Vector<'_, I> {
    /// Where a field lies.
    #[inline(always)]
    fn start(&self, slot: &Slot, delta: isize) -> *const u8 {
        let start = (slot.offset as usize).wrapping_add_signed(delta);
        // SAFETY: within the record, as the caller of `Machine::run` checked.
        unsafe { self.record.as_ptr().add(start) }
    }

    /// Leaves something to the scalar kernel that prints at most `room` bytes.
    #[inline(never)]
    fn scalar(&mut self, room: usize, task: impl FnOnce(&mut Scalar<'_>)) {
        let room = room + PAD;
        // SAFETY: what is left of `out` has room for what the steps to come print, and for PAD
        // bytes; nothing else refers to it.
        let out = unsafe {
            let out = self.out.add(self.at);
            std::ptr::write_bytes(out, 0, room);
            std::slice::from_raw_parts_mut(out, room)
        };
        let mut scalar = Scalar {
            program: self.program,
            record: self.record,
            out,
            at: 0,
            bad: self.bad,
            scratch: String::new(),
        };
        task(&mut scalar);
        self.at += scalar.at;
        self.bad = scalar.bad;
    }

    #[inline(always)]
    fn texts(&mut self, slots: &[Slot], delta: isize, len: usize, trim: Trim) {
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            let lead = if trim == Trim::Both {
                self.lead(from, len)
            } else {
                0
            };
            let kept = len - lead;
            // SAFETY: the field and PAD bytes lie within the record; the output has room for six
            // times the field, and PAD bytes.
            let plain = unsafe {
                let to = self.out.add(self.at);
                self.isa
                    .translate(&self.program.text, from.add(lead), to, kept)
            };
            if !plain {
                let start = (slot.offset as usize).wrapping_add_signed(delta);
                self.scalar(6 * len, |scalar| scalar.text(start, len, trim));
                continue;
            }
            self.at += match trim {
                Trim::None => kept,
                // SAFETY: `kept` bytes were just written there.
                _ => unsafe { self.isa.trimmed(self.out.add(self.at), kept) },
            };
        }
    }

    /// How many blanks a field starts with.
    #[inline(always)]
    fn lead(&self, from: *const u8, len: usize) -> usize {
        let blank = &self.program.text.blank;
        // SAFETY: bytes of the field.
        let is_blank = |at: usize| blank[usize::from(unsafe { from.add(at).read() })];
        (0..len).take_while(|&at| is_blank(at)).count()
    }

    #[inline(always)]
    fn packeds(&mut self, slots: &[Slot], delta: isize, shape: &PackedShape) {
        let isa = self.isa;
        // SAFETY: both are 16 bytes.
        let (lanes, upper) = unsafe {
            let upper = &UPPER[usize::from(shape.sign_nibble)];
            (isa.load(shape.lanes.as_ptr()), isa.load(upper.as_ptr()))
        };
        let lower = isa.xor(upper, isa.splat(0x0F));
        let (refused, minus) = (u64::from(!shape.accepted), u64::from(shape.minus));
        let end = shape.bytes as usize - 1;
        let unused = unused(shape.digits, I::LANE);
        let print = Print::new(isa, shape.tail);
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            // SAFETY: the field and PAD bytes lie within the record.
            let (bytes, end) = unsafe { (isa.load(from), from.add(end).read()) };
            let bytes = isa.shuffle(bytes, lanes);
            let high = isa.and(isa.upper(bytes), upper);
            let digits = isa.or(high, isa.and(bytes, lower));
            self.bad_lanes = isa.or(self.bad_lanes, isa.above_nine(digits));
            let sign = u32::from(end & 0x0F);
            self.bad |= refused >> sign & 1;
            let negative = minus >> sign & 1;
            let nonzero = isa.nonzero(digits);
            self.bad |= nonzero & unused;
            self.print(digits, nonzero, negative, &print);
        }
    }

    #[inline(always)]
    fn zoneds(&mut self, slots: &[Slot], delta: isize, shape: &ZonedShape) {
        let isa = self.isa;
        // SAFETY: all three are 16 bytes.
        let (lanes, zones, zone) = unsafe {
            let zones = isa.load(shape.zones.as_ptr());
            (
                isa.load(shape.lanes.as_ptr()),
                zones,
                isa.load(shape.zone.as_ptr()),
            )
        };
        let signs = match shape.sign {
            Sign::Unsigned => &UNSIGNED,
            Sign::TrailingOverpunch | Sign::LeadingOverpunch => &self.program.charset.overpunch,
            Sign::TrailingSeparate | Sign::LeadingSeparate => &self.program.charset.separate,
        };
        let sign_at = shape.sign_at as usize;
        let print = Print::new(isa, shape.tail);
        for slot in slots {
            self.literal(slot.before);
            let from = self.start(slot, delta);
            // SAFETY: the field and PAD bytes lie within the record.
            let bytes = unsafe { isa.load(from) };
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
            self.print(digits, nonzero, negative, &print);
        }
    }

    #[inline(always)]
    fn binaries(&mut self, slots: &[Slot], delta: isize, shape: &BinaryShape) {
        let isa = self.isa;
        let shift = 64 - 8 * shape.bytes;
        let (signed, field) = (u64::from(shape.signed), u64::MAX >> shift);
        let long = shape.max >= 100_000_000;
        let print = Print::new(isa, shape.tail);
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
            self.print(digits, nonzero, negative, &print);
        }
    }

    #[inline(always)]
    fn print(&mut self, digits: I::Bytes, nonzero: u64, negative: u64, print: &Print<I>) {
        // At least one digit before the point.
        let first = ((nonzero | print.units).trailing_zeros() / I::LANE) as usize;
        // SAFETY: `first` is at most 15, so 16 indices lie within the table of 48; the output has
        // room for the number and PAD bytes.
        unsafe {
            self.out.add(self.at).write(b'-');
            self.at += negative as usize & usize::from(nonzero != 0);
            let indices = self.isa.load(print.lanes.as_ptr().add(first));
            let text = self.isa.shuffle(self.isa.or(digits, print.ascii), indices);
            self.isa.store(self.out.add(self.at), text);
        }
        self.at += print.len - first;
    }
}

/// How digits are printed, worked out for a run.
struct Print<I: Isa> {
    lanes: &'static [u8; 48],
    ascii: I::Bytes,
    /// The lane before the point, in the form of [`Isa::nonzero`].
    units: u64,
    /// Bytes printed with all 16 digits.
    len: usize,
}

impl<I: Isa> Print<I> {
    #[inline(always)]
    fn new(isa: I, tail: Tail) -> Print<I> {
        let point = usize::from(tail.fraction > 0);
        // SAFETY: 16 bytes.
        let ascii = unsafe { isa.load(ASCII[point].as_ptr()) };
        Print {
            lanes: &LANES[tail.fraction as usize],
            ascii,
            units: 1 << (I::LANE * tail.units),
            len: tail.printed as usize,
        }
    }
}

/// Mask of the lanes above `digits`, in the form of [`Isa::nonzero`].
#[inline(always)]
fn unused(digits: u32, lane: u32) -> u64 {
    match digits {
        16.. => 0,
        _ => (1 << (lane * (16 - digits))) - 1,
    }
}
