//! What can be known before the first launch: checked here, so that no measurement is thrown away.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use copybook_decode::decode::KernelChoice;
use copybook_decode::schema::Schema;
use copybook_decode::{DecodeOptions, Decoder};
use instrument::subject::Supervisor;
use jiff::Timestamp;
use receipt::shape;
use workload::catalog::{self, Benchmark};

use super::{Plan, verifiers};
use crate::host::cgroup::Groups;
use crate::host::{cpu, findings, state};
use crate::machine_lock::{MachineLock, PLACES};
use crate::provenance::Claims;
use crate::streams::note;
use crate::warnings::Warning;

/// How long to watch what others do; short, since every run waits for it.
const LOOK: Duration = Duration::from_millis(300);

/// What holds from here to the end of the run.
pub(super) struct Ready {
    /// What wrappers say of the programs.
    pub(super) claims: Claims,
    /// What makes this host unfit to be judged on.
    pub(super) unfit: Vec<Warning>,
    /// How long another run had the machine.
    pub(super) waited: Duration,
    /// Keeps other runs of this machine waiting.
    _lock: Option<MachineLock>,
}

/// Everything that needs no launch to be known to be wrong; then the machine for ourselves.
///
/// # Errors
/// What would have ended the run after its measurements; or a signal, while another run has the
/// machine.
pub(super) fn check(plan: &Plan, supervisor: &Supervisor) -> Result<Ready> {
    clock(Timestamp::now())?;
    let claims = Claims::check(plan.suite.as_deref(), plan.subjects.first())?;
    kernel(plan)?;
    filter(plan)?;
    plan.verifier
        .as_deref()
        .map_or(Ok(()), verifiers::look_for)?;
    let waiting = Instant::now();
    let lock = plan
        .lock
        .then(|| MachineLock::take(PLACES, || Ok(supervisor.check()?)));
    Ok(Ready {
        claims,
        _lock: lock.transpose()?,
        waited: waiting.elapsed(),
        unfit: unfit(plan)?,
    })
}

/// A receipt's timestamp begins with a 2.
fn clock(now: Timestamp) -> Result<()> {
    let text = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    ensure!(
        shape::is_utc(&text),
        "expected a clock that is right, found the year {}: set it (`timedatectl set-ntp true`); \
         a receipt with a wrong time can't be compared",
        now.strftime("%Y")
    );
    Ok(())
}

/// Of our own suite; another project's has kernels of its own, or none.
fn kernel(plan: &Plan) -> Result<()> {
    let (Some(name), None) = (&plan.kernel, &plan.catalog) else {
        return Ok(());
    };
    let chosen: KernelChoice = name
        .parse()
        .map_err(|error: String| anyhow::anyhow!("--kernel: {error}"))?;
    let options = DecodeOptions {
        kernel: Some(chosen),
        ..DecodeOptions::default()
    };
    let any = Schema::parse("       01 A PIC X.").context("the smallest copybook")?;
    Decoder::new(&any, &options).with_context(|| format!("--kernel {name}"))?;
    Ok(())
}

/// Of our own suite; what another has, only that knows.
fn filter(plan: &Plan) -> Result<()> {
    let others = plan.suite.is_some() || plan.catalog.is_some() || !plan.subjects.is_empty();
    ensure!(
        others || plan.job.is_some() || !catalog::select(&plan.filter).is_empty(),
        "no benchmark's name matches `{}`: `bench list` shows the names",
        plan.filter
    );
    Ok(())
}

/// What `bench doctor` would call fatal about this host, told at once: there is still time to stop.
fn unfit(plan: &Plan) -> Result<Vec<Warning>> {
    let groups = Groups::current()?;
    let limits = groups.limits();
    let available = state::memory()?.available;
    let available = available.min(limits.memory_limit_bytes.unwrap_or(u64::MAX));

    let mut found = findings::standing(&cpu::read()?, &limits);
    found.extend(findings::look(&groups, LOOK)?);
    found.extend(findings::memory(available, needed(plan)));
    found.retain(Warning::is_fatal);
    for finding in &found {
        note!("this host is unfit to be judged on: {finding}");
    }
    Ok(found)
}

/// Bytes of memory for the selected benchmarks, as far as their suite is ours.
fn needed(plan: &Plan) -> u64 {
    let selected = match (&plan.job, &plan.catalog) {
        (Some(job), _) => Benchmark::custom(job.clone()).into_iter().collect(),
        (None, Some(_)) => Vec::new(),
        (None, None) => catalog::select(&plan.filter),
    };
    findings::needed(selected.iter().map(Benchmark::memory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_is_refused() {
        let error = clock(Timestamp::UNIX_EPOCH)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("the year 1970"), "{error}");
        let now = "2026-11-27T22:00:00Z".parse().expect("a time");
        clock(now).expect("it may be right");
    }
}
