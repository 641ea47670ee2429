//! The integrity hash. It shows that a receipt was changed by accident or by hand; it is no
//! signature, since anyone can compute it again. What a second hash can't hide is in `verify`.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::model::Receipt;

/// The receipt's content has no canonical form, or not the recorded one.
#[derive(Debug, Error)]
pub enum SealError {
    /// A number that JSON can't hold.
    #[error("expected finite numbers throughout the receipt: {0}")]
    Canonical(#[from] serde_json::Error),
    /// The content is not what was sealed.
    #[error(
        "the receipt was changed after it was written: expected sha256 {expected}, found {found} in integrity.sha256"
    )]
    Mismatch {
        /// Computed from the content.
        expected: String,
        /// Recorded in the receipt.
        found: String,
    },
}

/// SHA-256 in lower-case hex over the RFC 8785 form of an object without its field `integrity`.
///
/// # Errors
/// A number is not finite.
pub fn sha256(receipt: Value) -> Result<String, SealError> {
    let Value::Object(fields) = receipt else {
        return Ok(hex(&serde_json_canonicalizer::to_vec(&receipt)?));
    };
    let mut sealing = Sealing::default();
    for (key, value) in by_utf16(fields) {
        match value {
            _ if key == "integrity" => {}
            Value::Array(items) => sealing.array(&key, &items)?,
            value => sealing.field(&key, &value)?,
        }
    }
    Ok(sealing.sha256())
}

/// As RFC 8785 sorts names.
fn by_utf16(fields: Map<String, Value>) -> Vec<(String, Value)> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    fields
}

/// The same hash of an object whose fields are handed in one by one, in the order of RFC 8785: nothing is
/// kept of them, however many items a field has.
#[derive(Default)]
pub struct Sealing {
    hash: Sha256,
    /// Whether there is a field already.
    begun: bool,
}

impl Sealing {
    /// A field with its value.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn field(&mut self, key: &str, value: &impl Serialize) -> Result<(), SealError> {
        self.key(key)?;
        self.value(value)
    }

    /// A field that is an array, item by item.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn array<T: Serialize>(&mut self, key: &str, items: &[T]) -> Result<(), SealError> {
        self.key(key)?;
        self.hash.update(b"[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.hash.update(b",");
            }
            self.value(item)?;
        }
        self.hash.update(b"]");
        Ok(())
    }

    /// Lower-case hex.
    #[must_use]
    pub fn sha256(mut self) -> String {
        self.hash.update(if self.begun { "}" } else { "{}" });
        hex_digits(&self.hash.finalize())
    }

    fn key(&mut self, key: &str) -> Result<(), SealError> {
        self.hash.update(if self.begun { "," } else { "{" });
        self.begun = true;
        self.value(&key)?;
        self.hash.update(b":");
        Ok(())
    }

    fn value(&mut self, value: &impl Serialize) -> Result<(), SealError> {
        self.hash.update(serde_json_canonicalizer::to_vec(value)?);
        Ok(())
    }
}

/// SHA-256 of bytes, lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    hex_digits(&Sha256::digest(bytes))
}

/// The lower-case hex digits of bytes. Not by `format!`: a history has one seal for each of a million
/// points.
#[must_use]
pub fn hex_digits(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    let both = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut text = String::with_capacity(2 * bytes.len());
    text.extend(both.map(digit));
    text
}

impl Receipt {
    /// Sets `integrity` to fit everything else.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn seal(&mut self) -> Result<(), SealError> {
        self.integrity.sha256 = sha256(self.to_value()?)?;
        Ok(())
    }

    /// Whether `integrity` still fits everything else.
    ///
    /// # Errors
    /// It does not, or a number is not finite.
    pub fn check_integrity(&self) -> Result<(), SealError> {
        let expected = sha256(self.to_value()?)?;
        let found = self.integrity.sha256.clone();
        if expected == found {
            Ok(())
        } else {
            Err(SealError::Mismatch { expected, found })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Names beyond U+FFFF sort before some below it, numbers print as ECMAScript does.
    #[test]
    fn field_by_field_is_the_whole() {
        for value in [
            json!({}),
            json!({"integrity": 1}),
            json!({"b": [], "a": [1.0, {"z": 1e21, "y": [2]}], "\u{fb33}": 1, "\u{1f600}": "\u{7f}\n", "\"": null}),
            json!([1, "integrity"]),
        ] {
            let mut whole = value.clone();
            if let Some(object) = whole.as_object_mut() {
                object.remove("integrity");
            }
            let whole = serde_json_canonicalizer::to_vec(&whole).expect("finite");
            assert_eq!(
                sha256(value.clone()).expect("finite"),
                hex(&whole),
                "{value}"
            );
        }
    }
}
