//! A decoder as a whole process: started for every decoding, from a file to a file.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4 as _;

use crate::{Identity, Job, Peer};

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
    file_system: String,
    max_rss_bytes: Option<u64>,
}

impl Process {
    /// Where the output of a job goes: to the file system that its data are on.
    pub fn output_file(job: &Job) -> PathBuf {
        job.data.with_extension("out")
    }

    /// The command has its arguments, but for the output if that is standard output.
    ///
    /// # Errors
    ///
    /// A kernel that does not say which file system the data are on.
    pub fn new(job: &Job, command: Command, writes: Writes) -> Result<Process> {
        let (output, messages) = (Self::output_file(job), job.data.with_extension("err"));
        let file_system = file_system(job.data.parent().context("the data have no folder")?)?;
        Ok(Process {
            command,
            writes,
            output,
            messages,
            file_system,
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
        // Of the first run: the kernel counts what forked it, too, which grows later.
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

    /// What an adapter adds to its toolchain: that whole processes are meant, and which file system
    /// their files are on.
    pub fn remark(&self) -> String {
        format!("whole process, files on {}", self.file_system)
    }
}

/// A process that prints JSON itself: its output is handed on as it is.
#[derive(Debug)]
pub struct WholeProcess {
    /// What is started.
    pub process: Process,
    /// Who that is.
    pub identity: Identity,
}

impl Peer for WholeProcess {
    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    fn decode(&mut self) -> Result<()> {
        self.process.run().map(drop)
    }

    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
        self.process.output(line)
    }

    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        self.process.sample(iterations)
    }

    fn max_rss_bytes(&self) -> Result<u64> {
        self.process.max_rss_bytes()
    }
}

/// Type of the file system that a folder is on, as the kernel calls it: `ext4`, `tmpfs`.
fn file_system(folder: &Path) -> Result<String> {
    let folder = folder.canonicalize()?;
    let mut mounts = String::new();
    File::open("/proc/self/mountinfo")?.read_to_string(&mut mounts)?;
    // proc(5): the mount point is the fifth field, the type the first behind a hyphen.
    let mounts = mounts.lines().filter_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        Some((mount.split(' ').nth(4)?, kind.split(' ').next()?))
    });
    let holding = mounts.filter(|(point, _)| folder.starts_with(point));
    let (_, kind) = holding
        .max_by_key(|(point, _)| point.len())
        .context("no mount point")?;
    Ok(kind.to_owned())
}
