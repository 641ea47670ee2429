//! A Criterion project of ten lines, measured by the driver's side, and by hand.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use instrument::subject::{Limits, Listener, Subject, Supervisor};
use instrument::wire::{Against, Allocations, Job, Phase, Progress, Sampling, Takes};

/// An example, with the features that it has where the whole workspace is tested: there it is built already.
fn example(name: &str) -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--locked", "--workspace", "--example", name])
        .args(["--message-format", "json-render-diagnostics"])
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let messages = String::from_utf8(built.stdout).expect("UTF-8");
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    programs.next_back().expect("cargo says where it is")
}

const PATIENT: Limits = Limits {
    silence: Duration::from_secs(120),
    whole: Duration::from_secs(240),
};

fn job(benchmark: &str) -> Job {
    Job {
        benchmark: benchmark.to_owned(),
        warm_up_s: 0.05,
        measure_s: 0.1,
        samples: 10,
        kernel: None,
        records: None,
        copybook: None,
    }
}

#[derive(Default)]
struct Ear(Vec<Progress>);

impl Listener for Ear {
    fn progress(&mut self, progress: &Progress) {
        self.0.push(progress.clone());
    }

    fn tick(&mut self, _: Duration) {}
}

#[test]
fn it_is_verified_measured_and_ends() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(example("upper"));
    command.env("CRITERION_HOME", home.path());
    let (supervisor, mut ear) = (Supervisor::new().expect("handlers"), Ear::default());
    let started = Subject::start(command, PATIENT, &supervisor, &mut ear);
    let (mut subject, hello) = started.expect("it says hello");
    assert_eq!(hello.subject.name, "instrument");
    assert_eq!(hello.takes, [Takes::Benchmarks]);
    assert_eq!(hello.benchmarks[0].name, "ascii/upper");
    assert_eq!(hello.benchmarks[0].bytes, 90_000);

    let job = job("ascii/upper");
    let verified = subject.verify(&job, &mut ear).expect("it is right");
    assert_eq!(
        (verified.against, verified.records),
        (Against::Values, 10_000)
    );
    assert_eq!(verified.output_bytes, 90_000);
    let samples = subject
        .measure(&job, &verified, &mut ear)
        .expect("measured");
    assert_eq!(samples.iterations.len(), 10);
    assert!(matches!(
        samples.sampling,
        Sampling::Linear | Sampling::Flat
    ));
    let again = subject.verify(&job, &mut ear);
    let again = again.expect_err("each benchmark once").to_string();
    assert!(again.contains("each benchmark once"), "{again}");
    let phases: Vec<_> = ear.0.iter().map(|progress| progress.phase).collect();
    assert!(
        phases.starts_with(&[Phase::Verifying, Phase::WarmUp]),
        "{phases:?}"
    );
}

/// A buffer that is kept asks for nothing once it has grown; a new one asks for all of its bytes, each time.
#[test]
fn allocations_of_one_run_are_counted() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(example("counted"));
    command.env("CRITERION_HOME", home.path());
    let (supervisor, mut ear) = (Supervisor::new().expect("handlers"), Ear::default());
    let started = Subject::start(command, PATIENT, &supervisor, &mut ear);
    let (mut subject, _) = started.expect("it says hello");
    for (name, count, bytes) in [("ascii/kept", 0, 0), ("ascii/anew", 1, 90_000)] {
        let job = job(name);
        let verified = subject.verify(&job, &mut ear).expect("it is right");
        let samples = subject.measure(&job, &verified, &mut ear);
        let allocations = samples.expect("measured").allocations;
        assert_eq!(allocations, Some(Allocations { count, bytes }));
    }
}

/// Instructions are counted in the one run that is verified, so there must be no other before `measure`.
#[test]
fn nothing_runs_twice_before_it_is_measured() {
    let home = tempfile::tempdir().expect("a folder");
    let log = home.path().join("runs");
    let mut command = Command::new(example("counted"));
    command
        .env("CRITERION_HOME", home.path())
        .env("COUNTED_RUNS", &log);
    let (supervisor, mut ear) = (Supervisor::new().expect("handlers"), Ear::default());
    let started = Subject::start(command, PATIENT, &supervisor, &mut ear);
    let (mut subject, _) = started.expect("it says hello");
    subject
        .verify(&job("ascii/logged"), &mut ear)
        .expect("it is right");
    subject.dismiss(&mut ear).expect("it ends");
    assert_eq!(std::fs::read(&log).expect("a log"), b".");
}

#[test]
fn what_it_can_not_do_is_refused_in_words() {
    let refused = |change: fn(&mut Job)| {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(example("upper"));
        command.env("CRITERION_HOME", home.path());
        let (supervisor, mut ear) = (Supervisor::new().expect("handlers"), Ear::default());
        let started = Subject::start(command, PATIENT, &supervisor, &mut ear);
        let (mut subject, _) = started.expect("it says hello");
        let mut job = job("ascii/upper");
        change(&mut job);
        let done = subject.verify(&job, &mut ear);
        let done = done.and_then(|verified| subject.measure(&job, &verified, &mut ear));
        done.expect_err("must be refused").to_string()
    };
    let name = refused(|job| job.benchmark = "ascii/lower".to_owned());
    assert!(name.contains("no benchmark of that name"), "{name}");
    let kernel = refused(|job| job.kernel = Some("avx512".to_owned()));
    assert!(kernel.contains("no choice of kernels"), "{kernel}");
    let copybook = refused(|job| job.copybook = Some("job.json".into()));
    assert!(copybook.contains("takes no copybook"), "{copybook}");
    let few = refused(|job| job.samples = 9);
    assert!(few.contains("10 samples or more, found 9"), "{few}");
    let never = refused(|job| job.measure_s = 0.0);
    assert!(never.contains("positive number of seconds"), "{never}");
}

#[test]
fn by_hand_it_is_a_criterion_suite() {
    let output = Command::new(example("upper"))
        .arg("--test")
        .output()
        .expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}");
    assert!(stdout.contains("Testing ascii/upper"), "{stdout}");
    assert!(!stdout.contains("hello"), "{stdout}");
}
