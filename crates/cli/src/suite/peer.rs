//! Another decoder as the subject: the driver's side of the process protocol in peers/README.md.
//!
//! A peer decodes once and hands over its values in canonical form; only when their digest is the
//! one that follows from the workload's own values is it told to measure.

use std::collections::BTreeMap;
use std::fs;
use std::io::{PipeWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use workload::canonical::{self, Spelling};
use workload::catalog::Benchmark;
use workload::expected::Style;
use workload::protocol::{SuiteBenchmark, SuiteReport};
use workload::verify::{self, Against, Mismatch, Verified};

use super::criterion::Measured;
use super::launch::{Launched, Launcher};
use crate::settings::Settings;
use crate::supervise::{Deadline, Supervisor, Watch};

/// An entry of peers/peers.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    name: String,
    /// For readers of the file.
    #[allow(dead_code, reason = "for readers of the file, not of the program")]
    why: String,
    #[allow(dead_code, reason = "scripts/peers.sh runs it")]
    prepare: Vec<String>,
    command: Vec<PathBuf>,
    /// The folder of peers.toml.
    #[serde(skip)]
    root: PathBuf,
}

#[derive(Deserialize)]
struct Registry {
    peer: Vec<Peer>,
}

/// A workload on disk, and the digest that a right peer finds.
struct Task {
    name: String,
    bytes: u64,
    job: Job,
    expected: String,
    expected_sha256: String,
}

/// The first line of a conversation; docs in peers/README.md.
#[derive(Debug, Clone, Serialize)]
struct Job {
    protocol: u32,
    copybook: PathBuf,
    data: PathBuf,
    record_length: usize,
    records: u64,
    fields: BTreeMap<String, Spelling>,
    canonical: PathBuf,
    warm_up_s: f64,
    measure_s: f64,
    samples: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Identity {
    name: String,
    version: String,
    toolchain: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    subject: Identity,
    records: u64,
    output_bytes: u64,
    canonical_sha256: String,
}

#[derive(Debug, Deserialize)]
struct Samples {
    iterations: Vec<u64>,
    elapsed_ns: Vec<u64>,
    max_rss_bytes: u64,
}

impl Peer {
    /// The peer of this name in the checkout's peers/peers.toml.
    ///
    /// # Errors
    /// There is no checkout, no such peer, or it is not prepared.
    pub(crate) fn find(name: &str, checkout: Option<&Path>) -> Result<Self> {
        let root = checkout.context("--subject needs a checkout, which has the peers")?;
        let root = root.join("peers");
        let file = root.join("peers.toml");
        let text =
            fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let registry: Registry =
            toml::from_str(&text).with_context(|| format!("{} is malformed", file.display()))?;
        let names: Vec<_> = registry.peer.iter().map(|peer| peer.name.clone()).collect();
        let found = registry.peer.into_iter().find(|peer| peer.name == name);
        let peer = found.with_context(|| {
            format!(
                "expected one of {}, found the subject `{name}`",
                names.join(", ")
            )
        })?;
        let peer = Peer { root, ..peer };
        ensure!(
            peer.command().iter().all(|part| part.exists()),
            "{name} is not prepared: run `scripts/peers.sh prepare`"
        );
        Ok(peer)
    }

    /// The adapter: its program, or the script that an interpreter runs.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        self.command()
            .pop()
            .context("peers.toml gives the peer an empty command")
    }

    fn command(&self) -> Vec<PathBuf> {
        self.command
            .iter()
            .map(|part| self.root.join(part))
            .collect()
    }
}

