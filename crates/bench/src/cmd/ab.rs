//! `bench ab`: two programs in one session.

use std::path::PathBuf;

use anyhow::Result;
use gate::ab::record::Settings;

use crate::Outcome;
use crate::ab::{self, Plan, Witness};
use crate::suite::locate;
use workload::catalog::Filter;

/// Find out whether one build is slower or faster than another, by running both launch by launch.
///
/// Launches of both are interleaved in an order drawn by lot, with a second copy of the base as a
/// control. What seems to differ is measured again with fresh launches before it is called different;
/// it stops as soon as everything is settled. docs/methodology.md has the design and its error rates.
/// Leaves `ab.json`; of commits whose suites are equal it says so, and measures nothing. Exit codes:
/// with --enforce 3 slower, 4 inconclusive.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to compare with: a commit of the checkout (built first), a suite program, a store path or
    /// another folder that holds one (`./NAME` in the current folder), or image:NAME.
    #[arg(long, value_name = "COMMIT|PATH|image:NAME")]
    base: String,

    /// What you want to know about, named in the same ways.
    #[arg(long, value_name = "COMMIT|PATH|image:NAME", default_value = "HEAD")]
    new: String,

    /// Benchmarks to compare: those whose name contains this text, or is exactly NAME with `=NAME`.
    /// Repeat it, or separate texts with commas, to select more; `all` selects every benchmark.
    #[arg(
        long,
        env = "BENCH_FILTER",
        value_name = "TEXT",
        default_value = "slo_validation"
    )]
    filter: Vec<String>,

    /// Folder for ab.json, `output/` by default.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Checkout to build commits from, when it is not the one that this program lies in.
    #[arg(long, value_name = "FOLDER")]
    checkout: Option<PathBuf>,

    /// Seconds of warm-up of each benchmark in each launch.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.02, value_parser = super::run::seconds)]
    warm_up: f64,

    /// Seconds of measurement of each benchmark in each launch. More of them help only where single
    /// samples scatter much; more launches are what tells two builds apart.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.1, value_parser = super::run::seconds)]
    measure: f64,

    /// Samples of each benchmark in each launch.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(10..=1000))]
    samples: u32,

    /// Seed of the lots, to repeat a comparison in the same order.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..1 << 53))]
    seed: Option<u64>,

    /// Go on with the comparison that was cut off in the output folder.
    #[arg(long)]
    resume: bool,

    /// Don't wait for other runs on this machine to end; they spoil each other's figures.
    #[arg(long)]
    no_lock: bool,

    /// Count the instructions of one iteration under Callgrind as well, as a second witness that a noisy
    /// neighbour does not disturb: it decides where time can't. Needs valgrind.
    #[arg(long)]
    instructions: bool,

    /// Only count instructions, for hosts that are too noisy for time; takes no launches.
    #[arg(long, conflicts_with_all = ["instructions", "resume"])]
    instructions_only: bool,

    /// Objectives whose limits for instructions hold, instead of the project's own (slo.toml).
    #[arg(long, env = "BENCH_SLO", value_name = "FILE")]
    slo: Option<PathBuf>,

    /// Print Markdown, for a pull request.
    #[arg(long)]
    markdown: bool,

    /// Exit with 3 when a benchmark is slower and with 4 when that can't be told, also because the new
    /// program lacks a benchmark of the base.
    #[arg(long)]
    enforce: bool,
}

/// # Errors
/// Anything that keeps it from a complete comparison.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let output = args
        .output
        .clone()
        .unwrap_or_else(|| locate::output(args.checkout.as_deref()));
    ab::execute(&Plan {
        base: args.base.clone(),
        new: args.new.clone(),
        filter: Filter::new(&args.filter),
        settings: Settings {
            warm_up_s: args.warm_up,
            measure_s: args.measure,
            samples: args.samples,
        },
        output,
        checkout: args.checkout.clone(),
        witness: match (args.instructions_only, args.instructions) {
            (true, _) => Witness::Instructions,
            (false, true) => Witness::Both,
            (false, false) => Witness::Time,
        },
        slo: args.slo.clone(),
        seed: args.seed,
        resume: args.resume,
        markdown: args.markdown,
        enforce: args.enforce,
        lock: !args.no_lock,
        environment: Vec::new(),
        command: super::run::command(),
    })
}
