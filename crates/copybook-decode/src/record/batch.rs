//! Runs of whole records, so that decoders work on much at a time.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::{EqualLines, FrameError, Record, Truncated};

/// Whole records that follow each other in a file.
#[derive(Debug, Default)]
pub(crate) struct Batch<B> {
    /// What the records lie in.
    pub bytes: B,
    /// Bytes of `bytes` that hold records.
    pub length: usize,
    /// Length of all records if they have one, and then follow each other without a gap.
    pub fixed: Option<NonZeroUsize>,
    /// Lines that are taken to be of one length, until one turns out to be several.
    pub equal: Option<EqualLines>,
    /// Records that they turned out to be more than they were taken for.
    pub found: u64,
    /// Otherwise where each record lies.
    pub pieces: Vec<Range<usize>>,
    /// Where the segments of records were moved together, in order.
    pub seams: Vec<Seam>,
    /// Records of the file before these.
    pub before: u64,
    /// Offset of `bytes` in the file.
    pub offset: u64,
    /// What comes behind these records, if it is not more records.
    pub failure: Option<Failure>,
}

/// From `at` on, up to the end of the record, bytes lay `moved` bytes behind where they are now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seam {
    at: usize,
    moved: usize,
}

/// Why there are no more records although the file should have some.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The bytes are no record.
    Frame(FrameError),
    /// The file ends within a record, and that is worth a warning.
    Truncated(FrameError),
    /// The bytes could not be read.
    Read(std::io::Error),
}

impl<B: AsRef<[u8]>> Batch<B> {
    /// Number of records.
    pub(crate) fn count(&self) -> usize {
        match (self.fixed, self.equal) {
            (Some(length), _) => self.length / length,
            (None, Some(lines)) => lines.count,
            (None, None) => self.pieces.len(),
        }
    }

    /// One of them, counted from 0.
    pub(crate) fn record(&self, index: usize) -> Record<'_> {
        let place = self.place(index);
        Record {
            number: self.before + index as u64 + 1,
            offset: self.offset + place.start as u64,
            bytes: Cow::Borrowed(&self.bytes.as_ref()[place]),
        }
    }

    /// Offset in the file of a byte of one of them.
    pub(crate) fn file_offset(&self, index: usize, byte: usize) -> u64 {
        let start = self.place(index).start;
        let at = start + byte;
        let before = &self.seams[..self.seams.partition_point(|seam| seam.at <= at)];
        let own = before.last().filter(|seam| seam.at >= start);
        self.offset + (at + own.map_or(0, |seam| seam.moved)) as u64
    }

    fn place(&self, index: usize) -> Range<usize> {
        match (self.fixed, self.equal) {
            (Some(length), _) => index * length.get()..(index + 1) * length.get(),
            (None, Some(lines)) => lines.place(index),
            (None, None) => self.pieces[index].clone(),
        }
    }

    /// Says that there were so many records more before these than were counted.
    pub(crate) fn shift(&mut self, more: u64) {
        self.before += more;
        if let Some(Failure::Frame(error) | Failure::Truncated(error)) = &mut self.failure {
            error.record += more;
        }
    }

    /// Cuts lines of one length as they are, where the one with this index is several lines and those
    /// before it are one each.
    pub(crate) fn cut_equal(&mut self, from: usize) {
        let Some(lines) = self.equal.take() else {
            return;
        };
        let start = lines.place(from).start;
        self.pieces
            .extend((0..from).map(|index| lines.place(index)));
        let rest = &self.bytes.as_ref()[start..self.length];
        lines.cut(rest, start, &mut self.pieces);
        self.found = (self.pieces.len() - lines.count) as u64;
    }
}

impl<B> Batch<B> {
    /// The same with other bytes, and its own.
    pub(crate) fn exchange<C>(self, bytes: C) -> (Batch<C>, B) {
        let batch = Batch {
            bytes,
            length: self.length,
            fixed: self.fixed,
            equal: self.equal,
            found: self.found,
            pieces: self.pieces,
            seams: self.seams,
            before: self.before,
            offset: self.offset,
            failure: self.failure,
        };
        (batch, self.bytes)
    }
}

impl Batch<Vec<u8>> {
    /// Moves the segments of a record together, behind the first. They lie in `bytes` from `base`
    /// on.
    pub(super) fn join(&mut self, base: usize, segments: &[Range<usize>]) {
        let Some((first, others)) = segments.split_first() else {
            return;
        };
        let mut at = base + first.end;
        for segment in others {
            let from = base + segment.start;
            self.bytes.copy_within(from..base + segment.end, at);
            self.seams.push(Seam {
                at,
                moved: from - at,
            });
            at += segment.len();
        }
    }
}

impl Failure {
    /// Truncation is what the format makes of it.
    pub(crate) fn of(error: FrameError, truncated: Truncated) -> Failure {
        if error.truncated && truncated == Truncated::Warn {
            Failure::Truncated(error)
        } else {
            Failure::Frame(error)
        }
    }
}
