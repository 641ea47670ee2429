//! Where a record is read and printed.

#![allow(
    unsafe_code,
    reason = "wide loads and stores on a record and output of checked size"
)]

use std::cell::Cell;

use crate::program::plan::{Literal, Op, PAD, Program, Run};
use crate::program::shape::Shape;
use crate::value::charset::INVALID;

use super::super::scalar::Scalar;
use super::super::steps::{Elements, Fine, Machine};
use super::{Isa, Slots};

/// The bits of [`Pos::bad`] that count: entries of sign tables are collected whole.
pub(super) const SUSPECT: u64 = !0xFF | INVALID as u64;

/// Where a record is printed. `record` has [`PAD`] bytes behind the greatest length; `out` has room
/// for all that a record can print, and [`PAD`] bytes; both were checked by [`super::run`].
pub(crate) struct Place<'a, I: Isa> {
    isa: I,
    pub(super) program: &'a Program,
    /// The program's literals: kept here since a write to the output might change them, for all
    /// that the compiler knows.
    literals: *const u8,
    pub(super) record: &'a [u8],
    pub(super) out: *mut u8,
    /// What was printed before the first suspect record of several. Behind a reference, so that all
    /// else stays in registers when it is set.
    pub(super) fine: &'a Cell<Fine>,
}

/// Where the next byte is printed, and whether something was wrong. Handed on from loop to loop in
/// registers: where a field is printed depends on all fields before it, and memory would add to that
/// chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pos {
    /// Within the output of the place, or at its end: a pointer, since adding an offset to the start of
    /// the output again for each store would add to that chain, too.
    pub(super) at: *mut u8,
    pub(super) bad: u64,
}

/// A record being printed.
pub(crate) struct Vector<'a, I: Isa> {
    pub(super) place: &'a Place<'a, I>,
    pub(super) isa: I,
    /// As [`Pos::at`].
    pub(super) at: *mut u8,
    pub(super) bad: u64,
    pub(super) bad_lanes: I::Bytes,
}

impl<I: Isa> Machine for Vector<'_, I> {
    #[inline(always)]
    unsafe fn literal(&mut self, literal: Literal) {
        let (at, len) = (literal.at as usize, literal.len as usize);
        // PAD is 64, and the copies of 32 bytes end at most 64 bytes behind the literal's start; what
        // is longer is copied to its last byte.
        // SAFETY: one of the program's literals, by the caller.
        let from = unsafe { self.place.literals.add(at) };
        let to = self.at;
        // SAFETY: the literals have PAD bytes behind the last one, and so has the output.
        unsafe { self.isa.copy32(from, to) };
        if len > 32 {
            // SAFETY: within the literal.
            let from = unsafe { from.add(32) };
            // SAFETY: within the room for it.
            let to = unsafe { to.add(32) };
            // SAFETY: they end within PAD bytes of the literal's start, as above.
            unsafe { self.isa.copy32(from, to) };
        }
        if len > 64 {
            // SAFETY: the caller's.
            unsafe { self.place.long_literal(literal, self.at) };
        }
        self.advance(len);
    }

    #[inline(always)]
    unsafe fn run(&mut self, run: &Run, delta: isize) {
        // SAFETY: the caller's, for one element with nothing behind it.
        unsafe { self.elements(run, Elements::one(delta)) };
    }

    #[inline(always)]
    unsafe fn elements(&mut self, run: &Run, elements: Elements) {
        let slots = run.slots.as_slice();
        match slots {
            // All of one shape.
            [first, ..] if first.op == Op::Many && first.same as usize == slots.len() => {
                let shape = &self.place.program.shapes[first.shape as usize];
                // SAFETY: the caller's; the shape is that of all the slots.
                unsafe { self.many(&Slots { slots, elements }, shape) };
            }
            _ => {
                let pos = Pos {
                    at: self.at,
                    bad: self.bad,
                };
                // SAFETY: the caller's.
                let pos = unsafe { self.isa.elements(self.place, pos, run, &elements) };
                (self.at, self.bad) = (pos.at, pos.bad);
            }
        }
    }

    #[inline(always)]
    fn unprint(&mut self) {
        self.at = self.at.wrapping_sub(1);
    }

    fn bytes(&self, start: usize, size: usize) -> &[u8] {
        self.place
            .record
            .get(start..)
            .and_then(|rest| rest.get(..size))
            .unwrap_or_default()
    }

    fn suspect(&mut self) {
        self.bad |= SUSPECT;
    }
}

