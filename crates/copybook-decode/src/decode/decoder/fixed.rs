//! Records of one length, back to back.

use crate::decode::{DecodeError, Report};
use crate::kernel::{Batch, Places};
use crate::program::plan::{PAD, Program};

use super::Decoder;
use super::careful::count_records;
use super::patched::Suspects;

impl Decoder {
    /// Decodes fixed-length records that lie back to back, and appends one JSON object and a line
    /// feed a record to `out`. A record is as long as the longest one, [`RecordLength::max`](super::RecordLength::max).
    ///
    /// `report` counts on: an error's record number is one more than `report.records` was at that
    /// record, and its absolute position counts from `report.input_bytes`.
    ///
    /// # Errors
    /// At the first invalid record under [`OnError::Stop`](crate::decode::OnError::Stop), at the first
    /// beyond the limit under [`OnError::Skip`](crate::decode::OnError::Skip), and if `data` ends inside
    /// a record. `out` holds every record before it.
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
}
