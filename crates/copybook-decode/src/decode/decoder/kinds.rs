//! Records of several kinds: neighbours of one kind go to its decoder together.

use std::ops::Range;

use crate::decode::select::Selector;
use crate::decode::{DecodeError, Report};

use super::Decoder;
use super::careful::count_records;

impl Decoder {
    /// Decodes fixed-length records of several kinds; neighbours of one kind go to the kernel as
    /// one.
    pub(super) fn select_runs(
        &self,
        selector: &Selector,
        data: &[u8],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let len = self.plan.tree.max;
        let mut rest = data;
        while !rest.is_empty() {
            let record = &rest[..len.min(rest.len())];
            let run = match selector.decoder(record) {
                Ok(decoder) => {
                    let id = selector.id(record);
                    let alike = rest.chunks(len).take_while(|next| selector.id(next) == id);
                    let run: usize = alike.map(<[u8]>::len).sum();
                    decoder.decode_fixed(&rest[..run], out, report)?;
                    run
                }
                Err(error) => {
                    self.unselected(selector, error, (record, 0), out, report)?;
                    record.len()
                }
            };
            rest = &rest[run..];
        }
        Ok(())
    }

    /// Decodes the first pieces, which are of one kind. Returns how many there are; none, if the
    /// kind is not known.
    pub(super) fn select_pieces(
        &self,
        selector: &Selector,
        data: &[u8],
        pieces: &[Range<usize>],
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<usize, DecodeError> {
        let record = |piece: &Range<usize>| &data[piece.clone()];
        let Some(Ok(decoder)) = pieces.first().map(|piece| selector.decoder(record(piece))) else {
            return Ok(0);
        };
        let id = selector.id(record(&pieces[0]));
        let alike = pieces
            .iter()
            .take_while(|piece| selector.id(record(piece)) == id);
        let count = alike.count();
        decoder.decode_pieces(data, &pieces[..count], out, report)?;
        Ok(count)
    }

    /// Counts a record of no known kind, of which `own` bytes are its own, and applies the policy for
    /// bad data: with null, it shows none of the segments.
    pub(super) fn unselected(
        &self,
        selector: &Selector,
        error: DecodeError,
        (record, own): (&[u8], usize),
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<(), DecodeError> {
        let error = DecodeError {
            record: report.records + 1,
            absolute: Some(report.input_bytes + error.offset as u64),
            ..error
        };
        if let Some(decoder) = selector.showing_none() {
            report.count(&error);
            return decoder.decode_own(record, own, out, report);
        }
        count_records(report, 1, record.len(), 0);
        self.skip(error, report)
    }
}
