//! Many records at once, where nothing is out of the ordinary: what is told apart here is told apart
//! by [`Cutter::cut`] in the same way, which says what is wrong with the rest.

use std::ops::Range;

use super::blocks::bdw_length;
use super::{Block, Cutter, Endian, Framing, LineEnd, WORD, length_in, word};

/// Records that are cut off the front of bytes.
struct Run<'a> {
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
        let mut run = Run {
            data,
            at: 0,
            most,
            base,
            pieces,
        };
        match self.framing {
            Framing::Rdw {
                header_included,
                endian,
            } => self.rdw_run(&mut run, header_included, endian),
            Framing::Blocked => self.block_run(&mut run),
            // A record in one piece has a word like that of a record that can't be spanned.
            Framing::Spanned if self.words.endian == Endian::Big => self.block_run(&mut run),
            Framing::Lines { end } => self.line_run(&mut run, end),
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

    fn line_run(&self, run: &mut Run<'_>, end: LineEnd) {
        let data = run.data;
        let byte = match (end, self.next_line) {
            (LineEnd::CrLf, _) => {
                for at in memchr::memmem::find_iter(data, end.bytes()) {
                    if !self.line_of(run, at, end.bytes().len()) {
                        break;
                    }
                }
                return;
            }
            // The first end of a line tells.
            (LineEnd::Auto, None) => return,
            (LineEnd::Auto, Some(next_line)) if next_line => b'\x15',
            (LineEnd::Nel, _) => b'\x15',
            (LineEnd::Auto | LineEnd::Lf, _) => b'\n',
        };
        let feeds = end == LineEnd::Auto && byte == b'\n';
        for at in memchr::memchr_iter(byte, data) {
            let fed = feeds && data[run.at..at].ends_with(b"\r");
            let (at, ends) = (at - usize::from(fed), 1 + usize::from(fed));
            if !self.line_of(run, at, ends) {
                break;
            }
        }
    }

    /// A line that ends at `end`; false if it, or the one behind it, is not for the run.
    fn line_of(&self, run: &mut Run<'_>, end: usize, ends: usize) -> bool {
        let length = end - run.at;
        length <= self.max_record && run.take(run.at, length, ends) && run.at < run.most
    }
}

impl Run<'_> {
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
