//! `bench list`: what would run.

use anyhow::{Result, ensure};
use workload::catalog;

use crate::Outcome;
use crate::settings::{NORMAL, words};
use crate::streams::say;

/// Show the benchmarks, the size of their input and how long they take.
///
/// Use it to find a name for `bench run --filter`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only benchmarks whose name contains this text. The default is all of them.
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

/// # Errors
/// The filter selects nothing.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let entries = catalog::select(&args.filter);
    ensure!(
        !entries.is_empty(),
        "no benchmark's name contains `{}`",
        args.filter
    );
    let width = entries
        .iter()
        .map(|entry| entry.name().len())
        .max()
        .unwrap_or(0);
    for entry in &entries {
        say!(
            "{:width$}  {:>9.1} KiB  {:>11}  {}",
            entry.name(),
            entry.bytes as f64 / 1024.0,
            words(NORMAL.estimate([entry.bytes])),
            entry.answers
        )?;
    }
    say!(
        "{} benchmarks, about {} with `bench run --filter '{}'`",
        entries.len(),
        words(NORMAL.estimate(entries.iter().map(|entry| entry.bytes))),
        args.filter
    )?;
    Ok(Outcome::Done)
}
