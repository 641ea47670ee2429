//! One run from beginning to end: subjects in turn, launch by launch, so that what the machine does
//! meanwhile happens to all of them. Every step can fail, and then nothing is written.

mod agree;
mod contenders;
mod deliver;
mod facts;
mod failure;
mod launch;
pub(crate) mod objectives;
mod precheck;
mod program;
mod records;
mod rounds;
mod task;
mod verifiers;
mod watch;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use instrument::subject::{Limits, Supervisor};
use jiff::Timestamp;
use receipt::model::Peer;
use workload::catalog::Filter;
use workload::job::Job;

use crate::Outcome;
use crate::baseline::gate::{Baselines, Held};
use crate::heartbeat::Heartbeat;
use crate::history::Log;
use crate::interruption;
use crate::output::{Output, Work};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::streams::{note, say};
use contenders::Contender;
use launch::Launcher;
use objectives::Selection;
use precheck::Ready;
use program::Program;
use task::Task;
use watch::Observer;

/// What the command line asked for.
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    /// The benchmarks to run.
    pub(crate) filter: Filter,
    /// The user's own data, to be measured instead of what the filter selects.
    pub(crate) job: Option<Job>,
    /// A folder, or `-`.
    pub(crate) output: PathBuf,
    pub(crate) enforce: bool,
    pub(crate) slo: Option<PathBuf>,
    /// The folder of baselines to hold the run against.
    pub(crate) baseline: Option<PathBuf>,
    /// The history to add the run to.
    pub(crate) history: Option<PathBuf>,
    /// Whether a run without a baseline is inconclusive.
    pub(crate) require_baseline: bool,
    /// Measure in turn with the suite the decoders that objectives name.
    pub(crate) peers: bool,
    pub(crate) suite: Option<PathBuf>,
    /// Where the suite's sources are.
    pub(crate) checkout: Option<PathBuf>,
    /// The benchmarks of a suite that is not ours.
    pub(crate) catalog: Option<PathBuf>,
    pub(crate) kernel: Option<String>,
    /// Other decoders, to be measured instead of ours.
    pub(crate) subjects: Vec<String>,
    pub(crate) hang_timeout: Option<Duration>,
    /// Whether other runs of this machine are kept apart.
    pub(crate) lock: bool,
    /// Which task of a fleet this is.
    pub(crate) fleet_task: Option<receipt::model::Task>,
    /// A second verifier, which has to accept the receipt.
    pub(crate) verifier: Option<PathBuf>,
    /// The command line, for the receipt.
    pub(crate) command: Vec<String>,
}

impl Plan {
    /// Whether a benchmark of this name was asked for.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.filter.selects(name)
    }

    /// With nothing but a filter.
    #[cfg(test)]
    pub(crate) fn for_filter(filter: &str) -> Self {
        Self {
            settings: crate::settings::QUICK,
            filter: Filter::new([filter]),
            job: None,
            output: PathBuf::new(),
            enforce: false,
            slo: None,
            baseline: None,
            require_baseline: false,
            peers: false,
            history: None,
            suite: None,
            checkout: None,
            catalog: None,
            kernel: None,
            subjects: Vec::new(),
            hang_timeout: None,
            lock: false,
            fleet_task: None,
            verifier: None,
            command: Vec::new(),
        }
    }
}

/// Verifies, measures, judges, writes, prints. One subject leaves its receipt in the output folder;
/// several, each in a folder of its name there.
///
/// # Errors
/// Anything that keeps it from a complete, verified receipt. Of several subjects, those without fault
/// leave their receipts all the same.
pub(crate) fn execute(plan: &Plan) -> Result<Outcome> {
    let begun = Instant::now();
    let supervisor = Supervisor::new()?;
    let selection = Selection::of(plan)?;
    let run = Run {
        plan,
        peers: selection.peers(plan)?,
        selection,
        baselines: baselines(plan)?,
        ready: precheck::check(plan, &supervisor)?,
        supervisor,
        heartbeat: Heartbeat::from_env(),
        history: history(plan)?,
    };
    // They outlive the work folder, which lies in the first of them.
    let outputs: Vec<_> = run.outputs()?.into_iter().map(Rc::new).collect();
    let building = Instant::now();
    let programs = run.programs()?;
    let waited = run.ready.waited + building.elapsed();
    let work = outputs.first().context("no subject")?.work()?;
    let contenders = run.contenders(programs, &outputs, &work)?;
    for output in &outputs {
        output.sweep();
    }
    let start = Start {
        at: Timestamp::now(),
        to_first_launch: begun.elapsed().saturating_sub(waited),
    };
    let (contenders, mut failures) = run
        .measure(contenders, &work)
        .map_err(|error| interruption::leaves(error, "nothing was written"))?;
    let of_peer = |contender: &Contender| run.is_peer(&contender.program);
    let (peers, others): (Vec<_>, Vec<_>) = contenders.into_iter().partition(of_peer);
    // They are in the receipts of the others.
    let peers = peers
        .into_iter()
        .map(|peer| run.deliver_peer(peer, start, &work));
    let peers = peers.collect::<Result<Vec<_>>>()?;
    let mut result = Outcome::Done;
    for contender in others {
        result = result.worse(run.deliver(contender, &peers, start, &work)?);
    }
    match failures.len() {
        0 => Ok(result),
        1 => Err(failures.remove(0)),
        count => {
            let each: Vec<_> = failures.iter().map(crate::words::error).collect();
            bail!("{count} subjects left no receipt:\n{}", each.join("\n"))
        }
    }
}

