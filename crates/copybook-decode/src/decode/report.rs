//! What a decoding did, in numbers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::record::FrameError;

use super::DecodeError;

/// Fields whose errors are counted by name; errors of further fields are counted together.
const FIELDS: usize = 1000;
/// Bytes of their names: with its groups, a field may have a long one.
const NAMES: usize = 1 << 20;

/// Totals of a decoding; grows over calls, so that one report covers a whole input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records read, invalid ones included.
    pub records: u64,
    /// Records left out because of an invalid field.
    pub skipped: u64,
    /// Records left out because of their segment.
    pub left_out: u64,
    /// Fields written as `null` because they were invalid.
    pub nulls: u64,
    /// Fields that held only spaces or only zero bytes, where that is accepted as no number.
    pub blanks: u64,
    /// Fields written as `null` because the record ended before them, where that is accepted.
    pub absent: u64,
    /// Bytes of records read.
    pub input_bytes: u64,
    /// Bytes of JSON Lines written.
    pub output_bytes: u64,
    /// Invalid fields by name (without subscripts), at most 1000 names and 1 MiB of them.
    pub errors: BTreeMap<String, u64>,
    /// Invalid fields beyond those names.
    pub other_errors: u64,
    /// The first invalid field that did not end the decoding.
    pub first_error: Option<DecodeError>,
    /// A truncated last record that was left out, where the file's format allows it.
    pub truncated: Option<FrameError>,
}

impl Report {
    /// Counts one invalid field.
    pub(crate) fn count(&mut self, error: &DecodeError) {
        self.count_in(error, error.record, error.absolute);
    }

    /// Counts one invalid field of the record with this number; `absolute` is the byte's place in the
    /// input.
    pub(crate) fn count_in(&mut self, error: &DecodeError, record: u64, absolute: Option<u64>) {
        let name = without_subscripts(&error.field);
        if let Some(count) = self.errors.get_mut(&*name) {
            *count += 1;
        } else if self.has_room(&name) {
            self.errors.insert(name.into_owned(), 1);
        } else {
            self.other_errors += 1;
        }
        if self.first_error.is_none() {
            let error = error.clone();
            self.first_error = Some(DecodeError {
                record,
                absolute,
                ..error
            });
        }
    }

    /// Whether another name is counted on its own.
    fn has_room(&self, name: &str) -> bool {
        // The sum is asked for last: behind a thousand names this is called for each invalid field.
        let taken = || self.errors.keys().map(String::len).sum::<usize>();
        self.errors.len() < FIELDS && taken() + name.len() <= NAMES
    }

    /// Counts more invalid fields of a name that is counted already.
    pub(crate) fn count_more(&mut self, name: &str, more: u64) {
        if let Some(count) = self.errors.get_mut(name) {
            *count += more;
        }
    }

    /// Adds the totals of a part of the same input that was decoded on its own. The parts must be
    /// added in input order for `first_error` to be the first.
    pub fn merge(&mut self, part: &Report) {
        self.records += part.records;
        self.skipped += part.skipped;
        self.left_out += part.left_out;
        self.nulls += part.nulls;
        self.blanks += part.blanks;
        self.absent += part.absent;
        self.input_bytes += part.input_bytes;
        self.output_bytes += part.output_bytes;
        self.other_errors += part.other_errors;
        for (name, count) in &part.errors {
            if let Some(total) = self.errors.get_mut(name) {
                *total += count;
            } else if self.has_room(name) {
                self.errors.insert(name.clone(), *count);
            } else {
                self.other_errors += count;
            }
        }
        if self.first_error.is_none() {
            self.first_error.clone_from(&part.first_error);
        }
        if self.truncated.is_none() {
            self.truncated.clone_from(&part.truncated);
        }
    }
}

/// `A.B(3).C` is `A.B.C`.
fn without_subscripts(qualified: &str) -> Cow<'_, str> {
    if !qualified.contains('(') {
        return qualified.into();
    }
    let mut name = String::with_capacity(qualified.len());
    let mut inside = false;
    for character in qualified.chars() {
        match character {
            '(' => inside = true,
            ')' => inside = false,
            other if !inside => name.push(other),
            _ => {}
        }
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand names of a megabyte took a gigabyte.
    #[test]
    fn long_names_are_counted_together() {
        let mut report = Report::default();
        for index in 0..10 {
            let error = DecodeError {
                record: 1,
                field: format!("{}{index}", "A".repeat(300_000)).into(),
                offset: 0,
                absolute: None,
                bytes: Box::default(),
                expected: Box::default(),
                remedy: "",
                skip_limit: None,
            };
            report.count(&error);
            report.count(&error);
        }
        assert_eq!((report.errors.len(), report.other_errors), (3, 14));
        let mut total = report.clone();
        let mut other = Report::default();
        other.errors.insert("B".repeat(500_000), 5);
        total.merge(&other);
        assert_eq!((total.errors.len(), total.other_errors), (3, 19));
    }
}
