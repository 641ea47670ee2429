//! The loops over fields: which shape is printed how, alone or with its neighbours.

#![allow(
    unsafe_code,
    reason = "what the fields require is handed on to the caller"
)]

use crate::program::plan::{Op, Run, Slot};
use crate::program::shape::{Shape, Width};
use crate::value::Trim;

use super::super::steps::{Elements, Fine, Machine};
use super::place::{Pos, SUSPECT, Vector};
use super::text::{EarlyText, OddText, Text};
use super::wide::Wide;
use super::{Isa, Print, Slots};

/// Prints each element, and the literal behind it; of records, none behind a suspect one. A closure
/// would not have the features of the function that it is in. Requires what [`Machine::elements`] does.
macro_rules! each {
    ($vector:ident, $elements:expr, |$delta:ident| $print:block) => {
        let elements: &Elements = $elements;
        let (mut $delta, mut left, mut fine) = (elements.delta, elements.count, $vector.at);
        while left > 0 {
            $print
            // SAFETY: the caller's, for this element.
            unsafe { $vector.close(elements) };
            if elements.records {
                if $vector.bad & SUSPECT != 0 || $vector.isa.any($vector.bad_lanes) {
                    break;
                }
                fine = $vector.at;
            }
            left -= 1;
            $delta = $delta.wrapping_add(elements.stride);
        }
        if elements.records {
            $vector.place.fine.set(Fine {
                records: elements.count - left,
                bytes: $vector.place.printed(fine),
            });
        }
    };
}

impl<'a, I: Isa> Vector<'a, I> {
    /// As [`Machine::elements`].
    ///
    /// # Safety
    /// The same.
    #[inline(always)]
    pub(in super::super) unsafe fn all(&mut self, run: &Run, elements: &Elements) {
        each!(self, elements, |delta| {
            // SAFETY: the caller's, for this element.
            unsafe { self.fields(&run.slots, delta) };
        });
    }

    /// Prints fields of the record up to the first that is suspect, and notes how many.
    ///
    /// # Safety
    /// As [`Machine::run`], for these slots of the run.
    #[inline(always)]
    pub(in super::super) unsafe fn until_suspect(&mut self, slots: &[Slot]) {
        let mut fine = Fine::default();
        for slot in slots {
            let shape = &self.place.program.shapes[slot.shape as usize];
            // Alone, whatever its neighbours are.
            let alone = Slot {
                same: 1,
                op: shape.op(),
                ..*slot
            };
            // SAFETY: the caller's, for this field.
            unsafe { self.fields(&[alone], 0) };
            if self.bad & SUSPECT != 0 || self.isa.any(self.bad_lanes) {
                break;
            }
            fine.records += 1;
            fine.bytes = self.place.printed(self.at);
        }
        self.place.fine.set(fine);
    }

    /// Neighbours of one shape, of each element.
    ///
    /// # Safety
    /// They are slots of one of the program's runs, and have this shape; each lies within the record
    /// wherever its element moves it; the output has room for what all of them can print, with the
    /// literals before them and behind the elements, and for `PAD` bytes.
    #[inline(always)]
    pub(in super::super) unsafe fn neighbours(&mut self, fields: &Slots<'_>, shape: impl Print) {
        let ready = shape.ready(self.isa, self.place.program);
        each!(self, &fields.elements, |delta| {
            for slot in fields.slots {
                // SAFETY: the caller's, for this field.
                unsafe { shape.slot(self, ready, slot, delta) };
            }
        });
    }

    /// # Safety
    /// As [`Machine::literal`], for the one behind each element.
    #[inline(always)]
    unsafe fn close(&mut self, elements: &Elements) {
        if elements.close.len > 0 {
            // SAFETY: the caller's.
            unsafe { self.literal(elements.close) };
        }
    }

