//! A data set as files, for programs that are not this one.

use std::io::{self, Write};

use crate::Workload;
use crate::encode::{self, Encoding};
use crate::lines::Style;

/// Writes the records back to back, without anything between them, and the JSON Lines that a right
/// decoder prints for them. Record by record: a data set may be larger than memory.
///
/// # Errors
/// A writer takes no more.
pub fn write(set: &Workload, mut records: impl Write, mut lines: impl Write) -> io::Result<()> {
    let drawing = set.drawing();
    let (mut bytes, mut line) = (Vec::new(), String::new());
    for index in 0..set.records {
        bytes.clear();
        line.clear();
        let values = drawing.record(index);
        encode::record(&set.description, Encoding::default(), &values, &mut bytes);
        set.expected_line(&drawing, index, Style::default(), &mut line);
        records.write_all(&bytes)?;
        lines.write_all(line.as_bytes())?;
    }
    records.flush()?;
    lines.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    #[test]
    fn files_hold_what_the_benchmarks_decode_and_expect() {
        for set in Workload::all(20_000) {
            let (mut records, mut lines) = (Vec::new(), Vec::new());
            write(&set, &mut records, &mut lines).expect("memory");
            assert_eq!(records, set.data(), "{}", set.name);
            check::verify(&set, Style::default(), &lines).expect("the expected lines");
        }
    }
}
