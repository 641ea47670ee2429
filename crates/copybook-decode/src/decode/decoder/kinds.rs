//! Records of several kinds: neighbours of one kind go to its decoder together.

use std::ops::Range;

use crate::decode::select::Selector;
use crate::decode::{Ancestor, Ancestors, DecodeError, OnError, Report};

use super::Decoder;
use super::careful::{count_records, leave_out};

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
            let run = match selector.segment(record) {
                Ok(segment) => {
                    let id = selector.id();
                    let alike = rest.chunks(len).take_while(|next| id.same(record, next));
                    let run: usize = alike.map(<[u8]>::len).sum();
                    if segment.shown {
                        segment.decoder.decode_fixed(&rest[..run], out, report)?;
                    } else {
                        leave_out(report, run.div_ceil(len), run);
                    }
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
        let Some(Ok(segment)) = pieces.first().map(|piece| selector.segment(record(piece))) else {
            return Ok(0);
        };
        let first = record(&pieces[0]);
        let alike = pieces
            .iter()
            .take_while(|piece| selector.id().same(first, record(piece)));
        let count = alike.count();
        let pieces = &pieces[..count];
        if segment.shown {
            segment.decoder.decode_pieces(data, pieces, out, report)?;
        } else {
            leave_out(report, count, pieces.iter().map(Range::len).sum());
        }
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

    /// Whether records belong to others before them.
    pub(crate) fn has_family(&self) -> bool {
        let selector = self.plan.selector.as_ref();
        selector.is_some_and(|selector| selector.family().is_some())
    }

    /// Notes a record with this number in the file, and says to which it belongs. Where there is
    /// none although there should be, the policy for bad data says whether it goes on without;
    /// `None`: the record was left out.
    pub(crate) fn ancestor(
        &self,
        last: &mut Ancestors,
        record: &[u8],
        number: u64,
        report: &mut Report,
    ) -> Result<Option<Option<Ancestor>>, DecodeError> {
        let Some(selector) = &self.plan.selector else {
            return Ok(Some(None));
        };
        // What is no segment is said when the record is decoded.
        let (Some(family), Ok(segment)) = (selector.family(), selector.segment(record)) else {
            return Ok(Some(None));
        };
        let found = family.enter(last, segment.field, selector.id(), record, number);
        let orphan = match found {
            Ok(ancestor) => return Ok(Some(ancestor)),
            Err(orphan) if segment.shown => orphan,
            Err(_) => return Ok(Some(None)),
        };
        let (offset, bytes) = selector.id().first(record);
        let error = DecodeError {
            record: report.records + 1,
            field: selector.id().name().into(),
            offset,
            absolute: None,
            bytes: bytes.into(),
            expected: format!("a record of segment {} before this one", orphan.parent).into(),
            remedy: "check the order of the records, or go on with --on-error null",
            skip_limit: None,
        };
        if self.plan.options.on_error == OnError::Null {
            report.count(&error);
            return Ok(Some(None));
        }
        count_records(report, 1, record.len(), 0);
        self.skip(error, report)?;
        Ok(None)
    }
}
