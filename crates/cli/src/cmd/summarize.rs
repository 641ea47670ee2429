//! `bench summarize`: a receipt in two lines.

use std::path::PathBuf;

use anyhow::Result;
use receipt::Receipt;

use crate::Outcome;
use crate::suite::locate;

/// Print the summary of a receipt: the rates against their objectives, and the verdict.
///
/// It trusts what the receipt says; `bench verify` does not.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The receipt; `output/perf.json` by default. Give another to look at an older run.
    #[arg(value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// # Errors
/// The file is not a receipt.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let path = args
        .receipt
        .clone()
        .unwrap_or_else(|| locate::output().join("perf.json"));
    println!("{}", Receipt::load(&path)?.summary());
    Ok(Outcome::Done)
}
