//! The integrity hash. It shows that a receipt was changed by accident or by hand; it is no
//! signature, since anyone can compute it again. What a second hash can't hide is in `verify`.

use serde_json::Value;
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
pub fn sha256(mut receipt: Value) -> Result<String, SealError> {
    if let Some(object) = receipt.as_object_mut() {
        object.remove("integrity");
    }
    Ok(hex(&serde_json_canonicalizer::to_vec(&receipt)?))
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
