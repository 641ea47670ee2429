//! Receipts side by side: what can be said of runs that were not interleaved.
//!
//! A machine drifts between runs by more than launches of one run differ, and a single run does not
//! know by how much. Where the base has several runs their spread says it; where it has one, no
//! difference is ever called one.

pub mod alike;

use std::collections::BTreeSet;

use receipt::model::{Benchmark, Receipt};
use receipt::stats;
use serde::Serialize;
use thiserror::Error;

use crate::ab::Verdict;
use crate::quantile::{self, QuantileError};
pub use alike::{Field, Unlike};

/// Fewest runs of the base whose spread may bound anything.
pub const MIN_RUNS: usize = 3;
/// As in an A/B test: builds of one source differ by as much.
pub const MARGIN: f64 = 0.005;
/// An interval within this share of no change is none.
pub const SAME: f64 = 0.01;

/// Why receipts can't be compared.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CompareError {
    /// They measured different things.
    #[error(transparent)]
    Unlike(#[from] Unlike),
    /// A side without receipts.
    #[error("expected at least one receipt on either side")]
    Nothing,
    /// The same file twice.
    #[error("the same run stands on both sides or twice on one: integrity {0}")]
    Twice(String),
    /// No benchmark that both sides have.
    #[error("the two sides have no benchmark in common: {base} against {new}")]
    Disjoint {
        /// Of the base.
        base: String,
        /// Of the new side.
        new: String,
    },
    /// Samples that are none.
    #[error("{benchmark}: {source}")]
    Samples {
        /// Its name.
        benchmark: String,
        /// What is wrong.
        source: QuantileError,
    },
}

/// Two sides and what their difference is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Runs of the base.
    pub base_runs: usize,
    /// Runs of the new side.
    pub new_runs: usize,
    /// Both sides ran the very same program, by its SHA-256.
    pub same_program: bool,
    /// One entry a benchmark of both sides, the greatest slowdown first.
    pub rows: Vec<Row>,
    /// Benchmarks that only the base has.
    pub only_base: Vec<String>,
    /// Benchmarks that only the new side has.
    pub only_new: Vec<String>,
}

/// One benchmark on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `group/name`.
    pub name: String,
    /// Whether the answers of every run were compared with known ones before it was timed.
    pub answers_checked: bool,
    /// Throughput of the base at its launches' 10th percentiles, MiB/s.
    pub base_mibps: f64,
    /// The same of the new side.
    pub new_mibps: f64,
    /// Throughput of new over base.
    pub ratio: f64,
    /// 95 % interval of the ratio; null where too few runs bound it.
    pub ci95: Option<[f64; 2]>,
    /// What may be said.
    pub verdict: Verdict,
    /// Why it is not more, where it is inconclusive or not measured.
    pub reason: Option<String>,
}

/// Compares runs of a base with runs of something new.
///
/// The value of a run is the median over its launches of [`quantile::low`]. The interval is Student's
/// (pooled over sides that have several runs) on logarithms of these values: runs are independent,
/// launches of one run are not.
///
/// # Errors
/// The sides are not alike, hold a run twice, or have nothing in common.
pub fn compare(
    base: &[Receipt],
    new: &[Receipt],
    across: &[Field],
) -> Result<Comparison, CompareError> {
    let (Some(first), Some(last)) = (base.first(), new.last()) else {
        return Err(CompareError::Nothing);
    };
    let mut seen = BTreeSet::new();
    for receipt in base.iter().chain(new) {
        if !seen.insert(&receipt.integrity.sha256) {
            return Err(CompareError::Twice(receipt.integrity.sha256.clone()));
        }
        alike::runs(first, receipt, across, &receipt.timestamp)?;
    }
    let programs: BTreeSet<&str> = base
        .iter()
        .chain(new)
        .map(|receipt| receipt.environment.suite_sha256.as_str())
        .collect();
    let same_program = programs.len() == 1;
    let names = |receipts: &[Receipt]| -> BTreeSet<String> {
        let all = receipts.iter().flat_map(|receipt| &receipt.benchmarks);
        all.map(|benchmark| benchmark.name.clone()).collect()
    };
    let (ours, theirs) = (names(base), names(new));
    let mut rows = Vec::new();
    for benchmark in &last.benchmarks {
        if ours.contains(&benchmark.name) {
            rows.push(row(&benchmark.name, base, new, across, same_program)?);
        }
    }
    if rows.is_empty() {
        let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
        return Err(CompareError::Disjoint {
            base: list(ours),
            new: list(theirs),
        });
    }
    rows.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
    Ok(Comparison {
        base_runs: base.len(),
        new_runs: new.len(),
        same_program,
        rows,
        only_base: ours.difference(&theirs).cloned().collect(),
        only_new: theirs.difference(&ours).cloned().collect(),
    })
}

