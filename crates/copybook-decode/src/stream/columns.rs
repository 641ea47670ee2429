//! What a stream prints of a record that is not in it: its file, number and place, and the record
//! that it belongs to. Keys start with a low line, as no name in COBOL does.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::decode::{Ancestors, DecodeError, Decoder, Report};
use crate::program::write_char;
use crate::record::Record;

/// Which of them are printed.
#[derive(Debug)]
pub(super) struct Columns {
    /// The key and the name, as JSON.
    file: Option<Vec<u8>>,
    position: bool,
    /// The last records that others belong to. Batches are decoded in order then.
    ancestors: Option<Mutex<Ancestors>>,
}

impl Columns {
    /// Nothing if there is nothing to print.
    pub(super) fn new(decoder: &Decoder) -> Option<Columns> {
        let options = decoder.options();
        let columns = Columns {
            file: decoder.file().map(file),
            position: options.with_position,
            ancestors: decoder.has_family().then(Mutex::default),
        };
        let any = columns.file.is_some() || columns.position || columns.ancestors.is_some();
        any.then_some(columns)
    }

    /// Bytes that they take at most, but for the id of the record that it belongs to: that takes one
    /// thread, which holds no other record's.
    pub(super) fn most(&self) -> usize {
        /// Of keys and numbers.
        const REST: usize = 128;
        self.file.as_ref().map_or(0, Vec::len) + REST
    }

    /// Appends them without a closing brace; false if the record is left out.
    pub(super) fn write(
        &self,
        decoder: &Decoder,
        record: &Record<'_>,
        out: &mut Vec<u8>,
        report: &mut Report,
    ) -> Result<bool, DecodeError> {
        let mut separator = b'{';
        let mut next = |out: &mut Vec<u8>| {
            out.push(separator);
            separator = b',';
        };
        if let Some(file) = &self.file {
            next(out);
            out.extend_from_slice(file);
        }
        // Writing to memory does not fail.
        if self.position || self.ancestors.is_some() {
            next(out);
            let _ = write!(out, "\"_record\":{}", record.number);
        }
        if self.position {
            next(out);
            let _ = write!(out, "\"_offset\":{}", record.offset);
        }
        let Some(last) = &self.ancestors else {
            return Ok(true);
        };
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let found = decoder.ancestor(&mut last, &record.bytes, record.number, report)?;
        let Some(ancestor) = found else {
            return Ok(false);
        };
        next(out);
        let id = match ancestor {
            Some(ancestor) => {
                let _ = write!(out, "\"_parent_record\":{}", ancestor.number);
                ancestor.id
            }
            None => {
                out.extend_from_slice(b"\"_parent_record\":null");
                None
            }
        };
        next(out);
        out.extend_from_slice(b"\"_parent_id\":");
        match id {
            Some(id) => write_text(&id, out),
            None => out.extend_from_slice(b"null"),
        }
        Ok(true)
    }
}

fn file(name: &str) -> Vec<u8> {
    let mut out = b"\"_file\":".to_vec();
    write_text(name, &mut out);
    out
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    text.chars()
        .for_each(|character| write_char(character, out));
    out.push(b'"');
}
