//! One record, alone.

use std::slice;

use crate::decode::reader::{self, Policy, Visitor};
use crate::decode::{DecodeError, LongRecords, Report};
use crate::kernel::{Batch, Places};
use crate::program::plan::{PAD, Program};

use super::Decoder;
use super::careful::{count_records, leave_out};

impl Decoder {
    /// Decodes one record, whose length the framing gave, and appends one JSON object and a line
    /// feed to `out`.
    ///
    /// # Errors
    /// As [`Decoder::decode_fixed`]; also if the record is shorter than its fields or longer than
    /// its counters make it, as far as [`ShortRecords`](crate::decode::ShortRecords) and
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
    pub(super) fn left(
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
    pub(in crate::decode) fn described<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        match self.plan.options.long_records {
            LongRecords::Ignore => &record[..record.len().min(self.plan.tree.max)],
            LongRecords::Error => record,
        }
    }

    /// Has the kernel print one record, which is at most as long as the longest, from a padded copy;
    /// whether it did.
    pub(in crate::decode) fn kernel_alone(
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

    /// Tells `visitor` what is in one record. The policy for bad data holds as far as it concerns
    /// one record: [`OnError::Null`](crate::decode::OnError::Null) gives
    /// [`Value::Null`](crate::decode::Value), the others end at the error. `number` is the record's
    /// number from 1, for errors.
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
