//! Who is measured: where each subject's receipt goes, which program it is, and what it will do.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use instrument::wire::{Hello, Takes};

use crate::output::{Output, Work};
use crate::progress::Progress;
use crate::provenance::{self, Trace};
use crate::streams::note;
use crate::suite::locate;

use super::facts::Facts;
use super::launch::Launched;
use super::program::Program;
use super::task::Task;
use super::{Plan, Run};

/// A subject, and what it did so far.
pub(super) struct Contender {
    pub(super) program: Program,
    pub(super) hello: Hello,
    pub(super) tasks: Rc<Vec<Task>>,
    pub(super) output: Rc<Output>,
    pub(super) facts: Facts,
    pub(super) trace: Trace,
    pub(super) launches: Vec<Launched>,
}

impl Run<'_> {
    /// Where the receipts go, in the order of the subjects.
    pub(super) fn outputs(&self) -> Result<Vec<Output>> {
        let folder = &self.plan.output;
        match self.plan.subjects.as_slice() {
            [] | [_] if self.peers.is_empty() => Ok(vec![Output::open(folder)?]),
            [] | [_] => {
                ensure!(
                    folder != Path::new("-"),
                    "--peers: expected a folder for the receipts (--output), found `-`"
                );
                let own = Output::open(folder)?;
                let peers = self
                    .peers
                    .iter()
                    .map(|name| Output::open(&folder.join(name)));
                [Ok(own)].into_iter().chain(peers).collect()
            }
            names => names
                .iter()
                .map(|name| Output::open(&folder.join(name)))
                .collect(),
        }
    }

    pub(super) fn programs(&self) -> Result<Vec<Program>> {
        let names = &self.plan.subjects;
        if names.is_empty() {
            let Plan {
                suite, checkout, ..
            } = self.plan;
            let suite = locate::locate(suite.as_deref(), checkout.as_deref(), &self.supervisor)?;
            let mut programs = vec![Program::suite(suite)];
            if !self.peers.is_empty() {
                programs.extend(self.of_checkout(&self.peers, "--peers")?);
            }
            return Ok(programs);
        }
        for (i, name) in names.iter().enumerate() {
            ensure!(
                !names[..i].contains(name),
                "expected each subject once, found `{name}` twice"
            );
        }
        self.of_checkout(names, "--subject")
    }

    fn of_checkout(&self, names: &[String], flag: &str) -> Result<Vec<Program>> {
        let checkout = match &self.plan.checkout {
            Some(folder) => provenance::named(folder)?,
            None => provenance::own_checkout().with_context(|| {
                format!("{flag} needs the checkout that has the peers (--checkout)")
            })?,
        };
        let peers = names.iter().map(|name| Program::peer(name, &checkout));
        peers.collect()
    }

    /// Asks each program who it is, and settles what it will do.
    pub(super) fn contenders(
        &self,
        programs: Vec<Program>,
        outputs: &[Rc<Output>],
        work: &Work,
    ) -> Result<Vec<Contender>> {
        let mut contenders: Vec<Contender> = Vec::new();
        let mut records: Option<Rc<Vec<Task>>> = None;
        for (program, output) in programs.into_iter().zip(outputs) {
            // A peer's sources are its own.
            let own = self.plan.subjects.is_empty() && !self.is_peer(&program);
            let checkout = self.plan.checkout.as_deref().filter(|_| own);
            let facts = Facts::gather(program.file(), self.ready.claims.clone(), checkout)?;
            if contenders.is_empty() {
                note!("{}", facts.banner());
            }
            let hello = self.ask(&program, work)?;
            let is_foreign = self.plan.catalog.is_some();
            let trace = facts
                .provenance
                .trace(hello.sources.as_deref(), is_foreign)?;
            let own = hello.takes.contains(&Takes::Benchmarks);
            let tasks = match records.as_ref().filter(|_| !own) {
                Some(tasks) => Rc::clone(tasks),
                None => Rc::new(Task::all(self.plan, &hello, work.path())?),
            };
            if !own {
                records = Some(Rc::clone(&tasks));
            }
            self.selection.check(self.plan, &tasks)?;
            if let Some(first) = contenders.first() {
                let names = |tasks: &[Task]| -> Vec<(String, u64)> {
                    tasks
                        .iter()
                        .map(|task| (task.name.clone(), task.bytes))
                        .collect()
                };
                ensure!(
                    names(&first.tasks) == names(&tasks),
                    "{} and {} have different benchmarks",
                    first.program.name(),
                    program.name()
                );
            }
            contenders.push(Contender {
                program,
                hello,
                tasks,
                output: Rc::clone(output),
                facts,
                trace,
                launches: Vec::new(),
            });
        }
        Ok(contenders)
    }

    fn ask(&self, program: &Program, work: &Work) -> Result<Hello> {
        let limits = self.plan.settings.limits(&[], self.plan.hang_timeout);
        let mut progress = Progress::new(Duration::ZERO);
        let doing = format!("asking {} what it is", program.name());
        let mut observer = self.observer(limits, doing, &[], 0.0, &mut progress);
        let hello = self
            .launcher(limits, work.path())
            .ask(program, &mut observer);
        hello.with_context(|| format!("asking {} what it is", program.file().display()))
    }
}
