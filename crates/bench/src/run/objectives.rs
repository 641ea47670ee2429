//! What will run and what it will be judged by, settled before anything is measured.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use receipt::{Objective, Objectives};

use super::Plan;
use super::task::{self, Task};
use receipt::bounded;

/// Far more than any catalogue has, bytes.
const MOST: u64 = 16 << 20;
/// The project's objectives.
const EMBEDDED: &str = include_str!("../../../../slo.toml");

/// What a run is judged by, and what its suite is known to have.
pub(crate) struct Selection {
    pub(crate) objectives: Objectives,
    /// Names and input bytes that the suite's project promises, as far as the filter selects them.
    pub(crate) catalog: Vec<(String, u64)>,
}

impl Selection {
    /// All that is known before a subject was asked.
    ///
    /// # Errors
    /// The objectives or the given catalogue can't be read.
    pub(crate) fn of(plan: &Plan) -> Result<Self> {
        let catalog = plan.catalog.as_deref().map(|file| foreign(file, plan));
        Ok(Self {
            objectives: load(plan.slo.as_deref())?,
            catalog: catalog.transpose()?.unwrap_or_default(),
        })
    }

    /// Names of the peers that the selected objectives need, each once; none without `--peers`.
    ///
    /// # Errors
    /// `--peers` asks for them, and no objective names any.
    pub(crate) fn peers(&self, plan: &Plan) -> Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        if !plan.peers {
            return Ok(names);
        }
        let selected = |one: &&Objective| plan.selects(&one.benchmark);
        for objective in self.objectives.slo.iter().filter(selected) {
            names.extend(objective.peer.clone());
        }
        names.sort();
        names.dedup();
        ensure!(
            !names.is_empty(),
            "--peers: no objective of a benchmark that would run names a peer (floor_times in slo.toml); leave it out"
        );
        Ok(names)
    }

    /// Whether what a subject will do is what was asked for.
    ///
    /// # Errors
    /// The filter selects nothing, something that the catalogue promises is missing, or the
    /// objectives can't be enforced since the filter leaves their benchmarks out.
    pub(crate) fn check(&self, plan: &Plan, tasks: &[Task]) -> Result<()> {
        ensure!(
            !tasks.is_empty(),
            "no benchmark's name matches `{}`: `bench list` shows the names",
            plan.filter
        );
        if plan.job.is_none() {
            task::complete(tasks, &self.catalog)?;
        }
        if plan.enforce {
            let names: Vec<_> = tasks.iter().map(|task| task.name.clone()).collect();
            enforceable(&self.objectives, &names, plan.job.is_some())?;
        }
        Ok(())
    }
}

/// Names and input bytes of a suite that is not ours: what its project says that it has, so that a
/// benchmark which is missing from a launch is seen.
fn foreign(file: &Path, plan: &Plan) -> Result<Vec<(String, u64)>> {
    let text = bounded::read(file, MOST)
        .with_context(|| format!("can't read the catalog {}", file.display()))?;
    let all: BTreeMap<String, u64> = serde_json::from_slice(&text).with_context(|| {
        let file = file.display();
        format!("{file} is no catalog: expected {{\"group/name\": bytes of input}}")
    })?;
    let selected = all.into_iter().filter(|(name, _)| plan.selects(name));
    Ok(selected.collect())
}

/// The given file, else the one this program was built with: slo.toml is one of its sources, so that
/// a checkout whose file says something else has other sources.
pub(crate) fn load(given: Option<&Path>) -> Result<Objectives> {
    match given {
        Some(path) => Ok(Objectives::load(path)?),
        None => Ok(Objectives::parse(
            EMBEDDED,
            Path::new("slo.toml (built in)"),
        )?),
    }
}

/// An objective that is not measured can't be met.
fn enforceable(objectives: &Objectives, benchmarks: &[String], custom: bool) -> Result<()> {
    ensure!(
        !objectives.slo.is_empty(),
        "--enforce needs at least one objective"
    );
    // A ceiling is about what else runs as well; the receipt says where it was not judged.
    let floors = objectives.slo.iter();
    for objective in floors.filter(|objective| objective.floor_mibps.is_some()) {
        ensure!(
            objective.covers(benchmarks.iter().map(String::as_str)),
            "--enforce can't judge {}: its benchmark {} is not among those that would run; {}",
            objective.label,
            objective.benchmark,
            if custom {
                format!(
                    "give objectives for {} with --slo",
                    benchmarks.join(" and ")
                )
            } else {
                "select it too with --filter, or give other objectives with --slo".to_owned()
            }
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_foreign_catalog_is_filtered_by_name() {
        let at = tempfile::tempdir().expect("temporary folder");
        let file = at.path().join("catalog.json");
        fs::write(
            &file,
            r#"{"hex/encode": 1048576, "hex/decode": 512, "b64/decode": 7}"#,
        )
        .expect("file");
        let names = |filter: &str| -> Vec<String> {
            let selected = foreign(&file, &Plan::for_filter(filter)).expect("a catalog");
            selected.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names("").len(), 3);
        assert_eq!(names("decode"), ["b64/decode", "hex/decode"]);
        assert!(names("absent").is_empty());
    }

    #[test]
    fn anything_else_is_no_catalog() {
        let at = tempfile::tempdir().expect("temporary folder");
        let file = at.path().join("catalog.json");
        let all = Plan::for_filter("");
        assert!(foreign(&file, &all).is_err(), "no such file");
        for text in ["", "[]", r#"{"a/b": -1}"#, r#"{"a/b": "1"}"#] {
            fs::write(&file, text).expect("file");
            let error = foreign(&file, &all).expect_err(text).to_string();
            assert!(error.contains("is no catalog"), "{error}");
        }
    }
}
