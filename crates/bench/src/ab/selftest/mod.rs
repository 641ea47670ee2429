//! The gate against itself: how often it is wrong, and what it finds, on this very machine.
//!
//! Every trial is a comparison as `bench ab` makes it, of the suite with itself: unchanged (any finding
//! is a false alarm), or with a known share of extra work in every timed run (a finding is right, and
//! the interval should hold that share).

mod known;
mod show;
mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use gate::ab::Design;
use gate::ab::record::{Benchmark, Row, Settings};
use gate::selftest::{Kind, SCHEMA_VERSION, SelfTest, Trial, rounds};
use instrument::subject::Supervisor;
use receipt::bounded;
use receipt::model::Integrity;
use workload::catalog::Filter;

use super::neighbour::Neighbour;
use super::ready::Ready;
use super::{Plan, Witness, build, compare, host, lock};
use crate::Outcome;
use crate::heartbeat::Heartbeat;
use crate::interruption;
use crate::output::Output;
use crate::streams::note;
use crate::suite::locate;

pub(super) use known::of_machine;
pub(crate) use show::show;

/// Name of the file in the output folder.
const NAME: &str = "selftest.json";

/// What the command line asked for.
pub(crate) struct Test {
    /// The suite program; the one that came with this program, if there is none.
    pub(crate) suite: Option<PathBuf>,
    pub(crate) checkout: Option<PathBuf>,
    pub(crate) filter: Filter,
    pub(crate) settings: Settings,
    pub(crate) output: PathBuf,
    /// Per cent of extra work; 0 for none. Every one as often as `trials` says.
    pub(crate) injected: Vec<f64>,
    pub(crate) trials: u32,
    pub(crate) neighbour: bool,
    pub(crate) lock: bool,
    pub(crate) markdown: bool,
    pub(crate) command: Vec<String>,
}

/// Runs the trials that are not there yet, keeps each, prints the rates of all.
///
/// # Errors
/// A comparison fails; the trials before it are kept, and the next call goes on with them.
pub(crate) fn execute(test: &Test) -> Result<Outcome> {
    let supervisor = Supervisor::new()?;
    let output = Output::open(&test.output)?;
    let folder = output
        .folder()
        .context("--output: expected a folder, found `-`")?
        .to_owned();
    let _lock = lock(test.lock, &supervisor)?;
    let suite = locate::locate(test.suite.as_deref(), test.checkout.as_deref(), &supervisor)?;
    let bed = Bed {
        test,
        built: build::program(&suite)?,
        output: &output,
        folder: &folder,
        supervisor: &supervisor,
    };
    let mut kept = bed.begin()?;
    // In turns, so that a self-test that is stopped has about as many trials of each kind.
    for number in 1..=test.trials {
        for percent in &test.injected {
            let like =
                |trial: &&Trial| trial.injected == *percent && trial.neighbour == test.neighbour;
            if kept.trials.iter().filter(like).count() >= number as usize {
                continue;
            }
            let of = test.trials;
            note!("{percent} % of extra work, trial {number} of {of}");
            kept = bed.add(kept, *percent).map_err(|error| {
                let leaves = "the trials before are kept, the same command goes on with them";
                interruption::leaves(error, leaves)
            })?;
        }
    }
    show::tell(&kept, test.markdown)
}

/// What all trials have in common.
struct Bed<'a> {
    test: &'a Test,
    built: build::Built,
    output: &'a Output,
    folder: &'a Path,
    supervisor: &'a Supervisor,
}

