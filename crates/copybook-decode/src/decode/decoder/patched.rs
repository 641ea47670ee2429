//! Suspect records: the kernel prints all fields but those that are suspect, which the reader prints.
//! Reading the whole record would cost ten times as much a field.

use crate::decode::json::JsonWriter;
use crate::decode::reader::{Place, Policy};
use crate::decode::{DecodeError, OnError, Report};
use crate::program::plan::{Literal, Program, Slot};

use super::Decoder;
use super::careful::count_records;

/// What of a report is not in it yet: a field that was invalid once in the same input is counted by
/// number, since making an error of it, which nobody will see, costs as much as ten records.
#[derive(Default)]
pub(super) struct Suspects<'p> {
    /// By the field's slot, one more than its index in `places`; 0 of a field that was never suspect.
    slots: Vec<u32>,
    places: Vec<Suspect<'p>>,
    scratch: String,
}

struct Suspect<'p> {
    place: Place<'p>,
    /// How the report counts it, once it has.
    counted: Option<Counted>,
    /// How often it was invalid, beyond what the report says.
    more: u64,
}

/// How a report counts an invalid field. It stays so: names are never taken out.
enum Counted {
    ByName(String),
    /// With those for whose names there is no room.
    WithOthers,
}

/// What became of a field that the kernel suspects.
enum Outcome {
    /// It is printed.
    Printed,
    /// It is invalid, and so the record, as counted fields were before.
    Invalid,
    /// The reader does not find it. No program has such a field (`tests.rs`): what fields before it
    /// have counted would stay counted.
    Unknown,
}

impl<'p> Suspects<'p> {
    /// The suspect field of a slot; `None` if the reader does not know it.
    fn get(
        &mut self,
        decoder: &'p Decoder,
        program: &Program,
        (index, slot): (usize, &Slot),
    ) -> Option<(&mut Suspect<'p>, &mut String)> {
        if self.slots.is_empty() {
            self.slots.resize(program.fields.len(), 0);
        }
        let known = self.slots.get_mut(index)?;
        if *known == 0 {
            let id = *program.fields.get(index)?;
            self.places.push(Suspect {
                place: Place::find(&decoder.plan.tree, id, slot.offset as usize)?,
                counted: None,
                more: 0,
            });
            *known = self.places.len() as u32;
        }
        let suspect = self.places.get_mut(*known as usize - 1)?;
        Some((suspect, &mut self.scratch))
    }

    /// Tells the report what it does not say yet.
    pub(super) fn settle(self, report: &mut Report) {
        for Suspect { counted, more, .. } in self.places {
            match counted {
                Some(Counted::ByName(name)) if more > 0 => report.count_more(&name, more),
                Some(Counted::WithOthers) => report.other_errors += more,
                _ => {}
            }
        }
    }
}

impl Suspect<'_> {
    /// Notes how the report, which has just counted this field, does that.
    fn note(&mut self, report: &Report) {
        let name = self.place.name();
        self.counted = Some(match report.errors.contains_key(&name) {
            true => Counted::ByName(name),
            false => Counted::WithOthers,
        });
    }
}

impl Decoder {
    /// Decodes a suspect record that starts `data` and has `len` bytes, of which `own` are not filled
    /// up; [`Program::max_record`] and `PAD` bytes can be read. Returns whether it did: if not,
    /// nothing has changed.
    ///
    /// # Errors
    /// What the policy for bad data does not accept.
    pub(super) fn patched<'p>(
        &'p self,
        program: &Program,
        data: &[u8],
        (len, own): (usize, usize),
        out: &mut Vec<u8>,
        report: &mut Report,
        suspects: &mut Suspects<'p>,
    ) -> Result<bool, DecodeError> {
        let plain = program.plain();
        let Some((run, _)) = plain.filter(|(_, need)| program.fits(*need, (len, own))) else {
            return Ok(false);
        };
        // A program may print a part of the fields only ([`Decoder::only`]).
        if program.fields.len() != run.slots.len() {
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
            let found = suspects.get(self, program, (suspect, slot));
            let outcome = match found {
                Some((field, scratch)) => self.one(field, &data[..len], scratch, out, report),
                None => Ok(Outcome::Unknown),
            };
            match outcome {
                Ok(Outcome::Printed) => {}
                Ok(Outcome::Invalid) => {
                    out.truncate(start);
                    count_records(report, 1, len, 0);
                    report.skipped += 1;
                    return Ok(true);
                }
                Ok(Outcome::Unknown) => {
                    out.truncate(start);
                    return Ok(false);
                }
                Err(error) => {
                    out.truncate(start);
                    count_records(report, 1, len, 0);
                    self.skip(error, report)?;
                    if let Some((field, _)) = suspects.get(self, program, (suspect, slot)) {
                        field.note(report);
                    }
                    return Ok(true);
                }
            }
            last = before.and_then(|_| out.pop());
            next = suspect + 1;
        }
        count_records(report, 1, len, out.len() - start);
        Ok(true)
    }

    /// Has the reader print one field, with its quotes if it has any, or only count it if that is
    /// enough.
    fn one(
        &self,
        field: &mut Suspect<'_>,
        record: &[u8],
        scratch: &mut String,
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<Outcome, DecodeError> {
        let (options, charset) = (&self.plan.options, &self.plan.charset);
        let policy = Policy::new(options);
        let counted = field.counted.is_some() && self.goes_on(report);
        if counted && field.place.invalid(charset, policy, record, scratch) {
            field.more += 1;
            if options.on_error != OnError::Null {
                return Ok(Outcome::Invalid);
            }
            report.nulls += 1;
            out.extend_from_slice(b"null");
            return Ok(Outcome::Printed);
        }
        let (number, absolute) = (report.records + 1, report.input_bytes);
        let nulls = report.nulls;
        let mut json = JsonWriter::of_value(out, report, options, number, Some(absolute));
        field
            .place
            .read(charset, policy, record, &mut json)
            .map_err(|error| DecodeError {
                record: number,
                absolute: Some(absolute + error.offset as u64),
                ..error
            })?;
        if report.nulls > nulls {
            field.note(report);
        }
        Ok(Outcome::Printed)
    }

    /// Whether the policy for bad data goes on behind one more invalid field.
    fn goes_on(&self, report: &Report) -> bool {
        match self.plan.options.on_error {
            OnError::Stop => false,
            OnError::Skip { limit } => report.skipped < limit,
            OnError::Null => true,
        }
    }
}

fn text(program: &Program, literal: Literal) -> &[u8] {
    let (at, len) = (literal.at as usize, literal.len as usize);
    &program.literals[at..at + len]
}
