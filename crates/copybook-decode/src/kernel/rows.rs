//! How many records are printed at once: those that are nothing but fields in fixed places are
//! printed as if they were elements of a table, which leaves the loop over the fields to itself.

#![allow(
    unsafe_code,
    reason = "machines write through pointers: what they require is handed on to the caller"
)]

use crate::program::plan::{Program, Run};

use super::steps::{self, Elements, Machine, State};
use super::{Batch, Places};

/// What records printed at once may print at most: that is reserved.
const OUTPUT: usize = 256 << 10;

pub(super) struct Rows<'a> {
    program: &'a Program,
    /// The fields of a record, and the bytes from one record to the next.
    plain: Option<(&'a Run, usize)>,
    most: usize,
    own: usize,
    /// How many were fine since one was suspect.
    streak: usize,
}

impl<'a> Rows<'a> {
    /// At most `most` at once.
    #[inline(always)]
    pub(super) fn new(program: &'a Program, batch: Batch<'_>, most: usize) -> Rows<'a> {
        let plain = match (program.plain(), batch.places) {
            (Some((run, need)), Places::Fixed(length, _))
                if (need..=program.max_record).contains(&length) =>
            {
                Some((run, length))
            }
            _ => None,
        };
        let within = (OUTPUT / program.max_output.max(1)).clamp(1, most);
        Rows {
            program,
            plain,
            most: if plain.is_some() { within } else { 1 },
            own: batch.own,
            streak: 0,
        }
    }

    /// How many of those left are next: the more the longer all was fine, since with a suspect one
    /// the others are printed for nothing.
    #[inline(always)]
    pub(super) fn next(&self, left: usize) -> usize {
        (self.streak / 4).clamp(1, self.most).min(left)
    }

    /// Prints so many records, the first of which has `len` bytes.
    ///
    /// # Safety
    /// As [`steps::record`], for every one of them; there are no more than [`Rows::next`] said.
    #[inline(always)]
    pub(super) unsafe fn print<M: Machine>(
        &self,
        rows: usize,
        len: usize,
        state: &mut State,
        machine: &mut M,
    ) {
        match self.plain {
            Some((run, length)) => {
                let elements = Elements {
                    delta: 0,
                    stride: length.cast_signed(),
                    count: rows,
                    close: self.program.closing,
                };
                // SAFETY: the run lies within each record, which is as long as the program needs;
                // the room is the caller's.
                unsafe { machine.elements(run, elements) };
            }
            // SAFETY: the caller's.
            None => unsafe { steps::record(self.program, state, machine, (len, self.own)) },
        }
    }

    /// All of them were fine.
    #[inline(always)]
    pub(super) fn fine(&mut self, rows: usize) {
        self.streak += rows;
    }

    /// One of them was suspect. Whether it is known which one: then it was alone.
    #[inline(always)]
    pub(super) fn suspect(&mut self, rows: usize) -> bool {
        self.streak = 0;
        rows == 1
    }
}
