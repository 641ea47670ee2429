//! A fleet's receipt, sealed and checked: every derived field is computed again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use receipt::model::Integrity;
use receipt::seal;
use serde_json::Value;
use thiserror::Error;

use super::derive::derive;
use super::model::{Expected, Fleet, KIND, MOST_RUNS, Outcome, Primary, SCHEMA_VERSION};

/// Relative difference of two numbers that are the same: libraries of mathematics differ in the last
/// bits of a logarithm.
const SAME: f64 = 1e-9;

/// Why a fleet's receipt is not to be believed.
#[derive(Debug, Error)]
pub enum FleetError {
    /// Not one.
    #[error(
        "expected a fleet's receipt of schema version {SCHEMA_VERSION}, found something else: {0}"
    )]
    Parse(#[from] serde_json::Error),
    /// Written by a later release, or no fleet's receipt.
    #[error("expected {field} {expected}, found {found}")]
    Format {
        /// Which field.
        field: &'static str,
        /// What this release reads.
        expected: String,
        /// What is there.
        found: String,
    },
    /// Changed after it was written.
    #[error(
        "the fleet's receipt was changed after it was written: expected sha256 {expected}, found {found} in integrity.sha256"
    )]
    Seal {
        /// Of the content.
        expected: String,
        /// As recorded.
        found: String,
    },
    /// A number that JSON can't hold.
    #[error(transparent)]
    Canonical(#[from] seal::SealError),
    /// More than can be listed.
    #[error("expected at most {MOST_RUNS} runs of all jobs, found {found}")]
    Asked {
        /// Tasks times runs.
        found: u64,
    },
    /// Results that can't be.
    #[error("result {index}: {problem}")]
    Result {
        /// From 0.
        index: usize,
        /// Expected and found.
        problem: String,
    },
    /// A field does not follow from the results.
    #[error("{path}: expected {expected}, found {found}")]
    Derived {
        /// As `jq` would ask for it.
        path: String,
        /// What follows.
        expected: String,
        /// What stands there.
        found: String,
    },
}

impl Fleet {
    /// From what was found, sealed.
    ///
    /// # Errors
    /// A number is not finite, or results contradict each other.
    pub fn sealed(primary: Primary) -> Result<Self, FleetError> {
        check(&primary)?;
        let derived = derive(&primary);
        let mut fleet = Self {
            schema_version: SCHEMA_VERSION,
            kind: KIND.to_owned(),
            primary,
            derived,
            integrity: Integrity {
                sha256: String::new(),
            },
        };
        fleet.integrity.sha256 = fleet.hash()?;
        Ok(fleet)
    }

    /// As on disk: indented, with a newline at the end. Nothing of it is kept in memory.
    ///
    /// # Errors
    /// `out` refuses.
    pub fn write(&self, mut out: impl io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")
    }

    /// Item by item: a fleet of ten thousand nodes has a text of a hundred megabytes.
    fn hash(&self) -> Result<String, seal::SealError> {
        let Self {
            schema_version,
            kind,
            primary,
            derived,
            integrity: _,
        } = self;
        let mut sealing = seal::Sealing::default();
        sealing.field("counts", &derived.counts)?;
        sealing.array("jobs", &primary.jobs)?;
        sealing.field("kind", kind)?;
        sealing.array("lost", &derived.lost)?;
        sealing.array("objectives", &primary.objectives)?;
        sealing.array("results", &primary.results)?;
        sealing.field("schema_version", schema_version)?;
        sealing.field("subject", &primary.subject)?;
        sealing.field("suite_sha256", &primary.suite_sha256)?;
        sealing.field("timestamp", &primary.timestamp)?;
        sealing.array("types", &derived.types)?;
        sealing.array("unreadable", &primary.unreadable)?;
        Ok(sealing.sha256())
    }

