//! `bench list`: what would run.

use anyhow::{Result, ensure};
use serde::Serialize;
use workload::catalog::{self, Filter};

use crate::Outcome;
use crate::settings::{NORMAL, words};
use crate::streams::{self, say};
use crate::table::{Align, aligned};
use crate::words::count;

/// Show the benchmarks, the size of their input and how long they take.
///
/// Use it to find a name for `bench run --filter`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only benchmarks whose name contains this text, or is exactly NAME with `=NAME`. Repeat it, or
    /// separate texts with commas, to select more. The default is all of them.
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,

    /// Print one JSON document for programs: {"benchmarks": [{"name", "answers", "input_bytes",
    /// "memory_bytes", "seconds"}], "refused": [{"name", "reason"}], "seconds"}.
    #[arg(long)]
    json: bool,
}

/// What would run, as `--json` prints it.
#[derive(Serialize)]
struct Listing {
    benchmarks: Vec<Entry>,
    /// What this machine can't run.
    refused: Vec<Refused>,
    /// A whole run of these benchmarks with the default effort.
    seconds: f64,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    /// The question that it answers.
    answers: &'static str,
    /// Input of one iteration.
    input_bytes: u64,
    /// Memory for its data and output.
    memory_bytes: u64,
    /// A whole run of it with the default effort.
    seconds: f64,
}

#[derive(Serialize)]
struct Refused {
    name: String,
    reason: String,
}

/// # Errors
/// The filter selects nothing.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let filter = Filter::new(&args.filter);
    let listing = Listing::of(&filter);
    ensure!(
        !listing.benchmarks.is_empty() || !listing.refused.is_empty(),
        "no benchmark's name matches `{filter}`: `bench list` without --filter shows all names"
    );
    if args.json {
        streams::document(&serde_json::to_string_pretty(&listing)?)?;
    } else {
        tell(&listing, &filter)?;
    }
    Ok(Outcome::Done)
}

impl Listing {
    fn of(filter: &Filter) -> Self {
        let (mut benchmarks, mut refused) = catalog::all();
        benchmarks.retain(|benchmark| filter.selects(&benchmark.name()));
        refused.retain(|refused| filter.selects(&refused.name));
        let bytes = benchmarks.iter().map(|benchmark| benchmark.bytes);
        Self {
            seconds: NORMAL.estimate(bytes).as_secs_f64(),
            benchmarks: benchmarks.iter().map(Entry::of).collect(),
            refused: refused
                .into_iter()
                .map(|catalog::Refused { name, reason }| Refused { name, reason })
                .collect(),
        }
    }
}

impl Entry {
    fn of(benchmark: &catalog::Benchmark) -> Self {
        Self {
            name: benchmark.name(),
            answers: benchmark.answers,
            input_bytes: benchmark.bytes,
            memory_bytes: benchmark.memory(),
            seconds: NORMAL.estimate([benchmark.bytes]).as_secs_f64(),
        }
    }
}

fn tell(listing: &Listing, filter: &Filter) -> Result<()> {
    let rows: Vec<[String; 4]> = listing.benchmarks.iter().map(row).collect();
    let columns = [Align::Left, Align::Right, Align::Right, Align::Left];
    streams::print(aligned(columns, &rows))?;
    for Refused { name, reason } in &listing.refused {
        say!("not on this machine: {name}: {reason}")?;
    }
    let benchmarks = count(listing.benchmarks.len() as u64, "benchmark");
    let time = time(listing.seconds);
    say!("{benchmarks}, about {time} with `bench run --filter '{filter}'`")
}

fn row(entry: &Entry) -> [String; 4] {
    [
        entry.name.clone(),
        format!("{:.1} KiB", entry.input_bytes as f64 / 1024.0),
        time(entry.seconds),
        entry.answers.to_owned(),
    ]
}

fn time(seconds: f64) -> String {
    words(std::time::Duration::from_secs_f64(seconds))
}
