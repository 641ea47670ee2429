//! One launch of one arm: started, verified, measured, ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use gate::ab::record::{Measured, Settings};
use instrument::subject::{Limits, Listener, Subject, Supervisor};
use instrument::wire::{Hello, Job, Progress, Takes, Verified};

use crate::heartbeat::Heartbeat;

/// What all launches of a comparison have in common.
pub(crate) struct Launcher<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) supervisor: &'a Supervisor,
    pub(crate) heartbeat: &'a Heartbeat,
    pub(crate) limits: Limits,
    /// Variables of every arm; of each as many bytes as of the others.
    pub(crate) environment: &'a [(String, [String; 3])],
}

/// A program of one arm and the folder it runs in.
pub(crate) struct Arm {
    /// 0 base, 1 control, 2 new.
    pub(crate) index: usize,
    pub(crate) program: PathBuf,
    /// Its current folder, which holds what Criterion writes.
    pub(crate) folder: PathBuf,
}

/// What a launch said and measured.
pub(crate) struct Launched {
    pub(crate) verified: Vec<Verified>,
    pub(crate) measured: Vec<Measured>,
    pub(crate) wall: Duration,
}

impl Launcher<'_> {
    /// Runs an arm over the benchmarks of these names.
    ///
    /// # Errors
    /// It crashed, hung, was interrupted, broke the protocol or gave a wrong answer.
    pub(crate) fn launch(&self, arm: &Arm, names: &[&str]) -> Result<Launched> {
        let started = Instant::now();
        let home = arm.folder.join("criterion");
        fs::create_dir_all(&home).with_context(|| format!("can't create {}", home.display()))?;
        let mut ears = Ears(self.heartbeat);
        let (mut subject, _) = Subject::start(
            self.command(arm, &home),
            self.limits,
            self.supervisor,
            &mut ears,
        )?;
        let (mut verified, mut measured) = (Vec::new(), Vec::new());
        for name in names {
            let job = self.job(name);
            let answer = subject.verify(&job, &mut ears)?;
            let samples = subject.measure(&job, &answer, &mut ears)?;
            measured.push(Measured {
                benchmark: samples.benchmark,
                iterations: samples.iterations,
                elapsed_ns: samples.elapsed_ns,
            });
            verified.push(answer);
        }
        subject.end(&mut ears)?;
        fs::remove_dir_all(&home).with_context(|| format!("can't remove {}", home.display()))?;
        Ok(Launched {
            verified,
            measured,
            wall: started.elapsed(),
        })
    }

    /// Asks an arm who it is.
    ///
    /// # Errors
    /// It can't be started, does not speak the protocol, or has no benchmarks of its own.
    pub(crate) fn ask(&self, arm: &Arm) -> Result<Hello> {
        let mut ears = Ears(self.heartbeat);
        let command = self.command(arm, &arm.folder);
        let (subject, hello) = Subject::start(command, self.limits, self.supervisor, &mut ears)?;
        subject.dismiss(&mut ears)?;
        ensure!(
            hello.takes.contains(&Takes::Benchmarks),
            "expected a suite with benchmarks of its own, found {}, which takes only records",
            hello.subject.name
        );
        Ok(hello)
    }

    /// The order to measure a benchmark.
    pub(super) fn job(&self, name: &str) -> Job {
        Job {
            benchmark: name.to_owned(),
            warm_up_s: self.settings.warm_up_s,
            measure_s: self.settings.measure_s,
            samples: self.settings.samples,
            kernel: None,
            records: None,
            copybook: None,
        }
    }

    fn command(&self, arm: &Arm, home: &Path) -> Command {
        let mut command = Command::new(&arm.program);
        self.settle(&mut command, arm, home);
        command
    }

    /// Gives a command the folders and variables of an arm.
    pub(super) fn settle(&self, command: &mut Command, arm: &Arm, home: &Path) {
        command.current_dir(&arm.folder).env("CRITERION_HOME", home);
        // Another harness around us would take Criterion's results for itself.
        command.env_remove("CARGO_CRITERION_PORT");
        for (name, values) in self.environment {
            command.env(name, &values[arm.index]);
        }
    }
}

/// Hears signs of life, and passes them on to whoever watches this process.
pub(super) struct Ears<'a>(pub(super) &'a Heartbeat);

impl Listener for Ears<'_> {
    fn progress(&mut self, _: &Progress) {}

    fn tick(&mut self, silent: Duration) {
        let left = Duration::from_secs(60).saturating_sub(silent);
        self.0.beat("comparing two programs", left);
    }
}
