//! The decoder: a compiled plan and what to do with records that it cannot read.

mod careful;
mod equal;
mod kinds;
mod patched;

use std::ops::Range;
use std::slice;
use std::sync::Arc;

use crate::kernel::{Batch, Kernel, Places};
use crate::program::plan::{PAD, Program};
use crate::program::tree::Tree;
use crate::program::{NamedFields, PlanError, compile};
use crate::record::{FileFormat, Framing, Measure, Records};
use crate::schema::Schema;
use crate::value::charset::Charset;

use careful::{count_records, leave_out};
use patched::Suspects;

use super::measure::LengthItem;
use super::names::named_fields;
use super::reader::{self, Policy, Visitor};
use super::select::Selector;
use super::{DecodeError, DecodeOptions, LongRecords, Report};

/// Turns records of one copybook into JSON Lines.
///
/// The output has one object a record and no white space. Every field that is not FILLER is
/// printed once, in source order:
///
/// - a table is an array, as long as its DEPENDING ON says;
/// - a group is an object ([`Groups::Nested`](super::Groups)); a single level-01 group is the
///   record's object itself, so its name is not printed; several level-01 groups are one key each,
///   all views of the same bytes;
/// - a group named FILLER is no object: its fields are printed in the enclosing one. A table named
///   FILLER needs a key, and takes `FILLER`;
/// - every REDEFINES view is printed, each decoded by its own picture;
/// - levels 66 and 88 name bytes and values that are printed already: they are left out;
/// - a key that a sibling before it has taken gets `-2`, `-3`, ... appended (snake case `_2`);
/// - PIC G is lower-case hexadecimal unless the code page has characters of two bytes, since no
///   copybook says which double-byte set it is in.
///
/// Cloning is cheap; a decoder can be used from any number of threads.
#[derive(Debug, Clone)]
pub struct Decoder {
    plan: Arc<Plan>,
    /// Instead of the file that the options name.
    file: Option<Arc<str>>,
}

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) tree: Tree,
    pub(super) charset: Charset,
    pub(super) options: DecodeOptions,
    /// What the kernel runs; without it every record is left to the reader.
    pub(super) program: Option<Program>,
    pub(super) kernel: Kernel,
    /// Decoders of several kinds of records, which then do all the work.
    pub(super) selector: Option<Selector>,
    /// The field that says how long records are.
    pub(super) length_item: Option<LengthItem>,
    proofs: equal::Proofs,
}

/// Bytes that a record can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordLength {
    /// With every OCCURS DEPENDING ON at its minimum.
    pub min: usize,
    /// With every OCCURS DEPENDING ON at its maximum: the length of fixed-length records.
    pub max: usize,
}

impl Decoder {
    /// Compiles a plan.
    ///
    /// # Errors
    /// If the schema is empty or contradicts itself, asks for something that is not supported, or
    /// if a forced kernel does not run on this CPU.
    pub fn new(schema: &Schema, options: &DecodeOptions) -> Result<Decoder, PlanError> {
        Decoder::with(schema, options, &named_fields(schema, options)?)
    }

