//! What a name of conditional compilation is worth.

use std::cmp::Ordering;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Value {
    Number(i128),
    Text(String),
    Boolean(bool),
}

impl Value {
    /// As a caller gives it: nothing is B'1', a number is one, everything else is text, in quotes
    /// or not.
    pub(super) fn given(text: &str) -> Value {
        let quoted = |quote: char| {
            text.strip_prefix(quote)
                .and_then(|rest| rest.strip_suffix(quote))
        };
        match text.trim() {
            "" => Value::Boolean(true),
            "B'0'" | "b'0'" => Value::Boolean(false),
            "B'1'" | "b'1'" => Value::Boolean(true),
            trimmed => match trimmed.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => {
                    let inner = quoted('\'').or_else(|| quoted('"')).unwrap_or(text);
                    Value::Text(inner.to_owned())
                }
            },
        }
    }

    /// Which one is greater, if they are of one kind. Text is compared as COBOL does it: the
    /// shorter one is filled up with spaces.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => {
                Some(a.trim_end_matches(' ').cmp(b.trim_end_matches(' ')))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => write!(f, "'{text}'"),
            Value::Boolean(value) => write!(f, "B'{}'", u8::from(*value)),
        }
    }
}
