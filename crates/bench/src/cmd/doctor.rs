//! `bench doctor`: what on this host will spoil a measurement, and how to fix it.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::host::cgroup::Groups;
use crate::host::state::{self, Snapshot};
use crate::host::{container, cpu, doctor};
use crate::streams::say;
use crate::suite::locate;
use crate::{Outcome, output};

/// Memory that a run of the whole suite needs with room to spare, bytes.
const MEMORY: u64 = 512 << 20;

/// How long to watch what others do.
const LOOK: Duration = Duration::from_secs(1);

/// Say what on this host will spoil a measurement, each finding with its remedy.
///
/// Exits with 1 only where a measurement would mean nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder that a run would write to; its free space is checked. Give it where you will give
    /// the same to `bench run`.
    #[arg(long, env = "BENCH_OUTPUT", value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// # Errors
/// The kernel's own facts can't be read.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let groups = Groups::current()?;
    let (cpu, cores, cgroup) = (cpu::read()?, cpu::cores()?, groups.limits());
    let before = Snapshot::take(&groups)?;
    thread::sleep(LOOK);
    let after = Snapshot::take(&groups)?;
    let memory = state::memory()?;

    let mut found = doctor::standing(&cpu, &cgroup);
    found.extend(doctor::between(&before, &after, cores));
    found.extend(doctor::machine(&memory, &cgroup, MEMORY));
    let folder = args.output.clone().unwrap_or_else(locate::output);
    // A folder that is not there yet will lie on the file system of the first one that is.
    let there = folder
        .ancestors()
        .find(|at| at.exists())
        .unwrap_or(Path::new("."));
    found.extend(output::space(there)?);
    found.sort_by_key(|warning| !warning.is_fatal());

    say!(
        "{}, {cores} CPUs, Linux {}",
        cpu.model,
        crate::host::kernel()
    )?;
    if let Some(runtime) = container::runtime() {
        say!("in a container ({runtime})")?;
    }
    for warning in &found {
        let weight = if warning.is_fatal() {
            "FATAL"
        } else {
            "warning"
        };
        say!("{weight}: {warning}")?;
    }
    if found.is_empty() {
        say!("nothing found that would spoil a measurement")?;
    }
    let fatal = found.iter().any(|warning| warning.is_fatal());
    Ok(if fatal { Outcome::No } else { Outcome::Done })
}
