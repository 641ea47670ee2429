//! `bench cost`: what a terabyte, or 10^9 records, costs on a machine.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Outcome;
use crate::compare::read;
use crate::cost::{self, Prices, Question};
use crate::streams::{document, note, say};
use crate::suite::locate;

/// Say what decoding costs: money for a terabyte (10^12 bytes of input) and for 10^9 records, from the
/// throughput of receipts and a file of prices that you keep.
///
/// The machine is paid for as a whole, so by default the benchmark that keeps all of its CPUs busy is
/// priced (`bench run --filter threads` measures it). The receipt's 95 % interval is carried through;
/// that a price may change is not in it. Several receipts, machines and prices make one table, cheapest
/// first. Receipts that do not verify are refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipts, or folders of them, `output/perf.json` by default.
    #[arg(value_name = "RECEIPT")]
    receipts: Vec<PathBuf>,

    /// File of prices; prices/ has dated examples, which explain it. Repeatable, in one currency.
    #[arg(long, value_name = "FILE", required = true)]
    prices: Vec<PathBuf>,

    /// Type of machine that the receipts are from, as the file of prices names it. By default every
    /// type whose CPU and number of CPUs are the receipt's; name it where CPU names say little.
    #[arg(long, value_name = "TYPE")]
    machine: Option<String>,

    /// Price the benchmarks whose name contains this text, also where they leave CPUs idle: for a
    /// decoder that can't use more than one.
    #[arg(long, value_name = "TEXT")]
    benchmark: Option<String>,

    /// Power of the machine while it decodes, in watts, as you measured it; adds watt-hours.
    #[arg(long, value_name = "WATTS", value_parser = watts)]
    watts: Option<f64>,

    /// Print one JSON document for programs: {"currency", "rows": [{"receipt", "subject", "benchmark",
    /// "answers_checked", "threads", "cpus", "machine", "cloud", "region", "price", "hourly",
    /// "per_terabyte": {"mean", "ci95"}, "per_1e9_records", "watt_hours_per_terabyte",
    /// "watt_hours_per_1e9_records"}], "warnings"}.
    #[arg(long)]
    json: bool,
}

/// # Errors
/// A receipt or a file of prices can't be read or does not fit.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let mut paths = args.receipts.clone();
    if paths.is_empty() {
        paths.push(locate::output(None).join("perf.json"));
    }
    let mut receipts = Vec::new();
    for path in &paths {
        receipts.extend(read::named(path)?);
    }
    let prices = args.prices.iter().map(|path| Prices::read(path));
    let prices = prices.collect::<Result<Vec<_>>>()?;
    let answer = cost::answer(&Question {
        receipts: &receipts,
        prices: &prices,
        machine: args.machine.as_deref(),
        benchmark: args.benchmark.as_deref(),
        watts: args.watts,
        today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
    })?;
    if args.json {
        let text = serde_json::to_string_pretty(&answer).context("a figure beyond all numbers")?;
        document(&text)?;
        return Ok(Outcome::Done);
    }
    say!("{}", cost::text(&answer))?;
    for warning in &answer.warnings {
        note!("warning: {warning}");
    }
    Ok(Outcome::Done)
}

fn watts(text: &str) -> Result<f64, String> {
    let watts = text.parse::<f64>().map_err(|error| error.to_string())?;
    cost::positive_watts(watts).map_err(|error| error.to_string())?;
    Ok(watts)
}
