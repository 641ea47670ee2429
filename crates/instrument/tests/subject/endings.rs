//! How a subject may end, and how it is ended.

use std::path::Path;
use std::time::Duration;

use instrument::subject::{Limits, SubjectError};

use crate::support::{Ear, converse, error, impatient, is_gone, job, script};

const LONG: Duration = Duration::from_secs(120);
/// A shell has spoken by then, on a loaded machine too.
const SHORT: Duration = Duration::from_secs(8);

#[test]
fn a_crash_repeats_the_last_words() {
    let crash = error("hello; read job; echo 'out of tape' >&2; exit 101");
    assert!(matches!(crash, SubjectError::Ended { .. }));
    let text = crash.to_string();
    assert!(text.contains("g/f failed (exit status: 101)"), "{text}");
    assert!(text.contains("out of tape"), "{text}");
    assert!(!crash.killed());
    let silent = error("exit 0").to_string();
    assert!(
        silent.contains("the start failed (exit status: 0)"),
        "{silent}"
    );
}

#[test]
fn a_kill_is_told_from_an_exit() {
    assert!(error("hello; read job; kill -9 $$").killed());
    assert!(error("hello; read job; sh -c 'kill -9 $$'; exit $?").killed());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let missing = std::process::Command::new("/no/such/suite");
    let limits = Limits {
        silence: LONG,
        whole: LONG,
    };
    let error = converse(missing, limits, &job(), &mut Ear::default());
    let text = error.expect_err("not there").to_string();
    assert!(text.contains("can't start /no/such/suite"), "{text}");
}

#[test]
fn an_endless_line_is_ended() {
    let text = error("hello; tr '\\0' x < /dev/zero").to_string();
    assert!(text.contains("lines of at most 1048576 bytes"), "{text}");
    assert!(text.len() < 1000, "{} bytes of message", text.len());
}

#[test]
fn endless_words_on_standard_error_are_kept_short() {
    let flood = impatient("hello; read job; tr '\\0' x < /dev/zero >&2", SHORT, LONG).to_string();
    assert!(
        flood.contains("g/f hung: no sign of life for 8 s"),
        "{flood}"
    );
    let lines = impatient("hello; read job; yes complaint >&2", SHORT, LONG).to_string();
    assert!(lines.contains("complaint"), "{lines}");
    assert!(lines.len() < 100_000, "{} bytes of message", lines.len());
}

#[test]
fn a_chatterer_is_ended() {
    let text = error("hello; read job; while :; do progress; done").to_string();
    assert!(
        text.contains("at most ten progress messages a second"),
        "{text}"
    );
}

#[test]
fn a_lively_subject_that_gets_nowhere_is_ended() {
    let forever = "hello; read job; while :; do progress; sleep 0.2; done";
    let text = impatient(forever, LONG, SHORT).to_string();
    assert!(text.contains("g/f takes too long"), "{text}");
}

#[test]
fn progress_is_a_sign_of_life() {
    // In all longer than the silence that is allowed.
    let slow = "hello; read job; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; progress; done
        verified; read order; samples; read order; end";
    let limits = Limits {
        silence: SHORT,
        whole: LONG,
    };
    let mut ear = Ear::default();
    converse(script(slow), limits, &job(), &mut ear).expect("it is alive");
    assert_eq!(ear.0.len(), 10);
}

#[test]
fn one_that_does_not_read_its_orders_does_not_hold_us() {
    let mut job = job();
    // Longer than a pipe holds.
    job.kernel = Some("k".repeat(500_000));
    let limits = Limits {
        silence: SHORT,
        whole: LONG,
    };
    let deaf = converse(
        script("hello; sleep 600"),
        limits,
        &job,
        &mut Ear::default(),
    );
    let text = deaf.expect_err("deaf").to_string();
    assert!(text.contains("g/f hung"), "{text}");
}

fn started(at: &Path) -> String {
    // Out of the process group, with or without the pipes.
    format!(
        "setsid sh -c 'echo $$ > {}/pid; exec sleep 600'",
        at.display()
    )
}

#[test]
fn a_process_that_keeps_a_pipe_is_an_error_and_is_ended() {
    let at = tempfile::tempdir().expect("a folder");
    let lingers = format!(
        "hello; {} & read job; verified; read order; samples; read order
        while [ ! -s {}/pid ]; do sleep 0.05; done; end",
        started(at.path()),
        at.path().display()
    );
    let text = error(&lingers).to_string();
    assert!(
        text.contains("left a process behind that keeps its pipes open"),
        "{text}"
    );
    assert!(is_gone(&at.path().join("pid")), "it lives on");
}

#[test]
fn a_hung_subject_is_ended_with_its_descendants() {
    let at = tempfile::tempdir().expect("a folder");
    let hangs = format!("hello; {} >/dev/null 2>&1 & sleep 600", started(at.path()));
    let text = impatient(&hangs, SHORT, LONG).to_string();
    assert!(text.contains("hung"), "{text}");
    assert!(is_gone(&at.path().join("pid")), "it lives on");
}

#[test]
fn a_failed_exit_behind_the_end_is_seen() {
    let fails = "hello; read job; verified; read order; samples; read order; end; exit 7";
    let text = error(fails).to_string();
    assert!(text.contains("the end failed (exit status: 7)"), "{text}");
}
