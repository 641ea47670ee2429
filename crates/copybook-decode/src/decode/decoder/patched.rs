//! Suspect records under `--on-error null`: the kernel prints all fields but those that are suspect,
//! which the reader prints. Reading the whole record would cost ten times as much a field.

use crate::decode::json::JsonWriter;
use crate::decode::reader::{self, Policy};
use crate::decode::{DecodeError, OnError, Report};
use crate::program::plan::{Literal, Program, Slot};

use super::Decoder;
use super::careful::count_records;

impl Decoder {
    /// Decodes a suspect record that starts `data` and has `len` bytes, of which `own` are not filled
    /// up; [`Program::max_record`] and `PAD` bytes can be read. Returns whether it did: if not,
    /// nothing has changed.
    ///
    /// # Errors
    /// None that the policy does not turn into null.
    pub(super) fn patched(
        &self,
        program: &Program,
        data: &[u8],
        (len, own): (usize, usize),
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<bool, DecodeError> {
        let plain = program.plain();
        let Some((run, _)) = plain.filter(|(_, need)| program.fits(*need, (len, own))) else {
            return Ok(false);
        };
        // A program may print a part of the fields only ([`Decoder::only`]).
        let whole = program.fields.len() == run.slots.len();
        if self.plan.options.on_error != OnError::Null || !whole {
            return Ok(false);
        }
        let start = out.len();
        // The last byte of a value in quotes that was printed by the reader, null or the quote behind
        // it: the literal that comes next starts with a quote, which this byte replaces.
        let mut last = None;
        let mut next = 0;
        loop {
            let behind = out.len();
            let suspect = self.plan.kernel.fields(program, data, next, out);
            let slot = run.slots.get(suspect);
            let literal = text(program, slot.map_or(program.closing, |slot| slot.before));
            let before = literal.strip_suffix(b"\"").filter(|_| slot.is_some());
            out.extend_from_slice(before.unwrap_or(literal));
            if let Some(last) = last {
                out[behind] = last;
            }
            let Some(slot) = slot else {
                break;
            };
            let field = (suspect, slot);
            if !self.read_one(program, &data[..len], field, out, report)? {
                out.truncate(start);
                return Ok(false);
            }
            last = before.and_then(|_| out.pop());
            next = suspect + 1;
        }
        count_records(report, 1, len, out.len() - start);
        Ok(true)
    }

    /// Has the reader print one field, with its quotes if it has any; whether it found it.
    fn read_one(
        &self,
        program: &Program,
        record: &[u8],
        (index, slot): (usize, &Slot),
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<bool, DecodeError> {
        let Some(&id) = program.fields.get(index) else {
            return Ok(false);
        };
        let options = &self.plan.options;
        let (number, absolute) = (report.records + 1, report.input_bytes);
        let mut json = JsonWriter::of_value(out, report, options, number, Some(absolute));
        reader::read_one(
            &self.plan.tree,
            &self.plan.charset,
            Policy::new(options),
            record,
            (id, slot.offset as usize),
            &mut json,
        )
    }
}

fn text(program: &Program, literal: Literal) -> &[u8] {
    let (at, len) = (literal.at as usize, literal.len as usize);
    &program.literals[at..at + len]
}