    /// The same, where the fields that the options name are found already.
    pub(super) fn with(
        schema: &Schema,
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Decoder, PlanError> {
        let choices = options.program();
        let tree = Tree::new(schema, &choices, fields)?;
        let charset = Charset::new(&options.code_page, options.signs);
        let kernel = Kernel::new(options.kernel)?;
        // Raw bytes beside fields are the reader's.
        let program = match options.raw {
            None => compile(&tree, &charset, &choices, kernel == Kernel::Scalar),
            Some(_) => None,
        };
        let selector = Selector::new(schema, options, fields)?;
        let length_item = LengthItem::new(schema, options, fields)?;
        let options = options.clone();
        let plan = Plan {
            tree,
            charset,
            options,
            program,
            kernel,
            selector,
            length_item,
            proofs: equal::Proofs::default(),
        };
        Ok(Decoder {
            plan: Arc::new(plan),
            file: None,
        })
    }

    /// The same decoder for a file of this name, which streams print
    /// ([`DecodeOptions::with_file`]).
    #[must_use]
    pub fn with_file(&self, name: &str) -> Decoder {
        Decoder {
            plan: self.plan.clone(),
            file: Some(name.into()),
        }
    }

    /// The name of the file that streams print.
    pub(crate) fn file(&self) -> Option<&str> {
        let given = self.plan.options.with_file.as_deref();
        self.file.as_deref().or(given)
    }

    /// The same decoder without a kernel: what kernels are tested against.
    #[cfg(test)]
    pub(crate) fn reader_only(&self) -> Decoder {
        self.running(None)
    }

    /// The same decoder of one kind of records that runs another program.
    pub(super) fn running(&self, program: Option<Program>) -> Decoder {
        let Plan {
            tree,
            charset,
            options,
            kernel,
            length_item,
            ..
        } = &*self.plan;
        let (tree, charset) = (tree.clone(), charset.clone());
        let plan = Plan {
            tree,
            charset,
            options: options.clone(),
            program,
            kernel: *kernel,
            selector: None,
            length_item: length_item.clone(),
            proofs: equal::Proofs::default(),
        };
        Decoder {
            plan: Arc::new(plan),
            file: None,
        }
    }

    /// How long records are.
    #[must_use]
    pub fn record_length(&self) -> RecordLength {
        RecordLength {
            min: self.plan.tree.min,
            max: self.plan.tree.max,
        }
    }

    /// Most bytes that a record can print, `usize::MAX` where that is not known.
    pub(crate) fn max_output(&self) -> usize {
        let program = self.plan.program.as_ref();
        program.map_or(usize::MAX, |program| program.max_output)
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The records of a file in memory, as this decoder reads them: where only their contents tell
    /// how long they are, it measures them.
    #[must_use]
    pub fn records<'a>(&self, format: &FileFormat, data: &'a [u8]) -> Records<'a> {
        format.records(data).measured(self.measure_of(format))
    }

    /// Who measures the records of a file, if only their contents tell how long they are.
    pub(crate) fn measure_of(&self, format: &FileFormat) -> Option<Arc<dyn Measure>> {
        (format.framing == Framing::Computed).then(|| Arc::new(self.clone()) as Arc<dyn Measure>)
    }

    /// The choices it was made with.
    pub(crate) fn options(&self) -> &DecodeOptions {
        &self.plan.options
    }

