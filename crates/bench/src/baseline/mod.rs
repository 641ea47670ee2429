//! Baselines of this project: made from receipts, shown, and held against a run.

pub(crate) mod gate;
pub(crate) mod show;
pub(crate) mod store;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ::gate::baseline::{Baseline, Place, RUNS};
use ::gate::compare::Run;
use anyhow::{Context as _, Result, ensure};

use crate::compare::read;
use store::Store;

/// Adds runs to the baselines that they belong to, all of them or none.
///
/// # Errors
/// A receipt does not verify, is of an unfit host, or is not fit for its baseline; or the folder can't be
/// read or written.
pub(crate) fn add(
    folder: &Path,
    receipts: &[PathBuf],
    spread: f64,
    replace: bool,
) -> Result<Vec<Baseline>> {
    let mut runs = Vec::new();
    for path in receipts {
        for receipt in read::receipts(path)? {
            ensure!(
                receipt.environment.unfit.is_empty(),
                "{}: the run of {} was on a host unfit to be judged on: {}",
                path.display(),
                receipt.timestamp,
                receipt.environment.unfit.join("; ")
            );
            let run = Run::of(&receipt);
            runs.push(run.with_context(|| path.display().to_string())?);
        }
    }
    let store = Store::create(folder)?;
    let lock = store.lock()?;
    let mut changed: BTreeMap<Place, Baseline> = BTreeMap::new();
    for run in &runs {
        let place = Place::of(run);
        let known = match changed.remove(&place) {
            Some(known) => Some(known),
            None if replace => None,
            None => store.find(&place)?,
        };
        let baseline = match known {
            Some(mut known) => known.add(run, spread).map(|()| known),
            None => Baseline::begin(run, spread),
        };
        changed.insert(place, baseline?);
    }
    let mut all: Vec<Baseline> = changed.into_values().collect();
    for baseline in &mut all {
        store.save(baseline, &lock)?;
    }
    Ok(all)
}

/// What keeps a baseline from deciding anything, in words; `None` where nothing does.
pub(crate) fn lacks(baseline: &Baseline) -> Option<String> {
    let runs = baseline.runs.len();
    (!baseline.is_complete()).then(|| {
        format!("it has {runs} of the {RUNS} runs that make one; `bench baseline add` takes more")
    })
}
