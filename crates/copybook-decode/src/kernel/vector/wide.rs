//! Numbers of up to 31 digits, in two vectors of 16 lanes.
//!
//! The digits slide over tables as those in one vector do. Each of the two vectors printed is put
//! together from the digits that come from the higher lanes, those from the lower ones, and the
//! point.

#![allow(
    unsafe_code,
    reason = "wide loads and stores on a record and output of checked size"
)]

use crate::program::plan::Program;
use crate::program::shape::{BinaryShape, NONE, PackedShape, Tail, ZonedShape};

use super::place::Vector;
use super::{Isa, Print, count};

/// A shape of more digits than one vector holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide<'a, S>(pub(super) &'a S);

impl Print for Wide<'_, PackedShape> {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let (isa, shape) = (vector.isa, self.0);
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        // SAFETY: the field and PAD bytes lie within the record.
        let bytes = unsafe { isa.load(from) };
        // SAFETY: the last byte of the field.
        let end = unsafe { from.add(shape.bytes as usize - 1) };
        // SAFETY: the same.
        let end = unsafe { end.read() };
        let (upper, lower) = (isa.lanes(&shape.upper), isa.lanes(&shape.lower));
        let digits = [0, 1].map(|half| {
            let lanes = isa.lanes(&shape.lanes[half]);
            let most = isa.lanes(&shape.most[half]);
            let bytes = isa.shuffle(bytes, lanes);
            let digits = isa.or(isa.and(isa.upper(bytes), upper), isa.and(bytes, lower));
            vector.bad_lanes = isa.or(vector.bad_lanes, isa.above(digits, most));
            digits
        });
        let (first, zero) = first_lane(isa, digits, &shape.tail);
        let negative = vector.sign(shape.signs[usize::from(end & 0x0F)]) & u64::from(!zero);
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.wide_number(digits, first, negative, &shape.tail) };
    }
}

impl Print for Wide<'_, ZonedShape> {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let (isa, shape) = (vector.isa, self.0);
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        let signs = &vector.place.program.signs[shape.signs];
        let digits = [(0, 0), (1, shape.low_at as usize)].map(|(half, at)| {
            // SAFETY: a byte of the field.
            let from = unsafe { from.add(at) };
            // SAFETY: the field and PAD bytes lie within the record.
            let bytes = unsafe { isa.load(from) };
            let lanes = isa.lanes(&shape.lanes[half]);
            let (zone, keep) = (isa.lanes(&shape.zone[half]), isa.lanes(&shape.keep[half]));
            let digits = isa.and(isa.xor(isa.shuffle(bytes, lanes), zone), keep);
            vector.bad_lanes = isa.or(vector.bad_lanes, isa.above(digits, isa.splat(9)));
            digits
        });
        // SAFETY: a byte of the field.
        let sign = unsafe { from.add(shape.sign_at as usize) };
        // SAFETY: the same.
        let sign = unsafe { sign.read() };
        let (first, zero) = first_lane(isa, digits, &shape.tail);
        let negative = vector.sign(signs[usize::from(sign)]) & u64::from(!zero);
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.wide_number(digits, first, negative, &shape.tail) };
    }
}

impl Print for Wide<'_, BinaryShape> {
    const LONG: bool = false;
    type Ready<'a, I: Isa> = ();

    #[inline(always)]
    fn ready<I: Isa>(self, _isa: I, _program: &Program) {}

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, _ready: (), start: usize) {
        let (isa, shape) = (vector.isa, self.0);
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        // SAFETY: the field and PAD bytes lie within the record.
        let word = u64::from_be(unsafe { from.cast::<u64>().read_unaligned() });
        let (size, negative) = shape.magnitude(word);
        vector.bad |= u64::from(size > shape.max).wrapping_neg();
        let first = (32 - count::digits(size)).min(shape.tail.units_of_32);
        let (high, low) = (size / 10_000_000_000_000_000, size % 10_000_000_000_000_000);
        let (middle, low) = (low / 100_000_000, low % 100_000_000);
        let digits = isa.many_digits(high as u32, middle as u32, low as u32);
        // SAFETY: `first` is at most the lane of the last whole digit; the room is the caller's.
        unsafe { vector.wide_number(digits, first, negative, &shape.tail) };
    }
}

