//! The text itself: every field there, every number one that JSON's readers agree on, and the hash.

use serde_json::Value;

use super::Problems;
use crate::model::Receipt;
use crate::seal;

/// Integers beyond this are not exact in every reader of JSON (RFC 8785, section 3.2.2.3).
const MAX_SAFE: u64 = (1 << 53) - 1;

pub(super) fn check(receipt: &Receipt, raw: &str, problems: &mut Problems) {
    let raw: Value = match serde_json::from_str(raw) {
        Ok(value) => value,
        Err(error) => return problems.add(".", "JSON", error.to_string()),
    };
    match serde_json::to_value(receipt) {
        Ok(model) => same_fields("", &model, &raw, problems),
        Err(error) => return problems.add(".", "finite numbers throughout", error.to_string()),
    }
    safe_integers("", &raw, problems);
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

/// serde takes an absent optional field for null; the format does not.
fn same_fields(path: &str, model: &Value, raw: &Value, problems: &mut Problems) {
    match (model, raw) {
        (Value::Object(model), Value::Object(raw)) => {
            for (key, value) in model {
                let path = format!("{path}.{key}");
                match raw.get(key) {
                    Some(found) => same_fields(&path, value, found, problems),
                    None => problems.add(path, "a field", "none"),
                }
            }
        }
        (Value::Array(model), Value::Array(raw)) => {
            for (index, (model, raw)) in model.iter().zip(raw).enumerate() {
                same_fields(&format!("{path}[{index}]"), model, raw, problems);
            }
        }
        _ => {}
    }
}

fn safe_integers(path: &str, raw: &Value, problems: &mut Problems) {
    match raw {
        Value::Object(object) => {
            for (key, value) in object {
                safe_integers(&format!("{path}.{key}"), value, problems);
            }
        }
        Value::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                safe_integers(&format!("{path}[{index}]"), value, problems);
            }
        }
        Value::Number(number) => {
            let safe = number.as_u64().is_none_or(|n| n <= MAX_SAFE)
                && number.as_i64().is_none_or(|n| n.unsigned_abs() <= MAX_SAFE);
            problems.require(safe, path, "an integer up to 2^53 - 1", number);
        }
        _ => {}
    }
}
