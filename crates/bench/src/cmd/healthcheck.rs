//! `bench healthcheck`: is the run in this container alive?

use std::path::PathBuf;

use anyhow::Result;

use crate::streams::say;
use crate::{Outcome, heartbeat};

/// Say whether the run beside us is alive: exit 0 while it verifies and measures, 1 when a launch
/// has hung or no run is under way.
///
/// For orchestrators: `docker run --health-cmd 'bench healthcheck'`. The run writes the heartbeat
/// only where BENCH_HEARTBEAT names a file, best in memory.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The heartbeat file. Give it where the check does not share the run's environment.
    #[arg(long, env = "BENCH_HEARTBEAT", value_name = "FILE")]
    heartbeat: PathBuf,
}

/// # Errors
/// The run is not healthy; the message says why.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    say!("healthy: {}", heartbeat::check(&args.heartbeat)?)?;
    Ok(Outcome::Done)
}
