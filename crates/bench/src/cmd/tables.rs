//! `bench tables`: the tables of a document, made anew from the receipts beside it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use receipt::file::write_whole;

use crate::Outcome;
use crate::tables;

/// Rewrite the tables that a document makes from receipts, so that nobody types a figure.
///
/// A table stands between `<!-- table: NAME -->` and `<!-- /table -->`. It is made from the folder
/// `results` beside the document.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The document whose tables to make anew.
    #[arg(value_name = "FILE", default_value = "README.md")]
    document: PathBuf,

    /// Write nothing, and fail if a table would change. Use it in continuous integration.
    #[arg(long)]
    check: bool,
}

/// # Errors
/// The document or a receipt can't be read, a table's markers are wrong, or with --check a table is
/// not what the receipts say.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let name = args.document.display();
    let old = fs::read_to_string(&args.document).with_context(|| name.to_string())?;
    let results = args.document.with_file_name("results");
    let new = tables::spliced(&old, &results).with_context(|| name.to_string())?;
    if args.check {
        let differs = old
            .lines()
            .zip(new.lines())
            .position(|(old, new)| old != new);
        ensure!(
            old == new,
            "{name}:{}: expected what the receipts say; run `bench tables` to rewrite it",
            differs.map_or(0, |line| line + 1)
        );
    } else if old != new {
        write_whole(&args.document, new.as_bytes())?;
    }
    Ok(Outcome::Done)
}
