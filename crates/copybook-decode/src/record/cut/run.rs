//! Many records at once, where nothing is out of the ordinary: what is told apart here is told apart
//! by [`Cutter::cut`] in the same way, which says what is wrong with the rest.

use std::ops::Range;

use super::blocks::bdw_length;
use super::equal::mark;
use super::{Block, Cutter, Endian, Framing, LineEnd, WORD, length_in, word};

/// Records that are cut off the front of bytes.
pub(super) struct Run<'a> {
    data: &'a [u8],
    /// Bytes that are behind.
    at: usize,
    most: usize,
    /// Where `data` lies in what the pieces are counted from.
    base: usize,
    pieces: &'a mut Vec<Range<usize>>,
}

impl Cutter {
    /// Cuts whole records off the front of `data`, until they and what is around them take `most`
    /// bytes or more, or until one asks for a closer look. Appends where they lie, `base` bytes
    /// behind their places in `data`. Returns the bytes that they take.
    pub(crate) fn run(
        &mut self,
        data: &[u8],
        most: usize,
        base: usize,
        pieces: &mut Vec<Range<usize>>,
    ) -> usize {
        let mut run = Run::new(data, most, base, pieces);
        match self.framing {
            Framing::Rdw {
                header_included,
                endian,
            } => self.rdw_run(&mut run, header_included, endian),
            Framing::Blocked => self.block_run(&mut run),
            // A record in one piece has a word like that of a record that can't be spanned.
            Framing::Spanned if self.words.endian == Endian::Big => self.block_run(&mut run),
            // Unless the first end of a line is still to tell.
            Framing::Lines { end } => {
                if let Some(end) = self.told(end) {
                    line_run(&mut run, end, self.max_record);
                }
            }
            Framing::Fixed { .. }
            | Framing::Spanned
            | Framing::Computed
            | Framing::LengthField { .. } => {}
        }
        run.at
    }

    fn rdw_run(&self, run: &mut Run<'_>, header_included: bool, endian: Endian) {
        let least = if header_included { WORD } else { 0 };
        while let Some(first) = run.word() {
            let length = length_in(first, endian).and_then(|length| length.checked_sub(least));
            let Some(payload) = length.filter(|&payload| payload <= self.max_record) else {
                break;
            };
            // Where the next word is does not depend on reading this one, as long as it is the same.
            while run.word() == Some(first) {
                if !run.take(run.at + WORD, payload, 0) {
                    return;
                }
            }
        }
    }

    fn block_run(&mut self, run: &mut Run<'_>) {
        let (uncounted, endian) = (self.uncounted(), self.words.endian);
        while let Some(here) = run.word() {
            let (mut at, mut block) = (run.at, self.block);
            if block.left == 0 {
                let Ok(left) = bdw_length(here, self.words) else {
                    break;
                };
                let number = block.number + 1;
                block = Block { left, number };
                at += WORD;
            }
            let Some(first) = word(run.data, at) else {
                break;
            };
            let length = length_in(first, endian).map(|counted| counted + uncounted);
            let Some(length) = length.filter(|length| (WORD..=block.left).contains(length)) else {
                break;
            };
            if length - WORD > self.max_record || !run.take(at + WORD, length - WORD, 0) {
                break;
            }
            block = block.less(length);
            // As above.
            while block.left >= length
                && run.word() == Some(first)
                && run.take(run.at + WORD, length - WORD, 0)
            {
                block = block.less(length);
            }
            self.block = block;
        }
    }
}

/// Lines of at most `max` bytes that end in a known way: [`LineEnd::Auto`] is a line feed with or
/// without X'0D' before it.
pub(super) fn line_run(run: &mut Run<'_>, end: LineEnd, max: usize) {
    let data = run.data;
    if end == LineEnd::CrLf {
        for at in memchr::memmem::find_iter(data, end.bytes()) {
            if !line_of(run, at, end.bytes().len(), max) {
                break;
            }
        }
        return;
    }
    for at in memchr::memchr_iter(mark(end), data) {
        let fed = end == LineEnd::Auto && data[run.at..at].ends_with(b"\r");
        let (at, ends) = (at - usize::from(fed), 1 + usize::from(fed));
        if !line_of(run, at, ends, max) {
            break;
        }
    }
}

/// A line that ends at `end`; false if it, or the one behind it, is not for the run.
fn line_of(run: &mut Run<'_>, end: usize, ends: usize, max: usize) -> bool {
    let length = end - run.at;
    length <= max && run.take(run.at, length, ends) && run.at < run.most
}

impl<'a> Run<'a> {
    pub(super) fn new(
        data: &'a [u8],
        most: usize,
        base: usize,
        pieces: &'a mut Vec<Range<usize>>,
    ) -> Run<'a> {
        Run {
            data,
            at: 0,
            most,
            base,
            pieces,
        }
    }

    /// The word that is next, unless enough was taken.
    #[inline(always)]
    fn word(&self) -> Option<[u8; WORD]> {
        let more = self.at < self.most;
        word(self.data, self.at).filter(|_| more)
    }

    /// Takes a record with so many bytes behind it, if all are there.
    #[inline(always)]
    fn take(&mut self, start: usize, length: usize, behind: usize) -> bool {
        let end = start + length;
        let there = end + behind <= self.data.len();
        if there {
            self.pieces.push(self.base + start..self.base + end);
            self.at = end + behind;
        }
        there
    }
}
