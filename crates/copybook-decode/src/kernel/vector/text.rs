//! Text in a code page of one byte a character.

#![allow(
    unsafe_code,
    reason = "wide loads and stores on a record and output of checked size"
)]

use crate::program::plan::{Program, Slot, TextTables};
use crate::program::shape::TextShape;
use crate::value::Trim;

use super::super::steps::Machine;
use super::place::{Pos, SUSPECT, Vector};
use super::{Isa, Print};

/// Text printed whole or, if `TRIM`, without the spaces at its end, for which there is one byte.
#[derive(Clone, Copy)]
pub(super) struct Text<'s, const TRIM: bool>(pub(super) &'s TextShape);

/// Text without the spaces at its end, with others like it: each is loaded before the literal in front
/// of it is printed. Where that goes depends on the length of the text before, and a load behind a store
/// whose place is not known yet may have to wait for it.
#[derive(Clone, Copy)]
pub(super) struct EarlyText<'s>(pub(super) &'s TextShape);

/// Text that is trimmed in another way.
#[derive(Clone, Copy)]
pub(super) struct OddText<'s>(pub(super) &'s TextShape);

impl<const TRIM: bool> Print for Text<'_, TRIM> {
    const LONG: bool = true;
    type Ready<'a, I: Isa> = I::Table<'a>;

    #[inline(always)]
    fn ready<I: Isa>(self, isa: I, program: &Program) -> I::Table<'_> {
        isa.table(&program.text)
    }

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, table: I::Table<'_>, start: usize) {
        let space = self.0.space.unwrap_or_default();
        // SAFETY: the caller's.
        let from = unsafe { vector.from(start) };
        // SAFETY: the field and PAD bytes lie within the record.
        let first = unsafe { vector.isa.first(from) };
        // SAFETY: the caller's.
        unsafe { vector.text::<TRIM>(table, space, (first, from), self.0.len as usize) };
    }
}

impl Print for EarlyText<'_> {
    const LONG: bool = true;
    type Ready<'a, I: Isa> = I::Table<'a>;

    #[inline(always)]
    fn ready<I: Isa>(self, isa: I, program: &Program) -> I::Table<'_> {
        isa.table(&program.text)
    }

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, table: I::Table<'_>, start: usize) {
        // SAFETY: the caller's.
        unsafe { Text::<true>(self.0).print(vector, table, start) };
    }

    #[inline(always)]
    unsafe fn slot<I: Isa>(
        self,
        vector: &mut Vector<'_, I>,
        table: I::Table<'_>,
        slot: &Slot,
        delta: isize,
    ) {
        let space = self.0.space.unwrap_or_default();
        // SAFETY: the caller's.
        let from = unsafe { vector.from(slot.start(delta)) };
        // SAFETY: the field and PAD bytes lie within the record.
        let first = unsafe { vector.isa.first(from) };
        // SAFETY: the program's literal; the room is the caller's.
        unsafe { vector.literal(slot.before) };
        // SAFETY: the caller's.
        unsafe { vector.text::<true>(table, space, (first, from), self.0.len as usize) };
    }
}

impl Print for OddText<'_> {
    const LONG: bool = true;
    type Ready<'a, I: Isa> = I::Table<'a>;

    #[inline(always)]
    fn ready<I: Isa>(self, isa: I, program: &Program) -> I::Table<'_> {
        isa.table(&program.text)
    }

    #[inline(always)]
    unsafe fn print<I: Isa>(self, vector: &mut Vector<'_, I>, table: I::Table<'_>, start: usize) {
        // SAFETY: the caller's.
        let mut from = unsafe { vector.from(start) };
        let mut len = self.0.len as usize;
        let Some(space) = self.0.space.filter(|_| self.0.trim.trailing()) else {
            // SAFETY: the caller's.
            return unsafe { vector.odd(from, len, self.0.trim) };
        };
        if self.0.trim.leading() {
            // SAFETY: the caller's.
            let lead = unsafe { vector.lead(from, len) };
            (from, len) = (from.wrapping_add(lead), len - lead);
        }
        // SAFETY: what is left of the field, and PAD bytes, lie within the record.
        let first = unsafe { vector.isa.first(from) };
        // SAFETY: what is left of the field, by the caller.
        unsafe { vector.text::<true>(table, space, (first, from), len) };
    }
}