    /// Reads one, and checks all of it.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verified(text: &str) -> Result<Self, FleetError> {
        let value: Value = serde_json::from_str(text)?;
        let format = |field, expected: Value| {
            let found = value.get(field).cloned().unwrap_or(Value::Null);
            if found == expected {
                return Ok(());
            }
            Err(FleetError::Format {
                field,
                expected: expected.to_string(),
                found: found.to_string(),
            })
        };
        format("kind", KIND.into())?;
        format("schema_version", SCHEMA_VERSION.into())?;
        let fleet: Self = serde_json::from_str(text)?;
        let expected = seal::sha256(value.clone())?;
        if fleet.integrity.sha256 != expected {
            return Err(FleetError::Seal {
                expected,
                found: fleet.integrity.sha256,
            });
        }
        check(&fleet.primary)?;
        for (field, follows) in object(serde_json::to_value(derive(&fleet.primary))?) {
            let found = value.get(&field).unwrap_or(&Value::Null);
            same(&format!(".{field}"), &follows, found)?;
        }
        Ok(fleet)
    }
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => serde_json::Map::new(),
    }
}

/// Whether so many runs can be listed, should all of them be lost.
///
/// # Errors
/// They are more than [`MOST_RUNS`].
pub fn asked_for(jobs: &[Expected]) -> Result<(), FleetError> {
    let runs = |job: &Expected| job.tasks.unwrap_or(0).saturating_mul(job.runs);
    let found = jobs.iter().map(runs).fold(0, u64::saturating_add);
    if found > MOST_RUNS {
        return Err(FleetError::Asked { found });
    }
    Ok(())
}

/// What no collection leaves: one run counted twice or that nobody asked for, a result that counts without times.
fn check(primary: &Primary) -> Result<(), FleetError> {
    asked_for(&primary.jobs)?;
    let jobs: BTreeMap<&str, &Expected> = primary
        .jobs
        .iter()
        .map(|job| (job.job.as_str(), job))
        .collect();
    let mut counted = BTreeSet::new();
    for (index, one) in primary.results.iter().enumerate() {
        let used = one.outcome == Outcome::Used;
        let wrong = |problem: String| Err(FleetError::Result { index, problem });
        let job = jobs.get(one.job.as_str());
        if used && !job.is_some_and(|job| job.has(one.task, one.run)) {
            return wrong(format!(
                "expected a run that was asked for, found job {}, task {}, run {}",
                one.job, one.task, one.run
            ));
        }
        if used && !counted.insert((&one.job, one.task, one.run)) {
            return wrong(format!(
                "expected one result that counts of job {}, task {}, run {}, found another",
                one.job, one.task, one.run
            ));
        }
        if used == one.reason.is_some() {
            return wrong(
                "expected a reason where a result does not count, and only there".to_owned(),
            );
        }
        if used == one.benchmarks.is_empty() {
            return wrong("expected benchmarks where a result counts, and only there".to_owned());
        }
        for measured in &one.benchmarks {
            let times = &measured.launch_means_ns;
            let is_time = |ns: &f64| ns.is_finite() && *ns > 0.0;
            if times.is_empty() || measured.bytes_processed == 0 || !times.iter().all(is_time) {
                return wrong(format!(
                    "{}: expected bytes and times above 0",
                    measured.name
                ));
            }
        }
    }
    Ok(())
}

fn same(path: &str, expected: &Value, found: &Value) -> Result<(), FleetError> {
    let differ = || {
        Err(FleetError::Derived {
            path: path.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        })
    };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            if expected.len() != found.len() {
                return differ();
            }
            for (key, value) in expected {
                same(
                    &format!("{path}.{key}"),
                    value,
                    found.get(key).unwrap_or(&Value::Null),
                )?;
            }
            Ok(())
        }
        (Value::Array(expected), Value::Array(found)) => {
            if expected.len() != found.len() {
                return differ();
            }
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                same(&format!("{path}[{index}]"), expected, found)?;
            }
            Ok(())
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (
                a.as_f64().unwrap_or(f64::NAN),
                b.as_f64().unwrap_or(f64::NAN),
            );
            // Scores of values that are all but the same are made of rounding.
            let close = (a - b).abs() <= SAME * a.abs().max(b.abs()).max(1.0);
            if close { Ok(()) } else { differ() }
        }
        _ if expected == found => Ok(()),
        _ => differ(),
    }
}
