//! Receipts side by side: what can be said of runs that were not interleaved.
//!
//! A machine drifts between runs by more than launches of one run differ, and a single run does not
//! know by how much. Where the base has several runs their spread says it; where it has one, no
//! difference is ever called one.

pub mod alike;
mod run;

use std::collections::BTreeSet;

use receipt::model::Receipt;
use receipt::stats;
use receipt::stats::relative;
use serde::Serialize;
use thiserror::Error;

use crate::ab::Verdict;
use crate::quantile::QuantileError;
pub use alike::{Field, Unlike};
pub use receipt::stats::relative::MIN_RUNS;
pub use run::{Measured, Run};

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
    /// Two receipts of one run.
    #[error(
        "two receipts are of one run: {0}; a run can't be compared with itself, so leave one of them out"
    )]
    Twice(String),
    /// A side of several programs.
    #[error(
        "{side}: expected runs of one program, found two: {one} and {other}; compare their receipts one program at a time"
    )]
    Mixed {
        /// Which.
        side: &'static str,
        /// The first program.
        one: String,
        /// Another.
        other: String,
    },
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
    /// Samples that no clock gives.
    #[error(
        "{benchmark}: all {samples} samples are {ns} ns, expected times that differ; no clock gives such, measure again"
    )]
    Constant {
        /// Its name.
        benchmark: String,
        /// Every sample.
        ns: f64,
        /// How many.
        samples: usize,
    },
    /// Samples that don't divide into launches.
    #[error(
        "{benchmark}: expected the same number of samples from each of {launches} launches, found {samples} in all"
    )]
    Uneven {
        /// Its name.
        benchmark: String,
        /// Of all launches.
        samples: usize,
        /// Claimed.
        launches: u32,
    },
}

/// Two sides and what their difference is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Runs of the base.
    pub base_runs: usize,
    /// Runs of the new side.
    pub new_runs: usize,
    /// Both sides ran the very same program, by its SHA-256. It is equal to itself, unless a difference
    /// was overlooked that may make it faster or slower.
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

/// Compares receipts of a base with receipts of something new, as [`runs`] does.
///
/// # Errors
/// As [`runs`], or a receipt's samples are none.
pub fn compare(
    base: &[Receipt],
    new: &[Receipt],
    across: &[Field],
) -> Result<Comparison, CompareError> {
    let of = |receipts: &[Receipt]| receipts.iter().map(Run::of).collect::<Result<Vec<_>, _>>();
    runs(&of(base)?, &of(new)?, across)
}

/// Compares runs of a base with runs of something new.
///
/// The value of a run is the median over its launches of their 10th percentiles. The interval is
/// Student's (pooled over sides that have several runs) on relative deviations of these values: runs
/// are independent, launches of one run are not.
///
/// # Errors
/// The sides are not alike, hold a run twice, are not of one program each, or have nothing in common.
pub fn runs(base: &[Run], new: &[Run], across: &[Field]) -> Result<Comparison, CompareError> {
    let (Some(first), false) = (base.first(), new.is_empty()) else {
        return Err(CompareError::Nothing);
    };
    let all: Vec<&Run> = base.iter().chain(new).collect();
    for (index, run) in all.iter().enumerate() {
        let same = |other: &&&Run| other.receipt == run.receipt || other.repeats(run);
        if let Some(other) = all[..index].iter().find(same) {
            return Err(CompareError::Twice(named_twice(other, run)));
        }
        alike::runs(first, run, across, &run.timestamp)?;
    }
    of_one_program("the base", base)?;
    of_one_program("the new side", new)?;
    let programs: BTreeSet<&str> = all.iter().map(|run| run.program.as_str()).collect();
    let same_program = programs.len() == 1;
    // What is overlooked may make a program faster or slower than itself.
    let alike = |run: &&Run| alike::runs(first, run, &[], "").is_ok();
    let equal = same_program && all.iter().all(alike);
    let (ours, theirs) = (names(base), names(new));
    let mut rows = Vec::new();
    for name in ours.intersection(&theirs) {
        rows.push(row(name, base, new, across, equal)?);
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

/// The mean of two programs' runs is the speed of neither.
fn of_one_program(side: &'static str, runs: &[Run]) -> Result<(), CompareError> {
    let other = runs.iter().find(|run| !run.is_of_program_of(&runs[0]));
    other.map_or(Ok(()), |other| {
        Err(CompareError::Mixed {
            side,
            one: runs[0].named(),
            other: other.named(),
        })
    })
}

fn named_twice(one: &Run, other: &Run) -> String {
    if one.receipt == other.receipt {
        return format!("{}, integrity {}", one.timestamp, one.receipt);
    }
    format!(
        "{} and {} have the very same samples",
        one.timestamp, other.timestamp
    )
}

fn names(runs: &[Run]) -> BTreeSet<String> {
    let all = runs.iter().flat_map(|run| &run.benchmarks);
    all.map(|benchmark| benchmark.name.clone()).collect()
}

fn row(
    name: &str,
    base: &[Run],
    new: &[Run],
    across: &[Field],
    equal: bool,
) -> Result<Row, CompareError> {
    let of = |runs: &'_ [Run]| -> Vec<Measured> {
        let all = runs.iter().filter_map(|run| run.benchmark(name));
        all.cloned().collect()
    };
    let (base, new) = (of(base), of(new));
    let mut equal = equal;
    for other in base.iter().chain(&new) {
        alike::benchmarks(&base[0], other, across)?;
        equal &= alike::benchmarks(&base[0], other, &[]).is_ok();
    }
    let mut caveats = base.iter().chain(&new).map(|one| one.verified.caveat());
    let answers_checked = caveats.all(str::is_empty);
    let values = |side: &[Measured]| side.iter().map(Measured::value_ns).collect::<Vec<_>>();
    let (ours, theirs) = (values(&base), values(&new));
    let base_mibps = stats::mibps(base[0].bytes, relative::mean(&ours));
    let new_mibps = stats::mibps(new[0].bytes, relative::mean(&theirs));
    let ratio = new_mibps / base_mibps;
    let half = relative::half_width(&ours, &theirs);
    let ci95 = half.map(|half| relative::around(ratio, half));
    let (verdict, reason) = verdict(ci95, equal, (ours.len(), theirs.len()));
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

fn verdict(
    ci95: Option<[f64; 2]>,
    equal: bool,
    (base, new): (usize, usize),
) -> (Verdict, Option<String>) {
    if equal {
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
