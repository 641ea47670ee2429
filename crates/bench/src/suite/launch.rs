//! One process of the suite: started, watched, read.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use workload::protocol::{self, SuiteReport};

use super::criterion::{self, Measured};
use crate::heartbeat::Heartbeat;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::supervise::{Deadline, Supervisor, Watch};

/// What every launch of a run is started with.
pub(crate) struct Launcher<'a> {
    pub(crate) suite: &'a Path,
    pub(crate) filter: &'a str,
    pub(crate) kernel: Option<&'a str>,
    /// Description of the user's own data, if that is what is measured.
    pub(crate) job: Option<&'a Path>,
    pub(crate) settings: Settings,
    /// No sign of life for so long means hung.
    pub(crate) hang_timeout: Duration,
    /// Names of the benchmarks that must run.
    pub(crate) expected: &'a [String],
    /// Where the launches keep their files.
    pub(crate) work: &'a Path,
    pub(crate) supervisor: &'a Supervisor,
    pub(crate) heartbeat: &'a Heartbeat,
}

/// What one process said and measured.
pub(crate) struct Launched {
    pub(crate) report: SuiteReport,
    pub(crate) measured: Vec<Measured>,
    pub(crate) wall: Duration,
    /// Criterion's data, where Criterion measured.
    pub(crate) home: Option<PathBuf>,
}

impl Launcher<'_> {
    /// Runs launch `number` (from 1) to its end and reads what it left.
    ///
    /// # Errors
    /// It crashed, hung, was interrupted, or left files that are missing or malformed; the chain
    /// names the launch.
    pub(crate) fn launch(&self, number: u32, progress: &mut Progress) -> Result<Launched> {
        let folder = self.work.join(format!("launch-{number}"));
        let home = folder.join("criterion");
        fs::create_dir_all(&home)
            .with_context(|| format!("can't create the folder {}", home.display()))?;
        let report = folder.join("report.json");
        let mut watch = Observer::new(self, number, progress);
        let ended = self
            .supervisor
            .run(self.command(&home, &report), &mut watch)?;
        let named = || format!("launch {number} of {}", self.settings.launches);
        if !ended.status.success() {
            bail!("{} failed ({}):\n{}", named(), ended.status, ended.tail);
        }
        let report = SuiteReport::read(&report).with_context(named)?;
        let measured = criterion::read(&home).with_context(named)?;
        Ok(Launched {
            report,
            measured,
            wall: ended.wall,
            home: Some(home),
        })
    }

    /// Criterion's analysis is not used, so it gets the least resamples that it accepts quietly.
    fn command(&self, home: &Path, report: &Path) -> Command {
        let mut command = Command::new(self.suite);
        command
            .args(["--bench", "--noplot", "--nresamples", "1000"])
            .args(["--warm-up-time", &self.settings.warm_up.to_string()])
            .args(["--measurement-time", &self.settings.measure.to_string()])
            .args(["--sample-size", &self.settings.samples.to_string()])
            .env("CRITERION_HOME", home)
            .env(protocol::REPORT, report)
            .env(protocol::PARENT_PID, std::process::id().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        set(&mut command, protocol::KERNEL, self.kernel.map(OsStr::new));
        set(&mut command, protocol::JOB, self.job.map(Path::as_os_str));
        if self.job.is_none() && !self.filter.is_empty() {
            command.arg(escaped(self.filter));
        }
        command
    }
}

/// What is not asked for must not come from our own environment either.
fn set(command: &mut Command, name: &str, value: Option<&OsStr>) {
    match value {
        Some(value) => command.env(name, value),
        None => command.env_remove(name),
    };
}

/// Criterion takes a regular expression, the catalogue a text.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if !character.is_alphanumeric() && !"_/- ".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Follows a launch by the names in its output.
struct Observer<'a> {
    launcher: &'a Launcher<'a>,
    number: u32,
    progress: &'a mut Progress,
    /// Index of the present benchmark in `expected`.
    current: Option<usize>,
    started: usize,
    last_sign: Instant,
}

impl<'a> Observer<'a> {
    fn new(launcher: &'a Launcher<'a>, number: u32, progress: &'a mut Progress) -> Self {
        let observer = Self {
            launcher,
            number,
            progress,
            current: None,
            started: 0,
            last_sign: Instant::now(),
        };
        observer.show();
        observer
    }

    fn doing(&self) -> String {
        let launches = self.launcher.settings.launches;
        match self.current {
            Some(index) => {
                let name = &self.launcher.expected[index];
                format!("launch {} of {launches}: {name}", self.number)
            }
            None => format!("launch {} of {launches}: verifying", self.number),
        }
    }

    /// An orchestrator should see a hung launch before we end it, hence half the time.
    fn show(&self) {
        let left = (self.launcher.hang_timeout / 2).saturating_sub(self.last_sign.elapsed());
        self.launcher.heartbeat.beat(&self.doing(), left);
        self.progress.doing(&self.doing());
    }
}

impl Watch for Observer<'_> {
    fn line(&mut self, line: &str) {
        self.last_sign = Instant::now();
        let names = self.launcher.expected.iter().enumerate();
        let named = names.filter(|(_, name)| line.contains(name.as_str()));
        // One name may be the beginning of another.
        let Some((index, _)) = named.max_by_key(|(_, name)| name.len()) else {
            return;
        };
        if self.current != Some(index) {
            self.current = Some(index);
            self.started += 1;
            let before = u64::from(self.number - 1) * self.launcher.expected.len() as u64;
            self.progress.reach(before + self.started as u64 - 1);
            self.show();
        }
    }

    fn tick(&mut self) {
        self.show();
        self.progress.tick();
    }

    fn deadline(&self) -> Option<Deadline> {
        let timeout = self.launcher.hang_timeout;
        Some(Deadline {
            at: self.last_sign + timeout,
            doing: format!(
                "{} hung: no sign of life for {} s (--hang-timeout, if this machine is that slow)",
                self.doing(),
                timeout.as_secs()
            ),
        })
    }
}
