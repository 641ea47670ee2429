//! The kernel of every instruction set with byte shuffles, written once over [`Isa`].
//!
//! A number is 16 digits in a vector, the last in the last lane:
//!
//! ```text
//! digits = shuffle bytes into lanes, keep the half of each that is the lane's digit
//! bad   |= digits > 9, zones that are wrong            (tested once for all that is printed at once)
//! first  = lane of the first digit to print            (from a mask of the lanes that are not 0)
//! print    shuffle(digits as ASCII, indices of this picture from `first` on)
//! ```
//!
//! The indices drop the leading zeros and put the point in at once: they slide over a table that
//! names the lanes in order, with lane 0, which then holds a point, between whole and fraction.

#![allow(
    unsafe_code,
    reason = "wide loads and stores on a record and output of checked size"
)]

mod count;
mod fields;
mod narrow;
mod place;
mod text;
mod wide;

use std::cell::Cell;

use crate::program::plan::{PAD, Program, Run, Slot, TextTables};

use super::Batch;
use super::rows::Rows;
use super::steps::{Elements, Fine, Machine, State};
use place::SUSPECT;
pub(super) use place::{Place, Pos, Vector};

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
    /// What [`Isa::translate`] needs of the tables; in registers where there are enough.
    type Table<'a>: Copy;
    /// The first bytes of a text, as many as [`Isa::translate`] looks at at once.
    type First: Copy;
    /// Which of the masks of a [`Tail`](crate::program::shape::Tail) that is.
    const MASK: usize = if Self::LANE == 1 { 0 } else { 1 };

    /// # Safety
    /// 16 bytes may be read at `at`.
    unsafe fn load(self, at: *const u8) -> Self::Bytes;
    /// What 16 lanes are compared with, or looked up in.
    #[inline(always)]
    fn lanes(self, lanes: &[u8; 16]) -> Self::Bytes {
        // SAFETY: 16 bytes.
        unsafe { self.load(lanes.as_ptr()) }
    }
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
    /// Not zero where a byte is more than its limit.
    fn above(self, a: Self::Bytes, limit: Self::Bytes) -> Self::Bytes;
    /// Bytes by index; zero where the index has its top bit set.
    fn shuffle(self, a: Self::Bytes, indices: Self::Bytes) -> Self::Bytes;
    /// [`Isa::LANE`] bits set for every byte (below X'80') that is not zero, the first byte lowest.
    fn nonzero(self, a: Self::Bytes) -> u64;
    /// Whether any bit is set.
    fn any(self, a: Self::Bytes) -> bool;
    /// Digits of two numbers below 10^8.
    fn digits(self, high: u32, low: u32) -> Self::Bytes;
    /// Digits of three numbers below 10^8: of the first in the last lanes of a vector, of the others
    /// in another.
    #[inline(always)]
    fn many_digits(self, high: u32, middle: u32, low: u32) -> [Self::Bytes; 2] {
        [self.digits(0, high), self.digits(middle, low)]
    }
    fn table(self, tables: &TextTables) -> Self::Table<'_>;

    /// Loads the first bytes of a text. See [`EarlyText`](text::EarlyText).
    ///
    /// # Safety
    /// 64 bytes may be read.
    unsafe fn first(self, from: *const u8) -> Self::First;

    /// Prints text as it stands in [`TextTables::plain`], of which the first bytes are loaded. Returns
    /// how many bytes there are up to the last that is not `space`, or all of them unless `TRIM`; or
    /// else where the first special one is. May read and write up to 64 bytes behind the text.
    ///
    /// # Safety
    /// `len + 64` bytes may be read and written.
    unsafe fn translate<const TRIM: bool>(
        self,
        table: Self::Table<'_>,
        space: u8,
        first: Self::First,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize>;

    /// [`Vector::all`] as a function of its own, compiled for the instruction set: what is
    /// printed where depends on all fields before, and only a small loop keeps that in registers.
    ///
    /// # Safety
    /// As [`Machine::elements`], with `pos` in the output.
    unsafe fn elements(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        run: &Run,
        elements: &Elements,
    ) -> Pos;

    /// [`Vector::until_suspect`] as a function of its own.
    ///
    /// # Safety
    /// As [`Vector::until_suspect`], with `pos` in the output.
    unsafe fn until_suspect(self, place: &Place<'_, Self>, pos: Pos, slots: &[Slot]) -> Pos;

    /// [`Vector::special`] as a function of its own: the loops over fields are the faster without it.
    ///
    /// # Safety
    /// As [`Vector::special`], with `pos` in the output.
    unsafe fn special(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        text: &[u8],
        plain: usize,
        space: Option<u8>,
    ) -> Pos;

    /// [`Print::print`] of many fields as a function of its own, compiled for the instruction set, so
    /// that the constants of one shape do not take the registers of another.
    ///
    /// # Safety
    /// As [`Vector::neighbours`], with `pos` in the output.
    unsafe fn many<F: Print>(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        fields: &Slots<'_>,
        shape: F,
    ) -> Pos;
}

/// Neighbours of one shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slots<'a> {
    pub(super) slots: &'a [Slot],
    /// What they are fields of.
    pub(super) elements: Elements,
}

