//! `bench compare`: receipts side by side.

use std::path::PathBuf;

use anyhow::Result;
use gate::ab::Verdict;
use gate::compare::{self, Field};

use crate::Outcome;
use crate::compare::{outcome, read, show};
use crate::streams::{document, say};

/// Set receipts side by side: for each benchmark the ratio of throughputs with its 95 % interval, and
/// whether the new one is faster, slower, the same, or whether that can't be told.
///
/// Runs that were not interleaved say little: a machine drifts between them. With three or more
/// receipts of the base (a folder, or --base), or a baseline, their spread bounds the ratio; with one run
/// each every verdict is inconclusive, and `bench ab` decides. Receipts that do not verify, or did not measure
/// the same thing, are refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipt to compare with, or a folder of receipts, which are then several runs of one program;
    /// or a baseline, or a folder of baselines, of which the one that belongs to the new run is taken.
    #[arg(value_name = "BASE")]
    base: PathBuf,

    /// Receipts, or folders of them, of what you want to know about.
    #[arg(value_name = "NEW", required = true)]
    new: Vec<PathBuf>,

    /// A further receipt of the base, so that the spread of its runs can bound the ratio. Repeatable.
    #[arg(long = "base", value_name = "FILE")]
    more: Vec<PathBuf>,

    /// Overlook a difference, when it is the one that you want to measure: machine, container,
    /// subject, flags, kernels, workload, verification. Repeatable.
    #[arg(long, value_name = "FIELD")]
    across: Vec<Field>,

    /// Print a Markdown table, for a pull request.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,

    /// Print one JSON document for programs: {"base_runs", "new_runs", "same_program", "rows": [{"name",
    /// "answers_checked", "base_mibps", "new_mibps", "ratio", "ci95", "verdict", "reason"}], "only_base", "only_new"}.
    #[arg(long)]
    json: bool,

    /// Exit with 3 when a benchmark is slower and with 4 when that can't be told, also because the new
    /// side lacks a benchmark of the base.
    #[arg(long)]
    enforce: bool,
}

/// # Errors
/// A receipt can't be read, does not verify, or is not like the others.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let mut new = Vec::new();
    for path in &args.new {
        new.extend(read::runs(path)?);
    }
    let mut base = read::base(&args.base, &new)?;
    for path in &args.more {
        base.extend(read::runs(path)?);
    }
    let found = compare::runs(&base, &new, &args.across)?;
    if args.json {
        document(&serde_json::to_string_pretty(&found)?)?;
    } else if args.markdown {
        say!("{}", show::markdown(&found))?;
    } else {
        say!("{}", show::text(&found))?;
    }
    // Nobody knows how fast a benchmark is that was left out or renamed.
    let lacking = found.only_base.iter().map(|_| Verdict::Inconclusive);
    let verdicts = found.rows.iter().map(|row| row.verdict).chain(lacking);
    Ok(outcome(verdicts, args.enforce))
}