/// When the first launch began.
#[derive(Clone, Copy)]
struct Start {
    at: Timestamp,
    /// Since the command began, without the wait for another run of the machine and without the search
    /// for the programs, which may build them.
    to_first_launch: Duration,
}

/// What the steps of a run share.
struct Run<'a> {
    plan: &'a Plan,
    ready: Ready,
    supervisor: Supervisor,
    heartbeat: Heartbeat,
    selection: Selection,
    baselines: Option<Baselines>,
    /// Names of decoders that run in turn with the suite.
    peers: Vec<String>,
    history: RefCell<Option<Log>>,
}

/// Opened before anything is measured.
fn history(plan: &Plan) -> Result<RefCell<Option<Log>>> {
    let log = plan.history.as_deref().map(Log::open).transpose()?;
    Ok(RefCell::new(log))
}

/// What the run is held against, where it is.
fn baselines(plan: &Plan) -> Result<Option<Baselines>> {
    let folder = plan.baseline.as_deref();
    folder.map(Baselines::read).transpose()
}

impl Run<'_> {
    fn is_peer(&self, program: &Program) -> bool {
        self.peers.iter().any(|name| name == program.name())
    }

    /// What a program is to decode with, if not with its own choice: `--kernel` speaks of our decoder's kernels,
    /// of which a peer has none.
    fn kernel(&self, program: &Program) -> Option<&str> {
        let kernel = self.plan.kernel.as_deref();
        kernel.filter(|_| !self.is_peer(program))
    }

    /// Whether lines about a subject have to name it.
    fn several(&self) -> bool {
        self.plan.subjects.len() > 1 || !self.peers.is_empty()
    }

    /// Writes and prints the receipt of a subject.
    fn deliver(
        &self,
        contender: Contender,
        peers: &[Peer],
        start: Start,
        work: &Work,
    ) -> Result<Outcome> {
        let name = contender.program.name().to_owned();
        let (mut draft, judge) = deliver::draft(self, contender, start)?;
        draft.peers = peers.to_vec();
        let held = match &self.baselines {
            Some(baselines) => {
                let alone = judge.judge(draft.clone())?;
                Some(baselines.hold(&alone, &self.selection.objectives.baseline)?)
            }
            None => None,
        };
        draft.baseline = held.as_ref().and_then(Held::found);
        let receipt = judge.judge(draft)?;
        judge.accept(&receipt)?;
        self.supervisor.check()?;
        if self.several() {
            say!("{name}")?;
        }
        deliver::deliver(&receipt, &judge.output, &judge.launches, work)?;
        self.log(&receipt, &judge.output)?;
        let neutral = held.as_ref().and_then(Held::neutral);
        if let Some(line) = &neutral {
            match &*judge.output {
                Output::Folder(_) => say!("{line}")?,
                Output::Stdout => note!("{line}"),
            }
        }
        let required = self.plan.enforce && self.plan.require_baseline;
        let outcome = match neutral.is_some() && required {
            true => Outcome::Inconclusive,
            false => Outcome::Done,
        };
        Ok(deliver::outcome(self, &receipt).worse(outcome))
    }

    /// Writes the receipt of a peer, whose speed is nobody's objective; what others say of it.
    fn deliver_peer(&self, contender: Contender, start: Start, work: &Work) -> Result<Peer> {
        let name = contender.program.name().to_owned();
        let (draft, judge) = deliver::draft(self, contender, start)?;
        let receipt = judge.judge(draft)?;
        judge.accept(&receipt)?;
        deliver::keep(&receipt, &judge.output, &judge.launches, work)?;
        self.log(&receipt, &judge.output)?;
        Ok(deliver::peer(&name, &receipt))
    }

    /// Adds a receipt to the history, where there is one.
    fn log(&self, receipt: &receipt::Receipt, output: &Output) -> Result<()> {
        match self.history.borrow_mut().as_mut() {
            Some(history) => history.add(receipt, &output.name()),
            None => Ok(()),
        }
    }

    fn launcher<'b>(&'b self, limits: Limits, work: &'b Path) -> Launcher<'b> {
        Launcher {
            settings: self.plan.settings,
            kernel: None,
            limits,
            work,
            supervisor: &self.supervisor,
        }
    }

    fn observer<'b>(
        &'b self,
        limits: Limits,
        name: String,
        tasks: &[Task],
        before: f64,
        progress: &'b mut Progress,
    ) -> Observer<'b> {
        let settings = self.plan.settings;
        Observer::new(
            settings,
            &self.heartbeat,
            progress,
            limits.silence,
            name,
            tasks,
            before,
        )
    }
}
