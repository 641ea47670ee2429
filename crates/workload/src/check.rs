//! Compares a whole output with the values it should come from, and says where it differs.

use std::fmt;

pub use instrument::answer::{Answer as Verified, sha256};
pub use instrument::wire::Against;
use serde_json::Value;

use crate::lines::Style;
use crate::workload::Workload;

/// An output that is not what the values say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mismatch {
    /// Record number, from 1.
    pub record: u64,
    /// Field, with groups and subscripts: `ORDERS(3).ORDER-TOTAL`; empty where the whole line is
    /// missing, superfluous or no JSON.
    pub field: String,
    /// What the values say.
    pub expected: String,
    /// What the decoder printed.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            record,
            field,
            expected,
            found,
        } = self;
        write!(f, "wrong answer at record {record}")?;
        if !field.is_empty() {
            write!(f, ", field {field}")?;
        }
        write!(f, ": expected {expected}, found {found}; nothing was timed")
    }
}

/// Compares the output for all of a workload's records, byte for byte, regenerating the expected
/// lines one by one so that a large data set needs no second copy.
///
/// # Errors
///
/// The first difference, by record and field.
pub fn verify(workload: &Workload, style: Style, output: &[u8]) -> Result<Verified, Mismatch> {
    let drawing = workload.drawing();
    let (mut rest, mut line) = (output, String::new());
    for index in 0..workload.records {
        line.clear();
        workload.expected_line(&drawing, index, style, &mut line);
        rest = match rest.strip_prefix(line.as_bytes()) {
            Some(rest) => rest,
            None => return Err(difference(index + 1, &line, rest)),
        };
    }
    if !rest.is_empty() {
        return Err(Mismatch {
            record: workload.records + 1,
            field: String::new(),
            expected: "the end of the output".to_owned(),
            found: shown(first_line(rest)),
        });
    }
    Ok(Verified::of(Against::Values, workload.records, output))
}

/// What differs first between two lines that are not the same.
#[must_use]
pub fn difference(record: u64, expected: &str, rest: &[u8]) -> Mismatch {
    let found = first_line(rest);
    let expected = expected.trim_end_matches('\n');
    let whole = |found: String| Mismatch {
        record,
        field: String::new(),
        expected: shown(expected.as_bytes()),
        found,
    };
    if rest.is_empty() {
        return whole("the end of the output".to_owned());
    }
    let parsed = (
        serde_json::from_str(expected),
        serde_json::from_slice(found),
    );
    let (Ok(expected_value), Ok(found_value)) = parsed else {
        return whole(shown(found));
    };
    match first_difference(&expected_value, &found_value, "") {
        Some((field, expected, found)) => Mismatch {
            record,
            field,
            expected,
            found,
        },
        None => whole(format!(
            "{}, equal in value but spelled otherwise",
            shown(found)
        )),
    }
}

/// Where two values differ first: the path in COBOL's spelling, and both sides.
fn first_difference(
    expected: &Value,
    found: &Value,
    path: &str,
) -> Option<(String, String, String)> {
    match (expected, found) {
        (Value::Object(e), Value::Object(f)) => {
            let child = |key: &str| match path {
                "" => key.to_owned(),
                _ => format!("{path}.{key}"),
            };
            let missing =
                |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
            for (key, value) in e {
                match f.get(key) {
                    Some(other) => {
                        if let Some(difference) = first_difference(value, other, &child(key)) {
                            return Some(difference);
                        }
                    }
                    None => return Some((child(key), value.to_string(), missing(None))),
                }
            }
            let extra = f.iter().find(|(key, _)| !e.contains_key(*key))?;
            Some((child(extra.0), missing(None), extra.1.to_string()))
        }
        (Value::Array(e), Value::Array(f)) => {
            let rows = e.iter().zip(f).enumerate();
            let mut differences = rows
                .filter_map(|(i, (e, f))| first_difference(e, f, &format!("{path}({})", i + 1)));
            differences.next().or_else(|| {
                let count = |rows: &[Value]| format!("{} occurrences", rows.len());
                (e.len() != f.len()).then(|| (path.to_owned(), count(e), count(f)))
            })
        }
        _ if expected == found => None,
        _ => Some((path.to_owned(), expected.to_string(), found.to_string())),
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default()
}

/// The beginning of a line, for a message.
fn shown(line: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(&line[..line.len().min(MOST)]);
    if line.len() > MOST {
        format!("{text}…")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(workload: &Workload) -> Vec<u8> {
        let (drawing, mut lines) = (workload.drawing(), String::new());
        for index in 0..workload.records {
            workload.expected_line(&drawing, index, Style::default(), &mut lines);
        }
        lines.into_bytes()
    }

    #[test]
    fn the_right_output_passes() {
        let workload = Workload::customer(20);
        let verified = verify(&workload, Style::default(), &right(&workload)).expect("it is right");
        assert_eq!((verified.records, verified.against), (20, Against::Values));
    }

    #[test]
    fn a_flipped_digit_is_found_in_its_field() {
        let workload = Workload::comp3_heavy(3);
        let output = String::from_utf8(right(&workload)).expect("it is UTF-8");
        let lines: Vec<_> = output.lines().collect();
        let at = lines[1].find("AMOUNT-04").expect("the field is there") + "AMOUNT-04\":\"".len();
        let mut wrong = output.clone().into_bytes();
        let digit = lines[0].len() + 1 + at + usize::from(lines[1].as_bytes()[at] == b'-');
        wrong[digit] ^= 1;
        let error = verify(&workload, Style::default(), &wrong).expect_err("it is wrong");
        assert_eq!((error.record, error.field.as_str()), (2, "AMOUNT-04"));
    }

    #[test]
    fn a_short_and_a_long_output_are_refused() {
        let workload = Workload::binary_heavy(5);
        let mut output = right(&workload);
        let last = output.len() - 10;
        let error = verify(&workload, Style::default(), &output[..last]).expect_err("cut");
        assert_eq!(error.record, 5);
        assert_eq!(
            verify(&workload, Style::default(), b"")
                .expect_err("empty")
                .record,
            1
        );
        output.extend_from_slice(b"{}\n");
        assert_eq!(
            verify(&workload, Style::default(), &output)
                .expect_err("long")
                .record,
            6
        );
    }
}
