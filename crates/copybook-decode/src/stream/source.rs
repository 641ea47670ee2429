//! Where batches come from: a stream, or bytes in memory that are not copied.

use std::io::Read;
use std::sync::Arc;

use crate::record::{Batch, Batches, Failure, FileFormat, Framing, Measure, Records};

/// Gives batches in the order of the file.
pub(super) trait Source {
    /// What the records of a batch lie in.
    type Bytes: AsRef<[u8]> + Default + Send;

    /// Fills a batch, used or new; false at the end.
    fn fill(&mut self, batch: &mut Batch<Self::Bytes>) -> bool;
}

impl<R: Read> Source for Batches<R> {
    type Bytes = Vec<u8>;

    fn fill(&mut self, batch: &mut Batch<Vec<u8>>) -> bool {
        Batches::fill(self, batch)
    }
}

/// A file in memory whose records each lie in one piece: not [`Framing::Spanned`].
pub(super) struct Slice<'a> {
    format: FileFormat,
    data: &'a [u8],
    records: Records<'a>,
    target: usize,
    done: bool,
}

impl<'a> Slice<'a> {
    pub(super) fn new(format: &FileFormat, data: &'a [u8], target: usize) -> Slice<'a> {
        debug_assert_ne!(format.framing, Framing::Spanned, "segments are not joined");
        Slice {
            format: *format,
            data,
            records: format.records(data),
            target,
            done: false,
        }
    }
}

impl<'a> Slice<'a> {
    pub(super) fn measured(mut self, measure: Option<Arc<dyn Measure>>) -> Slice<'a> {
        self.records = self.records.measured(measure);
        self
    }
}

impl<'a> Source for Slice<'a> {
    type Bytes = &'a [u8];

    fn fill(&mut self, batch: &mut Batch<&'a [u8]>) -> bool {
        if self.done {
            return false;
        }
        batch.failure = None;
        batch.pieces.clear();
        batch.fixed = self.format.fixed_length();
        (batch.before, batch.offset) = self.records.position();
        let start = batch.offset;
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
            match self.records.next() {
                Some(Ok(record)) => {
                    let at = (record.offset - start) as usize;
                    batch.pieces.push(at..at + record.bytes.len());
                    (_, end) = self.records.position();
                }
                other => {
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
        batch.length = (end - start) as usize;
        batch.bytes = self
            .data
            .get(start as usize..end as usize)
            .unwrap_or_default();
        batch.length > 0 || batch.failure.is_some()
    }
}
