//! One batch and what became of it.

use std::num::NonZeroUsize;
use std::ops::Range;

use crate::decode::{DecodeError, Decoder, OnError, Report, ShortRecords};
use crate::record::{Batch, FileFormat, Framing};

use super::columns::Columns;
use super::share::Sizes;
use super::source::Capacity;

/// A batch with its output.
#[derive(Debug)]
pub(super) struct Part<B> {
    pub batch: Batch<B>,
    /// Bytes of memory that its records took when they were taken.
    pub taken: usize,
    pub lines: Vec<u8>,
    /// Totals of this batch alone.
    pub report: Report,
    pub outcome: Result<(), DecodeError>,
    /// Records that are decoded so far: the lines of the others would take too much memory while
    /// they wait.
    pub done: usize,
}

impl<B: Capacity> Part<B> {
    /// Bytes of memory that its records and their places take.
    pub(super) fn records(&self) -> usize {
        let pieces = self.batch.pieces.capacity() * size_of::<Range<usize>>();
        self.batch.bytes.capacity() + pieces
    }

    /// Gives back what is far more than most batches need.
    pub(super) fn shrink(&mut self, sizes: Sizes) {
        if self.records() > 4 * sizes.batch {
            self.batch = Batch::default();
        }
        if self.lines.capacity() > 2 * sizes.waiting {
            self.lines = Vec::new();
        }
    }
}

impl<B: Default> Default for Part<B> {
    fn default() -> Self {
        Part {
            batch: Batch::default(),
            taken: 0,
            lines: Vec::new(),
            report: Report::default(),
            outcome: Ok(()),
            done: 0,
        }
    }
}

/// Decodes batches of one file.
#[derive(Debug)]
pub(super) struct BatchDecoder<'a> {
    decoder: &'a Decoder,
    /// Length and filler of lines that lack their trailing spaces.
    pad: Option<(usize, u8)>,
    /// The length that every record has if the decoder takes them back to back.
    back_to_back: Option<NonZeroUsize>,
    /// Records that may be left out of the whole file.
    limit: Option<u64>,
    /// Records that are decoded in one go.
    at_once: usize,
    /// Bytes of lines behind which the rest of a batch waits until these are handed on.
    waiting: usize,
    /// What is printed before the record itself, if anything.
    columns: Option<Columns>,
    framing: Framing,
}

