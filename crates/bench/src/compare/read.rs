//! Receipts from files and folders, each verified before it is believed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use gate::baseline::{Baseline, Place};
use gate::compare::Run;
use receipt::{Receipt, bounded};
use serde_json::Value;
use workload::packed;

use crate::baseline::store::{self, Store};

/// The runs that are compared with: of receipts, of a baseline, or of the baseline in a folder of them
/// that belongs to the new run.
///
/// # Errors
/// As [`receipts`], or the baseline is none or not there.
pub(crate) fn base(path: &Path, new: &[Run]) -> Result<Vec<Run>> {
    let new = new
        .last()
        .filter(|_| path.is_dir() && store::is_store(path));
    let Some(new) = new else {
        return runs(path);
    };
    let place = Place::of(new);
    let found = Store::open(path)?.find(&place)?;
    let found = found.with_context(|| {
        format!(
            "{} has no baseline for this machine, these flags and these benchmarks ({place}): `bench baseline list` shows what it has, `bench baseline add` makes one",
            path.display()
        )
    })?;
    Ok(found.runs())
}

/// The runs of receipts or of a baseline.
///
/// # Errors
/// As [`receipts`], or the baseline is none.
pub(crate) fn runs(path: &Path) -> Result<Vec<Run>> {
    if !path.is_dir() {
        let text = text(path)?;
        if is_baseline(&text) {
            let baseline = Baseline::parse(&text);
            return Ok(baseline.with_context(|| path.display().to_string())?.runs());
        }
    }
    let all = receipts(path)?;
    let runs = all.iter().map(Run::of).collect::<Result<_, _>>();
    runs.with_context(|| path.display().to_string())
}

fn is_baseline(text: &str) -> bool {
    let kind = serde_json::from_str::<Value>(text).ok();
    kind.is_some_and(|value| value.get("kind").and_then(Value::as_str) == Some("baseline"))
}

fn text(path: &Path) -> Result<String> {
    bounded::read_to_string(path, bounded::DOCUMENT)
        .with_context(|| format!("can't read {}{}", path.display(), packed::remark(path)))
}

/// The receipt in a file, or all that end in `.json` in a folder, in the order of their times.
///
/// # Errors
/// A file can't be read or does not verify, or the folder holds no receipt.
pub(crate) fn receipts(path: &Path) -> Result<Vec<Receipt>> {
    let named = named(path)?;
    Ok(named.into_iter().map(|(_, receipt)| receipt).collect())
}

/// As [`receipts`], each with the name of its file.
///
/// # Errors
/// As there.
pub(crate) fn named(path: &Path) -> Result<Vec<(String, Receipt)>> {
    let named = |file: &Path| Ok((file.display().to_string(), one(file)?));
    if !path.is_dir() {
        return Ok(vec![named(path)?]);
    }
    let list = || format!("can't list the folder {}", path.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(list)? {
        let file = entry.with_context(list)?.path();
        if file.extension().is_some_and(|ending| ending == "json") && file.is_file() {
            files.push(file);
        }
    }
    ensure!(
        !files.is_empty(),
        "expected receipts in the folder {}, found no file that ends in .json",
        path.display()
    );
    let mut receipts = files
        .iter()
        .map(|file| named(file))
        .collect::<Result<Vec<_>>>()?;
    receipts.sort_by(|(_, a), (_, b)| a.timestamp.cmp(&b.timestamp));
    Ok(receipts)
}

fn one(path: &Path) -> Result<Receipt> {
    let text = text(path)?;
    let receipt = Receipt::parse(&text, path)?;
    if let Err(problems) = receipt::verify(&receipt, &text) {
        let more = match problems.len() {
            1 => String::new(),
            count => format!(" ({} more problems: `bench verify` lists them)", count - 1),
        };
        bail!(
            "{} is no sound receipt, so nothing can be concluded from it: {}{more}",
            path.display(),
            problems[0]
        );
    }
    Ok(receipt)
}
