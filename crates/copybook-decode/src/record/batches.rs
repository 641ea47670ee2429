//! A stream as runs of whole records: the file is never in memory as a whole, and one run after the
//! other goes into the same buffers.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use super::error::Problem;
use super::{Batch, Cut, Cutter, Failure, FileFormat, Measure, Records};

/// Reads a stream as batches.
#[derive(Debug)]
pub(crate) struct Batches<R> {
    input: R,
    format: FileFormat,
    cutter: Cutter,
    /// Bytes that were read behind the last batch: the beginning of the next one.
    carry: Vec<u8>,
    /// Offset of `carry` in the file.
    offset: u64,
    /// Records so far.
    count: u64,
    /// Bytes of records that a batch should have.
    target: usize,
    /// Bytes of the header that lie before what is read.
    skipped: u64,
    /// The length that lines are taken to have.
    equal: Option<usize>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Records,
    Done,
}

impl<'a> Batches<&'a [u8]> {
    /// Goes on in a file in memory behind the records that were taken off it.
    pub(crate) fn after(
        records: &Records<'_>,
        format: FileFormat,
        data: &'a [u8],
        target: usize,
    ) -> Batches<&'a [u8]> {
        let (count, offset) = records.position();
        let rest = data.get(offset as usize..).unwrap_or_default();
        Batches {
            cutter: records.cutter(),
            offset,
            count,
            state: State::Records,
            ..Batches::new(format, rest, target)
        }
    }
}

impl<R: Read> Batches<R> {
    /// Has records measured by somebody, as [`Framing::Computed`](super::Framing::Computed) needs.
    pub(crate) fn measured(mut self, measure: Option<Arc<dyn Measure>>) -> Batches<R> {
        self.cutter.measure = measure;
        self
    }

    pub(crate) fn new(format: FileFormat, input: R, target: usize) -> Batches<R> {
        let cutter = Cutter::new(&format);
        let (carry, state) = (Vec::new(), State::Start);
        Batches {
            input,
            format,
            cutter,
            carry,
            offset: 0,
            count: 0,
            target,
            skipped: 0,
            equal: None,
            state,
        }
    }

    /// Says that so much of the header lies before what will be read.
    pub(crate) fn behind(mut self, skipped: u64) -> Batches<R> {
        self.skipped = skipped;
        self
    }

    /// Lines may be taken for lines of this length, if there are ends where these would have them:
    /// whoever decodes them finds out, and counts what it found on ([`Batch::shift`]).
    pub(crate) fn take_for_equal(&mut self, length: Option<usize>) {
        self.equal = length;
    }

    /// Fills `batch` with the next records; false if there are none and nothing failed.
    pub(crate) fn fill(&mut self, batch: &mut Batch<Vec<u8>>) -> bool {
        batch.failure = None;
        batch.length = 0;
        batch.pieces.clear();
        batch.seams.clear();
        batch.fixed = self.format.fixed_length();
        (batch.equal, batch.found) = (None, 0);
        batch.before = self.count;
        if self.state == State::Done {
            return false;
        }
        if self.state == State::Start {
            self.state = State::Records;
            batch.failure = self.skip_header().err();
            self.offset = self.format.header;
        }
        batch.offset = self.offset;
        if batch.failure.is_none() {
            self.fill_records(batch);
        }
        if batch.failure.is_some() {
            self.state = State::Done;
        }
        batch.length > 0 || batch.failure.is_some()
    }

    fn skip_header(&mut self) -> Result<(), Failure> {
        let left = self.format.header - self.skipped;
        let mut header = self.input.by_ref().take(left);
        let read = std::io::copy(&mut header, &mut std::io::sink()).map_err(Failure::Read)?;
        let skipped = self.skipped + read;
        if skipped < self.format.header {
            return Err(self.too_short(skipped));
        }
        Ok(())
    }

    fn too_short(&self, length: u64) -> Failure {
        Failure::Frame(Problem::too_short(&self.format, length).place(1, 0))
    }

