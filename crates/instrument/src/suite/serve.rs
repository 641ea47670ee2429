//! The subject's side of the conversation.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, StdinLock};
use std::path::PathBuf;
use std::{env, fs};

use super::timing::{self, Instrument};
use super::{Case, Failure, Suite, process};
use crate::answer::Answer;
use crate::wire::{
    self, End, FromSubject, Hello, Job, LineReader, Phase, Progress, Takes, ToSubject, Verified,
};

/// Talks to the driver until it has no more jobs.
///
/// # Errors
///
/// What was told to the driver as well, as far as it still listens.
pub(super) fn serve(suite: Suite<'_>) -> Result<(), Failure> {
    process::die_with_parent();
    let mut driver = Driver {
        from: LineReader::new(BufReader::new(io::stdin().lock())),
        to: process::take_stdout()?,
    };
    let mut present = None;
    let done = converse(suite, &mut driver, &mut present);
    if let Err(error) = &done {
        let message = error.to_string();
        let failure = wire::Failure {
            benchmark: present,
            message,
        };
        // It may be the closed pipe that is the error.
        let _ = driver.say(&FromSubject::Error(failure));
    }
    done
}

/// The driver's two pipes.
struct Driver {
    from: LineReader<BufReader<StdinLock<'static>>>,
    to: File,
}

impl Driver {
    fn say(&mut self, message: &FromSubject) -> Result<(), Failure> {
        wire::say(&mut self.to, message)
            .map_err(|error| format!("the driver does not listen any more: {error}").into())
    }

    /// `None` where it has hung up.
    fn hear(&mut self) -> Result<Option<ToSubject>, Failure> {
        match self.from.next_line()? {
            Some(line) => Ok(Some(wire::parse(line)?)),
            None => Ok(None),
        }
    }

    fn progress(&mut self, job: &Job, phase: Phase) -> Result<(), Failure> {
        let benchmark = job.benchmark.clone();
        self.say(&FromSubject::Progress(Progress {
            benchmark,
            phase,
            done: 0,
            of: 0,
        }))
    }
}

/// `present` is the benchmark that is under way, for the error message.
fn converse(
    mut suite: Suite<'_>,
    driver: &mut Driver,
    present: &mut Option<String>,
) -> Result<(), Failure> {
    driver.say(&FromSubject::Hello(hello(&suite)))?;
    let mut instrument: Option<Instrument> = None;
    let mut done = BTreeSet::new();
    loop {
        let job = match driver.hear()? {
            None => return Ok(()),
            Some(ToSubject::End {}) => break,
            Some(ToSubject::Job(job)) => job,
            Some(ToSubject::Measure(_)) => return Err("expected job or end, found measure".into()),
        };
        *present = Some(job.benchmark.clone());
        if !done.insert(job.benchmark.clone()) {
            return Err("expected each benchmark once in a launch".into());
        }
        driver.progress(&job, Phase::Verifying)?;
        let (bytes, mut case) = prepare(&mut suite, &job)?;
        let answer = timing::verify(&mut *case)?;
        driver.say(&FromSubject::Verified(verified(
            &job, bytes, &*case, &answer,
        )))?;
        match driver.hear()? {
            None => return Ok(()),
            Some(ToSubject::Measure(order)) if order.benchmark == job.benchmark => {}
            Some(other) => {
                let name = &job.benchmark;
                return Err(
                    format!("expected the order to measure {name}, found {other:?}").into(),
                );
            }
        }
        let instrument = match &mut instrument {
            Some(instrument) => instrument,
            none => none.insert(Instrument::new(&home()?)),
        };
        // Not before the order: whoever counts the instructions of one run has it verified, and no more.
        let so_far = suite.allocated;
        let allocations = so_far.map(|so_far| timing::allocations(&mut *case, so_far));
        let mut samples = instrument.measure(&job, bytes, &mut *case, &answer, &mut |message| {
            driver.say(message)
        })?;
        samples.allocations = allocations.transpose()?;
        driver.say(&FromSubject::Samples(samples))?;
        *present = None;
    }
    let max_rss_bytes = process::peak_rss()?;
    driver.say(&FromSubject::End(End { max_rss_bytes }))
}

fn hello(suite: &Suite<'_>) -> Hello {
    let owned = |fact: Option<&str>| fact.map(str::to_owned);
    let mut takes = vec![Takes::Benchmarks];
    takes.extend(suite.copybook.as_ref().map(|_| Takes::Copybook));
    Hello {
        protocol: wire::VERSION,
        subject: suite.identity.clone(),
        toolchain: owned(suite.built.toolchain),
        rustc: owned(suite.built.rustc),
        flags: owned(suite.built.flags),
        profile: owned(suite.built.profile),
        sources: owned(suite.built.sources),
        file_system: None,
        takes,
        benchmarks: suite
            .entries
            .iter()
            .map(|entry| entry.benchmark.clone())
            .collect(),
        pid: std::process::id(),
    }
}

fn prepare<'a>(suite: &mut Suite<'a>, job: &Job) -> Result<(u64, Box<dyn Case + 'a>), Failure> {
    let kernel = job.kernel.as_deref();
    if job.records.is_some() {
        return Err("this suite takes no records".into());
    }
    if let Some(file) = &job.copybook {
        let from = suite.copybook.as_mut();
        return from.ok_or("this suite takes no copybook")?(file, kernel);
    }
    let mut entries = suite.entries.iter_mut();
    let found = entries.find(|entry| entry.benchmark.name == job.benchmark);
    let entry = found.ok_or("this suite has no benchmark of that name")?;
    Ok((entry.benchmark.bytes, (entry.prepare)(kernel)?))
}

fn verified(job: &Job, bytes: u64, case: &dyn Case, answer: &Answer) -> Verified {
    Verified {
        benchmark: job.benchmark.clone(),
        against: answer.against,
        bytes,
        records: answer.records,
        output_bytes: answer.output_bytes,
        output_sha256: answer.output_sha256.clone(),
        kernels: case.kernels(),
        allocations: None,
    }
}

/// Where Criterion keeps its data. Without the variable it would ask cargo, which may not be there.
fn home() -> Result<PathBuf, Failure> {
    let home = env::var_os("CRITERION_HOME").filter(|home| !home.is_empty());
    let home = PathBuf::from(home.ok_or("expected a folder in CRITERION_HOME, found none")?);
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    Ok(home)
}
