//! `bench run`: verify, measure, judge, write, print.

use std::env;
use std::ffi::OsString;
use std::iter;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::error::ErrorKind;
use receipt::model::Task;
use workload::catalog::Filter;

use crate::Outcome;
use crate::custom_args::CustomArgs;
use crate::run::{self, Plan};
use crate::settings::{NORMAL, QUICK, Settings, THOROUGH};
use crate::suite::locate;
use crate::variables;

/// Verify the decoder's answers, measure it, judge it against the objectives, write perf.json and
/// print one line.
///
/// Nothing is timed before its whole output has been compared with the known answer, and nothing is
/// written unless every step succeeded. Exit codes: 0 done; 1 it could not be done; 2 the command
/// line is wrong; with --enforce also 3 an objective was missed, 4 inconclusive.
#[derive(Debug, clap::Args)]
// A script's own flags can be followed by its caller's.
#[command(args_override_self = true)]
pub(crate) struct Args {
    /// Take less than 20 seconds: for a first look or a smoke test. The intervals are wide.
    #[arg(long, conflicts_with = "thorough")]
    quick: bool,

    /// Take several minutes: for figures that are published or compared. `PERF=1` does the same.
    #[arg(long)]
    thorough: bool,

    /// Benchmarks to run: those whose name contains this text, or is exactly NAME with `=NAME`.
    /// Repeat it, or separate texts with commas, to select more. `all`, or an empty text, selects the
    /// whole suite.
    #[arg(
        long,
        env = "BENCH_FILTER",
        value_name = "TEXT",
        default_value = "slo_validation",
        overrides_with = "suite_name"
    )]
    filter: Vec<String>,

    /// What to run, by the question: `slo`, the default, for the two objectives; `quick` for the same
    /// with the effort of --quick; `full` for every benchmark that `bench list` shows, which takes from
    /// minutes to hours and says at its start how long. It wins over BENCH_FILTER; of this flag and
    /// --filter the later one counts.
    #[arg(
        long,
        value_name = "NAME",
        overrides_with = "filter",
        conflicts_with = "copybook"
    )]
    suite_name: Option<SuiteName>,

    /// Folder for perf.json and Criterion's data, `output/` by default; `-` prints the receipt to
    /// standard output instead, for containers without a volume.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<OsString>,

    /// Exit with 3 if an objective is missed and with 4 if the result is inconclusive: for gates in
    /// continuous integration.
    #[arg(long)]
    enforce: bool,

    /// Folder of baselines to hold the result against: slower than the baseline of this machine by
    /// more than it drifts and slo.toml allows is a regression (3 with --enforce). `bench baseline`
    /// makes them.
    #[arg(long, env = "BENCH_BASELINE", value_name = "FOLDER")]
    baseline: Option<PathBuf>,

    /// With --enforce: exit with 4 where there is no baseline for this machine and these benchmarks,
    /// which otherwise is neither good nor bad.
    #[arg(long, requires = "baseline")]
    require_baseline: bool,

    /// Add the run to a history, for `bench trend` and `bench export`; makes the file where there is
    /// none.
    #[arg(long, env = "BENCH_HISTORY", value_name = "FILE")]
    history: Option<PathBuf>,

    /// Objectives to judge by instead of the project's own (slo.toml).
    #[arg(long, env = "BENCH_SLO", value_name = "FILE")]
    slo: Option<PathBuf>,

    /// Suite program to launch. By default the one that was installed with this program, or else
    /// one that is built from the checkout.
    #[arg(long, env = "BENCH_SUITE", value_name = "PROGRAM")]
    suite: Option<OsString>,

    /// Folder with the suite's sources, when `bench` does not lie in it: the suite is built there
    /// unless --suite names one, and its commit is recorded if its files are those that the suite was
    /// built from.
    #[arg(long, env = "BENCH_CHECKOUT", value_name = "FOLDER")]
    checkout: Option<PathBuf>,

    /// Benchmarks of another project's suite: a JSON object of names and input bytes. A launch that
    /// leaves one out fails the run.
    #[arg(long, env = "BENCH_CATALOG", value_name = "FILE", requires = "suite")]
    catalog: Option<PathBuf>,

    /// Instruction set of the decoder's inner loops: scalar, avx2, avx512 or neon. The default is
    /// the fastest that this CPU supports; use `scalar` to see what that gains.
    #[arg(long, env = "BENCH_KERNEL", value_name = "NAME")]
    kernel: Option<String>,

    /// Measure another decoder instead of ours, with the same bytes and the same statistics: a name
    /// from peers/peers.toml, prepared with `scripts/peers.sh prepare`. Repeat it to interleave
    /// several, launch by launch; each leaves its receipt in a folder of its own name.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["suite", "kernel", "copybook"])]
    subject: Vec<String>,

    /// Measure in turn with it, launch by launch, the decoders that objectives name as peers
    /// (floor_times in slo.toml), so that those objectives can be judged. Needs a checkout whose peers
    /// are prepared (`scripts/peers.sh prepare`); each leaves its receipt in a folder of its own name.
    #[arg(long, conflicts_with_all = ["subject", "copybook", "catalog"])]
    peers: bool,

    /// Number of processes to spread the measurement over. More of them show more of what memory
    /// layout does to the result.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100))]
    launches: Option<u32>,

    /// Seconds of warm-up for each benchmark. Raise it if the CPU takes long to reach its full
    /// clock.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    warm_up: Option<f64>,

    /// Seconds of measurement for each benchmark in each launch. Raise it if the interval is too
    /// wide.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    measure: Option<f64>,

    /// Number of samples of each benchmark in each launch: at least 10, or fewer with --subject,
    /// for subjects that take seconds for a sample.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    samples: Option<u32>,

    /// Seconds without a sign of life after which a launch counts as hung. Raise it on very slow
    /// machines.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    hang_timeout: Option<f64>,

    /// Start even if another run is under way on this machine, for example one that is pinned to
    /// other CPUs. By default this run waits for the other to end, because two at once distort each
    /// other's figures.
    #[arg(long)]
    no_lock: bool,

    /// Which task of a fleet this run is, as JOB/TASK-RESTART-RUN-NODE: `bench fleet task` says it, so that
    /// the receipt can be held against the place where it lies.
    #[arg(long, value_name = "TASK")]
    fleet_task: Option<Task>,

    /// Have a second program read the receipt before it is written: it gets the name of a file to
    /// read, and any exit code but 0 fails the run. The image sets it to verify_receipt.py, which
    /// shares no code with this program.
    #[arg(long, env = "BENCH_VERIFIER", value_name = "PROGRAM")]
    verifier: Option<PathBuf>,

    #[command(flatten)]
    custom: CustomArgs,
}

