//! `bench selftest`: how far to trust `bench ab` on this machine.

use std::path::PathBuf;

use anyhow::Result;
use gate::ab::record::Settings;
use workload::catalog::Filter;

use crate::Outcome;
use crate::ab::selftest::{self, Test};
use crate::suite::locate;

/// Measure the error rates of `bench ab` on this machine: compare the suite with itself, unchanged and
/// with a known share of extra work in every timed run.
///
/// Each trial takes up to a few minutes. All are kept in selftest.json in the output folder, one after
/// another, so that it can be stopped at any time; started again with the same flags it does what is
/// missing. `bench ab` quotes the result where it writes to the same folder, and else the newest of this
/// machine that its checkout keeps in results/MACHINE/selftest.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Self-tests that were made, files or the folders that hold them, to print the rates of all their
    /// trials together instead of running any.
    #[arg(value_name = "FILE", conflicts_with_all = ["trials", "inject", "neighbour", "filter", "checkout", "no_lock"])]
    made: Vec<PathBuf>,

    /// Print the table as Markdown, for a document.
    #[arg(long)]
    markdown: bool,

    /// Trials of each kind.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    trials: u32,

    /// Per cent of extra work to inject; 0 compares the suite with itself. Repeat it, or separate
    /// numbers with commas.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [0.0, 2.0, 5.0], value_parser = percent)]
    inject: Vec<f64>,

    /// Start a noisy neighbour beside it: bursts of copying on every CPU.
    #[arg(long)]
    neighbour: bool,

    /// Benchmarks to take, as in `bench run`.
    #[arg(long, value_name = "TEXT", default_value = "slo_validation")]
    filter: Vec<String>,

    /// Suite program, when it is not the one that came with this program.
    #[arg(long, env = "BENCH_SUITE", value_name = "PROGRAM")]
    suite: Option<PathBuf>,

    /// Checkout to build the suite in, when it is not the one that this program lies in.
    #[arg(long, value_name = "FOLDER")]
    checkout: Option<PathBuf>,

    /// Folder for selftest.json, `output/` by default.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Don't wait for other runs on this machine to end; they spoil each other's figures.
    #[arg(long)]
    no_lock: bool,
}

/// # Errors
/// A comparison fails.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    if !args.made.is_empty() {
        return selftest::show(&args.made, args.markdown);
    }
    let checkout = args.checkout.as_deref();
    selftest::execute(&Test {
        suite: args.suite.clone(),
        checkout: args.checkout.clone(),
        filter: Filter::new(&args.filter),
        settings: Settings {
            warm_up_s: 0.02,
            measure_s: 0.1,
            samples: 10,
        },
        output: args
            .output
            .clone()
            .unwrap_or_else(|| locate::output(checkout)),
        injected: args.inject.clone(),
        trials: args.trials,
        neighbour: args.neighbour,
        lock: !args.no_lock,
        markdown: args.markdown,
        command: super::run::command(),
    })
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        Ok(_) => Err("expected 0 to 100".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
