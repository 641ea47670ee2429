//! A run against the baseline that belongs to it.

use std::path::Path;

use ::gate::baseline::{Baseline, Place};
use ::gate::compare::Run;
use anyhow::Result;
use receipt::Receipt;
use receipt::model::{AgainstBaseline, BaselineRow};
use receipt::slo::BaselineLimits;
use receipt::slo::baseline::Standing;

use super::store::Store;

/// The baselines that a run is held against.
pub(crate) struct Baselines {
    folder: String,
    all: Vec<Baseline>,
}

/// What there is to hold a run against.
pub(crate) enum Held {
    /// Nothing, and why.
    Neutral(String),
    /// Its baseline, of which nothing is derived yet.
    Found(AgainstBaseline),
}

impl Baselines {
    /// All of a folder, read before anything is measured.
    ///
    /// # Errors
    /// The folder is not there, or something in it is no baseline.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            folder: folder.display().to_string(),
            all: Store::open(folder)?.all()?,
        })
    }

    /// Finds the baseline of a run.
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
        let base = baseline.runs();
        let rows = run.benchmarks.iter().map(|one| {
            let of = |base: &Run| base.benchmark(&one.name).map(|found| found.value_ns());
            let limits = limits.of(&one.name);
            BaselineRow {
                benchmark: one.name.clone(),
                runs_ns: base.iter().filter_map(of).collect(),
                warn_pct: limits.warn_pct,
                fail_pct: limits.fail_pct,
                ratio: f64::NAN,
                ci95: [f64::NAN; 2],
                verdict: Standing::Inconclusive,
            }
        });
        // Another compiler makes another program of the same sources, which may well be slower.
        let same_toolchain = base.iter().all(|own| own.same_toolchain(&run));
        Ok(Held::Found(AgainstBaseline {
            file_sha256: baseline.integrity.sha256.clone(),
            program_sha256: baseline.program_sha256.clone(),
            source_hash: baseline.source_hash.clone().filter(|_| same_toolchain),
            benchmarks: rows.collect(),
        }))
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
}

impl Held {
    /// The baseline that was found.
    pub(crate) fn found(&self) -> Option<AgainstBaseline> {
        match self {
            Self::Found(found) => Some(found.clone()),
            Self::Neutral(_) => None,
        }
    }

    /// What is said where there is none.
    pub(crate) fn neutral(&self) -> Option<String> {
        match self {
            Self::Neutral(why) => Some(format!("· Neutral: no baseline to compare with: {why}")),
            Self::Found(_) => None,
        }
    }
}
