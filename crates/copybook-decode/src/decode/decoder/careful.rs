//! What becomes of records that the kernel leaves: the plain reading, and the policy for bad data.

use crate::decode::json::JsonWriter;
use crate::decode::reader::{self, Policy};
use crate::decode::{DecodeError, OnError, Report};

use super::Decoder;

impl Decoder {
    /// Decodes one record, of which `own` bytes are its own, field by field, and applies the policy
    /// for bad data.
    pub(super) fn careful(
        &self,
        (record, own): (&[u8], usize),
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let start = out.len();
        let absolute = report.input_bytes;
        let number = report.records + 1;
        let policy = Policy::new(&self.plan.options);
        let mut json = JsonWriter::new(out, report, &self.plan.options, number, Some(absolute));
        let outcome = reader::walk(
            &self.plan.tree,
            &self.plan.charset,
            policy,
            record,
            own,
            &mut json,
        );
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
    pub(super) fn skip(
        &self,
        mut error: DecodeError,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
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

pub(super) fn count_records(report: &mut Report, records: usize, input: usize, output: usize) {
    report.records += records as u64;
    report.input_bytes += input as u64;
    report.output_bytes += output as u64;
}

/// Counts records of a segment that is not asked for.
pub(super) fn leave_out(report: &mut Report, records: usize, input: usize) {
    count_records(report, records, input, 0);
    report.left_out += records as u64;
}