impl<'a, I: Isa> Place<'a, I> {
    /// # Safety
    /// `record` has [`PAD`] bytes behind the greatest length of a record; at `out` there is room for
    /// all that will be printed, and for [`PAD`] bytes.
    #[inline(always)]
    pub(super) unsafe fn new(
        isa: I,
        program: &'a Program,
        record: &'a [u8],
        out: *mut u8,
        fine: &'a Cell<Fine>,
    ) -> Self {
        Place {
            isa,
            program,
            literals: program.literals.as_ptr(),
            record,
            out,
            fine,
        }
    }

    /// Bytes printed up to there.
    #[inline(always)]
    pub(super) fn printed(&self, at: *mut u8) -> usize {
        at.addr() - self.out.addr()
    }

    /// Leaves fields to the scalar kernel.
    ///
    /// # Safety
    /// As [`Vector::neighbours`], with `pos` in the output.
    #[inline(never)]
    pub(super) unsafe fn leave(&self, pos: Pos, fields: &Slots<'_>, shape: &Shape) -> Pos {
        let (slots, elements) = (fields.slots, fields.elements);
        let literals: usize = slots.iter().map(|slot| slot.before.len as usize).sum();
        let each = literals + slots.len() * shape.max_output() + elements.close.len as usize;
        let room = elements.count * each + PAD;
        let out = pos.at;
        // SAFETY: `room` is what these fields can print, and PAD bytes: so much is left of the output,
        // by the caller.
        unsafe { std::ptr::write_bytes(out, 0, room) };
        // SAFETY: so many bytes are initialised; nothing else refers to them while the slice lives.
        let out = unsafe { std::slice::from_raw_parts_mut(out, room) };
        let mut scalar = Scalar {
            program: self.program,
            record: self.record,
            out,
            at: 0,
            bad: 0,
            fine: Fine::default(),
            scratch: String::new(),
        };
        scalar.each(elements, |scalar, delta| scalar.fields(slots, delta, shape));
        if elements.records {
            // Records are all that is printed: `pos` is where the first one starts.
            self.fine.set(scalar.fine);
        }
        Pos {
            at: pos.at.wrapping_add(scalar.at),
            bad: pos.bad | u64::from(scalar.bad != 0).wrapping_neg(),
        }
    }

    /// The rest of a literal of more than 64 bytes.
    ///
    /// # Safety
    /// It is one of the program's literals; the output has room for it from `at` on.
    #[cold]
    #[inline(never)]
    unsafe fn long_literal(&self, literal: Literal, at: *mut u8) {
        let (start, len) = (literal.at as usize, literal.len as usize);
        // SAFETY: within the literal.
        let from = unsafe { self.literals.add(start + 64) };
        // SAFETY: within the room for it, by the caller.
        let to = unsafe { at.add(64) };
        // SAFETY: what is left of both; the program and the output do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(from, to, len - 64) };
    }
}

impl<'a, I: Isa> Vector<'a, I> {
    #[inline(always)]
    pub(in super::super) fn new(place: &'a Place<'a, I>, Pos { at, bad }: Pos) -> Vector<'a, I> {
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
    pub(in super::super) fn pos(&self) -> Pos {
        Pos {
            at: self.at,
            bad: self.bad | u64::from(self.isa.any(self.bad_lanes)).wrapping_neg(),
        }
    }

    /// A byte of the record.
    ///
    /// # Safety
    /// It lies within the record.
    #[inline(always)]
    pub(super) unsafe fn from(&self, start: usize) -> *const u8 {
        // SAFETY: the caller's.
        unsafe { self.place.record.as_ptr().add(start) }
    }

    /// So many more bytes are printed.
    #[inline(always)]
    pub(super) fn advance(&mut self, bytes: usize) {
        self.at = self.at.wrapping_add(bytes);
    }
}
