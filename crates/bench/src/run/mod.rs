//! One run from beginning to end. Every step can fail, and then nothing is written.

mod agree;
mod contest;
mod facts;
mod objectives;
mod precheck;
mod verifiers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use receipt::model::Subject;
use receipt::{Draft, Host, Receipt, Verdict};
use workload::job::Job;

use crate::Outcome;
use crate::heartbeat::Heartbeat;
use crate::output::{Output, Work};
use crate::progress::{self, Progress};
use crate::settings::Settings;
use crate::streams::{self, note, say};
use crate::suite::launch::{Launched, Launcher};
use crate::suite::locate;
use crate::supervise::Supervisor;
use facts::Facts;
use objectives::Selection;
use precheck::Ready;

/// What the command line asked for.
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    /// Part of the names of the benchmarks to run; empty for all.
    pub(crate) filter: String,
    /// The user's own data, to be measured instead of what the filter selects.
    pub(crate) job: Option<Job>,
    /// A folder, or `-`.
    pub(crate) output: PathBuf,
    pub(crate) enforce: bool,
    pub(crate) slo: Option<PathBuf>,
    pub(crate) suite: Option<PathBuf>,
    /// The benchmarks of a suite that is not ours.
    pub(crate) catalog: Option<PathBuf>,
    pub(crate) kernel: Option<String>,
    /// Other decoders, to be measured instead of ours.
    pub(crate) subjects: Vec<String>,
    pub(crate) hang_timeout: Option<Duration>,
    /// Whether other runs of this machine are kept apart.
    pub(crate) lock: bool,
    /// A second verifier, which has to accept the receipt.
    pub(crate) verifier: Option<PathBuf>,
    /// The command line, for the receipt.
    pub(crate) command: Vec<String>,
}

/// Verifies, measures, judges, writes, prints.
///
/// # Errors
/// Anything that keeps it from a complete, verified receipt.
pub(crate) fn execute(plan: &Plan) -> Result<Outcome> {
    let supervisor = Supervisor::new()?;
    let ready = precheck::check(plan, &supervisor)?;
    if !plan.subjects.is_empty() {
        return contest::execute(plan, &ready, &supervisor);
    }
    let heartbeat = Heartbeat::from_env();
    let selection = Selection::of(plan)?;
    let output = Output::open(&plan.output)?;
    let suite = locate::locate(plan.suite.as_deref(), &supervisor)?;
    let facts = Facts::gather(&suite)?;
    note!("{}", facts.banner());

    let work = output.work()?;
    let job = plan
        .job
        .as_ref()
        .map(|job| write_job(job, work.path()))
        .transpose()?;
    let hang_timeout = plan
        .hang_timeout
        .unwrap_or_else(|| plan.settings.hang_timeout(selection.largest()));
    let launcher = Launcher {
        suite: &suite,
        filter: &plan.filter,
        kernel: plan.kernel.as_deref(),
        job: job.as_deref(),
        settings: plan.settings,
        hang_timeout,
        expected: &selection.benchmarks,
        work: work.path(),
        supervisor: &supervisor,
        heartbeat: &heartbeat,
    };
    let estimate = plan.settings.estimate(selection.inputs.iter().copied());
    let started = Timestamp::now();
    let launches = launch_all(&launcher, estimate)?;
    let receipt = assemble(
        &supervisor,
        plan,
        &ready,
        &selection,
        facts,
        &launches,
        started,
    )?;
    supervisor.check()?;
    deliver(&receipt, &output, &launches, &work)?;
    Ok(outcome(plan, &ready, &receipt))
}

/// What the suite reads instead of its catalogue.
fn write_job(job: &Job, work: &Path) -> Result<PathBuf> {
    let path = work.join("job.json");
    job.write(&path)
        .with_context(|| format!("can't write {}", path.display()))?;
    Ok(path)
}

fn launch_all(launcher: &Launcher<'_>, estimate: Duration) -> Result<Vec<Launched>> {
    let count = launcher.settings.launches;
    let benchmarks = launcher.expected.len();
    note!("{}", progress::announce(benchmarks, count, estimate));
    let mut progress = Progress::new(u64::from(count) * benchmarks as u64);
    let mut launches = Vec::new();
    for number in 1..=count {
        let launched = launcher.launch(number, &mut progress)?;
        progress.reach(u64::from(number) * benchmarks as u64);
        progress.say(&format!(
            "launch {number} of {count}: verified and measured in {:.1} s, peak {:.1} MiB",
            launched.wall.as_secs_f64(),
            launched.report.max_rss_bytes as f64 / (1 << 20) as f64
        ));
        if number == 1 {
            // Only the suite itself knows what built it and what it decodes with.
            let kernels = launched.report.kernels.join(", ");
            progress.say(&format!(
                "{}, kernels: {kernels}",
                launched.report.toolchain
            ));
        }
        launches.push(launched);
    }
    Ok(launches)
}

/// From primary numbers to a sealed receipt; `receipt` derives the rest and checks itself.
fn assemble(
    supervisor: &Supervisor,
    plan: &Plan,
    ready: &Ready,
    selection: &Selection,
    facts: Facts,
    launches: &[Launched],
    started: Timestamp,
) -> Result<Receipt> {
    let benchmarks = agree::merge(launches, &selection.benchmarks)?;
    let report = &launches.first().context("no launch was made")?.report;
    let (commit, cores) = (facts.provenance.commit.clone(), facts.cores);
    let mut environment = facts.environment(launches)?;
    environment.warnings.extend(ready.unfit.iter().cloned());
    let draft = Draft {
        timestamp: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        commit,
        toolchain: report.toolchain.clone(),
        benchmarks,
        subject: Subject {
            name: report.subject_name.clone(),
            version: report.subject_version.clone(),
        },
        host: Host {
            cores,
            kernel: crate::host::kernel(),
            os: crate::host::os(),
        },
        environment,
        command: plan.command.clone(),
    };
    let (objectives, benchmarks) = (selection.objectives.clone(), selection.benchmarks.clone());
    let selected = move |name: &str| benchmarks.iter().any(|benchmark| benchmark == name);
    let receipt = supervisor
        .during(move || draft.into_receipt(&objectives, selected))?
        .context("no receipt was written")?;
    if let Some(program) = plan.verifier.clone() {
        let text = receipt.to_json()?;
        supervisor.during(move || verifiers::accept(&text, &program))??;
    }
    Ok(receipt)
}

/// The receipt first: Criterion's data is an extra that belongs to it.
fn deliver(receipt: &Receipt, output: &Output, launches: &[Launched], work: &Work) -> Result<()> {
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
            receipt.save(&folder.receipt())?;
            if let Some(home) = launches.last().and_then(|last| last.home.as_ref()) {
                folder.keep_criterion(home, work)?;
            }
            note!("receipt: {}", folder.receipt().display());
            say!("{}", receipt.summary())?;
        }
    }
    Ok(())
}

fn outcome(plan: &Plan, ready: &Ready, receipt: &Receipt) -> Outcome {
    match receipt.status {
        _ if !plan.enforce => Outcome::Done,
        // Nothing that is measured on it decides anything.
        _ if !ready.unfit.is_empty() => Outcome::Inconclusive,
        Verdict::Pass => Outcome::Done,
        Verdict::Fail => Outcome::Missed,
        Verdict::Inconclusive => Outcome::Inconclusive,
    }
}