impl<'a> BatchDecoder<'a> {
    pub(super) fn new(decoder: &'a Decoder, format: &FileFormat, sizes: Sizes) -> BatchDecoder<'a> {
        let options = decoder.options();
        let columns = Columns::new(decoder);
        let at_once = match &columns {
            // Nothing is gained by more, and a name may be longer than the record.
            Some(_) => 1,
            None => sizes.at_once / decoder.max_output().max(1),
        };
        let length = decoder.record_length().max;
        let is_text = matches!(format.framing, Framing::Lines { .. });
        BatchDecoder {
            decoder,
            pad: options
                .code_page
                .byte(' ')
                .filter(|_| is_text && options.short_records == ShortRecords::Error)
                .map(|space| (length, space)),
            back_to_back: format.fixed_length().filter(|fixed| fixed.get() == length),
            limit: match options.on_error {
                OnError::Skip { limit } => Some(limit),
                OnError::Stop | OnError::Null => None,
            },
            at_once: at_once.max(1),
            waiting: sizes.waiting,
            columns,
            framing: format.framing,
        }
    }

    /// The length that lines may be taken to have, since decoding them proves whether they have: see
    /// [`Decoder::decode_equal`].
    pub(super) fn equal_lines(&self) -> Option<usize> {
        let Framing::Lines { end } = self.framing else {
            return None;
        };
        let proves = self.columns.is_none() && self.decoder.proves_lines(end);
        proves.then(|| self.decoder.record_length().max)
    }

    /// Decodes the batch on its own, or as much of it as may wait.
    pub(super) fn decode<B: AsRef<[u8]>>(&self, part: &mut Part<B>) {
        let mut report = Report::default();
        part.outcome = self.begin(part, &mut report);
        part.report = report;
    }

    /// Adds what became of the batch that is due to the totals; there were `found` records more before
    /// it than were counted. What would have ended a single thread, an error or one record too many
    /// left out, only the totals can tell, and an error's number may be another one now: such a batch
    /// is decoded once more.
    pub(super) fn settle<B: AsRef<[u8]>>(
        &self,
        part: &mut Part<B>,
        found: u64,
        totals: &mut Report,
    ) -> Result<(), DecodeError> {
        part.batch.shift(found);
        let numbered = found == 0 || part.report.first_error.is_none();
        let skipped = totals.skipped.saturating_add(part.report.skipped);
        if part.outcome.is_ok() && numbered && self.limit.is_none_or(|limit| skipped <= limit) {
            totals.merge(&part.report);
            return Ok(());
        }
        self.begin(part, totals)
    }

    /// Decodes the first records of a batch.
    pub(super) fn begin<B: AsRef<[u8]>>(
        &self,
        part: &mut Part<B>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        part.done = 0;
        self.go_on(part, report)
    }

    /// Decodes the next records of a batch, whose lines take the place of those before.
    pub(super) fn go_on<B: AsRef<[u8]>>(
        &self,
        part: &mut Part<B>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        part.lines.clear();
        while part.done < part.batch.count() && part.lines.len() <= self.waiting {
            let end = part.batch.count();
            let end = end.min(part.done.saturating_add(self.at_once));
            part.done += self.append(&part.batch, part.done..end, &mut part.lines, report)?;
            if part.done < end {
                part.batch.cut_equal(part.done);
            }
        }
        Ok(())
    }

    /// Decodes these records of a batch; record numbers and positions of errors are those in the
    /// file. Returns how many there were before one that is several lines.
    fn append<B: AsRef<[u8]>>(
        &self,
        batch: &Batch<B>,
        these: Range<usize>,
        lines: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<usize, DecodeError> {
        let before = report.records;
        let had_error = report.first_error.is_some();
        let first = these.start;
        let outcome = match batch.equal {
            Some(equal) => {
                let bytes = batch.bytes.as_ref();
                self.decoder
                    .decode_equal(bytes, &equal, these, lines, report)
            }
            None => {
                let count = these.len();
                let outcome = self.records(batch, these, lines, report);
                outcome.map(|()| count)
            }
        };
        let placed = |mut error: DecodeError| {
            let index = usize::try_from(error.record - before - 1).unwrap_or(usize::MAX);
            let index = index.saturating_add(first);
            error.record = batch.record(index).number;
            error.absolute = Some(batch.file_offset(index, error.offset));
            error
        };
        if !had_error {
            report.first_error = report.first_error.take().map(placed);
        }
        outcome.map_err(placed)
    }

    fn records<B: AsRef<[u8]>>(
        &self,
        batch: &Batch<B>,
        these: Range<usize>,
        lines: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        if let Some(columns) = &self.columns {
            return these
                .into_iter()
                .try_for_each(|index| self.with_columns(columns, batch, index, lines, report));
        }
        if let Some(length) = self.back_to_back {
            let bytes = &batch.bytes.as_ref()[..batch.length];
            let these = these.start * length.get()..these.end * length.get();
            return self.decoder.decode_fixed(&bytes[these], lines, report);
        }
        if batch.fixed.is_some() {
            // What is behind tables that are not full fills the record up.
            return these.into_iter().try_for_each(|index| {
                let record = &batch.record(index).bytes;
                self.decoder.decode_own(record, 0, lines, report)
            });
        }
        let bytes = batch.bytes.as_ref();
        let mut pieces = &batch.pieces[these];
        loop {
            let (complete, rest) = pieces.split_at(self.complete(pieces));
            self.decoder.decode_pieces(bytes, complete, lines, report)?;
            let Some((short, rest)) = rest.split_first() else {
                return Ok(());
            };
            self.padded(&bytes[short.clone()], lines, report)?;
            pieces = rest;
        }
    }

    /// Decodes a record with what is printed before it.
    fn with_columns<B: AsRef<[u8]>>(
        &self,
        columns: &Columns,
        batch: &Batch<B>,
        index: usize,
        lines: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let start = lines.len();
        let record = batch.record(index);
        let written = columns.write(self.decoder, &record, lines, report);
        if !matches!(written, Ok(true)) {
            lines.truncate(start);
            return written.map(|_| ());
        }
        let body = lines.len();
        let outcome = if batch.fixed.is_some() {
            self.decoder.decode_own(&record.bytes, 0, lines, report)
        } else {
            self.padded(&record.bytes, lines, report)
        };
        if outcome.is_err() || lines.len() == body {
            lines.truncate(start);
            return outcome;
        }
        report.output_bytes += (body - start) as u64;
        // The record's own brace becomes a comma, if anything follows.
        if lines[body + 1] == b'}' {
            lines.remove(body);
            report.output_bytes -= 1;
        } else {
            lines[body] = b',';
        }
        outcome
    }

    /// How many come before the first line that lacks trailing spaces.
    fn complete(&self, pieces: &[Range<usize>]) -> usize {
        let Some((length, _)) = self.pad else {
            return pieces.len();
        };
        let short = pieces.iter().position(|piece| piece.len() < length);
        short.unwrap_or(pieces.len())
    }

    /// Decodes a record with the trailing spaces that it lacks, if it is a line.
    fn padded(
        &self,
        record: &[u8],
        lines: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let Some((line, own)) = self.filled(record) else {
            return self.decoder.decode_record(record, lines, report);
        };
        let outcome = self.decoder.decode_own(&line, own, lines, report);
        // The file does not have these bytes.
        report.input_bytes -= (line.len() - record.len()) as u64;
        outcome
    }

    /// A line with the trailing spaces that it lacks, and how many bytes are its own.
    fn filled(&self, record: &[u8]) -> Option<(Vec<u8>, usize)> {
        let (length, space) = self.pad.filter(|(length, _)| record.len() < *length)?;
        let mut line = record.to_vec();
        line.resize(length, space);
        let blank = record.iter().rev().take_while(|&&byte| byte == space);
        Some((line, record.len() - blank.count()))
    }

    /// Whether the kernel leaves this record of the file to the reader.
    pub(super) fn suspects(&self, format: &FileFormat, record: &[u8]) -> bool {
        let own = match format.fixed_length() {
            // What is behind tables that are not full fills the record up.
            Some(_) => 0,
            None => record.len(),
        };
        match self.filled(record) {
            Some((line, own)) => self.decoder.suspects(&line, own),
            None => self.decoder.suspects(record, own),
        }
    }
}