    /// Reads until at least one record is complete or none can follow.
    fn fill_records(&mut self, batch: &mut Batch<Vec<u8>>) {
        // A footer longer than memory addresses ends in `too_short` like any other.
        let footer = usize::try_from(self.format.footer).unwrap_or(usize::MAX / 2);
        let mut wanted = self.target;
        let mut length = self.carry.len();
        if batch.bytes.len() < length {
            batch.bytes.resize(length, 0);
        }
        batch.bytes[..length].copy_from_slice(&self.carry);
        self.carry.clear();
        loop {
            let end = read_to(
                &mut self.input,
                &mut batch.bytes,
                &mut length,
                wanted + footer,
            );
            let last = matches!(end, Ok(true));
            let Some(usable) = length.checked_sub(footer) else {
                batch.failure = Some(match end {
                    Err(error) => Failure::Read(error),
                    Ok(_) => self.too_short(self.format.header + length as u64),
                });
                return;
            };
            let needed = match end {
                // More follows, so that what is left of these is cut with it.
                Ok(false) if self.take_equal(batch, usable) => Some(1),
                _ => self.cut_all(batch, usable, last),
            };
            if let Err(error) = end
                && batch.failure.is_none()
            {
                batch.failure = Some(Failure::Read(error));
            }
            match needed {
                Some(needed) if batch.length == 0 && batch.failure.is_none() => {
                    wanted = needed.max(wanted.saturating_mul(2));
                }
                Some(_) => {
                    self.carry
                        .extend_from_slice(&batch.bytes[batch.length..length]);
                    return;
                }
                None => {
                    self.state = State::Done;
                    return;
                }
            }
        }
    }

    /// Takes the first `usable` bytes for lines of one length, if so they are for the greater part.
    fn take_equal(&mut self, batch: &mut Batch<Vec<u8>>, usable: usize) -> bool {
        let data = &batch.bytes[..usable];
        let lines = self
            .equal
            .and_then(|length| self.cutter.equal_lines(data, usize::MAX, length));
        let Some(lines) = lines.filter(|lines| 2 * lines.count * lines.stride >= usable) else {
            return false;
        };
        batch.equal = Some(lines);
        batch.length = lines.count * lines.stride;
        self.count += lines.count as u64;
        self.offset += batch.length as u64;
        true
    }

    /// Cuts what is complete in the first `usable` bytes; the bytes that are needed for another
    /// record, or `None` if there is no other.
    fn cut_all(&mut self, batch: &mut Batch<Vec<u8>>, usable: usize, last: bool) -> Option<usize> {
        if let Some(length) = batch.fixed {
            let records = usable / length;
            batch.length = records * length.get();
            self.count += records as u64;
        }
        let needed = loop {
            let before = batch.pieces.len();
            let rest = &batch.bytes[batch.length..usable];
            batch.length += self
                .cutter
                .run(rest, usize::MAX, batch.length, &mut batch.pieces);
            self.count += (batch.pieces.len() - before) as u64;
            match self.cutter.cut(&batch.bytes[batch.length..usable], last) {
                Cut::Record(piece) => {
                    batch
                        .pieces
                        .push(batch.length + piece.start..batch.length + piece.end);
                    batch.join(batch.length, self.cutter.segments());
                    batch.length += piece.next;
                    self.count += 1;
                }
                Cut::More(needed) => break Some(needed),
                Cut::End => break None,
                Cut::Invalid(problem) => {
                    let place = self.offset + batch.length as u64;
                    let error = problem.place(self.count + 1, place);
                    batch.failure = Some(Failure::of(error, self.format.truncated));
                    break None;
                }
            }
        };
        self.offset += batch.length as u64;
        needed
    }
}

/// Reads until `length` bytes of the buffer are `wanted`; true at the end of the input. The buffer
/// keeps its size between calls, so that its bytes are initialised once.
fn read_to(
    input: &mut impl Read,
    buffer: &mut Vec<u8>,
    length: &mut usize,
    wanted: usize,
) -> std::io::Result<bool> {
    while *length < wanted {
        if buffer.len() < wanted {
            // Towards the wanted size as the data comes in, so that a wrong size costs no memory.
            let size = wanted
                .min((*length).max(GROWTH).saturating_mul(2))
                .max(buffer.len());
            buffer.resize(size, 0);
        }
        let end = wanted.min(buffer.len());
        match input.read(&mut buffer[*length..end]) {
            Ok(0) => return Ok(true),
            Ok(count) => *length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Size from which a buffer grows by doubling.
const GROWTH: usize = 1 << 17;
