//! `bench tables`: the tables and the picture of a document, made anew.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use receipt::file::write_whole;
use report::tables::{self, Picture};

use crate::{Outcome, decoding_table};

/// Rewrite the tables and the picture that a document makes from receipts, so that nobody types a
/// figure.
///
/// A table stands between `<!-- table: NAME -->` and `<!-- /table -->`. It is made from the folder
/// `results` beside the document; the table `decoding` is made by asking the decoder what it takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The document whose tables to make anew.
    #[arg(value_name = "FILE", default_value = "README.md")]
    document: PathBuf,

    /// Write nothing, and fail if a table or a picture would change. Use it in continuous integration.
    #[arg(long)]
    check: bool,
}

/// # Errors
/// The document or a receipt can't be read, a table's markers are wrong, or with --check a table or a
/// picture is not what the receipts say.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let name = args.document.display();
    let old = fs::read_to_string(&args.document).with_context(|| name.to_string())?;
    let results = args.document.with_file_name("results");
    // It takes a second, which a document without it need not.
    let decoder = match old.contains("<!-- table: decoding -->") {
        true => vec![("decoding", decoding_table::lines()?)],
        false => Vec::new(),
    };
    let made = tables::spliced(&old, &results, &decoder).with_context(|| name.to_string())?;
    let new = made.document;
    if args.check {
        let differs = old
            .lines()
            .zip(new.lines())
            .position(|(old, new)| old != new);
        ensure!(
            old == new,
            "{name}:{}: expected what the receipts and the decoder say; run `bench tables {name}` to rewrite it",
            differs.map_or(0, |line| line + 1)
        );
    } else if old != new {
        write_whole(&args.document, new.as_bytes())?;
    }
    for picture in &made.pictures {
        self::picture(&args.document, picture, args.check)?;
    }
    Ok(Outcome::Done)
}

fn picture(document: &Path, picture: &Picture, check: bool) -> Result<()> {
    let path = document.with_file_name(&picture.path);
    let name = path.display();
    let old = fs::read_to_string(&path).ok();
    if old.as_ref() == Some(&picture.svg) {
        return Ok(());
    }
    ensure!(
        !check,
        "{name}: expected what the receipts say; run `bench tables` to draw it anew"
    );
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    write_whole(&path, picture.svg.as_bytes()).with_context(|| format!("can't write {name}"))
}
