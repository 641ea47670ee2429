//! Self-tests that were made, counted together and printed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
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
    let mut files = Vec::new();
    for path in paths {
        files.extend(within(path)?);
    }
    for path in files {
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

/// The file itself; of an output folder, the self-test that was made there; else all that a folder keeps.
fn within(path: &Path) -> Result<Vec<PathBuf>> {
    let own = path.join(NAME);
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    if own.exists() {
        return Ok(vec![own]);
    }
    let list = || format!("can't list the folder {}", path.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(list)? {
        let file = entry.with_context(list)?.path();
        if file.extension().is_some_and(|ending| ending == "json") {
            files.push(file);
        }
    }
    ensure!(
        !files.is_empty(),
        "expected self-tests in the folder {}, found no file that ends in .json",
        path.display()
    );
    files.sort();
    Ok(files)
}

pub(super) fn tell(test: &SelfTest, markdown: bool) -> Result<Outcome> {
    match markdown {
        true => say!("{}", report::rates::markdown(test).trim_end())?,
        false => say!("{}", table::text(test))?,
    }
    Ok(Outcome::Done)
}
