//! Where two records differ first.

use super::decimal::exact;
use super::json::Json;
use super::{Class, Expectation};
use crate::canonical::canonical_name;

/// The field, with groups and subscripts, and both sides.
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) expected: String,
    pub(super) found: String,
}

/// `path` is the canonical name of what is compared, with groups and subscripts; empty for the
/// record itself.
pub(super) fn difference(
    expectation: &Expectation,
    expected: &Json,
    found: &Json,
    path: &str,
) -> Option<Difference> {
    match (expected, found) {
        (Json::Object(e), Json::Object(f)) => members(expectation, e, f, path),
        (Json::Array(e), Json::Array(f)) if e.len() == f.len() => {
            let rows = e.iter().zip(f).enumerate();
            rows.map(|(i, (e, f))| difference(expectation, e, f, &format!("{path}({})", i + 1)))
                .find_map(|difference| difference)
        }
        (expected, found) if same(expectation, expected, found, path) => None,
        (expected, found) => Some(Difference {
            field: path.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        }),
    }
}

fn members(
    expectation: &Expectation,
    expected: &[(String, Json)],
    found: &[(String, Json)],
    path: &str,
) -> Option<Difference> {
    let child = |name: &str| match path {
        "" => canonical_name(name),
        _ => format!("{path}.{}", canonical_name(name)),
    };
    let value = |members: &[(String, Json)], name: &str| {
        let name = canonical_name(name);
        let mut named = members
            .iter()
            .filter(|(other, _)| canonical_name(other) == name);
        named.next().map(|(_, value)| value.clone())
    };
    for (name, wanted) in expected {
        let Some(got) = value(found, name) else {
            return Some(Difference {
                field: child(name),
                expected: wanted.to_string(),
                found: "nothing".to_owned(),
            });
        };
        let difference = difference(expectation, wanted, &got, &child(name));
        if difference.is_some() {
            return difference;
        }
    }
    let empty = |value: &Json| match value {
        Json::Null => true,
        Json::Text(text) => text.trim_matches(' ').is_empty(),
        _ => false,
    };
    let superfluous = found.iter().find(|(name, got)| {
        let filled = expectation.rules.null_fill && empty(got);
        !filled && value(expected, name).is_none()
    })?;
    Some(Difference {
        field: child(&superfluous.0),
        expected: "nothing".to_owned(),
        found: superfluous.1.to_string(),
    })
}

fn same(expectation: &Expectation, expected: &Json, found: &Json, path: &str) -> bool {
    match (expected, found) {
        (expected, Json::Null) => {
            *expected == Json::Null || (expectation.rules.null_fill && is_fill(expected))
        }
        (Json::Text(e), Json::Text(f)) => {
            // Decoders that trim take LOW-VALUES and other control characters for spaces, too (Java's
            // `String.trim`); ours keeps them.
            let trimmed = |text: &str| text.trim_matches(|c| c <= ' ').to_owned();
            let equal = e == f || (expectation.rules.trim_text && trimmed(e) == trimmed(f));
            equal || (class(expectation, path) == Some(Class::Decimal) && equal_decimals(e, f))
        }
        (Json::Number(e), Json::Number(f) | Json::Text(f)) | (Json::Text(e), Json::Number(f)) => {
            match class(expectation, path) {
                Some(Class::Single) => equal_floats::<f32>(e, f),
                Some(Class::Double) => equal_floats::<f64>(e, f),
                // A number is not a text that looks like one.
                Some(Class::Text) => false,
                Some(Class::Decimal) | None => equal_decimals(e, f),
            }
        }
        (expected, found) => expected == found,
    }
}

fn is_fill(value: &Json) -> bool {
    match value {
        Json::Text(text) => text.is_empty(),
        Json::Number(text) => exact(text).is_some_and(|number| number.is_zero()),
        _ => false,
    }
}

/// What the last name of a path stands for.
fn class(expectation: &Expectation, path: &str) -> Option<Class> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let name = last.split('(').next().unwrap_or(last);
    expectation.classes.get(name).copied().flatten()
}

fn equal_decimals(one: &str, other: &str) -> bool {
    let (one, other) = (exact(one), exact(other));
    one.is_some() && one == other
}

fn equal_floats<F: std::str::FromStr + PartialEq>(one: &str, other: &str) -> bool {
    match (one.parse::<F>(), other.parse::<F>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
