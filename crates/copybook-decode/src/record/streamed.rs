//! Records of a stream, one at a time.

use std::io::Read;

use super::{Batch, Batches, Failure, FileFormat, FrameError, Record};

/// Bytes that are read at a time.
const BATCH: usize = 1 << 17;

/// Reads records from a stream of any length; memory is bounded by the greatest record.
///
/// It gives the bytes of records without decoding them.
///
/// ```
/// use copybook_decode::record::{FileFormat, Framing, LineEnd, RecordReader};
///
/// let format = FileFormat::new(Framing::Lines { end: LineEnd::Lf });
/// let mut reader = RecordReader::new(format, &b"one\ntwo\n"[..]);
/// let mut lengths = Vec::new();
/// while let Some(record) = reader.next_record() {
///     lengths.push(record?.bytes.len());
/// }
/// assert_eq!(lengths, [3, 3]);
/// # Ok::<(), copybook_decode::record::ReadError>(())
/// ```
#[derive(Debug)]
pub struct RecordReader<R> {
    batches: Batches<R>,
    batch: Batch<Vec<u8>>,
    /// Records of the batch that were given out.
    given: usize,
    truncated: Option<FrameError>,
}

/// Why the next record could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes cannot be cut into records.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The bytes could not be read.
    #[error("cannot read the records")]
    Read(#[source] std::io::Error),
}

impl<R: Read> RecordReader<R> {
    /// Starts at the first byte of a file.
    pub fn new(format: FileFormat, input: R) -> RecordReader<R> {
        RecordReader::with_capacity(BATCH, format, input)
    }

    /// Reads `capacity` bytes at a time instead of 128 KiB; more where a record is longer.
    pub fn with_capacity(capacity: usize, format: FileFormat, input: R) -> RecordReader<R> {
        let batches = Batches::new(format, input, capacity);
        RecordReader {
            batches,
            batch: Batch::default(),
            given: 0,
            truncated: None,
        }
    }

    /// The next record; nothing comes behind an error.
    pub fn next_record(&mut self) -> Option<Result<Record<'_>, ReadError>> {
        while self.given == self.batch.count() {
            match self.batch.failure.take() {
                Some(Failure::Frame(error)) => return Some(Err(ReadError::Frame(error))),
                Some(Failure::Read(error)) => return Some(Err(ReadError::Read(error))),
                Some(Failure::Truncated(error)) => self.truncated = Some(error),
                None => {}
            }
            self.given = 0;
            if !self.batches.fill(&mut self.batch) {
                return None;
            }
        }
        self.given += 1;
        Some(Ok(self.batch.record(self.given - 1)))
    }

    /// After the last record: the truncated record that was left out.
    #[must_use]
    pub fn truncated(&self) -> Option<&FrameError> {
        self.truncated.as_ref()
    }
}
