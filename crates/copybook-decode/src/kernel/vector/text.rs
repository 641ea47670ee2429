//! Text in a code page of one byte a character.

#![allow(
    unsafe_code,
    clippy::multiple_unsafe_ops_per_block,
    reason = "wide loads and stores on a record and output of checked size"
)]

use crate::decode::Trim;
use crate::decode::plan::{Program, TextTables};
use crate::decode::shape::TextShape;

use super::place::{SUSPECT, Vector};
use super::{Isa, Print};

/// Text printed whole or, if `TRIM`, without the spaces at its end, for which there is one byte.
#[derive(Clone, Copy)]
pub(super) struct Text<'s, const TRIM: bool>(pub(super) &'s TextShape);

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
    fn print<I: Isa>(self, vector: &mut Vector<'_, I>, table: I::Table<'_>, start: usize) {
        let (from, len) = (vector.from(start), self.0.len as usize);
        let space = self.0.space.unwrap_or_default();
        // SAFETY: the field and PAD bytes lie within the record; the output has room for six times
        // the field, and PAD bytes.
        match unsafe {
            vector
                .isa
                .translate::<TRIM>(table, space, from, vector.to(), len)
        } {
            Ok(kept) => vector.at += kept,
            Err(_) if TRIM => vector.odd(from, len, Trim::Right),
            Err(plain) => vector.special(from, len, plain),
        }
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
    fn print<I: Isa>(self, vector: &mut Vector<'_, I>, table: I::Table<'_>, start: usize) {
        let (mut from, mut len) = (vector.from(start), self.0.len as usize);
        let Some(space) = self.0.space else {
            return vector.odd(from, len, self.0.trim);
        };
        if self.0.trim == Trim::Both {
            let lead = vector.lead(from, len);
            (from, len) = (from.wrapping_add(lead), len - lead);
        }
        // SAFETY: as in [`Text`].
        match unsafe {
            vector
                .isa
                .translate::<true>(table, space, from, vector.to(), len)
        } {
            Ok(kept) => vector.at += kept,
            Err(_) => vector.odd(from, len, Trim::Right),
        }
    }
}

impl<I: Isa> Vector<'_, I> {
    /// Any text, trimmed byte by byte.
    #[inline(always)]
    fn odd(&mut self, from: *const u8, len: usize, trim: Trim) {
        let tables = &self.place.program.text;
        // SAFETY: the field lies within the record.
        let text = unsafe { std::slice::from_raw_parts(from, len) };
        let text = trimmed(tables, text, trim);
        let (from, len, table) = (text.as_ptr(), text.len(), self.isa.table(tables));
        // SAFETY: as in [`Text`].
        match unsafe { self.isa.translate::<false>(table, 0, from, self.to(), len) } {
            Ok(kept) => self.at += kept,
            Err(plain) => self.special(from, len, plain),
        }
    }

    /// Text with characters that are not ASCII, or escaped, or unassigned, of which `plain` bytes
    /// are printed but not counted.
    #[inline(always)]
    fn special(&mut self, from: *const u8, len: usize, plain: usize) {
        // SAFETY: as in [`Text`].
        let (printed, bad) =
            unsafe { special(&self.place.program.text, from, len, self.to(), plain) };
        self.at += printed;
        self.bad |= bad;
    }

    /// How many blanks a field starts with.
    #[inline(always)]
    fn lead(&self, from: *const u8, len: usize) -> usize {
        let blank = &self.place.program.text.blank;
        // SAFETY: bytes of the field.
        let is_blank = |at: usize| blank[usize::from(unsafe { from.add(at).read() })];
        (0..len).take_while(|&at| is_blank(at)).count()
    }

    /// Where the next byte is printed.
    #[inline(always)]
    fn to(&self) -> *mut u8 {
        // SAFETY: within the output, as long as no more is printed than `max_output` says.
        unsafe { self.place.out.add(self.at) }
    }
}

/// What is left of text without blanks. A function of its own, and so is [`special`]: the loops over
/// fields are the faster without them.
#[inline(never)]
fn trimmed<'t>(tables: &TextTables, mut text: &'t [u8], trim: Trim) -> &'t [u8] {
    let blank = |byte: &u8| tables.blank[usize::from(*byte)];
    if trim == Trim::Both {
        let lead = text.iter().take_while(|byte| blank(byte)).count();
        text = &text[lead..];
    }
    if trim != Trim::None {
        let trail = text.iter().rev().take_while(|byte| blank(byte)).count();
        text = &text[..text.len() - trail];
    }
    text
}

/// Prints text with characters that are not ASCII, or escaped, or unassigned, of which `plain` bytes
/// are printed. Returns how many bytes that makes, and [`SUSPECT`] if a byte is unassigned, one byte
/// at a time.
///
/// # Safety
/// `len` bytes may be read, and six times as many and 8 be written.
#[inline(never)]
unsafe fn special(
    tables: &TextTables,
    from: *const u8,
    len: usize,
    to: *mut u8,
    plain: usize,
) -> (usize, u64) {
    let (mut at, mut bad) = (plain, 0);
    for done in plain..len {
        // SAFETY: a byte of the field.
        let rendered = &tables.rendered[usize::from(unsafe { from.add(done).read() })];
        // SAFETY: a byte prints at most six, and eight are written.
        unsafe { to.add(at).cast::<[u8; 8]>().write_unaligned(*rendered) };
        at += usize::from(rendered[7]);
        bad |= if rendered[7] == 0 { SUSPECT } else { 0 };
    }
    (at, bad)
}