fn row(
    name: &str,
    base: &[Receipt],
    new: &[Receipt],
    across: &[Field],
    same_program: bool,
) -> Result<Row, CompareError> {
    let of = |receipts: &[Receipt]| -> Vec<Benchmark> {
        let all = receipts.iter().flat_map(|receipt| &receipt.benchmarks);
        all.filter(|benchmark| benchmark.name == name)
            .cloned()
            .collect()
    };
    let (base, new) = (of(base), of(new));
    for other in base.iter().chain(&new) {
        alike::benchmarks(&base[0], other, across)?;
    }
    let mut caveats = base.iter().chain(&new).map(|one| one.verified.caveat());
    let answers_checked = caveats.all(str::is_empty);
    let (ours, theirs) = (values(&base)?, values(&new)?);
    let rate = |benchmark: &Benchmark, log: f64| stats::mibps(benchmark.bytes_processed, log.exp());
    let (one, other) = (mean(&ours), mean(&theirs));
    let base_mibps = rate(&base[0], one);
    let new_mibps = rate(&new[0], other);
    let ratio = new_mibps / base_mibps;
    let half = half_width(&ours, &theirs);
    let ci95 = half.map(|half| [ratio * (-half).exp(), ratio * half.exp()]);
    let (verdict, reason) = verdict(ci95, same_program, (ours.len(), theirs.len()));
    Ok(Row {
        name: name.to_owned(),
        answers_checked,
        base_mibps,
        new_mibps,
        ratio,
        ci95,
        verdict,
        reason,
    })
}

/// The logarithm of ns per iteration of each run.
fn values(runs: &[Benchmark]) -> Result<Vec<f64>, CompareError> {
    runs.iter()
        .map(|benchmark| {
            let failed = |source| CompareError::Samples {
                benchmark: benchmark.name.clone(),
                source,
            };
            let each = benchmark.samples.len() / benchmark.launches.max(1) as usize;
            if each == 0 {
                return Err(failed(QuantileError::Empty));
            }
            let launches = benchmark.samples.chunks(each).map(quantile::low);
            let mut lows = launches.collect::<Result<Vec<_>, _>>().map_err(failed)?;
            lows.sort_by(f64::total_cmp);
            let middle = lows.len() / 2;
            let median = if lows.len() % 2 == 1 {
                lows[middle]
            } else {
                (lows[middle - 1] + lows[middle]) / 2.0
            };
            Ok(median.ln())
        })
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Half the width of the 95 % interval of the difference of means; `None` where the base has too few
/// runs to know how much the machine drifts.
fn half_width(base: &[f64], new: &[f64]) -> Option<f64> {
    if base.len() < MIN_RUNS {
        return None;
    }
    let squares = |values: &[f64]| -> f64 {
        let mean = mean(values);
        values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum()
    };
    let freedom = base.len() + new.len() - 2;
    let variance = (squares(base) + squares(new)) / freedom as f64;
    let means = 1.0 / base.len() as f64 + 1.0 / new.len() as f64;
    Some(stats::t975(freedom) * (variance * means).sqrt())
}

fn verdict(
    ci95: Option<[f64; 2]>,
    same_program: bool,
    (base, new): (usize, usize),
) -> (Verdict, Option<String>) {
    if same_program {
        let reason = "the same program on both sides: equal, not measured to be; the ratio is what the machine drifts";
        return (Verdict::Same, Some(reason.to_owned()));
    }
    let Some([low, high]) = ci95 else {
        let runs = if (base, new) == (1, 1) {
            "one run each".to_owned()
        } else {
            format!("{base} runs of the base, of which {MIN_RUNS} are needed")
        };
        let reason =
            format!("{runs}, so nothing is known of the drift between runs; `bench ab` decides");
        return (Verdict::Inconclusive, Some(reason));
    };
    if low > 1.0 + MARGIN {
        (Verdict::Faster, None)
    } else if high < 1.0 / (1.0 + MARGIN) {
        (Verdict::Slower, None)
    } else if low >= 1.0 / (1.0 + SAME) && high <= 1.0 + SAME {
        (Verdict::Same, None)
    } else {
        let reason = "the interval holds both no change and one; `bench ab` decides";
        (Verdict::Inconclusive, Some(reason.to_owned()))
    }
}
