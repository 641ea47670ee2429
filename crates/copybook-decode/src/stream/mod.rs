//! Whole files of any length: records in, JSON Lines out, in order, on as many threads as wanted.
//!
//! ```text
//! each thread:  take the next batch of records        (one thread at a time)
//!               decode it                             (all at once)
//!               park it; whoever finds the batch that is due, and nobody
//!               handing on, hands on all that are due (one thread at a time)
//! ```
//!
//! A batch may run ahead of the one that is due by a fixed number only, and its buffers go round,
//! so memory does not depend on the length of the input. Nor does it depend on how much a short input
//! prints: a batch that is not due is decoded up to 2 MiB of lines, and the rest when it is due. Where
//! many threads, or records that print much, would hold more than 40 MiB together, batches are smaller
//! or fewer threads have to do. What is handed on, the report and the error are those of one thread: a
//! batch that ends in an error is decoded once more, with the totals so far, when it is due.

mod columns;
mod error;
mod ordered;
mod part;
mod share;
mod source;

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::num::NonZeroUsize;

use crate::decode::{Decoder, Report};
use crate::record::{Batches, FileFormat, Framing};

pub use error::{Cause, StreamError};
use part::BatchDecoder;
use share::{Share, Sizes};
use source::{Segmented, Slice};

/// Decodes a stream of records and writes one line a record.
///
/// Every write is a run of whole lines. With one thread, everything happens on the calling one.
///
/// # Errors
/// The first error in the order of the records: an invalid field (as the policy of the decoder's
/// options says), bytes that are no record, input that cannot be read, output that cannot be
/// written. All lines before it have been written, whatever the number of threads.
pub fn decode_stream(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    input: impl Read + Send,
    output: impl Write + Send,
) -> Result<Report, StreamError> {
    streamed(decoder, format, threads, (input, 0), output)
}

/// Decodes an open file from where it stands, as [`decode_stream`] does, but moves over the header
/// instead of reading it where that is possible.
///
/// # Errors
/// As [`decode_stream`].
pub fn decode_file(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    mut file: File,
    output: impl Write + Send,
) -> Result<Report, StreamError> {
    // What can't be moved over, a pipe, is read.
    let skipped = move_over(&mut file, format.header).unwrap_or(0);
    streamed(decoder, format, threads, (file, skipped), output)
}

/// How many records of a file in memory the kernel leaves to the reader when the file is decoded:
/// see [`Decoder::kernel`]. All of them, if no kernel runs.
#[must_use]
pub fn left_to_reader(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> u64 {
    let batches = BatchDecoder::new(decoder, format, Sizes::WHOLE);
    let records = decoder.records(format, data).filter_map(Result::ok);
    let left = records.filter(|record| batches.suspects(format, &record.bytes));
    left.count() as u64
}

/// How many of these bytes were moved over: no more than the file has.
fn move_over(file: &mut File, header: u64) -> io::Result<u64> {
    let facts = file.metadata()?;
    if header == 0 || !facts.is_file() {
        return Ok(0);
    }
    let here = file.stream_position()?;
    let skipped = header.min(facts.len().saturating_sub(here));
    file.seek(SeekFrom::Start(here + skipped))?;
    Ok(skipped)
}

/// An input of which so many bytes of the header are behind already.
fn streamed(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    (input, skipped): (impl Read + Send, u64),
    mut output: impl Write + Send,
) -> Result<Report, StreamError> {
    let share = Share::of(decoder, threads);
    let source = Batches::new(*format, input, share.sizes.batch).behind(skipped);
    let source = source.measured(decoder.measure_of(format));
    ordered::run(decoder, format, share, source, |lines| {
        output.write_all(lines)
    })
}

/// Decodes a file in memory, or mapped into it, and writes one line a record, as [`decode_stream`]
/// does. Nothing is copied on the way but records in segments, which have to be joined, and what lies
/// behind the first of them.
///
/// # Errors
/// As [`decode_stream`], except reading.
pub fn decode_slice(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    data: &[u8],
    mut output: impl Write + Send,
) -> Result<Report, StreamError> {
    in_memory(decoder, format, threads, data, |lines| {
        output.write_all(lines)
    })
}

/// Decodes a file in memory and hands the lines on, a run of whole lines at a time.
///
/// # Errors
/// As [`decode_stream`], except reading and writing.
pub fn decode_blocks(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    data: &[u8],
    mut sink: impl FnMut(&[u8]) + Send,
) -> Result<Report, StreamError> {
    in_memory(decoder, format, threads, data, |lines| {
        sink(lines);
        Ok(())
    })
}

/// Every way to decode a file in memory goes through here.
fn in_memory(
    decoder: &Decoder,
    format: &FileFormat,
    threads: NonZeroUsize,
    data: &[u8],
    sink: impl FnMut(&[u8]) -> io::Result<()> + Send,
) -> Result<Report, StreamError> {
    let share = Share::of(decoder, threads);
    let batch = share.sizes.batch;
    if format.framing == Framing::Spanned {
        let source = Segmented::new(format, data, batch);
        return ordered::run(decoder, format, share, source, sink);
    }
    let source = Slice::new(format, data, batch).measured(decoder.measure_of(format));
    ordered::run(decoder, format, share, source, sink)
}
