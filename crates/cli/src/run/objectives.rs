//! What will run and what it will be judged by, settled before anything is measured.

use std::path::Path;

use anyhow::{Result, ensure};
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
    /// By the filter, from the catalogue that the suite itself is made of.
    ///
    /// # Errors
    /// The filter selects nothing, the objectives can't be read, or they can't be enforced since
    /// the filter leaves their benchmarks out.
    pub(crate) fn of(plan: &Plan) -> Result<Self> {
        let objectives = load(plan.slo.as_deref())?;
        let entries = catalog::select(&plan.filter);
        let benchmarks: Vec<String> = entries.iter().map(Benchmark::name).collect();
        ensure!(
            !benchmarks.is_empty(),
            "no benchmark's name contains `{}`: `bench list` shows the names",
            plan.filter
        );
        if plan.enforce {
            enforceable(&objectives, &benchmarks)?;
        }
        let inputs = entries.iter().map(|entry| entry.bytes).collect();
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
