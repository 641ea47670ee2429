//! Numbers whose digits and point fit in 16 lanes.

#![allow(
    unsafe_code,
    reason = "wide loads and stores on a record and output of checked size"
)]

use crate::program::plan::Program;
use crate::program::shape::{BinaryShape, PackedShape, Tail, ZonedShape};
use crate::value::charset::NEGATIVE;

use super::place::{SUSPECT, Vector};
use super::{Isa, Print, count};

impl Print for &PackedShape {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let isa = vector.isa;
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        // SAFETY: the field and PAD bytes lie within the record.
        let bytes = unsafe { isa.load(from) };
        // SAFETY: the same.
        let word = unsafe { from.cast::<u64>().read_unaligned() };
        // SAFETY: the last byte of the field.
        let end = unsafe { from.add(self.bytes as usize - 1) };
        // SAFETY: the same.
        let end = unsafe { end.read() };
        let (lanes, most) = (isa.lanes(&self.lanes[1]), isa.lanes(&self.most[1]));
        let (upper, lower) = (isa.lanes(&self.upper), isa.lanes(&self.lower));
        let bytes = isa.shuffle(bytes, lanes);
        let digits = isa.or(isa.and(isa.upper(bytes), upper), isa.and(bytes, lower));
        vector.bad_lanes = isa.or(vector.bad_lanes, isa.above(digits, most));
        let word = u64::from_be(word) >> self.behind;
        let negative = vector.sign(self.signs[usize::from(end & 0x0F)]) & u64::from(word != 0);
        let first = (word | self.tail.units_nibble).leading_zeros() / 4;
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.number(digits, first, negative, &self.tail) };
    }
}

impl Print for &ZonedShape {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let isa = vector.isa;
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        let signs = &vector.place.program.signs[self.signs];
        // SAFETY: the field and PAD bytes lie within the record.
        let bytes = unsafe { isa.load(from) };
        // SAFETY: a byte of the field.
        let sign = unsafe { from.add(self.sign_at as usize) };
        // SAFETY: the same.
        let sign = unsafe { sign.read() };
        let lanes = isa.lanes(&self.lanes[1]);
        let (zone, keep) = (isa.lanes(&self.zone[1]), isa.lanes(&self.keep[1]));
        // Another zone leaves more than nine.
        let digits = isa.and(isa.xor(isa.shuffle(bytes, lanes), zone), keep);
        vector.bad_lanes = isa.or(vector.bad_lanes, isa.above(digits, isa.splat(9)));
        let nonzero = isa.nonzero(digits);
        let negative = vector.sign(signs[usize::from(sign)]) & u64::from(nonzero != 0);
        let first = (nonzero | self.tail.units[I::MASK]).trailing_zeros() / I::LANE;
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.number(digits, first, negative, &self.tail) };
    }
}

impl Print for &BinaryShape {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let isa = vector.isa;
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        // SAFETY: the field and PAD bytes lie within the record.
        let word = u64::from_be(unsafe { from.cast::<u64>().read_unaligned() });
        let (size, negative) = self.magnitude(word);
        vector.bad |= u64::from(size > self.max).wrapping_neg();
        let (count, size) = match self.bytes {
            // Ten digits at most, even of what is bad.
            0..=4 => (count::digits_32(size as u32), size & u64::from(u32::MAX)),
            _ => {
                // What is bad must not overflow.
                let size = if size > self.max { 0 } else { size };
                (count::digits(size), size)
            }
        };
        let first = (32 - count).min(self.tail.units_of_32) - 16;
        let digits = match self.max {
            0..100_000_000 => isa.digits(0, size as u32),
            _ => isa.digits((size / 100_000_000) as u32, (size % 100_000_000) as u32),
        };
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.number(digits, first, negative, &self.tail) };
    }
}

impl<I: Isa> Vector<'_, I> {
    /// Whether an entry of a table of signs says minus, as 0 or 1.
    #[inline(always)]
    pub(super) fn sign(&mut self, entry: u8) -> u64 {
        // INVALID is one of the bits of SUSPECT, the others of a byte are not.
        const { assert!(SUSPECT & 0xFF == 0x80) }
        self.bad |= u64::from(entry);
        u64::from(entry) >> NEGATIVE.trailing_zeros() & 1
    }

    /// Prints a minus, which counts if `negative` is 1; 0 otherwise.
    ///
    /// # Safety
    /// The output has room for it.
    #[inline(always)]
    pub(super) unsafe fn minus(&mut self, negative: u64) {
        let to = self.at;
        // SAFETY: the caller's.
        unsafe { to.write(b'-') };
        self.advance(negative as usize);
    }

    /// Prints 16 digits from lane `first` on; `negative` is 0 or 1, and 0 of zero.
    ///
    /// # Safety
    /// `first` is at most 15; the output has room for the number and PAD bytes.
    #[inline(always)]
    unsafe fn number(&mut self, digits: I::Bytes, first: u32, negative: u64, tail: &Tail) {
        let isa = self.isa;
        let first = first as usize;
        debug_assert!(first < 16, "no lane {first}");
        // SAFETY: the output has room for the number, and PAD bytes.
        unsafe { self.minus(negative) };
        // SAFETY: `first` is at most 15.
        let order = unsafe { tail.order.as_ptr().add(first) };
        // SAFETY: 16 lanes are left of the 32.
        let order = unsafe { isa.load(order) };
        let text = isa.shuffle(isa.or(digits, isa.lanes(&tail.ascii)), order);
        let to = self.at;
        // SAFETY: the number and PAD bytes are more than 16.
        unsafe { isa.store(to, text) };
        self.advance(tail.printed as usize - first);
    }
}
