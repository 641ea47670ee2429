//! Where batches come from: a stream, or bytes in memory that are not copied.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use crate::record::{Batch, Batches, Failure, FileFormat, Framing, Measure, Records};

/// Gives batches in the order of the file.
pub(super) trait Source {
    /// What the records of a batch lie in.
    type Bytes: AsRef<[u8]> + Default + Send + Capacity;

    /// Fills a batch, used or new; false at the end.
    fn fill(&mut self, batch: &mut Batch<Self::Bytes>) -> bool;

    /// Lines may be taken for lines of this length, if there are ends where these would have them:
    /// whoever decodes them finds out, and counts what it found on ([`Batch::shift`]).
    fn take_for_equal(&mut self, length: Option<usize>);
}

/// What records lie in.
pub(super) trait Capacity: Default {
    /// Bytes of memory that it holds for itself.
    fn capacity(&self) -> usize;
}

impl Capacity for Vec<u8> {
    fn capacity(&self) -> usize {
        self.capacity()
    }
}

impl Capacity for &[u8] {
    fn capacity(&self) -> usize {
        0
    }
}

impl Capacity for Cow<'_, [u8]> {
    fn capacity(&self) -> usize {
        match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(bytes) => bytes.capacity(),
        }
    }
}

impl<R: Read> Source for Batches<R> {
    type Bytes = Vec<u8>;

    fn fill(&mut self, batch: &mut Batch<Vec<u8>>) -> bool {
        Batches::fill(self, batch)
    }

    fn take_for_equal(&mut self, length: Option<usize>) {
        Batches::take_for_equal(self, length);
    }
}

/// A file in memory, up to the first record that lies in several pieces.
pub(super) struct Slice<'a> {
    format: FileFormat,
    data: &'a [u8],
    records: Records<'a>,
    target: usize,
    done: bool,
    /// The length that lines are taken to have.
    equal: Option<usize>,
    /// The next record lies in several pieces.
    in_segments: bool,
}

impl<'a> Slice<'a> {
    pub(super) fn new(format: &FileFormat, data: &'a [u8], target: usize) -> Slice<'a> {
        Slice {
            format: *format,
            data,
            records: format.records(data),
            target,
            done: false,
            equal: None,
            in_segments: false,
        }
    }
}

impl<'a> Slice<'a> {
    pub(super) fn measured(mut self, measure: Option<Arc<dyn Measure>>) -> Slice<'a> {
        self.records = self.records.measured(measure);
        self
    }

    /// Where the records of a batch lie in the file.
    fn lay_out(&self, batch: &mut Batch<&'a [u8]>, start: u64, end: u64) {
        batch.length = (end - start) as usize;
        let bytes = self.data.get(start as usize..end as usize);
        batch.bytes = bytes.unwrap_or_default();
    }
}

impl<'a> Source for Slice<'a> {
    type Bytes = &'a [u8];

    fn fill(&mut self, batch: &mut Batch<&'a [u8]>) -> bool {
        if self.done || self.in_segments {
            return false;
        }
        batch.failure = None;
        batch.pieces.clear();
        batch.seams.clear();
        batch.fixed = self.format.fixed_length();
        (batch.before, batch.offset) = self.records.position();
        let start = batch.offset;
        batch.found = 0;
        batch.equal = self
            .equal
            .and_then(|length| self.records.equal_lines(length, self.target));
        if batch.equal.is_some() {
            let (_, end) = self.records.position();
            self.lay_out(batch, start, end);
            return true;
        }
        let fixed = batch.fixed.map_or(0, |length| {
            self.records
                .skip_whole(length, self.target.div_ceil(length.get()))
        });
        let mut end = start + fixed as u64;
        while end - start < self.target as u64 {
            let left = self.target - (end - start) as usize;
            self.records.run(left, start, &mut batch.pieces);
            (_, end) = self.records.position();
            if end - start >= self.target as u64 {
                break;
            }
            let spanned = self.format.framing == Framing::Spanned;
            let here = spanned.then(|| self.records.clone());
            match (self.records.next(), here) {
                (Some(Ok(record)), Some(here)) if matches!(record.bytes, Cow::Owned(_)) => {
                    self.records = here;
                    self.in_segments = true;
                    break;
                }
                (Some(Ok(record)), _) => {
                    let at = (record.offset - start) as usize;
                    batch.pieces.push(at..at + record.bytes.len());
                    (_, end) = self.records.position();
                }
                (other, _) => {
                    self.done = true;
                    let error = match other {
                        Some(Err(error)) => Some(error),
                        _ => self.records.truncated().cloned(),
                    };
                    batch.failure = error.map(|error| Failure::of(error, self.format.truncated));
                    break;
                }
            }
        }
        self.lay_out(batch, start, end);
        batch.length > 0 || batch.failure.is_some()
    }

    fn take_for_equal(&mut self, length: Option<usize>) {
        self.equal = length;
    }
}

/// A file in memory whose records may be in segments: these have to be joined, in a copy, from the first
/// such record on. Records before it stay where they are.
pub(super) struct Segmented<'a> {
    whole: Slice<'a>,
    joined: Option<Batches<&'a [u8]>>,
}

impl<'a> Segmented<'a> {
    pub(super) fn new(format: &FileFormat, data: &'a [u8], target: usize) -> Segmented<'a> {
        Segmented {
            whole: Slice::new(format, data, target),
            joined: None,
        }
    }
}

impl<'a> Source for Segmented<'a> {
    type Bytes = Cow<'a, [u8]>;

    fn fill(&mut self, batch: &mut Batch<Cow<'a, [u8]>>) -> bool {
        if self.joined.is_none() {
            let (mut whole, _) = std::mem::take(batch).exchange(&[][..]);
            let filled = self.whole.fill(&mut whole);
            let bytes = Cow::Borrowed(whole.bytes);
            (*batch, _) = whole.exchange(bytes);
            if filled || !self.whole.in_segments {
                return filled;
            }
        }
        let Slice {
            format,
            data,
            records,
            target,
            ..
        } = &self.whole;
        let joined = self
            .joined
            .get_or_insert_with(|| Batches::after(records, *format, data, *target));
        let (mut several, bytes) = std::mem::take(batch).exchange(Vec::new());
        if let Cow::Owned(bytes) = bytes {
            several.bytes = bytes;
        }
        let filled = Batches::fill(joined, &mut several);
        let (owned, bytes) = several.exchange(Cow::default());
        *batch = owned;
        batch.bytes = Cow::Owned(bytes);
        filled
    }

    /// Records in segments are no lines.
    fn take_for_equal(&mut self, _length: Option<usize>) {}
}
