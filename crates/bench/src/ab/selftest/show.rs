//! Self-tests that were made, counted together and printed.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use gate::selftest::SelfTest;

use super::{NAME, differs, read, table};
use crate::Outcome;
use crate::streams::say;

/// Prints the rates of self-tests: files, or the folders that they lie in. Their trials are counted
/// together.
///
/// # Errors
/// One does not verify, or they are of different programs, benchmarks, settings or machines.
pub(crate) fn show(paths: &[PathBuf], markdown: bool) -> Result<Outcome> {
    let mut all: Option<SelfTest> = None;
    for path in paths {
        let path = match path.is_dir() {
            true => path.join(NAME),
            false => path.clone(),
        };
        let found = read(&path)?;
        match &mut all {
            None => all = Some(found),
            Some(all) => {
                if let Some(what) = differs(all, &found) {
                    bail!(
                        "{}: expected {what} of the self-tests before it, found another; trials of two can't be counted together",
                        path.display()
                    );
                }
                // Their lots were drawn: two trials are never the same.
                if found.trials.iter().any(|trial| all.trials.contains(trial)) {
                    bail!(
                        "{}: expected trials that are not counted yet, found some that are; name each self-test once",
                        path.display()
                    );
                }
                all.trials.extend(found.trials);
            }
        }
    }
    let all = all.context("expected at least one self-test, found none")?;
    tell(&all, markdown)
}

pub(super) fn tell(test: &SelfTest, markdown: bool) -> Result<Outcome> {
    match markdown {
        true => say!("{}", report::rates::markdown(test).trim_end())?,
        false => say!("{}", table::text(test))?,
    }
    Ok(Outcome::Done)
}
