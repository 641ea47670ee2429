//! A run against the baseline that belongs to it.

use std::path::Path;

use ::gate::baseline::{Baseline, Place};
use ::gate::compare::Run;
use anyhow::Result;
use receipt::Receipt;
use receipt::slo::BaselineLimits;
use receipt::slo::baseline::{Relative, Standing, against};

use super::store::Store;
use crate::Outcome;
use crate::compare::show::percent;

/// The baselines that a run is held against.
pub(crate) struct Baselines {
    folder: String,
    all: Vec<Baseline>,
    /// Whether a run without one is no success.
    required: bool,
}

/// How a run stands.
pub(crate) enum Held {
    /// Nothing to compare with, and why.
    Neutral(String),
    /// The same program: equal, whatever was measured.
    Equal(String),
    /// Benchmark by benchmark.
    Rows(Vec<(String, Relative)>),
}

impl Baselines {
    /// All of a folder, read before anything is measured.
    ///
    /// # Errors
    /// The folder is not there, or something in it is no baseline.
    pub(crate) fn read(folder: &Path, required: bool) -> Result<Self> {
        Ok(Self {
            folder: folder.display().to_string(),
            all: Store::open(folder)?.all()?,
            required,
        })
    }

    /// Holds a run against its baseline.
    ///
    /// # Errors
    /// Its samples are none, which a verified receipt's never are.
    pub(crate) fn hold(&self, receipt: &Receipt, limits: &BaselineLimits) -> Result<Held> {
        let run = Run::of(receipt)?;
        let place = Place::of(&run);
        let Some(baseline) = self.all.iter().find(|one| one.place() == place) else {
            return Ok(Held::Neutral(self.why_none(&place)));
        };
        if let Some(lacks) = super::lacks(baseline) {
            return Ok(Held::Neutral(format!("{place}: {lacks}")));
        }
        if baseline.is_of(&run) {
            return Ok(Held::Equal(baseline.program()));
        }
        let base = baseline.runs();
        let fit = receipt.environment.unfit.is_empty();
        let rows = run.benchmarks.iter().filter_map(|one| {
            let of = |base: &Run| base.benchmark(&one.name).map(|found| found.value_ns());
            let runs: Vec<f64> = base.iter().filter_map(of).collect();
            let mut relative = against(&runs, one.value_ns(), limits.of(&one.name))?;
            if !fit || one.lows_ns.len() < receipt::stats::MIN_LAUNCHES as usize {
                relative.verdict = Standing::Inconclusive;
            }
            Some((one.name.clone(), relative))
        });
        Ok(Held::Rows(rows.collect()))
    }

    fn why_none(&self, place: &Place) -> String {
        let near = self
            .all
            .iter()
            .filter(|one| one.place().machine == place.machine);
        let what = match near.count() {
            0 => "this machine".to_owned(),
            count => format!(
                "these benchmarks, flags and kernels ({count} of this machine {} of others)",
                if count == 1 { "is" } else { "are" }
            ),
        };
        format!(
            "{} has none for {what}; `bench baseline add` makes {place}",
            self.folder
        )
    }

    /// What the exit status has to say of it.
    pub(crate) fn outcome(&self, held: &Held) -> Outcome {
        match held {
            Held::Neutral(_) if self.required => Outcome::Inconclusive,
            Held::Neutral(_) | Held::Equal(_) => Outcome::Done,
            Held::Rows(rows) => match rows.iter().map(|(_, row)| row.verdict).max() {
                Some(Standing::Pass | Standing::Warn) => Outcome::Done,
                Some(Standing::Inconclusive) | None => Outcome::Inconclusive,
                Some(Standing::Fail) => Outcome::Missed,
            },
        }
    }
}

impl Held {
    /// One line a benchmark, or one in all.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::Neutral(why) => vec![format!("· Neutral: no baseline to compare with: {why}")],
            Self::Equal(program) => vec![format!(
                "✓ The baseline is of the same program ({program}): equal, not measured to be"
            )],
            Self::Rows(rows) => rows.iter().map(|(name, row)| line(name, row)).collect(),
        }
    }
}

fn line(name: &str, row: &Relative) -> String {
    let [low, high] = row.ci95;
    let change = format!(
        "{} to its baseline (95 % interval {} to {})",
        percent(row.ratio),
        percent(low),
        percent(high)
    );
    match row.verdict {
        Standing::Pass => format!("✓ {name}: {change}"),
        Standing::Warn => format!("! {name}: {change}: slower, not by enough to fail"),
        Standing::Fail => format!("✗ {name}: {change}: slower"),
        Standing::Inconclusive => format!(
            "? Inconclusive: {name}: {change}: this machine drifts by more than the limit; `bench ab` decides"
        ),
    }
}
