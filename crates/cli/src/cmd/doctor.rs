//! `bench doctor`: what on this host will spoil a measurement, and how to fix it.

use std::path::PathBuf;

use anyhow::Result;

use crate::Outcome;
use crate::host::cgroup::Groups;
use crate::host::state::{self, Snapshot};
use crate::host::{container, cpu, doctor};

/// Memory that a run of the whole suite needs with room to spare, bytes.
const MEMORY: u64 = 512 << 20;

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
    let now = Snapshot::take(&groups)?.state();
    let memory = state::memory()?;

    let mut found = doctor::standing(&cpu, &cgroup);
    found.extend(doctor::passing(&now, cores));
    found.extend(doctor::machine(&memory, &cgroup, MEMORY));
    found.sort_by_key(|warning| !warning.is_fatal());

    println!(
        "{}, {cores} CPUs, Linux {}",
        cpu.model,
        crate::host::kernel()
    );
    if let Some(runtime) = container::runtime() {
        println!("in a container ({runtime})");
    }
    for warning in &found {
        println!(
            "{}: {warning}",
            if warning.is_fatal() {
                "FATAL"
            } else {
                "warning"
            }
        );
    }
    if found.is_empty() {
        println!("nothing found that would spoil a measurement");
    }
    let fatal = found.iter().any(|warning| warning.is_fatal());
    Ok(if fatal { Outcome::No } else { Outcome::Done })
}
