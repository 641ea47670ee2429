//! Subjects that are shell scripts, and really speak the protocol, or really do not.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use instrument::subject::{Limits, Listener, Subject, SubjectError, Supervisor};
use instrument::wire::{Job, Progress};

/// Longer than anything here takes, unless it hangs.
pub(crate) const PATIENT: Limits = Limits {
    silence: Duration::from_secs(60),
    whole: Duration::from_secs(120),
};

const BEGINNING: &str = r#"
set -e
hello() {
    echo '{"type":"hello","protocol":4,"subject":{"name":"sh","version":"1"},"takes":["benchmarks"],"benchmarks":[{"name":"g/f","bytes":500}],"pid":'$$'}'
}
digest=0000000000000000000000000000000000000000000000000000000000000000
verified() {
    echo '{"type":"verified","benchmark":"g/f","against":"values","bytes":500,"records":5,"output_bytes":9,"output_sha256":"'$digest'"}'
}
progress() {
    echo '{"type":"progress","benchmark":"g/f","phase":"measuring","done":1,"of":2}'
}
samples() {
    echo '{"type":"samples","benchmark":"g/f","sampling":"flat","iterations":[3,3],"elapsed_ns":[30,31],"output_sha256":"'$digest'"}'
}
end() {
    echo '{"type":"end","max_rss_bytes":4096}'
}
"#;

/// A script, behind functions that say each message as it should be said.
pub(crate) fn script(text: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{BEGINNING}\n{text}")]);
    command
}

pub(crate) fn job() -> Job {
    Job {
        benchmark: "g/f".to_owned(),
        warm_up_s: 0.1,
        measure_s: 0.1,
        samples: 2,
        kernel: None,
        records: None,
        copybook: None,
    }
}

/// Keeps what it hears.
#[derive(Default)]
pub(crate) struct Ear(pub(crate) Vec<Progress>);

impl Listener for Ear {
    fn progress(&mut self, progress: &Progress) {
        self.0.push(progress.clone());
    }

    fn tick(&mut self, _: Duration) {}
}

/// A whole conversation with one job; ns of all samples.
pub(crate) fn converse(
    command: Command,
    limits: Limits,
    job: &Job,
    ear: &mut Ear,
) -> Result<u64, SubjectError> {
    let supervisor = Supervisor::new().expect("handlers");
    let (mut subject, _) = Subject::start(command, limits, &supervisor, ear)?;
    let verified = subject.verify(job, ear)?;
    let samples = subject.measure(job, &verified, ear)?;
    subject.end(ear)?;
    Ok(samples.elapsed_ns.iter().sum())
}

/// The error of a script in a patient conversation.
#[track_caller]
pub(crate) fn error(text: &str) -> SubjectError {
    let talk = converse(script(text), PATIENT, &job(), &mut Ear::default());
    talk.expect_err("must be refused")
}

/// The same, with little patience.
#[track_caller]
pub(crate) fn impatient(text: &str, silence: Duration, whole: Duration) -> SubjectError {
    let limits = Limits { silence, whole };
    let talk = converse(script(text), limits, &job(), &mut Ear::default());
    talk.expect_err("must be ended")
}

/// True when the process whose id is in this file is gone, or a zombie that nobody has collected.
pub(crate) fn is_gone(file: &Path) -> bool {
    let pid = std::fs::read_to_string(file).expect("a process id");
    // One that was killed takes a moment to die, and longer where others keep the machine busy: a minute at most.
    (0..3000).any(|_| {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
        let gone = stat.map_or(true, |stat| stat.contains(") Z "));
        if !gone {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        gone
    })
}
