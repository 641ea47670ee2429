//! One launch of one subject: started, verified, measured, ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use instrument::subject::{Limits, Subject, Supervisor};
use instrument::wire::{Hello, Samples, Verified};

use super::agree;
use super::failure::{self, Counters};
use super::program::Program;
use super::task::Task;
use super::watch::Observer;
use crate::settings::Settings;

/// What every launch of a run has in common.
pub(crate) struct Launcher<'a> {
    pub(crate) settings: Settings,
    /// The implementation to decode with; the subject's choice if there is none.
    pub(crate) kernel: Option<&'a str>,
    pub(crate) limits: Limits,
    /// Where the launches keep their files.
    pub(crate) work: &'a Path,
    pub(crate) supervisor: &'a Supervisor,
}

/// What one process said and measured.
pub(crate) struct Launched {
    pub(crate) hello: Hello,
    /// Benchmarks in the order they ran.
    pub(crate) measured: Vec<Measured>,
    /// Peak resident set of the process that decodes, bytes.
    pub(crate) max_rss_bytes: u64,
    pub(crate) wall: Duration,
    /// Criterion's data, where Criterion measured.
    pub(crate) home: Option<PathBuf>,
}

/// A benchmark in one launch.
pub(crate) struct Measured {
    pub(crate) verified: Verified,
    pub(crate) samples: Samples,
}

impl Launcher<'_> {
    /// Runs a program to its end over all tasks. It has to be the one that was asked before
    /// ([`Launcher::ask`]); `folder` is the name of its own in the work folder.
    ///
    /// # Errors
    /// It crashed, hung, was interrupted, broke the protocol or gave a wrong answer.
    pub(crate) fn launch(
        &self,
        program: &Program,
        asked: &Hello,
        tasks: &[Task],
        folder: &str,
        observer: &mut Observer<'_>,
    ) -> Result<Launched> {
        let home = self.work.join(folder).join("criterion");
        fs::create_dir_all(&home)
            .with_context(|| format!("can't create the folder {}", home.display()))?;
        let counters = Counters::now();
        let explain = |error| failure::explain(error, &counters);
        let command = program.command(&home)?;
        let started = Subject::start(command, self.limits, self.supervisor, observer);
        let (mut subject, hello) = started.map_err(explain)?;
        agree::same_program(asked, &hello)?;
        let mut measured = Vec::with_capacity(tasks.len());
        for (index, task) in tasks.iter().enumerate() {
            observer.begin(index);
            let job = task.job(&self.settings, self.kernel)?;
            let verified = subject.verify(&job, observer).map_err(explain)?;
            task.accept(&verified)?;
            let samples = subject
                .measure(&job, &verified, observer)
                .map_err(explain)?;
            measured.push(Measured { verified, samples });
        }
        observer.begin(tasks.len());
        let (end, wall) = subject.end(observer).map_err(explain)?;
        Ok(Launched {
            hello,
            measured,
            max_rss_bytes: end.max_rss_bytes,
            wall,
            home: kept(home)?,
        })
    }

    /// Asks a program who it is and what it can do.
    ///
    /// # Errors
    /// As [`Launcher::launch`].
    pub(crate) fn ask(&self, program: &Program, observer: &mut Observer<'_>) -> Result<Hello> {
        let counters = Counters::now();
        let explain = |error| failure::explain(error, &counters);
        let command = program.command(self.work)?;
        let started = Subject::start(command, self.limits, self.supervisor, observer);
        let (subject, hello) = started.map_err(explain)?;
        subject.dismiss(observer).map_err(explain)?;
        for benchmark in &hello.benchmarks {
            let parts = benchmark.name.split_once('/');
            ensure!(
                parts.is_some_and(|(group, id)| !group.is_empty() && !id.is_empty()),
                "expected names `group/id` of its benchmarks, found `{}`",
                benchmark.name
            );
        }
        Ok(hello)
    }
}

/// A folder that nothing was written to is no data.
fn kept(home: PathBuf) -> Result<Option<PathBuf>> {
    let mut entries =
        fs::read_dir(&home).with_context(|| format!("can't list the folder {}", home.display()))?;
    Ok(entries.next().is_some().then_some(home))
}
