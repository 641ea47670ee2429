//! Lines of one length, which are printed as records of a fixed length are: printing proves that
//! nothing in them ends a line, and saves looking for it.

use std::ops::Range;
use std::slice;
use std::sync::OnceLock;

use crate::decode::{DecodeError, Report};
use crate::kernel::{Batch, Places};
use crate::program::Unbroken;
use crate::program::plan::PAD;
use crate::record::{EqualLines, LineEnd, mark};

use super::Decoder;
use super::careful::count_records;
use super::patched::Suspects;

/// What proves that lines have no line feed, or no X'15', within; made where they are asked for.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    line_feed: OnceLock<Option<Box<Unbroken>>>,
    next_line: OnceLock<Option<Box<Unbroken>>>,
}

impl Decoder {
    /// Whether printing lines proves that nothing ends a line within them.
    pub(crate) fn proves_lines(&self, end: LineEnd) -> bool {
        let either = end != LineEnd::Auto || self.proof(mark(LineEnd::Nel)).is_some();
        either && self.proof(mark(end)).is_some()
    }

    /// What prints lines, if they have no such byte.
    fn proof(&self, mark: u8) -> Option<&Unbroken> {
        let program = self.plan.program.as_ref()?;
        if self.plan.selector.is_some() {
            return None;
        }
        let proofs = &self.plan.proofs;
        let proof = match mark {
            b'\n' => &proofs.line_feed,
            _ => &proofs.next_line,
        };
        let made = proof.get_or_init(|| Unbroken::new(program, mark).map(Box::new));
        made.as_deref()
    }

    /// Decodes these lines of `data`, as [`Decoder::decode_record`] does. Returns how many there are
    /// before the first that is several lines.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn decode_equal(
        &self,
        data: &[u8],
        lines: &EqualLines,
        these: Range<usize>,
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<usize, DecodeError> {
        let Some(proof) = self.proof(lines.mark()) else {
            return Ok(0);
        };
        let mut suspects = Suspects::default();
        let printing = (proof, lines);
        let outcome = self.all_equal(printing, data, these, out, report, &mut suspects);
        suspects.settle(report);
        outcome
    }

    fn all_equal<'p>(
        &'p self,
        (proof, lines): (&Unbroken, &EqualLines),
        data: &[u8],
        these: Range<usize>,
        out: &mut Vec<u8>,
        report: &mut Report,
        suspects: &mut Suspects<'p>,
    ) -> Result<usize, DecodeError> {
        // Kernels read up to PAD bytes behind a record.
        let room = data.len().checked_sub(lines.length + PAD);
        let direct = room
            .map_or(0, |room| room / lines.stride + 1)
            .min(these.end);
        let (mut next, mut whole) = (these.start, these.start);
        while next < these.end {
            if next >= whole {
                let gaps = (next..direct).take_while(|&i| proof.gaps(&data[lines.place(i)]));
                whole = next + gaps.count();
            }
            if next < whole {
                let start = out.len();
                let batch = Batch {
                    data: &data[lines.place(next).start..],
                    places: Places::Fixed {
                        length: lines.length,
                        stride: lines.stride,
                        count: whole - next,
                    },
                    own: usize::MAX,
                };
                let printed = self.plan.kernel.run(&proof.program, batch, out);
                count_records(report, printed, printed * lines.length, out.len() - start);
                next += printed;
                if next == these.end {
                    break;
                }
            }
            // A field that is invalid, one that has such a byte, or the last line.
            let line = lines.place(next);
            if !lines.is_one(&data[line.clone()]) {
                return Ok(next - these.start);
            }
            self.all_pieces(data, slice::from_ref(&line), out, report, suspects)?;
            next += 1;
        }
        Ok(these.len())
    }
}
