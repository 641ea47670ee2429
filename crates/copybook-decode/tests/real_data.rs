//! Real records that nobody here wrote decode to the values that another decoder found in them.
//!
//! `COPYBOOK_REAL_DATA` names the folder that has the data sets: in a folder each, a copybook, its
//! records, and the expected values as JSON Lines, to be compared by value.

#[path = "support/real_data.rs"]
mod given;

use std::fs;
use std::path::Path;

use copybook_decode::decode::{
    BlankNumbers, Decimals, DecodeOptions, Decoder, FloatFormat, Names, OnError, Report, Signs,
    Trim,
};
use copybook_decode::schema::{Kind, Schema};
use serde_json::Value;

fn decode(folder: &Path, options: &DecodeOptions) -> (Schema, Vec<String>, Vec<Value>) {
    // One of the copybooks is in Latin-1.
    let text: String = fs::read(folder.join("copybook.cob"))
        .expect("copybook")
        .iter()
        .map(|&b| char::from(b))
        .collect();
    let schema = Schema::parse(&text).expect("schema");
    let data = fs::read(folder.join("records.dat")).expect("records");
    let decoder = Decoder::new(&schema, options).expect("plan");
    let mut out = Vec::new();
    decoder
        .decode_fixed(&data, &mut out, &mut Report::default())
        .expect("decoded");
    let lines = String::from_utf8(out)
        .expect("UTF-8")
        .lines()
        .map(str::to_owned)
        .collect();
    let expected = fs::read_to_string(folder.join("expected.jsonl")).expect("expected values");
    let expected = expected
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    (schema, lines, expected.collect())
}

#[test]
fn occurs_depending() {
    let Some(folder) = given::real_data("occurs-depending") else {
        return;
    };
    let options = DecodeOptions {
        names: Names::Snake,
        trim: Trim::Both,
        decimals: Decimals::Number,
        ..DecodeOptions::default()
    };
    let (_, lines, expected) = decode(&folder, &options);
    assert_eq!(lines.len(), 10);
    assert_eq!(expected.len(), 10);
    for (line, expected) in lines.iter().zip(&expected) {
        let found: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(trimmed(&found), lower_case_keys(expected), "{line}");
    }
}

/// Every field of the data set with exact numbers: its JSON text is compared, not a 64-bit float.
#[test]
fn integral_types() {
    let Some(folder) = given::real_data("integral-types") else {
        return;
    };
    let options = DecodeOptions {
        names: Names::Snake,
        trim: Trim::Both,
        // Its unsigned packed fields carry the sign C.
        signs: Signs::Lenient,
        blank_numbers: BlankNumbers::Zero,
        floats: FloatFormat::IeeeBig,
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let (schema, lines, _) = decode(&folder, &options);
    let expected = fs::read_to_string(folder.join("expected.jsonl")).expect("expected values");
    assert_eq!(lines.len(), 100);
    let mut compared = 0;
    for (record, (line, expected)) in lines.iter().zip(expected.lines()).enumerate() {
        let (found, expected) = (pairs(line), pairs(expected));
        assert_eq!(found.len(), expected.len(), "record {}", record + 1);
        for ((key, value), (name, wanted)) in found.iter().zip(&expected) {
            assert_eq!(*key, name.to_lowercase());
            assert!(
                same(value, wanted),
                "record {}, {name}: {value}, not {wanted}",
                record + 1
            );
            compared += 1;
        }
    }
    let fields = schema
        .fields()
        .iter()
        .filter(|f| !matches!(f.kind(), Kind::Group { .. }))
        .count();
    assert_eq!(compared, 100 * fields);
}

/// Keys and values of a flat object, values as they are written, quotes dropped.
fn pairs(line: &str) -> Vec<(String, String)> {
    let mut rest = line.trim_start_matches('{');
    let mut pairs = Vec::new();
    while let Some((key, behind)) = rest.trim_start_matches(['"', ',']).split_once("\":") {
        let end = if let Some(text) = behind.strip_prefix('"') {
            text.find('"').expect("closed string") + 2
        } else {
            behind.find([',', '}']).expect("end of number")
        };
        pairs.push((key.to_owned(), behind[..end].trim_matches('"').to_owned()));
        rest = &behind[end..];
    }
    pairs
}

/// Numbers by their exact value, text as it is. `null` stands where the other decoder's null was
/// filled up with zero or nothing.
fn same(found: &str, wanted: &str) -> bool {
    match (decimal(found), decimal(wanted)) {
        (Some(found), Some(wanted)) => found == wanted,
        (None, Some(wanted)) => found == "null" && wanted.0.is_empty(),
        _ => unpadded(found) == wanted || (found == "null" && wanted.is_empty()),
    }
}

/// A text in JSON's spelling as the other decoder has it: it trims with Java's `String.trim`, which takes
/// LOW-VALUES and other control characters for spaces. We keep them.
fn unpadded(text: &str) -> String {
    let text: String = serde_json::from_str(&format!("\"{text}\"")).expect("a JSON text");
    text.trim_matches(|c| c <= ' ').to_owned()
}

/// The same of every text in a record.
fn trimmed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| (key.clone(), trimmed(value)));
            fields.collect()
        }
        Value::Array(items) => items.iter().map(trimmed).collect(),
        Value::String(text) => text.trim_matches(|c| c <= ' ').into(),
        other => other.clone(),
    }
}

/// Significant digits with sign, and the power of ten of the last: exact, without a float.
fn decimal(text: &str) -> Option<(String, i32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, digits) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = all.trim_end_matches('0');
    let significant = kept.trim_start_matches('0');
    let dropped = i32::try_from(all.len() - kept.len()).ok()?;
    let scale = i32::try_from(fraction.len()).ok()?;
    if significant.is_empty() {
        return Some((String::new(), 0));
    }
    Some((
        format!("{sign}{significant}"),
        exponent.parse::<i32>().ok()? - scale + dropped,
    ))
}

fn lower_case_keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.to_lowercase(), lower_case_keys(value)))
            .collect(),
        Value::Array(items) => items.iter().map(lower_case_keys).collect(),
        other => other.clone(),
    }
}