    /// # Safety
    /// As [`Machine::run`], for these slots of the run.
    #[inline(always)]
    unsafe fn fields(&mut self, mut rest: &[Slot], delta: isize) {
        let program = self.place.program;
        macro_rules! single {
            ($slot:ident, $shape:ident as $kind:path: $print:expr) => {{
                let $kind(shape) = $shape else {
                    // SAFETY: a slot's op is that of its shape ([`Shape::op`]), or `Op::Many`.
                    unsafe { std::hint::unreachable_unchecked() }
                };
                // SAFETY: the caller's, for the field of this slot, which has this shape.
                unsafe { self.single($slot, delta, $print(shape)) }
            }};
        }
        while let [slot, next @ ..] = rest {
            debug_assert!((slot.shape as usize) < program.shapes.len());
            // SAFETY: slots are made together with their shapes, which are never taken away.
            let shape = unsafe { program.shapes.get_unchecked(slot.shape as usize) };
            match slot.op {
                Op::Text => single!(slot, shape as Shape::Text: Text::<false>),
                Op::TrimmedText => single!(slot, shape as Shape::Text: Text::<true>),
                Op::OddText => single!(slot, shape as Shape::Text: OddText),
                Op::Packed => single!(slot, shape as Shape::Packed: std::convert::identity),
                Op::Zoned => single!(slot, shape as Shape::Zoned: std::convert::identity),
                Op::Binary => single!(slot, shape as Shape::Binary: std::convert::identity),
                Op::WidePacked => single!(slot, shape as Shape::Packed: Wide),
                Op::WideBinary => single!(slot, shape as Shape::Binary: Wide),
                Op::Many => {
                    // With those behind it that have the same shape.
                    let (slots, next) = rest.split_at(slot.same as usize);
                    rest = next;
                    let elements = Elements::one(delta);
                    // SAFETY: the caller's, for the fields of these slots, which have this shape.
                    unsafe { self.many(&Slots { slots, elements }, shape) };
                    continue;
                }
            }
            rest = next;
        }
    }

    /// A field that is printed alone.
    ///
    /// # Safety
    /// As [`Vector::neighbours`], for one field.
    #[inline(always)]
    unsafe fn single(&mut self, slot: &Slot, delta: isize, shape: impl Print) {
        let ready = shape.ready(self.isa, self.place.program);
        // SAFETY: the caller's.
        unsafe { shape.slot(self, ready, slot, delta) };
    }

    /// # Safety
    /// As [`Vector::neighbours`].
    #[inline(always)]
    pub(super) unsafe fn many(&mut self, fields: &Slots<'_>, shape: &Shape) {
        macro_rules! call {
            ($shape:expr) => {
                // SAFETY: the caller's; this is the shape of the fields.
                unsafe { self.call(fields, $shape) }
            };
        }
        match shape {
            Shape::Text(s) if s.trim == Trim::None => call!(Text::<false>(s)),
            Shape::Text(s) if s.trimmed() => call!(EarlyText(s)),
            Shape::Text(s) => call!(OddText(s)),
            Shape::Packed(s) if s.width == Width::Narrow => call!(s),
            Shape::Packed(s) if s.width == Width::Wide => call!(Wide(s)),
            Shape::Zoned(s) if s.width == Width::Narrow => call!(s),
            Shape::Zoned(s) if s.width == Width::Wide => call!(Wide(s)),
            Shape::Binary(s) if s.width == Width::Narrow => call!(s),
            Shape::Binary(s) if s.width == Width::Wide => call!(Wide(s)),
            shape => {
                // By value: a reference to `self` would keep it out of registers.
                let pos = Pos {
                    at: self.at,
                    bad: self.bad,
                };
                // SAFETY: the caller's.
                let pos = unsafe { self.place.leave(pos, fields, shape) };
                (self.at, self.bad) = (pos.at, pos.bad);
            }
        }
    }

    /// # Safety
    /// As [`Vector::neighbours`].
    #[inline(always)]
    unsafe fn call(&mut self, fields: &Slots<'_>, shape: impl Print) {
        let pos = Pos {
            at: self.at,
            bad: self.bad,
        };
        // SAFETY: the caller's.
        let pos = unsafe { self.isa.many(self.place, pos, fields, shape) };
        (self.at, self.bad) = (pos.at, pos.bad);
    }
}