/// What every launch of a peer is started with.
pub(crate) struct PeerLauncher<'a> {
    peer: &'a Peer,
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
        peer: &'a Peer,
        benchmarks: &[Benchmark],
        hang_timeout: Duration,
        launcher: &Launcher<'a>,
    ) -> Result<Self> {
        let settings = launcher.settings;
        let folder = |i| launcher.work.join(format!("peer-{i}"));
        let tasks = benchmarks.iter().enumerate();
        let tasks = tasks.map(|(i, benchmark)| task(benchmark, &settings, &folder(i)));
        let tasks = tasks.collect::<Result<_>>()?;
        Ok(PeerLauncher {
            peer,
            tasks,
            settings,
            hang_timeout,
            supervisor: launcher.supervisor,
        })
    }

    /// One process a benchmark.
    ///
    /// # Errors
    /// A wrong answer, by record and field; a peer that crashed, hung or broke the protocol.
    pub(crate) fn launch(&self, number: u32) -> Result<Launched> {
        let started = Instant::now();
        let (mut benchmarks, mut measured, mut peak) = (Vec::new(), Vec::new(), 0);
        let mut identity: Option<Identity> = None;
        for task in &self.tasks {
            let named = || format!("launch {number}: {} on {}", self.peer.name, task.name);
            let (answer, samples) = self.converse(task).with_context(named)?;
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

    fn converse(&self, task: &Task) -> Result<(Answer, Samples)> {
        let parts = self.peer.command();
        let (program, arguments) = parts.split_first().context("an empty command")?;
        let (stdin, mut orders) = std::io::pipe().context("can't make a pipe")?;
        let mut command = Command::new(program);
        command
            .args(arguments)
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
        judge(self.task, &answer)?;
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

fn task(benchmark: &Benchmark, settings: &Settings, folder: &Path) -> Result<Task> {
    let name = benchmark.name();
    let workload = benchmark
        .fixed_records()
        .with_context(|| format!("{name}: peers decode whole fixed-length data sets only"))?;
    fs::create_dir_all(folder)?;
    let (copybook, data) = (folder.join("copybook.cpy"), folder.join("data"));
    fs::write(&copybook, workload.copybook())?;
    fs::write(&data, workload.data())?;
    let fields = workload.description.spellings();
    let (drawing, mut line, mut expected) = (workload.drawing(), String::new(), String::new());
    for index in 0..workload.records {
        line.clear();
        workload.expected_line(&drawing, index, Style::default(), &mut line);
        expected.push_str(&canonical::canonical_line(&line, &fields)?);
        expected.push('\n');
    }
    let job = Job {
        protocol: 1,
        copybook,
        data,
        record_length: workload.record_length(),
        records: workload.records,
        fields,
        canonical: folder.join("canonical"),
        warm_up_s: settings.warm_up,
        measure_s: settings.measure,
        samples: settings.samples,
    };
    let expected_sha256 = verify::sha256(expected.as_bytes());
    Ok(Task {
        name,
        bytes: benchmark.bytes,
        job,
        expected,
        expected_sha256,
    })
}

/// The digest of what the peer wrote is computed here as well: its word is not enough.
fn judge(task: &Task, answer: &Answer) -> Result<()> {
    let path = &task.job.canonical;
    let found = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    let digest = verify::sha256(&found);
    ensure!(
        digest == answer.canonical_sha256,
        "it claims the digest {}, and its canonical lines have {digest}",
        answer.canonical_sha256
    );
    if digest == task.expected_sha256 && answer.records == task.job.records {
        return Ok(());
    }
    let mut expected = task.expected.lines();
    let found = String::from_utf8_lossy(&found);
    for (index, line) in found.lines().enumerate() {
        let record = index as u64 + 1;
        let wanted = expected.next().unwrap_or("the end of the output");
        if wanted != line {
            bail!(verify::difference(record, wanted, line.as_bytes()));
        }
    }
    bail!(Mismatch {
        record: found.lines().count() as u64 + 1,
        field: String::new(),
        expected: expected
            .next()
            .unwrap_or("the end of the output")
            .to_owned(),
        found: "the end of the output".to_owned(),
    })
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
        max_rss_bytes,
        benchmarks,
    }
}
