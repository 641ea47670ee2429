//! Receipts from files and folders, each verified before it is believed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use receipt::Receipt;

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
    let text =
        fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
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
