//! Baselines as text.

use ::gate::baseline::{Baseline, RUNS};
use receipt::stats::{self, relative};

use crate::table::{Align, aligned};
use crate::words;

/// One line a baseline.
pub(crate) fn list(all: &[Baseline]) -> String {
    let head = ["baseline", "of", "runs", "drift", "sees"];
    let mut rows = vec![head.map(str::to_owned)];
    for one in all {
        let worst = |of: fn(&[f64]) -> Option<f64>| {
            let each = (0..one.benchmarks.len()).map(|index| of(&values(one, index)));
            each.collect::<Option<Vec<f64>>>()
                .map(|all| all.into_iter().fold(0.0, f64::max))
        };
        rows.push([
            one.place().to_string(),
            one.program(),
            format!("{} of {RUNS}", one.runs.len()),
            share(worst(drift)),
            share(worst(sees)),
        ]);
    }
    let columns = [
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
    ];
    aligned(columns, &rows).trim_end().to_owned()
}

/// All of one baseline.
pub(crate) fn one(baseline: &Baseline) -> String {
    let head = ["benchmark", "MiB/s", "drift", "sees", "launches apart"];
    let mut rows = vec![head.map(str::to_owned)];
    for (index, benchmark) in baseline.benchmarks.iter().enumerate() {
        let values = values(baseline, index);
        let runs = baseline.runs();
        let spread = runs.iter().map(|run| run.benchmarks[index].spread());
        rows.push([
            format!("{}{}", benchmark.name, benchmark.verified.caveat()),
            format!(
                "{:.1}",
                stats::mibps(benchmark.bytes, relative::mean(&values))
            ),
            share(drift(&values)),
            share(sees(&values)),
            share(Some(spread.fold(0.0, f64::max))),
        ]);
    }
    let columns = [
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
    ];
    let mut out = format!(
        "{} ({}), {}\nmachine: {}\ncontainer: {}\nflags: {}\n\n{}",
        baseline.program(),
        baseline.subject,
        words::count(baseline.runs.len() as u64, "run"),
        baseline.machine,
        baseline.container,
        baseline.flags.as_deref().unwrap_or("unknown"),
        aligned(columns, &rows),
    );
    for run in &baseline.runs {
        out.push_str(&format!(
            "\nrun of {}, receipt {}",
            run.timestamp, run.receipt_sha256
        ));
    }
    out
}

/// The values of a benchmark, one a run.
fn values(baseline: &Baseline, index: usize) -> Vec<f64> {
    let runs = baseline.runs();
    runs.iter()
        .map(|run| run.benchmarks[index].value_ns())
        .collect()
}

/// Standard deviation between runs, as a share.
fn drift(values: &[f64]) -> Option<f64> {
    let freedom = values.len().checked_sub(1).filter(|free| *free > 0)?;
    Some((relative::squares(values) / freedom as f64).sqrt())
}

/// The loss that one run more has to show before it counts as slower.
fn sees(values: &[f64]) -> Option<f64> {
    let half = relative::half_width(values, &[relative::mean(values)])?;
    Some(1.0 - 1.0 / (1.0 + half))
}

fn share(of: Option<f64>) -> String {
    of.map_or_else(
        || "unknown".to_owned(),
        |share| format!("{:.1} %", share * 100.0),
    )
}
