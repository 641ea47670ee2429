//! Values as lean JSON: no white space, every field once.

use crate::program::{Decimals, SUFFIX, write_hex, write_key, write_value};
use crate::value::Value;

use super::reader::Visitor;
use super::{DecodeError, DecodeOptions, RawBytes, Report};

/// Writes what it is told about a record as one JSON object.
pub(crate) struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
    report: &'a mut Report,
    decimals: Decimals,
    raw: Option<RawBytes>,
    /// Number of the record, for the errors that it counts.
    record: u64,
    absolute: Option<u64>,
    /// For each open object or array: whether it is an array.
    arrays: Vec<bool>,
    /// The key of the raw bytes that come next, where it is not the usual one.
    raw_key: Option<String>,
    /// The key of the last table, and the raw bytes of its elements so far if they are elementary:
    /// they make an array of their own behind it.
    raw_table: (String, Vec<u8>),
    /// The next value is the first of its object or array.
    first: bool,
}

impl<'a> JsonWriter<'a> {
    pub(crate) fn new(
        out: &'a mut Vec<u8>,
        report: &'a mut Report,
        options: &DecodeOptions,
        record: u64,
        absolute: Option<u64>,
    ) -> JsonWriter<'a> {
        out.push(b'{');
        JsonWriter {
            out,
            report,
            decimals: options.decimals,
            raw: options.raw,
            record,
            absolute,
            arrays: Vec::new(),
            raw_key: None,
            raw_table: (String::new(), Vec::new()),
            first: true,
        }
    }

    /// Of one value of that record alone, without a key.
    pub(crate) fn of_value(
        out: &'a mut Vec<u8>,
        report: &'a mut Report,
        options: &DecodeOptions,
        record: u64,
        absolute: Option<u64>,
    ) -> JsonWriter<'a> {
        let mut writer = JsonWriter::new(out, report, options, record, absolute);
        writer.out.pop();
        writer.arrays.push(true);
        writer
    }

    pub(crate) fn finish(self) {
        self.out.extend_from_slice(b"}\n");
    }

    /// Comma and key, as the place asks for.
    fn begin(&mut self, key: &str) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        if self.arrays.last() != Some(&true) {
            write_key(key, "", self.out);
        }
    }

    fn raw(&mut self, key: &str, bytes: &[u8]) {
        let Some(form) = self.raw else { return };
        if self.arrays.last() == Some(&true) {
            let elements = &mut self.raw_table.1;
            if !elements.is_empty() {
                elements.push(b',');
            }
            write_raw(form, bytes, elements);
        } else {
            let key = self.raw_key(key);
            self.begin(&key);
            write_raw(form, bytes, self.out);
        }
    }

    fn raw_key(&mut self, key: &str) -> String {
        let own = self.raw_key.take();
        own.unwrap_or_else(|| format!("{key}{SUFFIX}"))
    }

    fn end_raw_table(&mut self) {
        let (key, elements) = std::mem::take(&mut self.raw_table);
        if !elements.is_empty() {
            self.begin(&key);
            self.out.push(b'[');
            self.out.extend_from_slice(&elements);
            self.out.push(b']');
        }
    }
}

impl Visitor for JsonWriter<'_> {
    fn raw_as(&mut self, key: &str) {
        self.raw_key = Some(key.to_owned());
    }

    fn field(&mut self, key: &str, bytes: &[u8], value: Value<'_>) {
        self.begin(key);
        let quoted = matches!(value, Value::Text(_))
            || (matches!(value, Value::Decimal(_)) && self.decimals == Decimals::Text);
        if quoted {
            self.out.push(b'"');
        }
        write_value(value, self.out);
        if quoted {
            self.out.push(b'"');
        }
        self.raw(key, bytes);
    }

    fn group(&mut self, key: &str) {
        self.begin(key);
        self.out.push(b'{');
        self.arrays.push(false);
        self.first = true;
    }

    fn end_group(&mut self) {
        self.out.push(b'}');
        self.arrays.pop();
        self.first = false;
    }

    fn table(&mut self, key: &str, _count: usize) {
        if self.raw.is_some() {
            self.raw_table = (self.raw_key(key), Vec::new());
        }
        self.begin(key);
        self.out.push(b'[');
        self.arrays.push(true);
        self.first = true;
    }

    fn end_table(&mut self) {
        self.out.push(b']');
        self.arrays.pop();
        self.first = false;
        self.end_raw_table();
    }

    fn invalid(&mut self, error: &DecodeError) {
        self.report.nulls += 1;
        self.tolerated(error);
    }

    fn tolerated(&mut self, error: &DecodeError) {
        let absolute = self.absolute.map(|start| start + error.offset as u64);
        self.report.count_in(error, self.record, absolute);
    }

    fn blank(&mut self) {
        self.report.blanks += 1;
    }

    fn absent(&mut self) {
        self.report.absent += 1;
    }
}

fn write_raw(form: RawBytes, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    match form {
        RawBytes::Hex => write_hex(bytes, out),
        RawBytes::Base64 => write_base64(bytes, out),
    }
    out.push(b'"');
}

/// RFC 4648, section 4, with padding.
fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let mut word = [0; 4];
        word[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(word);
        for index in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * index) & 0x3F) as usize];
            out.push(if index <= chunk.len() { letter } else { b'=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            let mut out = Vec::new();
            write_base64(bytes.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).as_deref(), Ok(text));
        }
    }
}
