//! A decoded record, field by field, and where two of them differ.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use workload::canonical::canonical_decimal;

/// Values by COBOL reference: `ITEM-3` or `ITEM-3(1, 2)`, groups left out.
pub type Fields = BTreeMap<String, String>;

/// Two decoders disagree about a field.
#[derive(Debug)]
pub struct Difference {
    /// From 0.
    pub record: usize,
    /// With subscripts.
    pub field: String,
    /// What was compared: its value, its offset.
    pub what: &'static str,
    /// What we say.
    pub ours: String,
    /// What the other one says.
    pub theirs: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference {
            record,
            field,
            what,
            ours,
            theirs,
        } = self;
        write!(
            f,
            "record {record}, {field}: {what} {ours:?} here, {theirs:?} there"
        )
    }
}

/// The fields of a record that was printed as JSON with flat groups.
///
/// # Errors
///
/// What is not a JSON object of values, objects and lists.
pub fn of_json(line: &str) -> Result<Fields> {
    let Value::Object(members) = serde_json::from_str(line)? else {
        bail!("expected an object a record, found {line}");
    };
    let mut out = Fields::new();
    for (name, value) in &members {
        flatten(name, value, &[], &mut out)?;
    }
    Ok(out)
}

fn flatten(name: &str, value: &Value, at: &[usize], out: &mut Fields) -> Result<()> {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flatten(name, value, at, out)?;
            }
        }
        Value::Array(rows) => {
            for (i, row) in rows.iter().enumerate() {
                flatten(name, row, &[at, &[i + 1]].concat(), out)?;
            }
        }
        Value::String(text) => drop(out.insert(reference(name, at), text.clone())),
        Value::Number(number) => drop(out.insert(reference(name, at), number.to_string())),
        other => bail!("{}: expected a value, found {other}", reference(name, at)),
    }
    Ok(())
}

/// The field's name with its subscripts.
pub fn reference(name: &str, at: &[usize]) -> String {
    let subscripts: Vec<_> = at.iter().map(usize::to_string).collect();
    match at {
        [] => name.to_owned(),
        _ => format!("{name}({})", subscripts.join(", ")),
    }
}

/// One spelling of equal numbers.
///
/// # Errors
///
/// What is not a decimal number.
pub fn decimal(text: &str) -> Result<String> {
    canonical_decimal(text).with_context(|| format!("expected a number, found {text:?}"))
}
