//! `bench ab` from its command line to `ab.json`, with subjects whose speeds are known.

#[path = "../known/mod.rs"]
mod known;
mod sabotage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use known::{BASE, Known};
use serde_json::Value;
use tempfile::TempDir;

struct Scene(TempDir);

impl Scene {
    fn new(base: Known, new: Known) -> Self {
        let scene = Self(tempfile::tempdir().expect("a folder"));
        for (name, known) in [("base", base), ("new", new)] {
            known::write(&scene.0.path().join(name), known);
        }
        scene
    }

    fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command
            .args(["ab", "--no-lock", "--enforce", "--seed", "5"])
            .arg("--base")
            .arg(self.0.path().join("base"))
            .arg("--new")
            .arg(self.0.path().join("new"))
            .arg("--output")
            .arg(self.0.path().join("out"))
            .args(flags)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, flags: &[&str]) -> Output {
        self.command(flags).output().expect("bench runs")
    }

    fn record(&self) -> PathBuf {
        self.0.path().join("out/ab.json")
    }

    fn journal(&self) -> PathBuf {
        self.0.path().join("out/ab.journal")
    }
}

/// Both verifiers accept the record, and nothing is left beside it.
fn sound(scene: &Scene) -> Value {
    let path = scene.record();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    let verifiers = [
        Command::new(env!("CARGO_BIN_EXE_bench"))
            .arg("verify")
            .arg(&path)
            .output(),
        Command::new("python3").arg(script).arg(&path).output(),
    ];
    for verdict in verifiers {
        let verdict = verdict.expect("a verifier");
        let words = [verdict.stdout, verdict.stderr].concat();
        assert!(
            verdict.status.success(),
            "{}",
            String::from_utf8_lossy(&words)
        );
    }
    let left: Vec<_> = fs::read_dir(scene.0.path().join("out"))
        .expect("a folder")
        .flatten()
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn a_slower_build_is_found_and_confirmed() {
    let scene = Scene::new(
        BASE,
        Known {
            factor: 1.05,
            ..BASE
        },
    );
    let output = scene.run(&[]);
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    assert!(
        words(&output).contains("is slower than"),
        "{}",
        words(&output)
    );
    let record = sound(&scene);
    assert_eq!(
        (&record["verdict"], &record["seed"]),
        (&"slower".into(), &5.into())
    );
    let ratio = record["benchmarks"][0]["ratio"].as_f64().expect("a number");
    assert!((1.04..1.06).contains(&ratio), "{ratio}");
    let stages = record["launches"].as_array().expect("launches");
    assert!(
        stages
            .iter()
            .any(|launch| launch["stage"] == "confirmation")
    );
}

#[test]
fn equal_builds_are_the_same_and_faster_ones_faster() {
    let scene = Scene::new(BASE, BASE);
    let output = scene.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let record = sound(&scene);
    assert_eq!(record["verdict"], "same");
    assert_eq!(
        record["launches"].as_array().map(Vec::len),
        Some(48),
        "stopped at the first look"
    );
    assert!(
        words(&output).contains("the very same program"),
        "{}",
        words(&output)
    );

    let scene = Scene::new(
        BASE,
        Known {
            factor: 0.9,
            ..BASE
        },
    );
    let output = scene.run(&["--markdown"]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(sound(&scene)["verdict"], "faster");
    // 1 / 0.9 is 11.1 % more, and every launch has noise of its own.
    let about = ["+10.", "+11."].map(|start| format!("| `slo_validation/display` | {start}"));
    assert!(
        about.iter().any(|row| words(&output).contains(row)),
        "{}",
        words(&output)
    );
}

#[test]
fn a_control_that_differs_makes_it_inconclusive() {
    let scene = Scene::new(
        Known {
            control: 1.1,
            ..BASE
        },
        Known {
            factor: 1.2,
            ..BASE
        },
    );
    let output = scene.run(&[]);
    assert_eq!(output.status.code(), Some(4), "{}", words(&output));
    assert!(
        words(&output).contains("the control arm"),
        "{}",
        words(&output)
    );
    assert_eq!(sound(&scene)["verdict"], "inconclusive");
}

#[test]
fn launches_that_scatter_decide_nothing_and_say_what_they_could_have_seen() {
    let scene = Scene::new(
        Known {
            spread: 0.5,
            ..BASE
        },
        Known {
            spread: 0.5,
            factor: 1.01,
            ..BASE
        },
    );
    let output = scene.run(&["--filter", "=slo_validation/comp3"]);
    assert_eq!(output.status.code(), Some(4), "{}", words(&output));
    assert!(
        words(&output).contains("show a change of"),
        "{}",
        words(&output)
    );
    let record = sound(&scene);
    assert_eq!(record["benchmarks"].as_array().map(Vec::len), Some(1));
    assert_eq!(record["launches"].as_array().map(Vec::len), Some(240));
}

#[test]
fn another_answer_is_no_comparison() {
    let scene = Scene::new(
        BASE,
        Known {
            answer: 'b',
            ..BASE
        },
    );
    let output = scene.run(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(
        words(&output).contains("give different answers"),
        "{}",
        words(&output)
    );
    assert!(!scene.record().exists());
}

#[test]
fn what_can_not_be_compared_is_said_before_anything_runs() {
    let scene = Scene::new(BASE, BASE);
    let refuse = |flags: &[&str], code: i32, expected: &str| {
        let output = scene.run(flags);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{flags:?}: {}",
            words(&output)
        );
        assert!(
            words(&output).contains(expected),
            "{flags:?}: {}",
            words(&output)
        );
        assert!(!scene.record().exists(), "{flags:?}");
    };
    refuse(
        &["--filter", "nothing-like-it"],
        1,
        "no benchmark in common that --filter selects",
    );
    refuse(&["--resume"], 1, "without --resume it begins anew");
    refuse(&["--samples", "9"], 2, "9");
    let empty = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["ab", "--no-lock", "--base", "no-such-commit"])
        .arg("--checkout")
        .arg(scene.0.path())
        .arg("--output")
        .arg(scene.0.path().join("out"))
        .output()
        .expect("bench runs");
    assert_eq!(empty.status.code(), Some(1), "{}", words(&empty));
    assert!(words(&empty).contains("--base"), "{}", words(&empty));
}

/// The gate's own error rates, with a suite that does as much extra work as it is told to.
#[test]
fn a_self_test_counts_what_the_gate_finds_and_goes_on_where_it_was() {
    let scene = Scene::new(BASE, BASE);
    let selftest = |trials: &str| {
        Command::new(env!("CARGO_BIN_EXE_bench"))
            .args([
                "selftest",
                "--no-lock",
                "--inject",
                "0,5",
                "--trials",
                trials,
            ])
            .arg("--suite")
            .arg(scene.0.path().join("base"))
            .arg("--output")
            .arg(scene.0.path().join("out"))
            .output()
            .expect("bench runs")
    };
    let first = selftest("1");
    assert_eq!(first.status.code(), Some(0), "{}", words(&first));
    let table = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(table.contains("0 %") && table.contains("0 of 2"), "{table}");
    assert!(table.contains("5 %") && table.contains("2 of 2"), "{table}");
    let again = selftest("1");
    assert!(
        words(&again).contains("2 trials are there already"),
        "{}",
        words(&again)
    );
    assert_eq!(
        String::from_utf8_lossy(&again.stdout),
        table,
        "nothing ran again"
    );

    let compared = scene.run(&[]);
    let last = String::from_utf8_lossy(&compared.stdout).into_owned();
    assert!(
        last.contains("this gate, on this machine: 0 of 2 false alarms, finds 5 % in 2 of 2"),
        "{last}"
    );
}
