//! How often the gate errs: the self-tests that were kept, machine by machine.

use std::fs;
use std::path::Path;

use gate::selftest::SelfTest;

use super::{TableError, sources};
use crate::rates;

pub(super) fn table(results: &Path) -> Result<String, TableError> {
    let mut out = String::new();
    for source in sources(results, "selftest")? {
        let text = fs::read_to_string(&source.path).map_err(|reason| TableError::Read {
            path: source.path.clone(),
            reason,
        })?;
        let test = SelfTest::verified(&text)
            .map_err(|error| TableError::lacks(&source.link, format!("a self-test: {error}")))?;
        out += &rates::markdown(&test);
        out += &format!(
            "[Every trial]({}) was made by `bench selftest`, `bench verify` judges them again.\n",
            source.link
        );
    }
    Ok(out)
}
