//! A run that is killed at any moment leaves no torn receipt, no rubbish that stays, no child.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::program;
use crate::support::{exits, folder, names, run, sound, suite, text};

const KILLS: u32 = 50;

/// Whoever takes longer hangs; how fast something is, is no matter of a test.
const HANGS: Duration = Duration::from_secs(60);

/// A run with the suite under a path of its own, so that its processes can be told from others.
fn start(output: &Path, suite: &Path) -> Child {
    let mut command = run(output);
    command.args(["--launches", "2", "--filter", "comp3_heavy_slo"]);
    command.env("BENCH_SUITE", suite);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("started")
}

/// Processes that run this program.
fn running(program: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir("/proc").expect("/proc");
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|process| fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program))
        .collect()
}

fn all_gone(program: &Path) -> bool {
    let give_up = Instant::now() + HANGS;
    while Instant::now() < give_up {
        if running(program).is_empty() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

/// Old, or new and whole; never anything between; and beside it the data of that very run.
fn intact(output: &Path, old: &[u8]) {
    match fs::read(output.join("perf.json")) {
        Ok(found) if found == old => {}
        Ok(_) => drop(sound(output)),
        Err(error) => {
            assert!(old.is_empty(), "the old receipt is gone: {error}");
            return;
        }
    }
    let receipt = sound(output);
    let data = output
        .join("criterion")
        .join(&receipt.integrity.sha256[..16]);
    for benchmark in &receipt.benchmarks {
        let sample = data.join(&benchmark.name).join("new/sample.json");
        assert!(sample.exists(), "{} is not there", sample.display());
    }
}

#[test]
fn fifty_kills_leave_nothing_torn() {
    let at = folder();
    let program = at.path().join("suite-of-this-test");
    program::copy(suite(), &program);
    let output = at.path().join("out");

    let started = Instant::now();
    let whole = start(&output, &program).wait_with_output().expect("ended");
    assert!(whole.status.success(), "{}", text(&whole.stderr));
    let duration = started.elapsed();

    for kill in 0..KILLS {
        // The moments cover the whole run in an order without a pattern: 19 and 50 share no
        // factor. Half of the runs find an old receipt.
        let moment = duration * (kill * 19 % KILLS) / KILLS;
        if kill % 2 == 0 {
            let _ = fs::remove_file(output.join("perf.json"));
        }
        let old = fs::read(output.join("perf.json")).unwrap_or_default();
        let signal = if kill % 4 < 2 {
            Signal::KILL
        } else {
            Signal::TERM
        };
        killed(start(&output, &program), moment, signal);
        assert!(
            all_gone(&program),
            "a child survived {signal:?} after {moment:?}"
        );
        intact(&output, &old);
    }

    exits(&mut run(&output), 0);
    let receipt = sound(&output);
    assert_eq!(names(&output), ["criterion", "perf.json"]);
    // Of fifty runs the last one's data stay.
    assert_eq!(
        names(&output.join("criterion")),
        [&receipt.integrity.sha256[..16]]
    );
}

/// Neither must go on for an hour: the run when it is asked to end, the suite when nobody is left to
/// read it.
#[test]
fn a_long_run_ends_when_it_is_killed() {
    let at = folder();
    let program = at.path().join("suite-of-this-test");
    program::copy(suite(), &program);
    for signal in [Signal::KILL, Signal::TERM] {
        let mut command = run(&at.path().join("out"));
        command
            .args(["--measure", "3600"])
            .env("BENCH_SUITE", &program);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("started");
        // The suite is also started to say what it has, which takes no time: the launch is what stays.
        let give_up = Instant::now() + HANGS;
        let stays = || {
            let before = running(&program);
            thread::sleep(Duration::from_millis(300));
            let after = running(&program);
            before.iter().any(|process| after.contains(process))
        };
        while !stays() {
            assert!(Instant::now() < give_up, "the suite has not started");
        }
        let ended = killed(child, Duration::ZERO, signal);
        let code = (signal == Signal::TERM).then_some(1);
        let error = text(&ended.stderr);
        assert_eq!(ended.status.code(), code, "{error}");
        assert_eq!(
            error.contains("nothing was written: "),
            code.is_some(),
            "{error}"
        );
        assert!(all_gone(&program), "the suite outlives `bench`");
    }
}

fn killed(mut child: Child, moment: Duration, signal: Signal) -> Output {
    thread::sleep(moment);
    let id = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id");
    kill_process(id, signal).expect("not collected yet, so it can be signalled");
    let give_up = Instant::now() + HANGS;
    while child.try_wait().expect("waited").is_none() {
        assert!(Instant::now() < give_up, "it goes on after {signal:?}");
        thread::sleep(Duration::from_millis(5));
    }
    let ended = child.wait_with_output().expect("ended");
    let stderr = text(&ended.stderr);
    // Before the handler is there the signal itself ends the process; at the very end the run is
    // done already. Between, there is a message.
    if signal == Signal::TERM && ended.status.code() == Some(1) {
        assert!(stderr.contains("interrupted by SIGTERM"), "{stderr}");
    }
    ended
}
