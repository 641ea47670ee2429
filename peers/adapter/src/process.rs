//! A decoder as a whole process: started for every decoding, from a file to a file.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4 as _;

use crate::system;
use crate::{Hello, Peer, Records};

/// Variable that names a folder which a subject may write to; the driver sets it.
const FOLDER: &str = "CRITERION_HOME";

/// Type of the file system that the files of this launch are on, for [`Hello::file_system`].
///
/// # Errors
///
/// The driver named no folder.
pub fn file_system() -> Result<String> {
    let folder = env::var_os(FOLDER).filter(|folder| !folder.is_empty());
    let folder = folder.with_context(|| format!("expected a folder in {FOLDER}, found none"))?;
    system::file_system(folder.as_ref())
}

/// How the process gets its output file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Its standard output is that file.
    StandardOutput,
    /// It opens the file itself.
    File,
}

/// A command that decodes the job's data into a file beside it.
#[derive(Debug)]
pub struct Process {
    command: Command,
    writes: Writes,
    output: PathBuf,
    messages: PathBuf,
    max_rss_bytes: Option<u64>,
}

impl Process {
    /// Where the output of a job goes: to the file system that its data are on.
    #[must_use]
    pub fn output_file(records: &Records) -> PathBuf {
        records.data.with_extension("out")
    }

    /// The command has its arguments, but for the output if that is standard output.
    ///
    /// # Errors
    ///
    /// The data are not on the file system that `hello` named.
    pub fn new(
        hello: &Hello,
        records: &Records,
        command: Command,
        writes: Writes,
    ) -> Result<Process> {
        let folder = records.data.parent().context("the data have no folder")?;
        let (said, found) = (&hello.file_system, system::file_system(folder)?);
        ensure!(
            said.as_ref() == Some(&found),
            "expected the data on the file system of {FOLDER}, {said:?}, found {found:?}"
        );
        Ok(Process {
            command,
            writes,
            output: Self::output_file(records),
            messages: records.data.with_extension("err"),
            max_rss_bytes: None,
        })
    }

    /// Runs it once; the time is that from its start to its end. The output file is not there before.
    ///
    /// # Errors
    ///
    /// It can't be started, or fails: its own words.
    pub fn run(&mut self) -> Result<Duration> {
        if self.output.exists() {
            fs::remove_file(&self.output)?;
        }
        self.command.stdin(Stdio::null()).stdout(Stdio::null());
        self.command.stderr(File::create(&self.messages)?);
        let named = format!("starting {}", self.command.get_program().to_string_lossy());
        let start = Instant::now();
        if self.writes == Writes::StandardOutput {
            self.command.stdout(File::create(&self.output)?);
        }
        let ended = self.command.spawn().context(named)?.wait4()?;
        let elapsed = start.elapsed();
        let messages = fs::read(&self.messages)?;
        let messages = String::from_utf8_lossy(&messages);
        ensure!(
            ended.status.success(),
            "it ended with {}:\n{messages}",
            ended.status
        );
        // Of the first run: the kernel counts what forked it as well, which grows later.
        self.max_rss_bytes.get_or_insert(ended.rusage.maxrss);
        Ok(elapsed)
    }

    /// Runs it so many times; the sum of the times.
    ///
    /// # Errors
    ///
    /// As [`Process::run`].
    pub fn sample(&mut self, iterations: u64) -> Result<Duration> {
        (0..iterations).map(|_| self.run()).sum()
    }

    /// Hands on the output of the last run line by line, as [`crate::Peer::output`] does; its bytes.
    ///
    /// # Errors
    ///
    /// It can't be read, or what the receiver says.
    pub fn output(&self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        let named = || format!("reading {}", self.output.display());
        let mut file = BufReader::new(File::open(&self.output).with_context(named)?);
        let mut text = String::new();
        while file.read_line(&mut text).with_context(named)? > 0 {
            line(text.strip_suffix('\n').unwrap_or(&text))?;
            text.clear();
        }
        Ok(file.stream_position()?)
    }

    /// Peak resident set of the process, bytes; not less than that of the adapter when it first
    /// started it.
    ///
    /// # Errors
    ///
    /// It never ran.
    pub fn max_rss_bytes(&self) -> Result<u64> {
        self.max_rss_bytes.context("it never ran")
    }
}

/// A process that prints JSON itself: its output is handed on as it is.
#[derive(Debug)]
pub struct WholeProcess(pub Process);

impl Peer for WholeProcess {
    fn decode(&mut self) -> Result<()> {
        self.0.run().map(drop)
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        self.0.output(line)
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        self.0.sample(iterations)
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        self.0.max_rss_bytes()
    }
}
