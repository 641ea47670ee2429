//! A signal always ends a run, whatever the subject does. A process of its own: signals are.

use std::process::Command;
use std::thread;
use std::time::Duration;

use instrument::subject::{Interrupted, Limits, Listener, Subject, SubjectError, Supervisor};
use instrument::wire::Progress;
use rustix::process::{Signal, getpid, kill_process};

struct Deaf;

impl Listener for Deaf {
    fn progress(&mut self, _: &Progress) {}

    fn tick(&mut self, _: Duration) {}
}

/// What the conversation says when the signal comes while this script runs.
fn interrupted(script: &str, signal: Signal) -> SubjectError {
    let supervisor = Supervisor::new().expect("handlers");
    let limits = Limits {
        silence: Duration::from_secs(600),
        whole: Duration::from_secs(600),
    };
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        kill_process(getpid(), signal).expect("it is us");
    });
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    let started = Subject::start(command, limits, &supervisor, &mut Deaf);
    started.err().expect("interrupted")
}

#[test]
fn a_signal_ends_every_kind_of_subject() {
    // One after the other: a signal belongs to the whole process.
    for (script, signal) in [
        ("sleep 600", Signal::TERM),
        ("trap '' TERM INT HUP; sleep 600", Signal::INT),
        ("yes x >&2", Signal::TERM),
        ("exec 1>&- 2>&-; sleep 600", Signal::HUP),
    ] {
        let error = interrupted(script, signal);
        let SubjectError::Interrupted(Interrupted(found)) = error else {
            panic!("{script}: {error}");
        };
        assert_eq!(found, signal.as_raw(), "{script}");
    }
}
