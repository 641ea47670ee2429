//! The peer's side of the process protocol that peers/README.md describes.
//!
//! An adapter implements [`Peer`], or uses [`process::WholeProcess`], and calls [`serve`]. The order
//! is fixed: decode once, hand over the digest of the canonical values, wait; only after the word
//! `measure` is anything timed.

pub mod process;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
pub use workload::canonical::{Spelling, Spellings, canonical_line};

/// `rustc --version` of the compiler that built this adapter and the decoder in it.
pub const RUSTC: &str = env!("PEER_RUSTC");

/// What to decode and for how long: the first line of standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Version of the protocol, 1.
    pub protocol: u32,
    /// Copybook file.
    pub copybook: PathBuf,
    /// Fixed-length records in cp037, back to back.
    pub data: PathBuf,
    /// Bytes of one record.
    pub record_length: usize,
    /// Number of records.
    pub records: u64,
    /// How the elementary fields are spelled in the canonical form.
    pub fields: BTreeMap<String, Spelling>,
    /// Where the canonical lines go.
    pub canonical: PathBuf,
    /// Seconds of decoding before the first sample.
    pub warm_up_s: f64,
    /// Seconds that all samples together should take.
    pub measure_s: f64,
    /// Number of samples.
    pub samples: usize,
}

/// Who decoded: part of the first answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// Name as in peers.toml.
    pub name: String,
    /// Version of the decoder, never of the adapter.
    pub version: String,
    /// What built or runs it, e.g. `rustc 1.89.0 (…)`.
    pub toolchain: String,
}

/// The first answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Who decoded.
    pub subject: Identity,
    /// Records decoded.
    pub records: u64,
    /// Bytes of the decoder's own output.
    pub output_bytes: u64,
    /// SHA-256 over the canonical lines.
    pub canonical_sha256: String,
}

/// The second answer: raw samples.
#[derive(Debug, Serialize, Deserialize)]
pub struct Samples {
    /// Decodings of the whole data set behind each sample.
    pub iterations: Vec<u64>,
    /// Duration of each sample.
    pub elapsed_ns: Vec<u64>,
    /// Peak resident set of the decoding process from the kernel's accounting, bytes.
    pub max_rss_bytes: u64,
}

/// A decoder behind the protocol.
pub trait Peer {
    /// Who decodes.
    fn identity(&self) -> Identity;

    /// Decodes the whole data set once and leaves its output.
    ///
    /// # Errors
    ///
    /// The decoder's own error; a record that it skipped is one, too.
    fn decode(&mut self) -> Result<()>;

