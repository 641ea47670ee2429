//! From launches to a receipt, and where it goes.

use std::rc::Rc;

use anyhow::{Context as _, Result};
use receipt::model::{Against, Peer, PeerBenchmark, Settings, Subject};
use receipt::stats::relative;
use receipt::{Draft, Host, Receipt, Verdict};

use super::launch::Launched;
use super::{Contender, Plan, Run, Start, agree, verifiers};
use crate::Outcome;
use crate::output::{Output, Work};
use crate::streams::{self, note, say};

/// Everything that a subject's launches say, and what makes a receipt of it.
pub(super) fn draft<'a>(
    run: &'a Run<'_>,
    contender: Contender,
    start: Start,
) -> Result<(Draft, Judge<'a>)> {
    let Contender {
        program,
        tasks,
        facts,
        trace,
        launches,
        output,
        ..
    } = contender;
    let benchmarks = agree::merge(&launches)?;
    let hello = &launches.first().context("no launch was made")?.hello;
    let cores = facts.cores;
    let environment = facts.environment(
        &launches,
        start.to_first_launch,
        &trace,
        &run.ready.unfit,
        run.plan.fleet_task.as_ref(),
    )?;
    let draft = Draft {
        timestamp: start.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        commit: trace.commit.clone(),
        toolchain: hello
            .toolchain
            .clone()
            .unwrap_or_else(|| "unknown".to_owned()),
        benchmarks,
        subject: Subject {
            name: hello.subject.name.clone(),
            version: hello.subject.version.clone(),
        },
        host: Host {
            cores,
            kernel: crate::host::kernel(),
            os: crate::host::os(),
        },
        environment,
        settings: settings(run.plan, run.kernel(&program)),
        baseline: None,
        peers: Vec::new(),
        command: run.plan.command.clone(),
    };
    let names = tasks.iter().map(|task| task.name.clone()).collect();
    let judge = Judge {
        run,
        names,
        output,
        launches,
    };
    Ok((draft, judge))
}

/// Makes receipts of a subject's drafts.
pub(super) struct Judge<'a> {
    run: &'a Run<'a>,
    /// The benchmarks that were asked for.
    names: Vec<String>,
    /// Where the receipt goes.
    pub(super) output: Rc<Output>,
    pub(super) launches: Vec<Launched>,
}

impl Judge<'_> {
    /// From primary numbers to a sealed receipt; `receipt` derives the rest and checks itself.
    pub(super) fn judge(&self, draft: Draft) -> Result<Receipt> {
        let names = self.names.clone();
        let objectives = self.run.selection.objectives.clone();
        let selected = move |name: &str| names.iter().any(|benchmark| benchmark == name);
        let made = self
            .run
            .supervisor
            .during(move || draft.into_receipt(&objectives, selected))?;
        made.context("no receipt was written")
    }

    /// Has the second verifier read it, where there is one.
    pub(super) fn accept(&self, receipt: &Receipt) -> Result<()> {
        let Some(program) = self.run.plan.verifier.clone() else {
            return Ok(());
        };
        let text = receipt.to_json()?;
        let verifier = move || verifiers::accept(&text, &program);
        self.run.supervisor.during(verifier)?
    }
}

/// What another subject's receipt says of a peer: the benchmarks whose answers were checked.
pub(super) fn peer(name: &str, receipt: &Receipt) -> Peer {
    let checked = receipt.benchmarks.iter();
    let checked = checked.filter(|one| one.verified.against != Against::DecodesOnly);
    Peer {
        name: name.to_owned(),
        subject: receipt.subject.clone(),
        receipt_sha256: receipt.integrity.sha256.clone(),
        benchmarks: checked
            .map(|one| PeerBenchmark {
                name: one.name.clone(),
                lows_ns: relative::lows(&one.samples, one.launches),
            })
            .collect(),
    }
}

fn settings(plan: &Plan, kernel: Option<&str>) -> Settings {
    // The filter chooses among the catalogue; the user's own data is all that there is.
    let filter = match &plan.job {
        Some(_) => Vec::new(),
        None => plan.filter.texts().to_vec(),
    };
    Settings {
        launches: plan.settings.launches,
        warm_up_s: plan.settings.warm_up,
        measure_s: plan.settings.measure,
        samples: plan.settings.samples,
        filter,
        kernel: kernel.map(str::to_owned),
    }
}

/// Writes the receipt and prints what it says.
pub(super) fn deliver(
    receipt: &Receipt,
    output: &Output,
    launches: &[Launched],
    work: &Work,
) -> Result<()> {
    for warning in &receipt.environment.warnings {
        note!("warning: {warning}");
    }
    keep(receipt, output, launches, work)?;
    match output {
        Output::Stdout => note!("{}", receipt.summary()),
        Output::Folder(_) => say!("{}", receipt.summary())?,
    }
    Ok(())
}

/// The receipt first: Criterion's data is an extra that belongs to it.
pub(super) fn keep(
    receipt: &Receipt,
    output: &Output,
    launches: &[Launched],
    work: &Work,
) -> Result<()> {
    match output {
        Output::Stdout => {
            let json = receipt
                .to_json()
                .context("the receipt is not representable")?;
            streams::print_whole(json).context("the receipt is lost")?;
        }
        Output::Folder(folder) => {
            let home = launches.last().and_then(|last| last.home.as_deref());
            folder.keep(receipt, home, work)?;
            note!("receipt: {}", folder.receipt().display());
        }
    }
    Ok(())
}

pub(super) fn outcome(run: &Run<'_>, receipt: &Receipt) -> Outcome {
    match receipt.status {
        _ if !run.plan.enforce => Outcome::Done,
        Verdict::Pass => Outcome::Done,
        Verdict::Fail => Outcome::Missed,
        Verdict::Inconclusive => Outcome::Inconclusive,
    }
}
