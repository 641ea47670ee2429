//! From launches to a receipt, and where it goes.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use receipt::model::{Settings, Subject};
use receipt::{Draft, Host, Receipt, Verdict};

use super::facts::Facts;
use super::launch::Launched;
use super::task::Task;
use super::{Plan, Run, agree, verifiers};
use crate::Outcome;
use crate::output::{Output, Work};
use crate::provenance::Trace;
use crate::streams::{self, note, say};

/// From primary numbers to a sealed receipt; `receipt` derives the rest and checks itself.
pub(super) fn assemble(
    run: &Run<'_>,
    tasks: &[Task],
    facts: Facts,
    trace: &Trace,
    launches: &[Launched],
    started: Timestamp,
) -> Result<Receipt> {
    let benchmarks = agree::merge(launches)?;
    let hello = &launches.first().context("no launch was made")?.hello;
    let cores = facts.cores;
    let environment = facts.environment(launches, trace, &run.ready.unfit)?;
    let draft = Draft {
        timestamp: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
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
        settings: settings(run.plan),
        command: run.plan.command.clone(),
    };
    let names: Vec<_> = tasks.iter().map(|task| task.name.clone()).collect();
    let objectives = run.selection.objectives.clone();
    let selected = move |name: &str| names.iter().any(|benchmark| benchmark == name);
    let receipt = run
        .supervisor
        .during(move || draft.into_receipt(&objectives, selected))?
        .context("no receipt was written")?;
    if let Some(program) = run.plan.verifier.clone() {
        let text = receipt.to_json()?;
        run.supervisor
            .during(move || verifiers::accept(&text, &program))??;
    }
    Ok(receipt)
}

fn settings(plan: &Plan) -> Settings {
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
        kernel: plan.kernel.clone(),
    }
}

pub(super) fn deliver(
    receipt: &Receipt,
    output: &Output,
    launches: &[Launched],
    work: &Work,
) -> Result<()> {
    for warning in &receipt.environment.warnings {
        note!("warning: {warning}");
    }
    match output {
        Output::Stdout => {
            let json = receipt
                .to_json()
                .context("the receipt is not representable")?;
            streams::print_whole(json).context("the receipt is lost")?;
            note!("{}", receipt.summary());
        }
        Output::Folder(folder) => {
            let home = launches.last().and_then(|last| last.home.as_deref());
            folder.keep(receipt, home, work)?;
            note!("receipt: {}", folder.receipt().display());
            say!("{}", receipt.summary())?;
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
