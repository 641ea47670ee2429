//! `bench profile`: where a benchmark's time goes.

use std::path::PathBuf;

use anyhow::Result;

use crate::Outcome;
use crate::profile::{self, Method, Plan};
use crate::suite::locate;

/// Show where the time of one benchmark goes: by function, by field, and as a flame graph.
///
/// It is the same launch, of the same verified case, as `bench run` makes; the profiler looks in when the
/// answer is verified and leaves when the measurement is over. Needs perf (or valgrind with
/// --instructions). Leaves profile.svg and profile.folded, which the next run can be compared with, and
/// profile.json; `bench report` makes a page of the folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The benchmark, or a part of its name that no other has.
    #[arg(value_name = "BENCHMARK")]
    benchmark: String,

    /// Seconds to look for. More of them show rarer functions.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = super::run::seconds)]
    seconds: f64,

    /// Count instructions in Valgrind's virtual CPU instead of sampling: the same every time, on any
    /// machine and under any load, but some fifty times as slow, and an instruction is no time.
    #[arg(long)]
    instructions: bool,

    /// Folded stacks of another run (profile.folded): the flame graph's colours and the table say what
    /// grew.
    #[arg(long, value_name = "BASE")]
    differential: Option<PathBuf>,

    /// Folder for the files, `output/` by default.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Suite program to launch, as with `bench run`.
    #[arg(long, env = "BENCH_SUITE", value_name = "PROGRAM")]
    suite: Option<PathBuf>,

    /// Folder with the suite's sources, as with `bench run`.
    #[arg(long, env = "BENCH_CHECKOUT", value_name = "FOLDER")]
    checkout: Option<PathBuf>,

    /// Instruction set of the decoder's inner loops: scalar, avx2, avx512 or neon. Valgrind knows no
    /// AVX-512.
    #[arg(long, env = "BENCH_KERNEL", value_name = "NAME")]
    kernel: Option<String>,
}

/// # Errors
/// Anything that keeps it from a profile of a verified case.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let output = args.output.clone();
    profile::execute(&Plan {
        benchmark: args.benchmark.clone(),
        suite: args.suite.clone(),
        checkout: args.checkout.clone(),
        kernel: args.kernel.clone(),
        seconds: args.seconds,
        method: if args.instructions {
            Method::Callgrind
        } else {
            Method::Perf
        },
        base: args.differential.clone(),
        output: output.unwrap_or_else(|| locate::output(args.checkout.as_deref())),
        command: super::run::command(),
    })?;
    Ok(Outcome::Done)
}
