//! `bench export`: a history in the formats of other tools.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use jiff::Timestamp;

use super::history::{HistoryFile, NoFile, date};
use crate::Outcome;
use crate::export::{self, Plan, Target};
use crate::history::trend::Choice;

/// Give a history to other tools: to Prometheus, InfluxDB, OpenTelemetry collectors, spreadsheets,
/// Bencher and github-action-benchmark.
///
/// Writes a file, whole or not at all, or sends to a receiver. A receiver that is away, slow, busy or
/// closes the connection is tried again, and the same points are sent, which it then has once
/// (VictoriaMetrics with -dedup.minScrapeInterval=1ms). If it refuses, or nothing helps, the exit code is 1.
/// Credentials come from a file or from the variable `BENCH_EXPORT_AUTHORIZATION`, never from the command
/// line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    history: HistoryFile,

    #[command(flatten)]
    no_file: NoFile,

    /// What to write or send.
    #[arg(long, value_enum)]
    format: Format,

    /// File to write, by a rename: what the node exporter's text file collector reads is never half a
    /// file. `-`, the default, is standard output.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    to: Option<PathBuf>,

    /// Receiver to send to, for openmetrics (Pushgateway), influx and otlp. A path of your own is used
    /// as it is; without one it is /metrics/job/bench, /write?db=bench or /v1/metrics.
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// File with the value of the header `Authorization`, such as `Bearer TOKEN` or `Basic BASE64`; a
    /// single word is taken for a bearer token. Without it: the variable BENCH_EXPORT_AUTHORIZATION, if
    /// it is set.
    #[arg(long, value_name = "FILE", requires = "url")]
    authorization_file: Option<PathBuf>,

    /// Series to take: those whose benchmark contains this text. Repeatable.
    #[arg(long, value_name = "TEXT")]
    benchmark: Vec<String>,

    /// Series to take: those whose machine contains this text. Repeatable.
    #[arg(long, value_name = "TEXT")]
    machine: Vec<String>,

    /// Take only runs from this day or time (UTC) on, when the receiver has the older ones already.
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<Timestamp>,

    /// Changes that are known and accepted, as for `bench trend`: the exported trend does not count
    /// them as slowdowns.
    #[arg(long, value_name = "FILE")]
    acknowledged: Option<PathBuf>,

    /// Seconds to wait for an answer of the receiver.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = super::run::seconds, requires = "url")]
    timeout: f64,

    /// How often to try again; each time after twice the wait.
    #[arg(long, value_name = "COUNT", default_value_t = 4, requires = "url", value_parser = clap::value_parser!(u32).range(0..=20))]
    retries: u32,

    /// Seconds to wait before the first new attempt.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = super::run::seconds, requires = "url")]
    retry_wait: f64,
}

/// What other tools read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The newest run of each series and its trend, for Prometheus: as a file for the node exporter's
    /// text file collector, or sent to a Pushgateway.
    Openmetrics,
    /// Every run, as InfluxDB's line protocol (also VictoriaMetrics, Telegraf).
    Influx,
    /// Every run, as OTLP/JSON for an OpenTelemetry collector.
    Otlp,
    /// Every run, as comma-separated values.
    Csv,
    /// The newest run of each series, as Bencher Metric Format.
    Bencher,
    /// The newest run of each series, for github-action-benchmark (customBiggerIsBetter).
    GithubActionBenchmark,
}

/// # Errors
/// The history can't be read, the file not be written, or the receiver did not take it.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    args.no_file.check()?;
    let target = match &args.url {
        Some(url) => Target::Url {
            url,
            authorization: args.authorization_file.as_deref(),
            timeout: Duration::from_secs_f64(args.timeout),
            retries: args.retries,
            wait: Duration::from_secs_f64(args.retry_wait),
        },
        None => Target::File(args.to.as_deref()),
    };
    export::export(&Plan {
        history: &args.history.path,
        format: args.format,
        target,
        choice: Choice {
            benchmarks: &args.benchmark,
            machines: &args.machine,
        },
        since: args.since,
        acknowledged: args.acknowledged.as_deref(),
    })
}
