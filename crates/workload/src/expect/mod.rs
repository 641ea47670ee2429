//! Compares decoded records with a file of expected values, value for value: another program wrote
//! that file, so spelling, order and layout of its JSON are its own.
//!
//! What counts, whatever the [`Rules`]: every field on both sides, the number of records, the
//! number of elements of every table, decimals by their exact value (never through a float), COMP-1
//! and COMP-2 to their precision. Names are compared without case and with `-` for `_`.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use copybook_decode::Schema;
use copybook_decode::schema::Kind;
use serde::{Deserialize, Serialize};

use crate::canonical::canonical_name;
use crate::check::{Against, Mismatch, Verified};

mod compare;
pub(crate) mod decimal;
mod json;

use json::Json;

/// What does not count as a difference, because the program that wrote the expected values says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Spaces around text.
    pub trim_text: bool,
    /// It filled up null: a field that is null here, or an empty text, is allowed to be missing,
    /// empty or zero there.
    pub null_fill: bool,
}

/// What a name stands for, as far as comparing goes; `None` in the map where a name stands for
/// several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Decimal,
    Single,
    Double,
}

/// Compares decoded records with expected ones.
#[derive(Debug)]
pub struct Expectation {
    rules: Rules,
    classes: BTreeMap<String, Option<Class>>,
}

impl Expectation {
    /// For records of this copybook.
    pub fn new(schema: &Schema, rules: Rules) -> Self {
        let mut classes = BTreeMap::new();
        for field in schema.fields() {
            let class = match field.kind() {
                Kind::Zoned { .. }
                | Kind::Packed { .. }
                | Kind::Binary { .. }
                | Kind::Edited { .. }
                | Kind::ExternalFloat { .. }
                | Kind::NationalNumber { .. } => Class::Decimal,
                Kind::Float if field.size() == 4 => Class::Single,
                Kind::Float => Class::Double,
                _ => Class::Text,
            };
            classes
                .entry(canonical_name(field.name()))
                .and_modify(|known: &mut Option<Class>| {
                    *known = known.filter(|&known| known == class)
                })
                .or_insert(Some(class));
        }
        Expectation { rules, classes }
    }

    /// Compares a whole output with the whole file.
    ///
    /// # Errors
    ///
    /// The first difference, by record and field; or the file can't be read.
    pub fn verify(&self, expected: impl BufRead, output: &[u8]) -> Result<Verified, ExpectError> {
        let mut found = output.split_inclusive(|&byte| byte == b'\n');
        let mut records = 0;
        for line in expected.lines() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            records += 1;
            self.record(records, &line, found.next())?;
        }
        match found.next() {
            None => Ok(Verified::of(Against::ExpectedFile, records, output)),
            Some(more) => {
                Err(whole(records + 1, "the end of the output".to_owned(), shown(more)).into())
            }
        }
    }

    fn record(&self, record: u64, expected: &str, found: Option<&[u8]>) -> Result<(), Mismatch> {
        let Some(found) = found else {
            let end = "the end of the output".to_owned();
            return Err(whole(record, shown(expected.as_bytes()), end));
        };
        let expected = json::parse(expected.as_bytes()).map_err(|error| {
            whole(
                record,
                format!("a JSON object in the expected file ({error})"),
                shown(expected.as_bytes()),
            )
        })?;
        let expected = self.unwrapped(expected);
        let found = json::parse(found)
            .map_err(|error| whole(record, format!("a JSON object ({error})"), shown(found)))?;
        match compare::difference(self, &expected, &found, "") {
            None => Ok(()),
            Some(difference) => Err(Mismatch {
                record,
                field: difference.field,
                expected: difference.expected,
                found: difference.found,
            }),
        }
    }
}

/// The predecessor's envelope around a record (its docs/jsonl-schema.md).
const ENVELOPE: &str = "copybook.v1";

impl Expectation {
    /// The record in the predecessor's envelope, which repeats its fields in `fields`; any other
    /// record as it is. A copybook may well have a field named SCHEMA: then there is no envelope.
    fn unwrapped(&self, record: Json) -> Json {
        let is_field = |name: &str| self.classes.contains_key(&canonical_name(name));
        let Json::Object(mut members) = record else {
            return record;
        };
        let marked = members.iter().any(|(name, value)| {
            name == "schema" && matches!(value, Json::Text(text) if text == ENVELOPE)
        });
        let fields = members
            .iter()
            .position(|(name, value)| name == "fields" && matches!(value, Json::Object(_)));
        match fields {
            Some(at) if marked && !is_field("schema") => members.swap_remove(at).1,
            _ => Json::Object(members),
        }
    }
}

/// Why an output does not pass.
#[derive(Debug, thiserror::Error)]
pub enum ExpectError {
    /// It differs.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The expected values can't be read.
    #[error("reading the expected values: {0}")]
    Read(#[from] io::Error),
}

fn whole(record: u64, expected: String, found: String) -> Mismatch {
    Mismatch {
        record,
        field: String::new(),
        expected,
        found,
    }
}

fn shown(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(200)])
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPYBOOK: &str = "
       01  R.
           05  NAME-A  PIC X(5).
           05  AMOUNT  PIC S9(16)V99 COMP-3.
           05  RATE    COMP-1.
           05  N       PIC 9(2).
           05  T OCCURS 0 TO 3 TIMES DEPENDING ON N PIC 9(4).
