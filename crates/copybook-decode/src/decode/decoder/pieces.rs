//! Records of any length, wherever they lie in the bytes of a file.

use std::ops::Range;

use crate::decode::{DecodeError, Report};
use crate::kernel::{Batch, Places};
use crate::program::plan::{PAD, Program};

use super::Decoder;
use super::careful::count_records;
use super::patched::Suspects;

impl Decoder {
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

    pub(super) fn all_pieces<'p>(
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
        match self.patched(program, rest, (len, len), out, report, suspects) {
            Ok(false) => self.left((record, record.len()), out, report)?,
            // Whether it goes on or ends here, what is behind the fields was passed over, too.
            outcome => {
                report.input_bytes += (record.len() - len) as u64;
                outcome?;
            }
        }
        Ok(printed + 1)
    }
}
