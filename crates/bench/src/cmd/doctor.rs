//! `bench doctor`: what on this host will spoil a measurement, and how to fix it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use receipt::model::Cpu;
use serde::Serialize;
use workload::catalog::{self, Filter};

use crate::host::cgroup::Groups;
use crate::host::{self, container, cpu, findings, state};
use crate::streams::{document, say};
use crate::suite::locate;
use crate::warnings::Warning;
use crate::words::{count, mib};
use crate::{Outcome, output};

/// How long to watch what others do.
const LOOK: Duration = Duration::from_secs(1);

/// Report what on this host would spoil a measurement, each finding with its remedy, and what this
/// host does not reveal.
///
/// Exits with 1 only if a measurement would be meaningless.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder that a run would write to; its free space is checked. Give the same one as to `bench
    /// run`.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Benchmarks that you are going to run, as for `bench run`: they determine how much memory is
    /// needed.
    #[arg(
        long,
        env = "BENCH_FILTER",
        value_name = "TEXT",
        default_value = "slo_validation"
    )]
    filter: Vec<String>,

    /// Print one JSON document for programs: {"fatal": BOOL, "cpu", "cpus", "kernel", "container",
    /// "memory", "unknown": [TEXT, ...], "findings": [{"severity": "fatal"|"warning", "text": TEXT}]}.
    #[arg(long)]
    json: bool,
}

/// What was found out, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    /// Whether a measurement would mean nothing.
    fatal: bool,
    cpu: Cpu,
    /// Logical CPUs that this process may run on.
    cpus: u32,
    kernel: String,
    container: Option<String>,
    memory: Memory,
    /// Facts that change results and that the kernel does not tell.
    unknown: Vec<&'static str>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Memory {
    available_bytes: u64,
    needed_bytes: u64,
    /// Benchmarks that it is needed for.
    benchmarks: usize,
    /// Those that this machine can't run at all, with the reason.
    refused: Vec<String>,
}

#[derive(Serialize)]
struct Finding {
    severity: &'static str,
    text: String,
}

/// # Errors
/// The kernel's own facts can't be read.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let report = examine(args)?;
    if args.json {
        document(&serde_json::to_string_pretty(&report)?)?;
    } else {
        tell(&report)?;
    }
    Ok(if report.fatal {
        Outcome::No
    } else {
        Outcome::Done
    })
}

fn examine(args: &Args) -> Result<Report> {
    let groups = Groups::current()?;
    let (cpu, cgroup) = (cpu::read()?, groups.limits());
    let memory = memory(&Filter::new(&args.filter), cgroup.memory_limit_bytes)?;

    let mut found = findings::standing(&cpu, &cgroup);
    found.extend(findings::look(&groups, LOOK)?);
    found.extend(findings::memory(
        memory.available_bytes,
        memory.needed_bytes,
    ));
    found.extend(findings::machine(&state::memory()?));
    found.extend(space(args.output.as_deref())?);
    found.sort_by_key(|warning| !warning.is_fatal());

    Ok(Report {
        fatal: found.iter().any(Warning::is_fatal),
        unknown: cpu::unknown(&cpu),
        cpus: cpu::cores()?,
        cpu,
        kernel: host::kernel(),
        container: container::runtime(),
        memory,
        findings: found.iter().map(finding).collect(),
    })
}

fn memory(filter: &Filter, limit: Option<u64>) -> Result<Memory> {
    let selected = catalog::select(filter);
    let refused = catalog::all().1.into_iter();
    let refused = refused.filter(|refused| filter.selects(&refused.name));
    Ok(Memory {
        available_bytes: state::memory()?.available.min(limit.unwrap_or(u64::MAX)),
        needed_bytes: findings::needed(selected.iter().map(catalog::Benchmark::memory)),
        benchmarks: selected.len(),
        refused: refused
            .map(|refused| format!("{}: {}", refused.name, refused.reason))
            .collect(),
    })
}

/// A folder that is not there yet will lie on the file system of the first one that is.
fn space(folder: Option<&Path>) -> Result<Option<Warning>> {
    let folder = folder.map_or_else(|| locate::output(None), Path::to_owned);
    let there = folder.ancestors().find(|at| at.exists());
    output::space(there.unwrap_or(Path::new(".")))
}

fn finding(warning: &Warning) -> Finding {
    Finding {
        severity: if warning.is_fatal() {
            "fatal"
        } else {
            "warning"
        },
        text: warning.to_string(),
    }
}

fn tell(report: &Report) -> Result<()> {
    let cpus = count(report.cpus.into(), "CPU");
    say!("{}, {cpus}, Linux {}", report.cpu.model, report.kernel)?;
    if report.cpu.virtualized == Some(true) {
        say!(
            "a virtual machine: its host may take CPU time away, and other guests share caches and \
             memory bandwidth"
        )?;
    }
    if let Some(runtime) = &report.container {
        say!("in a container ({runtime})")?;
    }
    let memory = &report.memory;
    say!(
        "memory: {} MiB available, {} MiB needed for {}",
        mib(memory.available_bytes),
        mib(memory.needed_bytes),
        count(memory.benchmarks as u64, "selected benchmark")
    )?;
    for refused in &memory.refused {
        say!("not on this machine: {refused}")?;
    }
    if !report.unknown.is_empty() {
        say!(
            "unknown, since this kernel does not say: {}{}",
            report.unknown.join(", "),
            if report.cpu.virtualized == Some(true) {
                " (only the host of a virtual machine knows: ask whoever runs it)"
            } else {
                ""
            }
        )?;
    }
    for Finding { severity, text } in &report.findings {
        let severity = severity.replace("fatal", "FATAL");
        say!("{severity}: {text}")?;
    }
    if report.findings.is_empty() {
        say!("nothing found that would spoil a measurement")?;
    }
    Ok(())
}
