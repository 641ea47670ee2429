//! The text itself: every field there, every number one that JSON's readers agree on, and the hash.

use std::fmt;

use serde_json::Value;

use super::Problems;
use crate::model::Receipt;
use crate::seal;

/// Beyond this, readers of JSON disagree on integers (RFC 8785, section 3.2.2.3), and so that it does
/// not matter how a number is written, none may be greater. 2^53 ns are 104 days.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

pub(super) fn check(receipt: &Receipt, raw: &str, problems: &mut Problems) {
    let raw: Value = match serde_json::from_str(raw) {
        Ok(value) => value,
        Err(error) => return problems.add(".", "JSON", error.to_string()),
    };
    match receipt.to_value() {
        Ok(model) => same_fields(&Path::Root, &model, &raw, problems),
        Err(error) => return problems.add(".", "finite numbers throughout", error.to_string()),
    }
    safe_numbers(&Path::Root, &raw, problems);
    problems.sha256(".integrity.sha256", &receipt.integrity.sha256);
    match seal::sha256(raw) {
        Ok(expected) => problems.same(
            ".integrity.sha256",
            expected.as_str(),
            &receipt.integrity.sha256,
        ),
        Err(error) => problems.add(".", "a canonical form", error.to_string()),
    }
}

/// Where something is, written out only where something is wrong with it: there are hundreds of numbers
/// in a receipt.
enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(of, name) => write!(out, "{of}.{name}"),
            Self::Item(of, index) => write!(out, "{of}[{index}]"),
        }
    }
}

/// serde takes an absent optional field for null; the format does not.
fn same_fields(path: &Path<'_>, model: &Value, raw: &Value, problems: &mut Problems) {
    match (model, raw) {
        (Value::Object(model), Value::Object(raw)) => {
            for (key, value) in model {
                let path = Path::Field(path, key);
                match raw.get(key) {
                    Some(found) => same_fields(&path, value, found, problems),
                    None => problems.add(path.to_string(), "a field", "none"),
                }
            }
            for (key, found) in raw.iter().filter(|(key, _)| !model.contains_key(*key)) {
                let path = Path::Field(path, key);
                problems.add(path.to_string(), "no such field", found.to_string());
            }
        }
        (Value::Array(model), Value::Array(raw)) => {
            for (index, (model, raw)) in model.iter().zip(raw).enumerate() {
                same_fields(&Path::Item(path, index), model, raw, problems);
            }
        }
        _ => {}
    }
}

fn safe_numbers(path: &Path<'_>, raw: &Value, problems: &mut Problems) {
    match raw {
        Value::Object(object) => {
            for (key, value) in object {
                safe_numbers(&Path::Field(path, key), value, problems);
            }
        }
        Value::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                safe_numbers(&Path::Item(path, index), value, problems);
            }
        }
        Value::Number(number) => {
            // A number from text always has a double; absent would be unsafe.
            let safe = number.as_f64().is_some_and(|value| value.abs() <= MAX_SAFE);
            if !safe {
                let found = number.to_string();
                problems.add(path.to_string(), "a number within 2^53 - 1 of 0", found);
            }
        }
        _ => {}
    }
}
