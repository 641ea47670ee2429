//! `bench healthcheck`: is the run in this container alive?

use std::path::PathBuf;

use anyhow::Result;

use crate::streams::say;
use crate::{Outcome, heartbeat};

/// Report whether the run in this container is alive: exit 0 while it verifies or measures, 1 if a
/// launch has hung or no run is under way.
///
/// For orchestrators: `docker run --health-cmd 'bench healthcheck'`. A run writes its heartbeat
/// only if BENCH_HEARTBEAT names a file, preferably in memory (/dev/shm).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The heartbeat file. Needed only if the check does not share the run's environment.
    #[arg(long, env = "BENCH_HEARTBEAT", value_name = "FILE")]
    heartbeat: PathBuf,
}

/// # Errors
/// The run is not healthy; the message says why.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let doing = heartbeat::check(&args.heartbeat)?;
    say!("healthy: {}", receipt::words::printable(&doing))?;
    Ok(Outcome::Done)
}