";

    fn check(rules: Rules, expected: &str, found: &str) -> Result<(), String> {
        let schema = Schema::parse(COPYBOOK).expect("it is a copybook");
        Expectation::new(&schema, rules)
            .verify(expected.as_bytes(), found.as_bytes())
            .map(|verified| assert_eq!(verified.against, Against::ExpectedFile))
            .map_err(|error| error.to_string())
    }

    const FOUND: &str = concat!(
        r#"{"NAME-A":"ab   ","AMOUNT":"-9007199254740993.10","RATE":0.1,"N":"02","T":["0001","2"]}"#,
        "\n"
    );

    #[test]
    fn spelling_does_not_count() {
        let expected = r#"{ "n": 2, "name_a": "ab   ", "amount": -9007199254740993.1,
            "rate": 0.100000001, "t": [1, 2e0] }"#
            .replace('\n', " ");
        assert_eq!(check(Rules::default(), &expected, FOUND), Ok(()));
    }

    /// As copybook-rs prints records: in an envelope, and once more beside it.
    #[test]
    fn the_predecessors_envelope_is_taken_off() {
        let fields = r#"{"NAME-A":"ab   ","AMOUNT":"-9007199254740993.10","RATE":0.1,"N":"2","T":["1","2"]}"#;
        let line = |fields: &str| {
            format!(
                r#"{{"schema":"copybook.v1","record_index":0,"codepage":"cp037","fields":{fields},"NAME-A":"ab   "}}"#
            )
        };
        assert_eq!(check(Rules::default(), &line(fields), FOUND), Ok(()));
        let wrong = line(&fields.replace("ab", "ac"));
        let error = check(Rules::default(), &wrong, FOUND).expect_err("another value");
        assert!(error.contains("NAME-A"), "{error}");
        let other = line(fields).replace("copybook.v1", "copybook.v2");
        check(Rules::default(), &other, FOUND).expect_err("an envelope of another version");
    }

    #[test]
    fn every_value_counts() {
        let line = |name: &str, amount: &str, rate: &str, t: &str| {
            format!(r#"{{"NAME-A":{name},"AMOUNT":{amount},"RATE":{rate},"N":2,"T":{t}}}"#)
        };
        let right = ["\"ab   \"", "-9007199254740993.10", "0.1", "[1,2]"];
        for (at, wrong, field) in [
            (0, "\"ac   \"", "NAME-A"),
            // The nearest double is the same.
            (1, "-9007199254740992.10", "AMOUNT"),
            (1, "\"9007199254740993.10\"", "AMOUNT"),
            (2, "0.10000002", "RATE"),
            (3, "[1]", "T"),
            (3, "[1,3]", "T(2)"),
            (3, "null", "T"),
        ] {
            let mut values = right;
            values[at] = wrong;
            let expected = line(values[0], values[1], values[2], values[3]);
            let error = check(Rules::default(), &expected, FOUND).expect_err(wrong);
            assert!(
                error.contains(&format!("record 1, field {field}:")),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_missing_or_superfluous_counts() {
        let without = r#"{"NAME-A":"ab   ","AMOUNT":-9007199254740993.1,"RATE":0.1,"N":2}"#;
        let error = check(Rules::default(), without, FOUND).expect_err("T is missing");
        assert!(error.contains("field T: expected nothing"), "{error}");
        let error = check(Rules::default(), FOUND, without).expect_err("T is missing");
        assert!(
            error.contains("field T:") && error.contains("found nothing"),
            "{error}"
        );
        let error = check(Rules::default(), FOUND, "").expect_err("it is short");
        assert!(error.contains("found the end of the output"), "{error}");
        let error = check(Rules::default(), "", FOUND).expect_err("it is long");
        assert!(error.contains("record 1: expected the end"), "{error}");
    }

    #[test]
    fn rules_forgive_what_they_say_and_no_more() {
        let found = r#"{"NAME-A":"","AMOUNT":null,"RATE":0,"N":"00","T":[]}"#;
        let filled = r#"{"AMOUNT":0,"RATE":0,"N":0,"T":[]}"#;
        let rules = Rules {
            null_fill: true,
            trim_text: false,
        };
        assert_eq!(check(rules, filled, found), Ok(()));
        assert!(check(Rules::default(), filled, found).is_err());
        let other = filled.replace("\"AMOUNT\":0", "\"AMOUNT\":1");
        assert!(check(rules, &other, found).is_err());
        let trimmed = FOUND.replace("ab   ", "ab");
        let rules = Rules {
            trim_text: true,
            null_fill: false,
        };
        assert_eq!(check(rules, &trimmed, FOUND), Ok(()));
        assert!(check(Rules::default(), &trimmed, FOUND).is_err());
    }
}
