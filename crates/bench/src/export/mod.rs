//! From a history to a file or a receiver.

mod send;

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::error::ErrorKind;
use history::History;
use jiff::Timestamp;
use report::export::{self as formats, Exported};

use crate::Outcome;
use crate::cmd::Format;
use crate::history::trend::{self, Choice};
use crate::streams::{self, note};
use send::{Patience, Receiver};

/// Points of one message of line protocol, 2.5 MB.
const LINES: usize = 5_000;
/// The same for OTLP, whose points are longer and three for each run, 2 MB.
const GAUGES: usize = 1_000;

/// What the command line asks for.
pub(crate) struct Plan<'a> {
    pub(crate) history: &'a Path,
    pub(crate) format: Format,
    pub(crate) target: Target<'a>,
    pub(crate) choice: Choice<'a>,
    /// Only runs from here on.
    pub(crate) since: Option<Timestamp>,
    pub(crate) acknowledged: Option<&'a Path>,
}

/// Where it goes.
pub(crate) enum Target<'a> {
    /// A file, or standard output.
    File(Option<&'a Path>),
    /// A receiver.
    Url {
        url: &'a str,
        authorization: Option<&'a Path>,
        timeout: Duration,
        retries: u32,
        wait: Duration,
    },
}

/// # Errors
/// The history can't be read, the file not be written, or the receiver did not take it.
pub(crate) fn export(plan: &Plan<'_>) -> Result<Outcome> {
    let all = chosen(plan)?;
    if all.is_empty() {
        bail!(
            "expected runs to export, found none in {} that were asked for",
            plan.history.display()
        );
    }
    match &plan.target {
        Target::File(Some(path)) if *path != Path::new("-") => {
            let text = text(plan.format, &all)?;
            crate::files::whole(path, |mut file| Ok(file.write_all(text.as_bytes())?))?;
        }
        Target::File(_) => streams::print_whole(&text(plan.format, &all)?)?,
        Target::Url {
            url,
            authorization,
            timeout,
            retries,
            wait,
        } => {
            let url = send::address(url, path(plan.format)?)?;
            let authorization = send::authorization(*authorization)?;
            let receiver = Receiver {
                url: &url,
                put: plan.format == Format::Openmetrics,
                content_type: content_type(plan.format),
                authorization: authorization.as_deref(),
            };
            let patience = Patience {
                timeout: *timeout,
                retries: *retries,
                wait: *wait,
            };
            send_all(plan.format, all, &receiver, &patience)?;
        }
    }
    Ok(Outcome::Done)
}

/// Sends every point: in pieces where the format has each of them, since receivers bound what they take at once
/// (InfluxDB 25 MB), and a piece that failed is sent again alone.
///
/// # Errors
/// The receiver did not take a piece; says what it took before.
fn send_all(
    format: Format,
    all: Vec<Exported>,
    receiver: &Receiver<'_>,
    patience: &Patience,
) -> Result<()> {
    let series = all.len();
    let points = |piece: &[Exported]| piece.iter().map(|one| one.points.len()).sum::<usize>();
    let total = points(&all);
    let pieces = match format {
        Format::Influx => formats::pieces(all, LINES),
        Format::Otlp => formats::pieces(all, GAUGES),
        _ => vec![all],
    };
    let mut taken = 0;
    for piece in pieces {
        let sent = send::send(receiver, text(format, &piece)?.as_bytes(), patience);
        sent.with_context(|| match taken {
            0 => format!("none of {total} points were taken"),
            _ => format!("{taken} of {total} points were taken before"),
        })?;
        taken += points(&piece);
    }
    let runs = crate::words::count(total as u64, "run");
    note!("{series} series, {runs}: {}", send::shown(receiver.url));
    Ok(())
}

fn chosen(plan: &Plan<'_>) -> Result<Vec<Exported>> {
    let trends = trend::trends(plan.history, plan.choice, plan.acknowledged)?;
    let history = History::read(plan.history)?;
    let mut all = Vec::with_capacity(trends.len());
    for trend in trends {
        let mut points = history.points(trend.series.id)?;
        points.retain(|point| plan.since.is_none_or(|since| point.time >= since));
        if !points.is_empty() {
            all.push(Exported {
                slowdown: trend.gates(),
                series: trend.series,
                points,
                found: trend.found,
            });
        }
    }
    Ok(all)
}

fn text(format: Format, all: &[Exported]) -> Result<String> {
    let json = |value: serde_json::Value| -> Result<String> {
        Ok(serde_json::to_string_pretty(&value)? + "\n")
    };
    Ok(match format {
        Format::Openmetrics => formats::openmetrics(all),
        Format::Influx => formats::influx(all),
        Format::Otlp => formats::otlp(all, env!("CARGO_PKG_VERSION")).to_string() + "\n",
        Format::Csv => formats::csv(all),
        Format::Bencher => json(formats::bencher(all)?)?,
        Format::GithubActionBenchmark => json(formats::actions(all)?)?,
    })
}

/// Where a receiver takes the format, if the user says nothing else.
fn path(format: Format) -> Result<&'static str> {
    match format {
        Format::Openmetrics => Ok("/metrics/job/bench"),
        Format::Influx => Ok("/write?db=bench"),
        Format::Otlp => Ok("/v1/metrics"),
        Format::Csv | Format::Bencher | Format::GithubActionBenchmark => {
            let message = "--url goes with --format openmetrics, influx or otlp; write the others to a file with --to\n";
            Err(clap::Error::raw(ErrorKind::ArgumentConflict, message)).context("--url")
        }
    }
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Openmetrics => "text/plain; version=0.0.4; charset=utf-8",
        Format::Otlp => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
