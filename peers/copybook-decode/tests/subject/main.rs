//! The adapter, measured by the driver's side of the protocol.

mod in_memory;
#[path = "../../../../crates/bench/tests/program/mod.rs"]
mod program;
mod whole_process;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use instrument::subject::{Limits, Listener, Subject, SubjectError, Supervisor};
use instrument::wire::{Hello, Job, Progress, Records, Samples, Verified};

/// What was heard in one launch.
#[derive(Debug)]
struct Conversation {
    hello: Hello,
    measured: Vec<(Verified, Samples)>,
    max_rss_bytes: u64,
}

/// The conversation of one launch with the adapter; `folder` is the one that it may write to.
fn converse(arguments: &[&str], folder: &Path, jobs: &[Job]) -> Result<Conversation, SubjectError> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peer-copybook-decode"));
    command.args(arguments).env("CRITERION_HOME", folder);
    command.env("BENCH_PROGRAM", folder.join("bench"));
    let limits = Limits {
        silence: Duration::from_secs(60),
        whole: Duration::from_secs(120),
    };
    let (supervisor, mut deaf) = (Supervisor::new()?, Deaf);
    let (mut subject, hello) = Subject::start(command, limits, &supervisor, &mut deaf)?;
    let mut measured = Vec::new();
    for job in jobs {
        let verified = subject.verify(job, &mut deaf)?;
        let samples = subject.measure(job, &verified, &mut deaf)?;
        measured.push((verified, samples));
    }
    let (end, _) = subject.end(&mut deaf)?;
    Ok(Conversation {
        hello,
        measured,
        max_rss_bytes: end.max_rss_bytes,
    })
}

fn job(benchmark: &str, records: Records) -> Job {
    Job {
        benchmark: benchmark.to_owned(),
        warm_up_s: 0.01,
        measure_s: 0.03,
        samples: 3,
        kernel: None,
        records: Some(records),
        copybook: None,
    }
}

struct Deaf;

impl Listener for Deaf {
    fn progress(&mut self, _: &Progress) {}
    fn tick(&mut self, _: Duration) {}
}
