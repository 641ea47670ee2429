//! Lines of one length, told by their ends alone: these are looked for where they should be. That
//! nothing else ends a line is for those to prove who look at every byte anyway.

use std::ops::Range;

use super::run::{Run, line_run};
use super::{Cutter, Framing, LineEnd};

/// Fewer are not worth a batch of their own.
const LEAST: usize = 16;

/// Neighbours that are lines of one length, each with its end, unless one of them is several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EqualLines {
    /// Bytes of each, without what ends it.
    pub length: usize,
    /// Bytes from one to the next.
    pub stride: usize,
    pub count: usize,
    /// What ends each; [`LineEnd::Auto`] is a line feed with or without X'0D' before it.
    end: LineEnd,
}

impl EqualLines {
    /// A byte that is in whatever ends a line.
    pub(crate) fn mark(&self) -> u8 {
        mark(self.end)
    }

    /// Where one of them lies, counted from 0.
    pub(crate) fn place(&self, index: usize) -> Range<usize> {
        let start = index * self.stride;
        start..start + self.length
    }

    /// Whether nothing in these bytes, which are one of them, ends a line.
    pub(crate) fn is_one(&self, line: &[u8]) -> bool {
        match self.end {
            LineEnd::CrLf => memchr::memmem::find(line, self.end.bytes()).is_none(),
            _ => memchr::memchr(self.mark(), line).is_none(),
        }
    }

    /// Where the lines really lie in `data`, which ends with one of them; as [`Cutter::run`] says.
    pub(crate) fn cut(&self, data: &[u8], base: usize, pieces: &mut Vec<Range<usize>>) {
        let mut run = Run::new(data, usize::MAX, base, pieces);
        line_run(&mut run, self.end, self.length);
    }
}

impl Cutter {
    /// Takes `data` for lines of this length, up to `most` bytes or a little more, as long as there is
    /// an end behind each.
    pub(crate) fn equal_lines(
        &mut self,
        data: &[u8],
        most: usize,
        length: usize,
    ) -> Option<EqualLines> {
        let Framing::Lines { end } = self.framing else {
            return None;
        };
        if length == 0 || length > self.max_record {
            return None;
        }
        let end = self.told_by(end, data)?;
        let ends = match end {
            LineEnd::CrLf => 2,
            LineEnd::Auto if data.get(length) == Some(&b'\r') => 2,
            LineEnd::Lf | LineEnd::Nel | LineEnd::Auto => 1,
        };
        let stride = length + ends;
        let ended = |line: &&[u8]| {
            let (line, behind) = line.split_at(length);
            match end {
                LineEnd::Auto if ends == 2 => behind == b"\r\n",
                LineEnd::Auto => behind == b"\n" && !line.ends_with(b"\r"),
                _ => behind == end.bytes(),
            }
        };
        let lines = data.chunks_exact(stride).take(most.div_ceil(stride));
        let count = lines.take_while(ended).count();
        (count >= LEAST).then_some(EqualLines {
            length,
            stride,
            count,
            end,
        })
    }

    /// What ends lines, once that is known; [`LineEnd::Auto`] is then a line feed with or without X'0D'
    /// before it.
    pub(super) fn told(&self, end: LineEnd) -> Option<LineEnd> {
        match (end, self.next_line) {
            (LineEnd::Auto, None) => None,
            (LineEnd::Auto, Some(true)) => Some(LineEnd::Nel),
            (end, _) => Some(end),
        }
    }

    /// The same, where the first end of a line in `data` may tell.
    pub(super) fn told_by(&mut self, end: LineEnd, data: &[u8]) -> Option<LineEnd> {
        if end == LineEnd::Auto && self.next_line.is_none() {
            let first = memchr::memchr2(b'\n', b'\x15', data)?;
            self.next_line = Some(data[first] == b'\x15');
        }
        self.told(end)
    }
}

/// A byte that is in whatever ends a line.
pub(crate) fn mark(end: LineEnd) -> u8 {
    match end {
        LineEnd::Nel => b'\x15',
        LineEnd::Lf | LineEnd::CrLf | LineEnd::Auto => b'\n',
    }
}
