//! How many records are printed at once: those that are nothing but fields in fixed places are
//! printed as if they were elements of a table, which leaves the loop over the fields to itself.

#![allow(
    unsafe_code,
    reason = "machines write through pointers: what they require is handed on to the caller"
)]

use std::ops::Range;

use crate::program::plan::{Program, Run};

use super::steps::{self, Elements, Machine, State};
use super::{Batch, Places};

/// What records printed at once may print at most: that is reserved.
const OUTPUT: usize = 256 << 10;

pub(super) struct Rows<'a> {
    program: &'a Program,
    /// The fields of a record that is nothing but fields in fixed places, and the bytes it must have.
    plain: Option<(&'a Run, usize)>,
    batch: Batch<'a>,
    most: usize,
}

/// Records that are printed at once.
#[derive(Clone, Copy)]
pub(super) struct Alike {
    pub(super) count: usize,
    /// Where the first one starts, and its length.
    pub(super) start: usize,
    len: usize,
    /// Where the last one starts.
    pub(super) last: usize,
    /// From one to the next; none of a record that is printed step by step.
    stride: Option<usize>,
}

impl<'a> Rows<'a> {
    /// At most `most` at once.
    #[inline(always)]
    pub(super) fn new(program: &'a Program, batch: Batch<'a>, most: usize) -> Rows<'a> {
        Rows {
            program,
            plain: program.plain(),
            batch,
            most: (OUTPUT / program.max_output.max(1)).clamp(1, most),
        }
    }

    /// Those to print next, the first being the one with this index.
    #[inline(always)]
    pub(super) fn next(&self, index: usize) -> Alike {
        let places = self.batch.places;
        let (start, len) = places.at(index);
        let (count, stride) = match places {
            _ if !self.fits(len) => (1, None),
            Places::Fixed { stride, count, .. } => (self.most.min(count - index), Some(stride)),
            Places::Pieces(pieces) => {
                let (count, stride) = self.alike(&pieces[index..]);
                (count, Some(stride))
            }
        };
        Alike {
            count,
            start,
            len,
            last: places.at(index + count - 1).0,
            stride,
        }
    }

    /// How many of these, the first included, have its length and the same distance from one to the
    /// next; and that.
    #[inline(always)]
    fn alike(&self, pieces: &[Range<usize>]) -> (usize, usize) {
        let [first, second, ..] = pieces else {
            return (1, 0);
        };
        let Some(stride) = second.start.checked_sub(first.start) else {
            return (1, 0);
        };
        let mut start = first.start;
        let alike = pieces.iter().take(self.most).take_while(|piece| {
            let alike = piece.start == start && piece.len() == first.len();
            start = start.wrapping_add(stride);
            alike
        });
        (alike.count(), stride)
    }

    /// Whether a record of this length is nothing but the fields of a run, all of which it has.
    #[inline(always)]
    fn fits(&self, len: usize) -> bool {
        let lens = (len, self.batch.own);
        self.plain
            .is_some_and(|(_, need)| self.program.fits(need, lens))
    }

    /// Prints records. Those before the first that is suspect are what `machine` calls fine, unless
    /// there is only one.
    ///
    /// # Safety
    /// As [`steps::record`], for every one of them.
    #[inline(always)]
    pub(super) unsafe fn print<M: Machine>(
        &self,
        alike: Alike,
        state: &mut State,
        machine: &mut M,
    ) {
        match (self.plain, alike.stride) {
            (Some((run, _)), Some(stride)) => {
                let elements = Elements {
                    delta: 0,
                    stride: stride.cast_signed(),
                    count: alike.count,
                    close: self.program.closing,
                    records: true,
                };
                // SAFETY: the run lies within each record, which is as long as the program needs;
                // the room is the caller's.
                unsafe { machine.elements(run, elements) };
            }
            _ => {
                let lens = (alike.len, self.batch.own);
                // SAFETY: the caller's.
                unsafe { steps::record(self.program, state, machine, lens) };
            }
        }
    }
}
