//! What two receipts must have in common before their figures may be set side by side.

use std::fmt;
use std::str::FromStr;

use receipt::model::Receipt;
use thiserror::Error;

use super::run::{Measured, Run};

/// Something that must be equal on both sides, by the name that `--across` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// CPU model, architecture, CPUs the run may use, hypervisor.
    Machine,
    /// Limits of the control group, and whether a container is around the run.
    Container,
    /// Name of the decoder.
    Subject,
    /// What the compiler was passed.
    Flags,
    /// The kernels that decoded.
    Kernels,
    /// Input bytes, records and the digest of the verified output, which options and the form of the
    /// output change.
    Workload,
    /// How the answer was checked.
    Verification,
}

/// All of them, in the order in which they are checked.
pub const FIELDS: [Field; 7] = [
    Field::Machine,
    Field::Container,
    Field::Subject,
    Field::Flags,
    Field::Kernels,
    Field::Workload,
    Field::Verification,
];

/// Two sides that can't be compared.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{at}: the receipts are not alike in {field}: {base} in the base, {new} in the new one; overlook it with --across {field} if that is the very difference you want to measure"
)]
pub struct Unlike {
    /// Which receipt or benchmark.
    pub at: String,
    /// What differs.
    pub field: Field,
    /// On one side.
    pub base: String,
    /// On the other.
    pub new: String,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Machine => "machine",
            Self::Container => "container",
            Self::Subject => "subject",
            Self::Flags => "flags",
            Self::Kernels => "kernels",
            Self::Workload => "workload",
            Self::Verification => "verification",
        })
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = FIELDS.into_iter().find(|field| field.to_string() == text);
        found.ok_or_else(|| {
            let names = FIELDS.map(|field| field.to_string()).join(", ");
            format!("expected one of {names}, found {text}")
        })
    }
}

/// Whether two runs can be compared as runs.
///
/// # Errors
/// The first field that differs and is not in `across`.
pub fn runs(base: &Run, new: &Run, across: &[Field], at: &str) -> Result<(), Unlike> {
    for field in FIELDS {
        if field == Field::Kernels && tells_kernels(base) && tells_kernels(new) {
            // Benchmark by benchmark: the union says less, and depends on what else ran.
            continue;
        }
        let (one, other) = (of_run(base, field), of_run(new, field));
        check(field, one, other, across, at)?;
    }
    Ok(())
}

/// Whether a benchmark did the same work on both sides.
///
/// # Errors
/// The first field that differs and is not in `across`.
pub fn benchmarks(base: &Measured, new: &Measured, across: &[Field]) -> Result<(), Unlike> {
    for field in FIELDS {
        if field == Field::Kernels && (base.kernels.is_none() || new.kernels.is_none()) {
            // A receipt that names them for all together was compared as a run.
            continue;
        }
        let (one, other) = (of_benchmark(base, field), of_benchmark(new, field));
        check(field, one, other, across, &base.name)?;
    }
    Ok(())
}

/// The machine, as one text that is equal for what may be compared; the key of baselines.
#[must_use]
pub fn machine(receipt: &Receipt) -> String {
    let cpu = &receipt.environment.cpu;
    let kind = match cpu.virtualized {
        Some(true) => ", virtual",
        Some(false) => "",
        None => ", virtual or not",
    };
    format!(
        "{} x {} ({}{kind})",
        receipt.summary.host_cores, cpu.model, cpu.arch
    )
}

fn check(
    field: Field,
    base: Option<String>,
    new: Option<String>,
    across: &[Field],
    at: &str,
) -> Result<(), Unlike> {
    if base == new || across.contains(&field) {
        return Ok(());
    }
    let shown = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
    Err(Unlike {
        at: at.to_owned(),
        field,
        base: shown(base),
        new: shown(new),
    })
}

/// Limits of the control group and the container around the run, as one text.
#[must_use]
pub fn container(receipt: &Receipt) -> String {
    let environment = &receipt.environment;
    let cgroup = &environment.cgroup;
    let limit = |limit: Option<String>| limit.unwrap_or_else(|| "no limit".to_owned());
    let memory = cgroup.memory_limit_bytes;
    format!(
        "{}, CPUs: {}, memory: {}",
        environment.container.as_deref().unwrap_or("none"),
        limit(cgroup.cpu_limit.map(|cpus| cpus.to_string())),
        limit(memory.map(|bytes| format!("{bytes} bytes"))),
    )
}

/// Receipts of version 1 name the kernels of all benchmarks together.
fn tells_kernels(run: &Run) -> bool {
    run.kernels.is_none() || run.benchmarks.iter().any(|one| one.kernels.is_some())
}

fn of_run(run: &Run, field: Field) -> Option<String> {
    match field {
        Field::Machine => Some(run.machine.clone()),
        Field::Container => Some(run.container.clone()),
        Field::Subject => Some(run.subject.clone()),
        Field::Flags => run.flags.clone(),
        Field::Kernels => run.kernels.as_ref().map(|all| all.join(", ")),
        Field::Workload | Field::Verification => None,
    }
}

fn of_benchmark(benchmark: &Measured, field: Field) -> Option<String> {
    let verified = &benchmark.verified;
    match field {
        Field::Kernels => benchmark.kernels.as_ref().map(|all| all.join(", ")),
        Field::Workload => Some(format!(
            "{} records in {} bytes with output {}",
            verified.records, benchmark.bytes, verified.output_sha256
        )),
        Field::Verification => Some(format!("{:?}", verified.against)),
        _ => None,
    }
}
