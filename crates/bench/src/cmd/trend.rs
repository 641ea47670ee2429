//! `bench trend`: where did our speed change?

use std::path::PathBuf;

use anyhow::Result;
use receipt::words;

use super::history::{HistoryFile, NoFile};
use crate::Outcome;
use crate::history::trend::{self, Choice};
use crate::streams::{document, note, say};

/// Find where the throughput of a benchmark changed its level, from the runs in a history.
///
/// Each change comes with its date, the commits between which it lies, its size with a 95 % interval,
/// and the receipts on both sides. Of a hundred series without a change about one shows one; changes
/// below 2 % are not told. docs/methodology.md has the method and its error rates.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    history: HistoryFile,

    #[command(flatten)]
    no_file: NoFile,

    /// Series to look at: those whose benchmark contains this text. Repeatable.
    #[arg(long, value_name = "TEXT")]
    benchmark: Vec<String>,

    /// Series to look at: those whose machine contains this text. Repeatable.
    #[arg(long, value_name = "TEXT")]
    machine: Vec<String>,

    /// Changes that are known and accepted: a file for your repository, with a commit, a benchmark and
    /// a reason on each line. They are shown as acknowledged and gate no more.
    #[arg(long, value_name = "FILE")]
    acknowledged: Option<PathBuf>,

    /// Exit with 3 when the newest change of a series is a slowdown that is not acknowledged, and with
    /// 4 when a series is too short for any change to be found, or there is none.
    #[arg(long)]
    enforce: bool,

    /// Print one JSON document for programs: {"series": [{"machine", "benchmark", "subject", "kernel",
    /// "runs", "first", "last", "searched", "blocks", "autocorrelation", "too_short", "changes":
    /// [{"time", "slowdown", "ratio", "ci95", "before", "after", "acknowledged"}]}]}.
    #[arg(long)]
    json: bool,
}

/// # Errors
/// The history or the acknowledgements can't be read.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    args.no_file.check()?;
    let choice = Choice {
        benchmarks: &args.benchmark,
        machines: &args.machine,
    };
    let trends = trend::trends(&args.history.path, choice, args.acknowledged.as_deref())?;
    if args.json {
        document(&trend::json(&trends)?)?;
    } else {
        say!("{}", trend::text(&trends))?;
    }
    // Who is stopped by a slowdown that should be known looks for the reason; years of lines are no news otherwise.
    if let Some(path) = &args.acknowledged
        && trends.iter().any(trend::Trend::gates)
    {
        for one in trend::idle(&trends, path)? {
            note!(
                "{}: {} {} answers for no change that was found; expected the commit of a change, or one near it, \
                 and the whole name of its benchmark",
                path.display(),
                one.commit,
                words::printable(&one.benchmark)
            );
        }
    }
    Ok(match args.enforce {
        true => trend::outcome(&trends),
        false => Outcome::Done,
    })
}