    /// Hands on the output of the last decoding, one JSON object a record; says how many bytes the
    /// decoder itself wrote.
    ///
    /// # Errors
    ///
    /// Output that can not be read back, or what the receiver says.
    fn output(&mut self, line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64>;

    /// Decodes the whole data set `iterations` times.
    ///
    /// # Errors
    ///
    /// As [`Peer::decode`].
    fn sample(&mut self, iterations: u64) -> Result<Duration> {
        let start = Instant::now();
        for _ in 0..iterations {
            self.decode()?;
        }
        Ok(start.elapsed())
    }

    /// Peak resident set of the process that decodes, bytes.
    ///
    /// # Errors
    ///
    /// A kernel that does not say.
    fn max_rss_bytes(&self) -> Result<u64> {
        peak_rss(std::process::id())
    }
}

/// Speaks the protocol on standard input and output. What prepares the peer does everything that is
/// not decoding: the schema is parsed, the data are in memory.
///
/// # Errors
///
/// Anything that ends the conversation early, such as a copybook that this decoder can't read; the
/// driver shows it.
pub fn serve<P: Peer>(prepare: impl FnOnce(&Job) -> Result<P>) -> Result<()> {
    let mut lines = io::stdin().lock().lines();
    let job = lines
        .next()
        .context("expected a job on standard input, found its end")??;
    let job: Job = serde_json::from_str(&job).context("the job is not readable")?;
    ensure!(
        job.protocol == 1,
        "expected protocol 1, found {}",
        job.protocol
    );

    let mut peer = prepare(&job)?;
    let first = peer.sample(1)?;
    let (answer, before) = answer(&mut peer, &job)?;
    say(&answer)?;
    match lines.next() {
        Some(word) if word.as_deref().is_ok_and(|word| word == "measure") => {}
        _ => return Ok(()), // the driver found the answer wrong, and has said so
    }

    let samples = measure(&mut peer, &job, first)?;
    let after = digest(&mut peer)?;
    ensure!(
        after == before,
        "the output changed while it was timed: its digest {before} became {after}"
    );
    say(&samples)
}

/// Peak resident set of a process (`VmHWM`), bytes.
///
/// # Errors
///
/// No such process, or a kernel that does not say.
pub fn peak_rss(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(kib.with_context(|| format!("{path} has no VmHWM"))? * 1024)
}

/// Passes on what was decoded in memory, line by line: most adapters' [`Peer::output`].
///
/// # Errors
///
/// It is not UTF-8, or what the receiver says.
pub fn output_in_memory(out: &[u8], line: &mut dyn FnMut(&str) -> Result<()>) -> Result<u64> {
    let text = std::str::from_utf8(out).context("the output is not UTF-8")?;
    text.lines().try_for_each(line)?;
    Ok(out.len() as u64)
}

/// The first answer, and the digest of the output it is about. The output is not kept: an adapter
/// stays smaller than what it measures.
fn answer<P: Peer>(peer: &mut P, job: &Job) -> Result<(Answer, String)> {
    let writing = || format!("writing {}", job.canonical.display());
    let mut file = BufWriter::new(File::create(&job.canonical).with_context(writing)?);
    let (mut canonical, mut raw, mut records) = (Sha256::new(), Sha256::new(), 0);
    let output_bytes = peer.output(&mut |line| {
        records += 1;
        add(&mut raw, line);
        let line = canonical_line(line, &job.fields);
        let line = line.with_context(|| format!("record {records}"))?;
        add(&mut canonical, &line);
        writeln!(file, "{line}").with_context(writing)
    })?;
    file.flush().with_context(writing)?;
    let subject = peer.identity();
    let canonical_sha256 = hex(&canonical.finalize());
    let answer = Answer {
        subject,
        records,
        output_bytes,
        canonical_sha256,
    };
    Ok((answer, hex(&raw.finalize())))
}

fn digest<P: Peer>(peer: &mut P) -> Result<String> {
    let mut raw = Sha256::new();
    peer.output(&mut |line| {
        add(&mut raw, line);
        Ok(())
    })?;
    Ok(hex(&raw.finalize()))
}

fn add(digest: &mut Sha256, line: &str) {
    digest.update(line);
    digest.update(b"\n");
}

/// As many iterations a sample as fill an equal share of the time; one where decoding is slower.
fn measure<P: Peer>(peer: &mut P, job: &Job, first: Duration) -> Result<Samples> {
    if job.samples == 0 {
        bail!("expected at least one sample, found 0");
    }
    // The decoding that was verified warms up, too.
    let (mut spent, mut runs) = (first, 1_u64);
    while spent.as_secs_f64() < job.warm_up_s {
        spent += peer.sample(1)?;
        runs += 1;
    }
    let share = job.measure_s / job.samples as f64;
    let iterations = (share * runs as f64 / spent.as_secs_f64().max(1e-9)).max(1.0) as u64;
    let elapsed = (0..job.samples).map(|_| Ok(peer.sample(iterations)?.as_nanos() as u64));
    Ok(Samples {
        elapsed_ns: elapsed.collect::<Result<_>>()?,
        iterations: vec![iterations; job.samples],
        max_rss_bytes: peer.max_rss_bytes()?,
    })
}

fn say(message: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, message)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