impl<I: Isa> Vector<'_, I> {
    /// Prints 32 digits, higher ones first, from lane `first` on; `negative` is 0 or 1, and 0 of
    /// zero.
    ///
    /// # Safety
    /// `first` is at most 31; the output has room for the number and PAD bytes.
    #[inline(always)]
    unsafe fn wide_number(
        &mut self,
        [high, low]: [I::Bytes; 2],
        first: u32,
        negative: u64,
        tail: &Tail,
    ) {
        let (isa, first) = (self.isa, first as usize);
        debug_assert!(first < 32, "no lane {first}");
        let order = &ORDERS[tail.fraction as usize];
        let zeros = isa.splat(b'0');
        let (high, low) = (isa.or(high, zeros), isa.or(low, zeros));
        // SAFETY: the output has room for the number, and PAD bytes.
        unsafe { self.minus(negative) };
        let load = |table: &[u8; 64], at: usize| {
            // SAFETY: `at` is `first`, at most 31, or 16 more.
            let table = unsafe { table.as_ptr().add(at) };
            // SAFETY: 16 bytes are left of the 64.
            unsafe { isa.load(table) }
        };
        let start = isa.or(
            isa.shuffle(high, load(&order.high, first)),
            isa.shuffle(low, load(&order.low, first)),
        );
        let start = isa.or(start, load(&order.point, first));
        // Behind 16 printed, nothing comes from the higher lanes.
        let rest = isa.shuffle(low, load(&order.low, first + 16));
        let rest = isa.or(rest, load(&order.point, first + 16));
        let to = self.at;
        // SAFETY: the number and PAD bytes are more than 32.
        unsafe { isa.store(to, start) };
        // SAFETY: the same.
        let to = unsafe { to.add(16) };
        // SAFETY: the same.
        unsafe { isa.store(to, rest) };
        self.advance(32 + usize::from(tail.fraction > 0) - first);
    }
}

/// The first of 32 lanes to print, the last digit before the point at the latest, and whether all are
/// zero.
#[inline(always)]
fn first_lane<I: Isa>(isa: I, [high, low]: [I::Bytes; 2], tail: &Tail) -> (u32, bool) {
    let (high, low, units) = (isa.nonzero(high), isa.nonzero(low), tail.units_of_32);
    let lane = if I::LANE == 1 {
        (high | low << 16 | 1 << units).trailing_zeros()
    } else {
        let both = u128::from(high) | u128::from(low) << (16 * I::LANE);
        (both | 1 << (units * I::LANE)).trailing_zeros() / I::LANE
    };
    (lane, high | low == 0)
}

/// Where each byte comes from that is printed of 32 digits and a point.
struct Order {
    /// Of the higher 16 digits.
    high: [u8; 64],
    /// Of the lower 16 digits.
    low: [u8; 64],
    /// The point itself; zero elsewhere.
    point: [u8; 64],
}

/// By the number of digits behind the point.
static ORDERS: [Order; 32] = {
    let mut orders = [const {
        Order {
            high: [NONE; 64],
            low: [NONE; 64],
            point: [0; 64],
        }
    }; 32];
    let mut fraction = 0;
    while fraction < 32 {
        let mut lane = 0;
        while lane < 32 {
            let behind = (fraction > 0 && lane >= 32 - fraction) as usize;
            let (table, from) = match lane {
                0..16 => (&mut orders[fraction].high, lane),
                _ => (&mut orders[fraction].low, lane - 16),
            };
            table[lane + behind] = from as u8;
            lane += 1;
        }
        if fraction > 0 {
            orders[fraction].point[32 - fraction] = b'.';
        }
        fraction += 1;
    }
    orders
};
