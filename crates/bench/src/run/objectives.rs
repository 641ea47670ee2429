//! What will run and what it will be judged by, settled before anything is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use receipt::Objectives;
use workload::catalog::{self, Benchmark};

use super::Plan;
use crate::suite::locate;

/// The project's objectives, for programs without their checkout.
const EMBEDDED: &str = include_str!("../../../../slo.toml");

/// Benchmarks and objectives of one run.
pub(crate) struct Selection {
    /// Names, in the catalogue's order.
    pub(crate) benchmarks: Vec<String>,
    /// Input bytes of each.
    pub(crate) inputs: Vec<u64>,
    pub(crate) objectives: Objectives,
}

impl Selection {
    /// The user's data, or what the filter chooses from the given catalogue, else the one that our own suite is made of.
    ///
    /// # Errors
    /// The catalogue can't be read, the filter selects nothing, the objectives can't be read, or
    /// they can't be enforced since the filter leaves their benchmarks out.
    pub(crate) fn of(plan: &Plan) -> Result<Self> {
        let objectives = load(plan.slo.as_deref())?;
        let ours = |entries: Vec<Benchmark>| -> Vec<(String, u64)> {
            entries
                .iter()
                .map(|entry| (entry.name(), entry.bytes))
                .collect()
        };
        let (benchmarks, inputs): (Vec<String>, Vec<u64>) = match (&plan.job, &plan.catalog) {
            (Some(job), _) => ours(vec![Benchmark::custom(job.clone())?]),
            (None, Some(file)) => foreign(file, &plan.filter)?.into_iter().collect(),
            (None, None) => ours(catalog::select(&plan.filter)),
        }
        .into_iter()
        .unzip();
        ensure!(
            !benchmarks.is_empty(),
            "no benchmark's name contains `{}`: `bench list` shows the names",
            plan.filter
        );
        if plan.enforce {
            enforceable(&objectives, &benchmarks)?;
        }
        Ok(Self {
            benchmarks,
            inputs,
            objectives,
        })
    }

    /// Bytes of the largest input.
    pub(crate) fn largest(&self) -> u64 {
        self.inputs.iter().copied().max().unwrap_or(0)
    }
}

/// Names and input bytes of a suite that is not ours: what its project says that it has, so that a
/// benchmark which is missing from a launch is seen.
fn foreign(file: &Path, filter: &str) -> Result<BTreeMap<String, u64>> {
    let text =
        fs::read(file).with_context(|| format!("can't read the catalog {}", file.display()))?;
    let mut all: BTreeMap<String, u64> = serde_json::from_slice(&text).with_context(|| {
        let file = file.display();
        format!("{file} is no catalog: expected {{\"group/name\": bytes of input}}")
    })?;
    all.retain(|name, _| name.contains(filter));
    Ok(all)
}

/// The given file, else that of the checkout, else the one this program was built with.
fn load(given: Option<&Path>) -> Result<Objectives> {
    if let Some(path) = given {
        return Ok(Objectives::load(path)?);
    }
    match locate::checkout()
        .map(|root| root.join("slo.toml"))
        .filter(|path| path.is_file())
    {
        Some(path) => Ok(Objectives::load(&path)?),
        None => Ok(Objectives::parse(
            EMBEDDED,
            Path::new("slo.toml (built in)"),
        )?),
    }
}

/// An objective that is not measured can't be met.
fn enforceable(objectives: &Objectives, benchmarks: &[String]) -> Result<()> {
    ensure!(
        !objectives.slo.is_empty(),
        "--enforce needs at least one objective"
    );
    for objective in &objectives.slo {
        ensure!(
            benchmarks.contains(&objective.benchmark),
            "--enforce can't judge {}: its benchmark {} is not among those that would run; widen \
             --filter, or give other objectives with --slo",
            objective.label,
            objective.benchmark
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
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
        let names = |filter: &str| foreign(&file, filter).expect("a catalog").into_keys();
        assert_eq!(names("").count(), 3);
        assert_eq!(
            names("decode").collect::<Vec<_>>(),
            ["b64/decode", "hex/decode"]
        );
        assert_eq!(names("absent").count(), 0);
    }

    #[test]
    fn anything_else_is_no_catalog() {
        let at = tempfile::tempdir().expect("temporary folder");
        let file = at.path().join("catalog.json");
        assert!(foreign(&file, "").is_err(), "no such file");
        for text in ["", "[]", r#"{"a/b": -1}"#, r#"{"a/b": "1"}"#] {
            fs::write(&file, text).expect("file");
            let error = foreign(&file, "").expect_err(text).to_string();
            assert!(error.contains("is no catalog"), "{error}");
        }
    }
}
