//! A peer's process: started, told, heard.

use std::io::{PipeWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use workload::catalog::Benchmark;
use workload::protocol::{SuiteBenchmark, SuiteReport};
use workload::verify::{Against, Verified};

use super::Peer;
use super::task::{self, Task};
use crate::settings::Settings;
use crate::suite::criterion::Measured;
use crate::suite::launch::Launched;
use crate::supervise::{Deadline, Supervisor, Watch};

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Identity {
    name: String,
    version: String,
    toolchain: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    subject: Identity,
    pub(super) records: u64,
    output_bytes: u64,
    pub(super) canonical_sha256: String,
}

#[derive(Debug, Deserialize)]
struct Samples {
    iterations: Vec<u64>,
    elapsed_ns: Vec<u64>,
    max_rss_bytes: u64,
}

/// What every launch of a peer is started with.
pub(crate) struct PeerLauncher<'a> {
    tasks: Vec<Task>,
    settings: Settings,
    hang_timeout: Duration,
    supervisor: &'a Supervisor,
}

impl<'a> PeerLauncher<'a> {
    /// Writes the data of every benchmark into the work folder, once for all launches.
    ///
    /// # Errors
    /// A benchmark that peers can't do, or a folder that is full.
    pub(crate) fn prepare(
        benchmarks: &[Benchmark],
        settings: Settings,
        hang_timeout: Duration,
        work: &Path,
        supervisor: &'a Supervisor,
    ) -> Result<Self> {
        let folder = |i| work.join(format!("peer-{i}"));
        let tasks = benchmarks.iter().enumerate();
        let tasks = tasks.map(|(i, benchmark)| task::task(benchmark, &settings, &folder(i)));
        let tasks = tasks.collect::<Result<_>>()?;
        Ok(PeerLauncher {
            tasks,
            settings,
            hang_timeout,
            supervisor,
        })
    }

    /// One process a benchmark.
    ///
    /// # Errors
    /// A wrong answer, by record and field; a peer that crashed, hung or broke the protocol.
    pub(crate) fn launch(&self, peer: &Peer, number: u32) -> Result<Launched> {
        let started = Instant::now();
        let (mut benchmarks, mut measured, mut peak) = (Vec::new(), Vec::new(), 0);
        let mut identity: Option<Identity> = None;
        for task in &self.tasks {
            let named = || format!("launch {number}: {} on {}", peer.name, task.name);
            let (answer, samples) = self.converse(peer, task).with_context(named)?;
            peak = peak.max(samples.max_rss_bytes);
            measured.push(measure(task, &samples).with_context(named)?);
            ensure!(
                identity
                    .as_ref()
                    .is_none_or(|identity| *identity == answer.subject),
                "{}: another version than before",
                named()
            );
            benchmarks.push(SuiteBenchmark {
                name: task.name.clone(),
                bytes: task.bytes,
                verified: Verified {
                    against: Against::CanonicalValues,
                    records: answer.records,
                    output_bytes: answer.output_bytes,
                    output_sha256: answer.canonical_sha256,
                },
            });
            identity = Some(answer.subject);
        }
        let identity = identity.context("no benchmark for the peer")?;
        Ok(Launched {
            report: report(identity, peak, benchmarks),
            measured,
            wall: started.elapsed(),
            home: None,
        })
    }

    fn converse(&self, peer: &Peer, task: &Task) -> Result<(Answer, Samples)> {
        let parts = peer.command();
        let (program, arguments) = parts.split_first().context("an empty command")?;
        let (stdin, mut orders) = std::io::pipe().context("can't make a pipe")?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .args(&peer.arguments)
            // One of them measures this very program.
            .env("BENCH_PROGRAM", std::env::current_exe()?)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        writeln!(orders, "{}", serde_json::to_string(&task.job)?)
            .context("can't hand the job over")?;
        let mut talk = Conversation {
            task,
            orders: Some(orders),
            answer: None,
            samples: None,
            failure: None,
            deadline: Instant::now() + self.hang_timeout,
        };
        let ended = self.supervisor.run(command, &mut talk);
        if let Some(failure) = talk.failure {
            return Err(failure);
        }
        let ended = ended?;
        ensure!(
            ended.status.success(),
            "it ended with {}:\n{}",
            ended.status,
            ended.tail
        );
        match (talk.answer, talk.samples) {
            (Some(answer), Some(samples)) => {
                let found = samples.elapsed_ns.len();
                ensure!(
                    found == self.settings.samples as usize && found == samples.iterations.len(),
                    "expected {} samples, found {found} of {} iteration counts",
                    self.settings.samples,
                    samples.iterations.len()
                );
                Ok((answer, samples))
            }
            (None, _) => bail!("it ended before it answered:\n{}", ended.tail),
            (_, None) => bail!("it ended before it measured:\n{}", ended.tail),
        }
    }
}

/// Reads the peer's lines; says `measure` when the answer is right, hangs up when it is not.
struct Conversation<'a> {
    task: &'a Task,
    orders: Option<PipeWriter>,
    answer: Option<Answer>,
    samples: Option<Samples>,
    failure: Option<anyhow::Error>,
    deadline: Instant,
}

impl Conversation<'_> {
    fn hear(&mut self, line: &str) -> Result<()> {
        if self.answer.is_some() {
            let samples = serde_json::from_str(line);
            self.samples =
                Some(samples.with_context(|| format!("expected samples, found {line}"))?);
            return Ok(());
        }
        let answer: Answer = serde_json::from_str(line)
            .with_context(|| format!("expected an answer, found {line}"))?;
        task::judge(self.task, &answer)?;
        self.answer = Some(answer);
        let orders = self
            .orders
            .as_mut()
            .context("the peer was told nothing more")?;
        writeln!(orders, "measure").context("can't tell the peer to measure")
    }
}

impl Watch for Conversation<'_> {
    fn line(&mut self, line: &str) {
        if self.failure.is_some() {
            return;
        }
        if let Err(failure) = self.hear(line) {
            self.failure = Some(failure);
            self.orders = None; // the end of its input ends the peer
        }
    }

    fn tick(&mut self) {}

    fn deadline(&self) -> Option<Deadline> {
        let doing = "the peer hung (--hang-timeout, if it is that slow)".to_owned();
        Some(Deadline {
            at: self.deadline,
            doing,
        })
    }
}

fn measure(task: &Task, samples: &Samples) -> Result<Measured> {
    let pairs = samples.elapsed_ns.iter().zip(&samples.iterations);
    ensure!(
        pairs
            .clone()
            .all(|(elapsed, iterations)| *elapsed > 0 && *iterations > 0),
        "expected times and iterations above 0"
    );
    Ok(Measured {
        name: task.name.clone(),
        bytes: task.bytes,
        samples: pairs
            .map(|(elapsed, iterations)| *elapsed as f64 / *iterations as f64)
            .collect(),
        iterations: samples.iterations.clone(),
    })
}

fn report(identity: Identity, max_rss_bytes: u64, benchmarks: Vec<SuiteBenchmark>) -> SuiteReport {
    SuiteReport {
        kernels: vec![identity.name.clone()],
        subject_name: identity.name,
        subject_version: identity.version,
        rustc: identity.toolchain.clone(),
        toolchain: identity.toolchain,
        flags: "as scripts/peers.sh prepares it".to_owned(),
        profile: None,
        sources: None,
        max_rss_bytes,
        benchmarks,
    }
}