/// A choice of benchmarks, and of effort, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SuiteName {
    /// The two objectives.
    Slo,
    /// The two objectives in seconds.
    Quick,
    /// The whole catalogue.
    Full,
}

impl Args {
    /// Whether it measures one decoder, whose receipt standard output can take.
    pub(crate) fn leaves_one_receipt(&self) -> bool {
        !self.peers && self.subject.len() < 2
    }

    /// Whether it says which program to launch, or where its sources are.
    pub(crate) fn names_what_to_launch(&self) -> bool {
        self.suite.is_some() || self.checkout.is_some() || !self.subject.is_empty()
    }
}

/// # Errors
/// Anything that keeps it from a complete, verified receipt; the chain says what and where.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    check(args)?;
    let plan = Plan {
        settings: settings(args),
        filter: filter(args),
        job: args.custom.job()?,
        output: output(
            args.output.as_deref().map(Path::new),
            args.checkout.as_deref(),
        ),
        checkout: args.checkout.clone(),
        enforce: args.enforce,
        slo: args.slo.clone(),
        baseline: args.baseline.clone(),
        require_baseline: args.require_baseline,
        peers: args.peers,
        history: args.history.clone(),
        catalog: args.catalog.clone(),
        suite: args
            .suite
            .clone()
            .filter(|path| !path.is_empty())
            .map(PathBuf::from),
        kernel: args.kernel.clone().filter(|name| !name.is_empty()),
        subjects: args.subject.clone(),
        hang_timeout: args.hang_timeout.map(Duration::from_secs_f64),
        lock: !args.no_lock,
        fleet_task: args.fleet_task.clone(),
        verifier: args.verifier.clone(),
        command: command(),
    };
    run::execute(&plan)
}

