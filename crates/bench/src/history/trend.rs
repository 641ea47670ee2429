//! The trend of each series, in words and as JSON.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use history::acknowledged::{Acknowledgement, Acknowledgements};
use history::change::{Change, Found, SHORTEST, Side};
use history::{History, Series};
use jiff::Timestamp;
use receipt::words;
use serde::Serialize;
use serde_json::json;

use crate::Outcome;

/// Which series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'a> {
    /// Parts of benchmarks' names; all where there are none.
    pub(crate) benchmarks: &'a [String],
    /// Parts of machines' names; all where there are none.
    pub(crate) machines: &'a [String],
}

impl Choice<'_> {
    pub(crate) fn has(self, series: &Series) -> bool {
        let any = |texts: &[String], name: &str| {
            texts.is_empty() || texts.iter().any(|text| name.contains(text.as_str()))
        };
        any(self.benchmarks, &series.key.benchmark) && any(self.machines, &series.key.machine)
    }
}

/// A series and its changes.
pub(crate) struct Trend {
    pub(crate) series: Series,
    pub(crate) found: Found,
    /// One a change: who answered for it.
    acknowledged: Vec<Option<Acknowledgement>>,
}

impl Trend {
    /// Whether the newest change is a slowdown that nobody answered for.
    pub(crate) fn gates(&self) -> bool {
        let newest = self.found.changes.last().zip(self.acknowledged.last());
        newest.is_some_and(|(change, acknowledged)| change.slowdown && acknowledged.is_none())
    }
}

/// The trends of all chosen series, on all cores.
///
/// # Errors
/// The history or the acknowledgements can't be read.
pub(crate) fn trends(
    path: &Path,
    choice: Choice<'_>,
    acknowledged: Option<&Path>,
) -> Result<Vec<Trend>> {
    let acknowledged = acknowledged.map(Acknowledgements::load).transpose()?;
    let acknowledged = acknowledged.unwrap_or_default();
    let history = History::read(path)?;
    let mut series = history.series()?;
    series.retain(|series| choice.has(series));
    let found = history::trends(path, &series)?;
    let all = series.into_iter().zip(found);
    all.map(|(series, found)| answered(&history, series, found, &acknowledged))
        .collect()
}

/// What was acknowledged and answers for no change that was found: a slip in a benchmark's name, or in a commit.
///
/// # Errors
/// The acknowledgements can't be read.
pub(crate) fn idle(trends: &[Trend], acknowledged: &Path) -> Result<Vec<Acknowledgement>> {
    let mut all: Vec<_> = Acknowledgements::load(acknowledged)?
        .iter()
        .cloned()
        .collect();
    let answers = |one: &Acknowledgement| {
        let mut found = trends.iter().flat_map(|trend| &trend.acknowledged);
        found.any(|other| other.as_ref() == Some(one))
    };
    all.retain(|one| !answers(one));
    Ok(all)
}

fn answered(
    history: &History,
    series: Series,
    found: Found,
    acknowledged: &Acknowledgements,
) -> Result<Trend> {
    let benchmark = &series.key.benchmark;
    let points = match !found.changes.is_empty() && acknowledged.concern(benchmark) {
        true => history.points(series.id)?,
        false => Vec::new(),
    };
    let of = |change: &Change| acknowledged.of(change, &points, benchmark).cloned();
    Ok(Trend {
        acknowledged: found.changes.iter().map(of).collect(),
        series,
        found,
    })
}

/// With `--enforce`.
pub(crate) fn outcome(trends: &[Trend]) -> Outcome {
    if trends.iter().any(Trend::gates) {
        Outcome::Missed
    } else if trends.is_empty() || trends.iter().any(|trend| trend.found.too_short) {
        Outcome::Inconclusive
    } else {
        Outcome::Done
    }
}

/// For people.
pub(crate) fn text(trends: &[Trend]) -> String {
    if trends.is_empty() {
        return "? no series, so nothing is known of any trend".to_owned();
    }
    let mut out = String::new();
    for trend in trends {
        // Writing to a String can't fail.
        let _ = one(&mut out, trend);
    }
    out.trim_end().to_owned()
}

fn one(out: &mut String, trend: &Trend) -> std::fmt::Result {
    let Trend { series, found, .. } = trend;
    let title = words::printable(&series.key.title());
    let (first, last) = (day(series.first), day(series.last));
    writeln!(
        out,
        "{title}: {} from {first} to {last}",
        crate::words::count(series.points, "run")
    )?;
    if found.too_short {
        let blocks = found.blocks;
        writeln!(
            out,
            "  ? too short: expected at least {SHORTEST} runs of different commits or days, found {blocks}"
        )?;
    } else if found.changes.is_empty() {
        writeln!(out, "  no change")?;
    }
    if (found.points as u64) < series.points {
        let (searched, all) = (found.points, series.points);
        writeln!(out, "  the newest {searched} of {all} runs were searched")?;
    }
    for (change, acknowledged) in found.changes.iter().zip(&trend.acknowledged) {
        let mark = match (change.slowdown, acknowledged) {
            (true, None) => "✗",
            _ => "·",
        };
        let verb = if change.slowdown { "slower" } else { "faster" };
        let size = change.size;
        writeln!(
            out,
            "  {mark} {}: {verb}, {} (95 % interval {} to {}), behind commit {} up to {}",
            day(change.after.time),
            words::percent(size.ratio),
            words::percent(size.ci95[0]),
            words::percent(size.ci95[1]),
            commit(&change.before),
            commit(&change.after),
        )?;
        writeln!(
            out,
            "      receipts: {}, {}",
            receipt(&change.before),
            receipt(&change.after)
        )?;
        if let Some(acknowledged) = acknowledged {
            let reason = words::printable(&acknowledged.reason);
            writeln!(
                out,
                "      acknowledged ({}): {reason}",
                acknowledged.commit
            )?;
        }
    }
    Ok(())
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

fn commit(side: &Side) -> String {
    side.commit
        .as_deref()
        .map_or_else(|| "unknown".to_owned(), words::printable)
}

fn receipt(side: &Side) -> String {
    let source = words::printable(&side.source);
    format!("{source} ({})", side.seal.get(..12).unwrap_or(&side.seal))
}

/// A series as a program reads it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    key: &'a history::SeriesKey,
    runs: u64,
    first: Timestamp,
    last: Timestamp,
    searched: usize,
    blocks: usize,
    autocorrelation: f64,
    too_short: bool,
    changes: Vec<serde_json::Value>,
}

/// For programs.
///
/// # Errors
/// A number is not finite.
pub(crate) fn json(trends: &[Trend]) -> Result<String> {
    let change = |(change, acknowledged): (&Change, &Option<Acknowledgement>)| {
        json!({
            "time": change.after.time,
            "slowdown": change.slowdown,
            "ratio": change.size.ratio,
            "ci95": change.size.ci95,
            "before": change.before,
            "after": change.after,
            "acknowledged": acknowledged,
        })
    };
    let shown = trends.iter().map(|trend| Shown {
        key: &trend.series.key,
        runs: trend.series.points,
        first: trend.series.first,
        last: trend.series.last,
        searched: trend.found.points,
        blocks: trend.found.blocks,
        autocorrelation: trend.found.autocorrelation,
        too_short: trend.found.too_short,
        changes: trend
            .found
            .changes
            .iter()
            .zip(&trend.acknowledged)
            .map(change)
            .collect(),
    });
    let document = json!({"series": shown.collect::<Vec<_>>()});
    Ok(serde_json::to_string_pretty(&document)?)
}