impl<I: Isa> Vector<'_, I> {
    /// `len` bytes of text, as [`Text`] says.
    ///
    /// # Safety
    /// They are a field that lies within the record, or its end; the output has room for six times
    /// as many bytes, and PAD bytes.
    #[inline(always)]
    unsafe fn text<const TRIM: bool>(
        &mut self,
        table: I::Table<'_>,
        space: u8,
        (first, from): (I::First, *const u8),
        len: usize,
    ) {
        let to = self.at;
        // SAFETY: the field and PAD bytes lie within the record; the output has room for six times
        // the field, and PAD bytes.
        let printed = unsafe {
            self.isa
                .translate::<TRIM>(table, space, first, from, to, len)
        };
        match printed {
            Ok(kept) => self.advance(kept),
            Err(plain) => {
                // SAFETY: the field lies within the record.
                let text = unsafe { std::slice::from_raw_parts(from, len) };
                let space = TRIM.then_some(space);
                // SAFETY: the caller's; so much of the text was printed.
                unsafe { self.call_special(text, plain, space) };
            }
        }
    }

    /// `len` bytes of any text, trimmed byte by byte.
    ///
    /// # Safety
    /// They are a field that lies within the record, or its end; the output has room for six times
    /// as many bytes, and PAD bytes.
    #[inline(always)]
    unsafe fn odd(&mut self, from: *const u8, len: usize, trim: Trim) {
        let tables = &self.place.program.text;
        // SAFETY: the field lies within the record.
        let text = unsafe { std::slice::from_raw_parts(from, len) };
        let text = trimmed(tables, text, trim);
        let table = self.isa.table(tables);
        let (from, len) = (text.as_ptr(), text.len());
        let to = self.at;
        // SAFETY: as in `text`.
        let first = unsafe { self.isa.first(from) };
        // SAFETY: as in `text`.
        let printed = unsafe { self.isa.translate::<false>(table, 0, first, from, to, len) };
        match printed {
            Ok(kept) => self.advance(kept),
            // SAFETY: the caller's; so much of the text was printed.
            Err(plain) => unsafe { self.call_special(text, plain, None) },
        }
    }

    /// # Safety
    /// As [`Vector::special`].
    #[inline(always)]
    unsafe fn call_special(&mut self, text: &[u8], plain: usize, space: Option<u8>) {
        let pos = Pos {
            at: self.at,
            bad: self.bad,
        };
        // SAFETY: the caller's.
        let pos = unsafe { self.isa.special(self.place, pos, text, plain, space) };
        (self.at, self.bad) = (pos.at, pos.bad);
    }

    /// Text with characters that are not ASCII, or escaped, or unassigned, of which `plain` bytes
    /// are printed but not counted; without the spaces at its end, if there is a byte for a space.
    ///
    /// # Safety
    /// The text is a field that lies within the record, or its end, with PAD bytes behind it; the
    /// output has room for six times as many bytes, and PAD bytes.
    #[inline(always)]
    pub(in super::super) unsafe fn special(
        &mut self,
        text: &[u8],
        plain: usize,
        space: Option<u8>,
    ) {
        let tables = &self.place.program.text;
        let table = self.isa.table(tables);
        let mut done = plain;
        self.advance(plain);
        while let Some(&byte) = text.get(done) {
            let rendered = &tables.rendered[usize::from(byte)];
            let to = self.at;
            // SAFETY: the output has room for six bytes, which is the most that one prints as, and for
            // PAD bytes.
            unsafe { to.cast::<[u8; 8]>().write_unaligned(*rendered) };
            self.advance(usize::from(rendered[7]));
            self.bad |= if rendered[7] == 0 { SUSPECT } else { 0 };
            done += 1;
            let rest = &text[done..];
            let (from, len) = (rest.as_ptr(), rest.len());
            let (to, byte) = (self.at, space.unwrap_or_default());
            // SAFETY: as in `text`, for what is left of the field.
            let first = unsafe { self.isa.first(from) };
            // Trimmed in any case, so that it is compiled once.
            // SAFETY: as in `text`, for what is left of the field.
            match unsafe {
                self.isa
                    .translate::<true>(table, byte, first, from, to, len)
            } {
                // What is special is no space: all spaces at the end are in what is left.
                Ok(kept) => {
                    self.advance(if space.is_some() { kept } else { len });
                    break;
                }
                Err(plain) => {
                    self.advance(plain);
                    done += plain;
                }
            }
        }
    }

    /// How many blanks a field starts with.
    ///
    /// # Safety
    /// `len` bytes may be read.
    #[inline(always)]
    unsafe fn lead(&self, from: *const u8, len: usize) -> usize {
        let blank = &self.place.program.text.blank;
        let is_blank = |at: usize| {
            // SAFETY: a byte of the field.
            let from = unsafe { from.add(at) };
            // SAFETY: the same.
            blank[usize::from(unsafe { from.read() })]
        };
        (0..len).take_while(|&at| is_blank(at)).count()
    }
}

/// What is left of text without blanks. A function of its own: the loops over fields are the faster
/// without it.
#[inline(never)]
fn trimmed<'t>(tables: &TextTables, mut text: &'t [u8], trim: Trim) -> &'t [u8] {
    let blank = |byte: &u8| tables.blank[usize::from(*byte)];
    if trim.leading() {
        let lead = text.iter().take_while(|byte| blank(byte)).count();
        text = &text[lead..];
    }
    if trim.trailing() {
        let trail = text.iter().rev().take_while(|byte| blank(byte)).count();
        text = &text[..text.len() - trail];
    }
    text
}
