//! Other decoders, one or several: every launch of one is followed by a launch of the next, so that
//! what the machine does meanwhile happens to all of them.

use anyhow::{Context as _, Result, bail, ensure};
use jiff::Timestamp;
use workload::catalog;

use super::{Facts, Plan, Ready, Selection, assemble, deliver, outcome};
use crate::Outcome;
use crate::output::Output;
use crate::progress::{self, Progress};
use crate::streams::{note, say};
use crate::suite::launch::Launched;
use crate::suite::locate;
use crate::suite::peer::{Peer, PeerLauncher};
use crate::supervise::Supervisor;

/// One of them, and what it did so far.
struct Contender {
    peer: Peer,
    output: Output,
    facts: Facts,
    launches: Vec<Launched>,
}

/// Measures the subjects of the plan. One leaves its receipt in the output folder; several, each in
/// a folder of its name there.
///
/// # Errors
/// As [`super::execute`]. Of several, those without fault leave their receipts all the same.
pub(super) fn execute(plan: &Plan, ready: &Ready, supervisor: &Supervisor) -> Result<Outcome> {
    let selection = Selection::of(plan)?;
    let mut contenders = contenders(plan)?;
    let first = contenders.first().context("no subject")?;
    note!("{}", first.facts.banner());
    let work = first.output.work()?;
    let hang_timeout = plan
        .hang_timeout
        .unwrap_or_else(|| plan.settings.hang_timeout(selection.largest()));
    let benchmarks = catalog::select(&plan.filter);
    let launcher = PeerLauncher::prepare(
        &benchmarks,
        plan.settings,
        hang_timeout,
        work.path(),
        supervisor,
    )?;
    let estimate = plan.settings.estimate(selection.inputs.iter().copied());
    let rounds = plan.settings.launches * contenders.len() as u32;
    note!(
        "{}",
        progress::announce(benchmarks.len(), rounds, estimate * contenders.len() as u32)
    );
    let started = Timestamp::now();
    let mut progress = Progress::new(u64::from(rounds));
    let mut failures = Vec::new();
    let mut turns = 0;
    for number in 1..=plan.settings.launches {
        let mut right = Vec::new();
        for mut contender in contenders {
            match launch(&launcher, &mut contender, number, &mut progress) {
                Ok(()) => right.push(contender),
                Err(error) => {
                    supervisor.check()?;
                    progress.say(&format!("{} is out: {error:#}", contender.peer.name()));
                    failures.push(error);
                }
            }
            turns += 1;
            progress.reach(turns);
        }
        contenders = right;
    }
    let mut result = Outcome::Done;
    for Contender {
        peer,
        output,
        facts,
        launches,
    } in contenders
    {
        let receipt = assemble(
            supervisor, plan, ready, &selection, facts, &launches, started,
        )?;
        supervisor.check()?;
        if plan.subjects.len() > 1 {
            say!("{}", peer.name())?;
        }
        deliver(&receipt, &output, &launches, &work)?;
        result = result.worse(outcome(plan, ready, &receipt));
    }
    match failures.len() {
        0 => Ok(result),
        1 => Err(failures.remove(0)),
        count => {
            let each: Vec<_> = failures.iter().map(|error| format!("{error:#}")).collect();
            bail!("{count} subjects left no receipt:\n{}", each.join("\n"))
        }
    }
}

fn contenders(plan: &Plan) -> Result<Vec<Contender>> {
    let several = plan.subjects.len() > 1;
    let mut contenders: Vec<Contender> = Vec::new();
    for name in &plan.subjects {
        let peer = Peer::find(name, locate::checkout().as_deref())?;
        let twice = contenders.iter().any(|other| other.peer.name() == name);
        ensure!(!twice, "expected each subject once, found `{name}` twice");
        let output = match several {
            true => Output::open(&plan.output.join(name))?,
            false => Output::open(&plan.output)?,
        };
        contenders.push(Contender {
            facts: Facts::gather(&peer.program()?)?,
            peer,
            output,
            launches: Vec::new(),
        });
    }
    Ok(contenders)
}

fn launch(
    launcher: &PeerLauncher<'_>,
    contender: &mut Contender,
    number: u32,
    progress: &mut Progress,
) -> Result<()> {
    let launched = launcher.launch(&contender.peer, number)?;
    progress.say(&format!(
        "launch {number} of {}: verified and measured in {:.1} s, peak {:.1} MiB",
        contender.peer.name(),
        launched.wall.as_secs_f64(),
        launched.report.max_rss_bytes as f64 / (1 << 20) as f64
    ));
    contender.launches.push(launched);
    Ok(())
}
