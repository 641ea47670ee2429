//! The conversation with the driver.

use std::io::{self, BufReader, StdinLock};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use instrument::wire::{
    self, Against, End, Failure, FromSubject, Hello, Job, LineReader, Phase, Progress, Records,
    ToSubject, Verified,
};
use rustix::process::{Signal, set_parent_process_death_signal};

use crate::{Peer, answer, measure};

/// Speaks the protocol on standard input and output. `hello` finds out who decodes; `prepare` does
/// everything that is not decoding: it parses the copybook and reads the data into memory.
///
/// An error of either, such as a copybook that this decoder can't read, ends the conversation. The
/// driver is told, and so is whoever reads standard error.
pub fn serve<P: Peer>(
    hello: impl FnOnce() -> Result<Hello>,
    mut prepare: impl FnMut(&Hello, &Records) -> Result<P>,
) -> ExitCode {
    // A driver that is killed must not leave its subject behind. Where the kernel can't do this, the
    // closed pipe ends us.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    let mut driver = Driver {
        from: LineReader::new(BufReader::new(io::stdin().lock())),
        benchmark: None,
    };
    let done = hello().and_then(|hello| {
        let mut prepare = |records: &Records| prepare(&hello, records);
        converse(&hello, &mut prepare, &mut driver)
    });
    let Err(error) = done else {
        return ExitCode::SUCCESS;
    };
    eprintln!("error: {error:#}");
    // The error may be that nobody listens any more.
    let _ = driver.say(&FromSubject::Error(Failure {
        benchmark: driver.benchmark.clone(),
        message: format!("{error:#}"),
    }));
    ExitCode::FAILURE
}

/// The driver, and which benchmark it waits for.
pub(crate) struct Driver {
    from: LineReader<BufReader<StdinLock<'static>>>,
    benchmark: Option<String>,
}

impl Driver {
    pub(crate) fn say(&self, message: &FromSubject) -> Result<()> {
        wire::say(&mut io::stdout().lock(), message).context("the driver does not listen any more")
    }

    pub(crate) fn progress(&self, job: &Job, phase: Phase, done: u64, of: u64) -> Result<()> {
        self.say(&FromSubject::Progress(Progress {
            benchmark: job.benchmark.clone(),
            phase,
            done,
            of,
        }))
    }

    /// `None` where it has hung up.
    fn hear(&mut self) -> Result<Option<ToSubject>> {
        let line = self.from.next_line()?;
        Ok(line.map(wire::parse).transpose()?)
    }
}

fn converse<P: Peer>(
    hello: &Hello,
    prepare: &mut impl FnMut(&Records) -> Result<P>,
    driver: &mut Driver,
) -> Result<()> {
    driver.say(&FromSubject::Hello(hello.clone()))?;
    let mut max_rss_bytes = 0;
    loop {
        let job = match driver.hear()? {
            None => return Ok(()),
            Some(ToSubject::End {}) => break,
            Some(ToSubject::Job(job)) => job,
            Some(ToSubject::Measure(_)) => bail!("expected job or end, found measure"),
        };
        driver.benchmark = Some(job.benchmark.clone());
        match benchmark(&job, prepare, driver)? {
            None => return Ok(()),
            Some(peak) => max_rss_bytes = max_rss_bytes.max(peak),
        }
        driver.benchmark = None;
    }
    driver.say(&FromSubject::End(End { max_rss_bytes }))
}

/// One benchmark, from the job to the samples. Returns the peak resident set, or `None` where the
/// driver found the answer wrong and hung up.
fn benchmark<P: Peer>(
    job: &Job,
    prepare: &mut impl FnMut(&Records) -> Result<P>,
    driver: &mut Driver,
) -> Result<Option<u64>> {
    driver.progress(job, Phase::Verifying, 0, 0)?;
    let records = job.records.as_ref();
    let records = records.context("expected a job with records, found another kind")?;
    let mut peer = prepare(records)?;
    if let Some(kernel) = &job.kernel {
        peer.force(kernel)?;
    }
    let first = peer.sample(1)?;
    let answer = answer::write(&mut peer, records)?;
    let output_sha256 = answer.sha256.clone();
    driver.say(&FromSubject::Verified(Verified {
        benchmark: job.benchmark.clone(),
        against: Against::CanonicalValues,
        bytes: records.record_length * records.records,
        records: answer.records,
        output_bytes: answer.output_bytes,
        output_sha256: answer.sha256,
        kernels: peer.kernels(),
        allocations: None,
    }))?;
    match driver.hear()? {
        None => return Ok(None),
        Some(ToSubject::Measure(order)) if order.benchmark == job.benchmark => {}
        Some(other) => bail!("expected the order to measure, found {other:?}"),
    }
    let mut samples = measure::measure(&mut peer, job, first, driver)?;
    samples.output_sha256 = answer::digest(&mut peer, records)?;
    ensure!(
        samples.output_sha256 == output_sha256,
        "the answer changed while it was timed: SHA-256 {output_sha256} became {}",
        samples.output_sha256
    );
    driver.say(&FromSubject::Samples(samples))?;
    peer.max_rss_bytes().map(Some)
}
