//! `bench summarize`: a receipt in two lines, or several in one table.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use receipt::{Receipt, table};

use super::file;
use crate::Outcome;
use crate::streams::{self, say};
use crate::suite::locate;

/// Print the summary of a receipt: the rates against their objectives, and the verdict.
///
/// It trusts what the receipt says; `bench verify` does not.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The receipt, `output/perf.json` by default; `-` reads standard input. Give several with
    /// --markdown to see them side by side.
    #[arg(value_name = "FILE")]
    receipts: Vec<PathBuf>,

    /// Print a Markdown table with one row for each receipt, for a document or a step summary.
    #[arg(long)]
    markdown: bool,
}

/// # Errors
/// A file is not a receipt, or several were given without --markdown.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    file::stdin_once(&args.receipts)?;
    let mut paths = args.receipts.clone();
    if paths.is_empty() {
        paths.push(locate::output(None).join("perf.json"));
    }
    if args.markdown {
        streams::print(markdown(&paths)?)?;
        return Ok(Outcome::Done);
    }
    ensure!(
        paths.len() == 1,
        "expected one receipt, found {}; give --markdown for a table of several",
        paths.len()
    );
    say!("{}", load(&paths[0])?.summary())?;
    Ok(Outcome::Done)
}

fn load(path: &Path) -> Result<Receipt> {
    let text = file::read(path).with_context(|| format!("the receipt {}", file::name(path)))?;
    Ok(Receipt::parse(&text, Path::new(&file::name(path)))?)
}

fn markdown(paths: &[PathBuf]) -> Result<String> {
    let loaded = paths.iter().map(|path| Ok((name(path)?, load(path)?)));
    let receipts: Vec<(&str, Receipt)> = loaded.collect::<Result<_>>()?;
    Ok(table::markdown(
        receipts.iter().map(|(name, receipt)| (*name, receipt)),
    ))
}

fn name(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("{}: expected a name in UTF-8", path.display()))
}
