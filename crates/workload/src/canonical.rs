//! One spelling for equal values, so that decoders which print differently can be compared.
//!
//! A canonical line is one record: a JSON object without white space, keys sorted by code point,
//! groups dissolved into their parent, tables as arrays, every elementary value a string. Keys are
//! upper case with `-`. Numbers lose superfluous zeros and the sign of zero, text loses trailing
//! spaces; nothing else is forgiven. docs/protocol.md says the same for authors of subjects.

use std::collections::BTreeMap;

pub use instrument::wire::Spelling;
use serde_json::{Map, Value};

use crate::expect::decimal::exact;

/// The elementary fields of a record by name, upper case with `-`.
pub type Spellings = BTreeMap<String, Spelling>;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// The line is not a JSON object.
    #[error("expected a JSON object a record: {0}")]
    Json(#[from] serde_json::Error),
    /// A number in exponent form, a float that may have lost digits, a word.
    #[error("field {field}: expected an exact decimal, found {found}")]
    NotADecimal {
        /// Field name.
        field: String,
        /// The value as printed.
        found: String,
    },
    /// An object or list where a value was due.
    #[error("field {field}: expected one value, found {found}")]
    NotAValue {
        /// Field name.
        field: String,
        /// The value as printed.
        found: String,
    },
}

/// The canonical line, without line feed, of a record that a decoder printed as a JSON object.
/// Members that are no field of the record are left out, fields that are absent stay absent.
///
/// # Errors
///
/// [`CanonicalError`] for what is not JSON, or not exact.
pub fn canonical_line(json: &str, spellings: &Spellings) -> Result<String, CanonicalError> {
    let members: Map<String, Value> = serde_json::from_str(json)?;
    let mut out = BTreeMap::new();
    dissolve(&members, spellings, &mut out)?;
    Ok(serde_json::to_string(&out)?)
}

/// A field's name in canonical spelling.
pub fn canonical_name(name: &str) -> String {
    name.to_ascii_uppercase().replace('_', "-")
}

fn dissolve(
    members: &Map<String, Value>,
    spellings: &Spellings,
    out: &mut BTreeMap<String, Value>,
) -> Result<(), CanonicalError> {
    for (name, value) in members {
        let name = canonical_name(name);
        match (value, spellings.get(&name)) {
            (Value::Object(group), None) => dissolve(group, spellings, out)?,
            (Value::Array(rows), spelling) => {
                let rows = rows
                    .iter()
                    .map(|row| element(&name, row, spelling, spellings));
                out.insert(name.clone(), Value::Array(rows.collect::<Result<_, _>>()?));
            }
            (value, Some(spelling)) => {
                out.insert(
                    name.clone(),
                    Value::String(scalar(&name, value, *spelling)?),
                );
            }
            (_, None) => {}
        }
    }
    Ok(())
}

fn element(
    name: &str,
    row: &Value,
    spelling: Option<&Spelling>,
    spellings: &Spellings,
) -> Result<Value, CanonicalError> {
    match (row, spelling) {
        (Value::Object(members), _) => {
            let mut out = BTreeMap::new();
            dissolve(members, spellings, &mut out)?;
            Ok(Value::Object(out.into_iter().collect()))
        }
        (value, Some(spelling)) => Ok(Value::String(scalar(name, value, *spelling)?)),
        (value, None) => Err(CanonicalError::NotAValue {
            field: name.to_owned(),
            found: value.to_string(),
        }),
    }
}

fn scalar(field: &str, value: &Value, spelling: Spelling) -> Result<String, CanonicalError> {
    let error = |found: String| CanonicalError::NotADecimal {
        field: field.to_owned(),
        found,
    };
    match (value, spelling) {
        (Value::String(text), Spelling::Text) => Ok(text.trim_end_matches(' ').to_owned()),
        (Value::String(text), Spelling::Number) => {
            canonical_decimal(text).ok_or_else(|| error(value.to_string()))
        }
        // A JSON number is exact only as an integer: serde_json reads others through a float.
        (Value::Number(n), Spelling::Number) if n.is_i64() || n.is_u64() => Ok(n.to_string()),
        (Value::Number(_), _) => Err(error(value.to_string())),
        _ => Err(CanonicalError::NotAValue {
            field: field.to_owned(),
            found: value.to_string(),
        }),
    }
}

/// `-0012.50` as `-12.5`; `None` for what is no plain decimal.
pub fn canonical_decimal(text: &str) -> Option<String> {
    let plain = !text.contains(['e', 'E']);
    plain
        .then(|| exact(text.trim()))?
        .map(|number| number.plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_that_are_equal_are_spelled_alike() {
        for (text, expected) in [
            ("-0012.50", "-12.5"),
            ("12.5", "12.5"),
            ("+00", "0"),
            ("-0.00", "0"),
            (".5", "0.5"),
            (" 7 ", "7"),
        ] {
            assert_eq!(canonical_decimal(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-", "1e5", "1.2.3", "abc", "--1", "."] {
            assert_eq!(canonical_decimal(text), None, "{text}");
        }
    }

    #[test]
    fn groups_dissolve_and_tables_stay() {
        let spellings = [("A-B", Spelling::Number), ("T", Spelling::Text)];
        let spellings = spellings.map(|(name, s)| (name.to_owned(), s)).into();
        let line = r#"{"t":"x ","rows":[{"g":{"a_b":"01"}}],"extra":1}"#;
        let line = canonical_line(line, &spellings).expect("it is canonical");
        assert_eq!(line, r#"{"ROWS":[{"A-B":"1"}],"T":"x"}"#);
    }

    #[test]
    fn a_float_is_refused() {
        let spellings = [("A".to_owned(), Spelling::Number)].into();
        let error = canonical_line(r#"{"A":1.5}"#, &spellings).expect_err("not exact");
        assert!(error.to_string().contains("field A"), "{error}");
    }
}
