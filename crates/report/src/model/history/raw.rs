//! A history's data, as a page carries them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Run, Series};

/// The data as columns, which is what ten thousand runs fit into: `runs` and `commits` once, and for
/// each series the positions in `runs` of what it holds. A seal is cut to 16 digits, which tell the
/// receipts of one history apart.
pub(super) fn raw(series: &[Series]) -> String {
    let mut runs: Vec<&Run> = series.iter().flat_map(|one| &one.runs).collect();
    runs.sort_by(|a, b| (&a.timestamp, &a.seal).cmp(&(&b.timestamp, &b.seal)));
    runs.dedup_by(|a, b| a.seal == b.seal);
    let place: BTreeMap<&str, usize> = (0..)
        .zip(&runs)
        .map(|(at, run)| (run.seal.as_str(), at))
        .collect();
    let commits: BTreeSet<&str> = runs
        .iter()
        .filter_map(|run| run.commit.as_deref())
        .collect();
    let commits: Vec<&str> = commits.into_iter().collect();
    let commit = |run: &&Run| {
        run.commit
            .as_deref()
            .and_then(|commit| commits.binary_search(&commit).ok())
    };
    json!({
        "commits": commits,
        "runs": {
            "timestamp": runs.iter().map(|run| &run.timestamp).collect::<Vec<_>>(),
            "commit": runs.iter().map(commit).collect::<Vec<_>>(),
            "seal": runs.iter().map(|run| run.seal.get(..16)).collect::<Vec<_>>(),
        },
        "series": series.iter().map(|one| columns(one, &place)).collect::<Vec<_>>(),
    })
    .to_string()
}

fn columns(one: &Series, place: &BTreeMap<&str, usize>) -> Value {
    let of = |get: fn(&Run) -> f64| {
        one.runs
            .iter()
            .map(|run| figure(get(run)))
            .collect::<Vec<_>>()
    };
    let doubts = one.runs.iter().enumerate();
    let doubts: BTreeMap<usize, &str> = doubts
        .filter_map(|(at, run)| Some((at, run.doubt?)))
        .collect();
    let changes = one.shifts.iter().map(|shift| {
        json!({
            "at": shift.at,
            "ratio": shift.ratio,
            "ci95": shift.interval,
            "commits": shift.commits,
            "acknowledged": shift.acknowledged,
        })
    });
    json!({
        "benchmark": one.name,
        "machine": one.machine,
        "of": one.of.trim_start(),
        "doubts": doubts,
        "floor_mibps": one.floor,
        "run": one.runs.iter().map(|run| place[run.seal.as_str()]).collect::<Vec<_>>(),
        "mean_mibps": of(|run| run.mean),
        "low_mibps": of(|run| run.interval[0]),
        "high_mibps": of(|run| run.interval[1]),
        "changes": changes.collect::<Vec<_>>(),
    })
}

/// A rate in six digits: no interval here is so narrow that more would tell anything.
fn figure(value: f64) -> Value {
    let digits = (5.0 - value.abs().max(1e-9).log10().floor()).clamp(0.0, 15.0) as usize;
    let rounded: Result<f64, _> = format!("{value:.digits$}").parse();
    rounded.map_or(Value::Null, |value| json!(value))
}