/// Criterion takes at least 10 samples.
fn check(args: &Args) -> Result<(), clap::Error> {
    match args.samples {
        Some(samples @ ..10) if args.subject.is_empty() => {
            let message =
                format!("--samples: expected 10 or more without --subject, found {samples}\n");
            Err(clap::Error::raw(ErrorKind::ValueValidation, message))
        }
        _ => Ok(()),
    }
}

/// The benchmarks that were asked for, by name or by texts.
fn filter(args: &Args) -> Filter {
    match args.suite_name {
        None => Filter::new(&args.filter),
        Some(SuiteName::Slo | SuiteName::Quick) => Filter::new(["slo_validation"]),
        Some(SuiteName::Full) => Filter::new(["all"]),
    }
}

/// The effort, and what single flags change about it. A flag wins over `PERF`.
fn settings(args: &Args) -> Settings {
    let perf = variables::is_on(env::var("PERF").ok().as_deref());
    let quick = args.quick || args.suite_name == Some(SuiteName::Quick);
    let effort = match (quick, args.thorough || perf) {
        (true, _) => QUICK,
        (false, true) => THOROUGH,
        (false, false) => NORMAL,
    };
    Settings {
        launches: args.launches.unwrap_or(effort.launches),
        warm_up: args.warm_up.unwrap_or(effort.warm_up),
        measure: args.measure.unwrap_or(effort.measure),
        samples: args.samples.unwrap_or(effort.samples),
    }
}

/// As given, unless empty, which wrappers use for "not given".
fn output(given: Option<&Path>, checkout: Option<&Path>) -> PathBuf {
    given
        .filter(|path| !path.as_os_str().is_empty())
        .map_or_else(|| locate::output(checkout), Path::to_owned)
}

/// The command line without the place of this program, which is nobody's business.
pub(super) fn command() -> Vec<String> {
    let arguments = env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned());
    iter::once("bench".to_owned()).chain(arguments).collect()
}

/// A positive, finite number of seconds, a day at most.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        Ok(_) => Err("expected more than 0 and at most 86400".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        run: Args,
    }

    fn asked(line: &[&str]) -> (String, u32) {
        let words = std::iter::once("run").chain(line.iter().copied());
        let args = Line::try_parse_from(words)
            .expect("a right command line")
            .run;
        (filter(&args).to_string(), settings(&args).launches)
    }

    #[test]
    fn a_suite_has_benchmarks_and_an_effort() {
        let normal = NORMAL.launches;
        for (line, texts, launches) in [
            (&[][..], "slo_validation", normal),
            (&["--suite-name", "slo"], "slo_validation", normal),
            (&["--suite-name", "quick"], "slo_validation", QUICK.launches),
            (&["--suite-name", "full"], "all", normal),
            (&["--suite-name", "full", "--quick"], "all", QUICK.launches),
            // A script's own flags can be followed by its caller's.
            (
                &["--filter", "sizes", "--suite-name", "full"],
                "all",
                normal,
            ),
            (
                &["--suite-name", "full", "--filter", "sizes"],
                "sizes",
                normal,
            ),
        ] {
            assert_eq!(asked(line), (texts.to_owned(), launches), "{line:?}");
        }
    }
}