impl Bed<'_> {
    /// The self-test that is there already, if it is one of this program on this machine, or an empty
    /// one.
    fn begin(&self) -> Result<SelfTest> {
        let fresh = self.fresh()?;
        let path = self.folder.join(NAME);
        if !path.exists() {
            return Ok(fresh);
        }
        let mut kept = read(&path).context("move it away, or choose another --output")?;
        if let Some(what) = differs(&kept, &fresh) {
            bail!(
                "{} holds trials of another kind: expected {what} of now, found another; move it away, or choose another --output",
                path.display()
            );
        }
        let count = kept.trials.len() as u64;
        note!("{} there already", crate::words::count(count, "trial"));
        kept.command = fresh.command;
        Ok(kept)
    }

    /// A self-test without trials, after one launch of each arm whose answers were verified: what a
    /// self-test that is gone on with has to be of.
    fn fresh(&self) -> Result<SelfTest> {
        let work = self.output.work()?;
        let (plan, programs) = self.plan(0.0);
        let heartbeat = Heartbeat::from_env();
        let ready = Ready::make(&plan, &programs, work.path(), self.supervisor, &heartbeat)?;
        let (benchmarks, _) = super::first_answers(&ready.launcher, &ready.arms, &ready.names)?;
        Ok(SelfTest {
            kind: Kind::SelfTest,
            schema_version: SCHEMA_VERSION,
            subject: ready.subjects.base.clone(),
            benchmarks,
            design: Design::default(),
            settings: self.test.settings.clone(),
            host: host()?,
            trials: Vec::new(),
            command: self.test.command.clone(),
            integrity: Integrity {
                sha256: String::new(),
            },
        })
    }

    /// Makes a trial and writes all of them.
    fn add(&self, mut kept: SelfTest, percent: f64) -> Result<SelfTest> {
        let (trial, benchmarks) = self.trial(percent)?;
        ensure!(
            benchmarks == kept.benchmarks,
            "expected the answers and kernels of the trials before, found others of the same program; the trials before this one are kept"
        );
        kept.trials.push(trial);
        let (kept, text) = kept.sealed()?;
        // Nobody believes what its own verifier would refuse.
        SelfTest::verified(&text)
            .context("the self-test does not verify; this is a bug of bench")?;
        receipt::file::write_whole(&self.folder.join(NAME), text.as_bytes())
            .context("the trials before this one are kept")?;
        Ok(kept)
    }

    /// One comparison, and the benchmarks that it was of.
    fn trial(&self, percent: f64) -> Result<(Trial, Vec<Benchmark>)> {
        let work = self.output.work()?;
        let (plan, programs) = self.plan(percent);
        let started = Instant::now();
        let neighbour = self.test.neighbour;
        let noise = neighbour
            .then(|| crate::host::cpu::cores().map(Neighbour::start))
            .transpose()?;
        let heartbeat = Heartbeat::from_env();
        let ready = Ready::make(&plan, &programs, work.path(), self.supervisor, &heartbeat)?;
        let (record, journal) = compare(&plan, &programs, &ready, self.folder)?;
        drop(noise);
        journal.done()?;
        let trial = Trial {
            timestamp: record.timestamp,
            injected: percent,
            neighbour,
            seed: record.seed,
            seconds: started.elapsed().as_secs_f64(),
            rounds: rounds(&record.launches)?,
            rows: record.benchmarks.iter().map(Into::into).collect(),
        };
        let benchmarks = record.benchmarks.iter().map(Row::primary).collect();
        Ok((trial, benchmarks))
    }

    fn plan(&self, percent: f64) -> (Plan, [build::Built; 2]) {
        // Of one length, so that the environments are.
        let arms = [0.0, 0.0, percent].map(|percent| format!("{percent:07.3}"));
        let plan = Plan {
            base: "itself".to_owned(),
            new: format!("itself with {percent} % of extra work"),
            filter: self.test.filter.clone(),
            settings: self.test.settings.clone(),
            output: self.folder.to_owned(),
            checkout: None,
            seed: None,
            resume: false,
            markdown: false,
            enforce: false,
            witness: Witness::Time,
            slo: None,
            lock: false,
            environment: vec![("BENCH_BURDEN".to_owned(), arms)],
            command: self.test.command.clone(),
        };
        (plan, [self.built.clone(), self.built.clone()])
    }
}

/// A self-test that verifies.
///
/// # Errors
/// It can't be read, or is none.
fn read(path: &Path) -> Result<SelfTest> {
    let name = path.display().to_string();
    let text = bounded::read_to_string(path, bounded::DOCUMENT)
        .with_context(|| format!("can't read {name}"))?;
    SelfTest::verified(&text).context(name)
}

/// What keeps trials of the other from being counted with these.
fn differs(one: &SelfTest, other: &SelfTest) -> Option<&'static str> {
    let program = |test: &SelfTest| test.subject.program_sha256.clone();
    let same = [
        ("the program", program(one) == program(other)),
        ("the benchmarks", one.benchmarks == other.benchmarks),
        ("the design", one.design == other.design),
        ("the settings", one.settings == other.settings),
        (
            "the machine",
            one.host.cpu == other.host.cpu && one.host.cores == other.host.cores,
        ),
    ];
    same.into_iter()
        .find(|(_, same)| !same)
        .map(|(what, _)| what)
}