    /// The kernel that runs: `scalar`, `avx2`, `avx512` or `neon`; `reader` if none does, because
    /// raw bytes are asked for or records can print more than 64 MiB.
    #[must_use]
    pub fn kernel(&self) -> &'static str {
        if self.plan.program.is_some() {
            self.plan.kernel.name()
        } else {
            "reader"
        }
    }

    /// Decodes fixed-length records that lie back to back, and appends one JSON object and a line
    /// feed a record to `out`. A record is as long as the longest one, [`RecordLength::max`].
    ///
    /// `report` counts on: an error's record number is one more than `report.records` was at that
    /// record, and its absolute position counts from `report.input_bytes`.
    ///
    /// # Errors
    /// At the first invalid record under [`OnError::Stop`](super::OnError::Stop), at the first beyond the limit under
    /// [`OnError::Skip`](super::OnError::Skip), and if `data` ends inside a record. `out` holds every record before it.
    pub fn decode_fixed(
        &self,
        data: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let len = self.plan.tree.max;
        if let Some(selector) = &self.plan.selector {
            return self.select_runs(selector, data, out, report);
        }
        let Some(program) = &self.plan.program else {
            return data
                .chunks(len)
                .try_for_each(|record| self.careful((record, 0), out, report));
        };
        // Kernels read up to PAD bytes behind a record: the last ones come from a padded copy.
        let direct = data.len().saturating_sub(PAD) / len;
        let (first, last) = data.split_at(direct * len);
        let whole = last.len() - last.len() % len;
        let mut copy = last[..whole].to_vec();
        copy.resize(whole + PAD, 0);
        let mut suspects = Suspects::default();
        let outcome = self
            .batches(program, (data, first.len()), out, report, &mut suspects)
            .and_then(|()| self.batches(program, (&copy, whole), out, report, &mut suspects));
        suspects.settle(report);
        outcome?;
        match &last[whole..] {
            [] => Ok(()),
            cut_off => self.careful((cut_off, 0), out, report),
        }
    }

    /// Decodes the whole records in the first `size` bytes of `data`; what follows them is padding.
    fn batches<'p>(
        &'p self,
        program: &Program,
        (data, size): (&[u8], usize),
        out: &mut Vec<u8>,
        report: &mut Report,
        suspects: &mut Suspects<'p>,
    ) -> Result<(), DecodeError> {
        let len = self.plan.tree.max;
        let mut done = 0;
        while done < size {
            let start = out.len();
            let count = (size - done) / len;
            let batch = Batch {
                data: &data[done..],
                places: Places::Fixed {
                    length: len,
                    stride: len,
                    count,
                },
                own: 0,
            };
            let printed = self.plan.kernel.run(program, batch, out);
            count_records(report, printed, printed * len, out.len() - start);
            done += printed * len;
            if printed < count {
                let rest = &data[done..];
                if !self.patched(program, rest, (len, 0), out, report, suspects)? {
                    self.careful((&data[done..done + len], 0), out, report)?;
                }
                done += len;
            }
        }
        Ok(())
    }

    /// Decodes one record, whose length the framing gave, and appends one JSON object and a line
    /// feed to `out`.
    ///
    /// # Errors
    /// As [`Decoder::decode_fixed`]; also if the record is shorter than its fields or longer than
    /// its counters make it, as far as [`ShortRecords`](super::ShortRecords) and
    /// [`LongRecords`] do not accept that.
    pub fn decode_record(
        &self,
        record: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        self.decode_own(record, record.len(), out, report)
    }

    /// Decodes a record of which the first `own` bytes are not filled up.
    pub(crate) fn decode_own(
        &self,
        record: &[u8],
        own: usize,
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        if let Some(selector) = &self.plan.selector {
            return match selector.segment(record) {
                Ok(segment) if !segment.shown => {
                    leave_out(report, 1, record.len());
                    Ok(())
                }
                Ok(segment) => segment.decoder.decode_own(record, own, out, report),
                Err(error) => self.unselected(selector, error, (record, own), out, report),
            };
        }
        let described = self.described(record);
        let fits = described.len() <= self.plan.tree.max;
        let (Some(program), true) = (&self.plan.program, fits) else {
            return self.left((record, own), out, report);
        };
        let start = out.len();
        if !self.kernel_alone(program, (described, own), out) {
            return self.left((record, own), out, report);
        }
        count_records(report, 1, record.len(), out.len() - start);
        Ok(())
    }

    /// Decodes a record that the kernel leaves, of which the first `own` bytes are not filled up.
    fn left(
        &self,
        (record, own): (&[u8], usize),
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let described = self.described(record);
        let outcome = self.careful((described, own), out, report);
        report.input_bytes += (record.len() - described.len()) as u64;
        outcome
    }

    /// The record without what is behind its last field, if that is ignored.
    pub(super) fn described<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        match self.plan.options.long_records {
            LongRecords::Ignore => &record[..record.len().min(self.plan.tree.max)],
            LongRecords::Error => record,
        }
    }

    /// Has the kernel print one record, which is at most as long as the longest, from a padded copy;
    /// whether it did.
    pub(super) fn kernel_alone(
        &self,
        program: &Program,
        (record, own): (&[u8], usize),
        out: &mut Vec<u8>,
    ) -> bool {
        let max = self.plan.tree.max;
        let mut copy = Vec::with_capacity(max + PAD);
        copy.extend_from_slice(record);
        copy.resize(max + PAD, 0);
        let whole = 0..record.len();
        let batch = Batch {
            data: &copy,
            places: Places::Pieces(slice::from_ref(&whole)),
            own,
        };
        self.plan.kernel.run(program, batch, out) == 1
    }

    /// Decodes records that lie in `data` one behind the other, as `pieces` says; otherwise as
    /// [`Decoder::decode_record`].
    pub(crate) fn decode_pieces(
        &self,
        data: &[u8],
        pieces: &[Range<usize>],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let mut suspects = Suspects::default();
        let outcome = self.all_pieces(data, pieces, out, report, &mut suspects);
        suspects.settle(report);
        outcome
    }

    fn all_pieces<'p>(
        &'p self,
        data: &[u8],
        mut pieces: &[Range<usize>],
        out: &mut Vec<u8>,
        report: &mut Report,
        suspects: &mut Suspects<'p>,
    ) -> Result<(), DecodeError> {
        while let Some(first) = pieces.first() {
            let done = match (&self.plan.selector, &self.plan.program) {
                (Some(selector), _) => self.select_pieces(selector, data, pieces, out, report)?,
                (None, Some(program)) => {
                    self.run_pieces(program, (data, pieces), out, report, suspects)?
                }
                (None, None) => 0,
            };
            if done == 0 {
                self.decode_record(&data[first.clone()], out, report)?;
            }
            pieces = &pieces[done.max(1)..];
        }
        Ok(())
    }

    /// Hands the first pieces to the kernel, as far as it can read them where they are, and the one
    /// that it leaves to the reader. Returns how many are decoded.
    fn run_pieces<'p>(
        &'p self,
        program: &Program,
        (data, pieces): (&[u8], &[Range<usize>]),
        out: &mut Vec<u8>,
        report: &mut Report,
        suspects: &mut Suspects<'p>,
    ) -> Result<usize, DecodeError> {
        let max = self.plan.tree.max;
        // By bisection: with many invalid records this is asked for each of them.
        let room = |piece: &Range<usize>| data.len().saturating_sub(piece.start) >= max + PAD;
        let direct = pieces.partition_point(room);
        let batch = Batch {
            data,
            places: Places::Pieces(&pieces[..direct]),
            own: usize::MAX,
        };
        let start = out.len();
        let printed = self.plan.kernel.run(program, batch, out);
        let input = pieces[..printed].iter().map(Range::len).sum();
        count_records(report, printed, input, out.len() - start);
        let Some(suspect) = pieces[..direct].get(printed) else {
            return Ok(printed);
        };
        let record = &data[suspect.clone()];
        let len = self.described(record).len();
        let rest = &data[suspect.start..];
        if self.patched(program, rest, (len, len), out, report, suspects)? {
            report.input_bytes += (record.len() - len) as u64;
        } else {
            self.left((record, record.len()), out, report)?;
        }
        Ok(printed + 1)
    }

    /// Tells `visitor` what is in one record. The policy for bad data holds as far as it concerns
    /// one record: [`OnError::Null`](super::OnError::Null) gives [`Value::Null`](super::Value), the others end at the
    /// error. `number` is the record's number from 1, for errors.
    ///
    /// # Errors
    /// As [`Decoder::decode_record`]; the visitor may have been told part of the record.
    pub fn read_record<V: Visitor>(
        &self,
        record: &[u8],
        number: u64,
        visitor: &mut V,
    ) -> Result<(), DecodeError> {
        let numbered = |error| DecodeError {
            record: number,
            ..error
        };
        if let Some(selector) = &self.plan.selector {
            let segment = selector.segment(record).map_err(numbered)?;
            return segment.decoder.read_record(record, number, visitor);
        }
        let policy = Policy::new(&self.plan.options);
        let own = record.len();
        reader::walk(
            &self.plan.tree,
            &self.plan.charset,
            policy,
            record,
            own,
            visitor,
        )
        .map_err(numbered)
    }
}