/// A shape that can be printed.
pub(super) trait Print: Copy {
    /// Vectors of 64 bytes pay where there are any; elsewhere the masks that come with them cost.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "others have none of 64 bytes")
    )]
    const LONG: bool;
    /// What is the same for all fields of the shape, loaded once: a store to the output might
    /// change what stays in memory, for all that the compiler knows.
    type Ready<'a, I: Isa>: Copy;

    fn ready<I: Isa>(self, isa: I, program: &Program) -> Self::Ready<'_, I>;

    /// Prints the field that starts at `start`.
    ///
    /// # Safety
    /// The field lies within the record, and the output has room for what the field can print and
    /// for [`PAD`] bytes.
    unsafe fn print<I: Isa>(
        self,
        vector: &mut Vector<'_, I>,
        ready: Self::Ready<'_, I>,
        start: usize,
    );

    /// Prints the literal before the field of this slot, and the field, which lies `delta` bytes
    /// behind its offset.
    ///
    /// # Safety
    /// As [`Print::print`]; the slot is one of the program's, and there is room for its literal, too.
    #[inline(always)]
    unsafe fn slot<I: Isa>(
        self,
        vector: &mut Vector<'_, I>,
        ready: Self::Ready<'_, I>,
        slot: &Slot,
        delta: isize,
    ) {
        // SAFETY: the program's literal; the room is the caller's.
        unsafe { vector.literal(slot.before) };
        // SAFETY: the caller's.
        unsafe { self.print(vector, ready, slot.start(delta)) };
    }
}

/// Compiles what a record being printed does with these features, as a function of its own.
///
/// `inline(never)` is lost on a function with features (rustc 1.95), which then becomes a part of
/// whoever has them, too; from a function without any it can only be called. The CPU must have them,
/// and what the body requires is required of the caller.
macro_rules! outlined {
    (
        $name:ident, $features:literal, <$($generic:ident: $bound:path)?>,
        ($($arg:ident: $type:ty),+), |$vector:ident| $body:expr
    ) => {
        #[inline(never)]
        unsafe fn $name<I: Isa, $($generic: $bound)?>(
            place: &Place<'_, I>,
            pos: Pos,
            $($arg: $type),+
        ) -> Pos {
            #[target_feature(enable = $features)]
            unsafe fn inner<I: Isa, $($generic: $bound)?>(
                place: &Place<'_, I>,
                pos: Pos,
                $($arg: $type),+
            ) -> Pos {
                let mut $vector = Vector::new(place, pos);
                // SAFETY: the caller's.
                unsafe { $body };
                $vector.pos()
            }
            // SAFETY: that the CPU has the features is the caller's to prove, and the rest, too.
            unsafe { inner(place, pos, $($arg),+) }
        }
    };
}
pub(super) use outlined;

/// Prints fields of a record up to the first that is suspect; see
/// [`Kernel::fields`](super::Kernel::fields). Returns how many.
pub(super) fn fields<I: Isa>(
    isa: I,
    program: &Program,
    record: &[u8],
    slots: &[Slot],
    out: &mut Vec<u8>,
) -> usize {
    // What the unsafe code below relies on.
    assert!(
        record.len() >= program.max_record + PAD,
        "record without padding"
    );
    let written = out.len();
    out.reserve(program.max_output + PAD);
    // SAFETY: `written` is within the allocation.
    let to = unsafe { out.as_mut_ptr().add(written) };
    let fine = Cell::new(Fine::default());
    // SAFETY: the length of the record was checked and the room reserved above.
    let place = unsafe { Place::new(isa, program, record, to, &fine) };
    // SAFETY: a program without counters keeps its fields within its records.
    unsafe { isa.until_suspect(&place, Pos { at: to, bad: 0 }, slots) };
    let Fine { records, bytes } = fine.get();
    // SAFETY: so many bytes were written behind `written`, at most `max_output`.
    unsafe { out.set_len(written + bytes) };
    records
}

/// Most records that are printed at once.
const ROWS: usize = 32;

/// Runs a program over a batch; see [`Kernel::run`](super::Kernel::run).
#[inline(always)]
pub(super) fn run<I: Isa>(isa: I, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
    let count = batch.places.count();
    let mut state = State::new(program);
    let rows = Rows::new(program, batch, ROWS);
    let mut printed = 0;
    while printed < count {
        let alike = rows.next(printed);
        // What the unsafe code below relies on.
        assert!(
            batch.data.len() >= alike.last + program.max_record + PAD,
            "batch without padding"
        );
        let room = alike.count * program.max_output + PAD;
        if out.capacity() - out.len() < room {
            out.reserve(room);
        }
        let written = out.len();
        // SAFETY: `written` is within the allocation.
        let to = unsafe { out.as_mut_ptr().add(written) };
        let fine = Cell::new(Fine::default());
        // SAFETY: the length of the batch was checked and the room reserved above.
        let place = unsafe { Place::new(isa, program, &batch.data[alike.start..], to, &fine) };
        let mut vector = Vector::new(&place, Pos { at: to, bad: 0 });
        // SAFETY: of the last of the records, and so of all, as many bytes as the program may read
        // were checked above, and the room for what they may print reserved.
        unsafe { rows.print(alike, &mut state, &mut vector) };
        let pos = vector.pos();
        let suspect = pos.bad & SUSPECT != 0;
        let done = match suspect {
            true => fine.get(),
            false => Fine {
                records: alike.count,
                bytes: place.printed(pos.at),
            },
        };
        let len = written + done.bytes;
        debug_assert!(
            len <= out.capacity(),
            "a record prints at most max_output bytes"
        );
        // SAFETY: the machine wrote so many bytes behind `written`, at most `max_output` a record.
        unsafe { out.set_len(len) };
        printed += done.records;
        if suspect {
            break;
        }
    }
    printed
}
