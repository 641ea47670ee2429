//! The decoder: a compiled plan and what to do with records that it cannot read.

use std::sync::Arc;

use crate::schema::Schema;

use super::charset::Charset;
use super::json::JsonWriter;
use super::reader::{self, Visitor};
use super::tree::Tree;
use super::{DecodeError, DecodeOptions, OnError, PlanError, Report};

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
/// - PIC G is lower-case hexadecimal, since no copybook says which double-byte set it is in.
///
/// Cloning is cheap; a decoder can be used from any number of threads.
#[derive(Debug, Clone)]
pub struct Decoder {
    plan: Arc<Plan>,
}

#[derive(Debug)]
struct Plan {
    tree: Tree,
    charset: Charset,
    options: DecodeOptions,
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
        let tree = Tree::new(schema, options)?;
        let charset = Charset::new(&options.code_page, options.signs);
        Ok(Decoder {
            plan: Arc::new(Plan {
                tree,
                charset,
                options: options.clone(),
            }),
        })
    }

    /// How long records are.
    #[must_use]
    pub fn record_length(&self) -> RecordLength {
        RecordLength {
            min: self.plan.tree.min,
            max: self.plan.tree.max,
        }
    }

    /// The kernel that runs: `scalar`, `avx2`, `avx512` or `neon`.
    #[must_use]
    pub fn kernel(&self) -> &'static str {
        "scalar"
    }

    /// Decodes fixed-length records that lie back to back, and appends one JSON object and a line
    /// feed a record to `out`. A record is as long as the longest one, [`RecordLength::max`].
    ///
    /// `report` counts on: an error's record number is one more than `report.records` was at that
    /// record, and its absolute position counts from `report.input_bytes`.
    ///
    /// # Errors
    /// At the first invalid record under [`OnError::Stop`], at the first beyond the limit under
    /// [`OnError::Skip`], and if `data` ends inside a record. `out` holds every record before it.
    pub fn decode_fixed(
        &self,
        data: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        for record in data.chunks(self.plan.tree.max) {
            self.careful(record, out, report)?;
        }
        Ok(())
    }

    /// Decodes one record, whose length the framing gave, and appends one JSON object and a line
    /// feed to `out`. Bytes behind the last field, up to [`RecordLength::max`], are padding.
    ///
    /// # Errors
    /// As [`Decoder::decode_fixed`]; also if the record is shorter than its fields or longer than
    /// any record of this copybook.
    pub fn decode_record(
        &self,
        record: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        self.careful(record, out, report)
    }

    /// Tells `visitor` what is in one record. The policy for bad data holds as far as it concerns
    /// one record: [`OnError::Null`] gives [`Value::Null`](super::Value), the others end at the
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
        let null = self.plan.options.on_error == OnError::Null;
        reader::walk(&self.plan.tree, &self.plan.charset, record, null, visitor).map_err(|error| {
            DecodeError {
                record: number,
                ..error
            }
        })
    }

    /// Decodes one record field by field, and applies the policy for bad data.
    fn careful(
        &self,
        record: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let start = out.len();
        let absolute = report.input_bytes;
        let number = report.records + 1;
        let null = self.plan.options.on_error == OnError::Null;
        let mut json = JsonWriter::new(out, report, &self.plan.options, number, Some(absolute));
        let outcome = reader::walk(&self.plan.tree, &self.plan.charset, record, null, &mut json);
        if outcome.is_ok() {
            json.finish();
        } else {
            out.truncate(start);
        }
        report.records += 1;
        report.input_bytes += record.len() as u64;
        report.output_bytes += (out.len() - start) as u64;
        outcome.or_else(|error| {
            let absolute = Some(absolute + error.offset as u64);
            self.skip(
                DecodeError {
                    record: number,
                    absolute,
                    ..error
                },
                report,
            )
        })
    }

    /// Leaves a record out if the policy allows it.
    fn skip(&self, mut error: DecodeError, report: &mut Report) -> Result<(), DecodeError> {
        let OnError::Skip { limit } = self.plan.options.on_error else {
            return Err(error);
        };
        report.count(&error);
        if report.skipped >= limit {
            error.skip_limit = Some(limit);
            return Err(error);
        }
        report.skipped += 1;
        Ok(())
    }
}
