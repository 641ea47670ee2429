//! `bench baseline`: what runs are held against.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use gate::baseline::SPREAD;

use crate::Outcome;
use crate::baseline::store::Store;
use crate::baseline::{self, lacks, show};
use crate::streams::{note, say};

/// Keep baselines: several runs of one program on one machine, which later runs are held against.
///
/// They lie in a folder that fits in a repository, one file for each machine and set of benchmarks:
/// `bench run --baseline FOLDER --enforce` fails when a benchmark is slower than its baseline by more
/// than the machine drifts and slo.toml allows. docs/methodology.md says how to make one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of baselines.
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        default_value = "baselines"
    )]
    folder: PathBuf,

    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Add(Add),
    List(List),
    Show(Show),
    Drop(Drop),
    Check(Check),
}

/// Add the runs of receipts to the baselines that they belong to; five runs make one.
///
/// Receipts are verified first. A run whose launches lie too far apart was disturbed and is refused, as
/// is one of another program; if any is refused, none is added.
#[derive(Debug, clap::Args)]
struct Add {
    /// Receipts, or folders of them.
    #[arg(value_name = "RECEIPT", required = true)]
    receipts: Vec<PathBuf>,

    /// Begin anew instead of adding to what is there, when the program got faster or slower on purpose.
    #[arg(long)]
    replace: bool,

    /// Per cent that the launches of one run may lie apart. Raise it only for a machine that is never
    /// quiet: such a baseline sees less.
    #[arg(long, value_name = "PERCENT", default_value_t = SPREAD * 100.0, value_parser = percent)]
    spread: f64,
}

/// List all baselines: of which program, how many runs, how far they drift, and which loss one more run
/// has to show before it counts as slower.
#[derive(Debug, clap::Args)]
struct List {}

/// Show one baseline, benchmark by benchmark.
#[derive(Debug, clap::Args)]
struct Show {
    /// As `bench baseline list` prints it.
    #[arg(value_name = "BASELINE")]
    name: String,
}

/// Remove one baseline.
#[derive(Debug, clap::Args)]
struct Drop {
    /// As `bench baseline list` prints it.
    #[arg(value_name = "BASELINE")]
    name: String,
}

/// Check every file of the folder, for a test of the repository that keeps it.
#[derive(Debug, clap::Args)]
struct Check {}

/// # Errors
/// A receipt or a baseline can't be read, does not verify, or does not belong where it should go.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    match &args.what {
        What::Add(add) => {
            let share = add.spread / 100.0;
            let all = baseline::add(&args.folder, &add.receipts, share, add.replace)?;
            say!("{}", show::list(&all))?;
            for one in &all {
                if let Some(lacks) = lacks(one) {
                    note!("{}: {lacks}", one.place());
                }
            }
        }
        What::List(List {}) => {
            let all = Store::open(&args.folder)?.all()?;
            say!("{}", show::list(&all))?;
        }
        What::Show(Show { name }) => {
            let place = Store::named(name)?;
            let found = Store::open(&args.folder)?.find(&place)?;
            let found = found.with_context(|| none(args, name))?;
            say!("{}", show::one(&found))?;
        }
        What::Drop(Drop { name }) => {
            let store = Store::open(&args.folder)?;
            let lock = store.lock()?;
            let place = Store::named(name)?;
            store
                .drop(&place, &lock)
                .with_context(|| none(args, name))?;
        }
        What::Check(Check {}) => {
            let all = Store::open(&args.folder)?.all()?;
            for one in &all {
                match lacks(one) {
                    Some(lacks) => say!("{}: sound, but {lacks}", one.place())?,
                    None => say!("{}: sound", one.place())?,
                }
            }
        }
    }
    Ok(Outcome::Done)
}

fn none(args: &Args, name: &str) -> String {
    format!(
        "{} has no baseline {name}: `bench baseline list` shows what it has",
        args.folder.display()
    )
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent),
        Ok(_) => Err("expected more than 0 and at most 100".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
