//! `bench ab` from its command line to `ab.json`, with subjects whose speeds are known.

mod commits;
mod sabotage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::known::{self, BASE, Known};
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
    // All that the design allows; more if chance had something confirmed, in vain.
    let launches = record["launches"].as_array().map_or(0, Vec::len);
    assert!(launches >= 240, "{launches}");
}

/// One that somebody renamed, or took out because it had become slow.
#[test]
fn a_benchmark_that_the_new_program_lacks_is_told_and_gates() {
    let one = Known {
        benchmarks: 1,
        ..BASE
    };
    let scene = Scene::new(BASE, one);
    let output = scene.run(&["--markdown"]);
    assert_eq!(output.status.code(), Some(4), "{}", words(&output));
    let markdown = String::from_utf8_lossy(&output.stdout);
    let told = "only the base has, so not compared: slo_validation/comp3";
    assert!(markdown.contains(told), "{markdown}");
    let record = sound(&scene);
    assert_eq!(record["verdict"], "same");
    let warnings = record["warnings"].to_string();
    assert!(warnings.contains(told), "{warnings}");
    // A new one has nothing to be slower than.
    let output = Scene::new(one, BASE).run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
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

/// The gate's own error rates, with a suite that does as much extra work as it is told to. Trials are
/// kept one by one, so that a self-test goes on where it was stopped, and its pieces are counted together.
#[test]
fn a_self_test_counts_what_the_gate_finds_in_pieces() {
    let scene = Scene::new(BASE, BASE);
    let bench = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command
            .current_dir(scene.0.path())
            .arg("selftest")
            .args(args);
        command.env_remove("BENCH_OUTPUT").env_remove("BENCH_SUITE");
        command.output().expect("bench runs")
    };
    let piece = |folder: &str, trials: &str, percent: &str| {
        let flags = ["--no-lock", "--suite", "base", "--output", folder];
        let output = bench(&[&flags[..], &["--trials", trials, "--inject", percent]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        let text = fs::read(scene.0.path().join(folder).join("selftest.json")).expect("a file");
        let kept: Value = serde_json::from_slice(&text).expect("JSON");
        kept["trials"].as_array().expect("a list").clone()
    };
    let first = piece("out", "1", "0,5");
    let both = piece("out", "2", "0,5");
    assert_eq!((first.len(), both.len()), (2, 4));
    assert!(first.iter().all(|trial| both.contains(trial)), "made anew");
    assert_eq!(piece("out", "2", "0,5"), both, "nothing is missing");
    assert_eq!(piece("slower", "1", "5").len(), 1);

    let output = bench(&["--markdown", "out", "slower/selftest.json"]);
    let table = words(&output);
    assert_eq!(output.status.code(), Some(0), "{table}");
    // Two benchmarks a trial. Known subjects differ by what is injected and by nothing else.
    let alarms = "| 0 % | none | 4 | 0 | 0.0 to 60.2 % |";
    let found = "\n| 5 % | none | 6 | 6 | 54.1 to 100.0 % |";
    assert!(table.contains(alarms) && table.contains(found), "{table}");

    // What a comparison in the same folder says of itself.
    let compared = words(&scene.run(&[]));
    let line = "this gate, on this machine: 0 of 4 false alarms, finds 5 % in 4 of 4";
    assert!(compared.contains(line), "{compared}");

    // So does one elsewhere, by the self-test that its checkout keeps as evidence.
    let checkout = scene.0.path().join("checkout");
    let kept = checkout.join("results/a-machine/selftest");
    fs::create_dir_all(&kept).expect("a folder");
    let file = scene.0.path().join("out/selftest.json");
    fs::rename(&file, kept.join("2026-11-28.json")).expect("moved");
    let checkout = checkout.display().to_string();
    let compared = words(&scene.run(&["--checkout", &checkout]));
    assert!(compared.contains(line), "{compared}");
    // The folder of such evidence names all that is in it.
    let shown = bench(&[&kept.display().to_string()]);
    assert_eq!(shown.status.code(), Some(0), "{}", words(&shown));
    fs::rename(kept.join("2026-11-28.json"), &file).expect("moved");

    // A file that says something else than its launches speaks for nobody.
    let verify = |path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command
            .arg("verify")
            .arg(path)
            .output()
            .expect("bench runs")
    };
    assert_eq!(
        verify(&file).status.code(),
        Some(0),
        "{}",
        words(&verify(&file))
    );
    let text = fs::read_to_string(&file).expect("a file");
    let changed = scene.0.path().join("changed.json");
    fs::write(&changed, text.replace("slower", "same")).expect("a file");
    assert_eq!(
        verify(&changed).status.code(),
        Some(1),
        "{}",
        words(&verify(&changed))
    );
    let output = bench(&["changed.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("was changed"), "{}", words(&output));

    // The same piece twice is no more evidence.
    let output = bench(&["out", "out/selftest.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(
        words(&output).contains("name each self-test once"),
        "{}",
        words(&output)
    );

    // Those of another program are no more of the same.
    known::write(
        &scene.0.path().join("base"),
        Known {
            spread: 0.002,
            ..BASE
        },
    );
    assert_eq!(piece("other", "1", "0").len(), 1);
    let output = bench(&["out", "other"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(
        words(&output).contains("expected the program"),
        "{}",
        words(&output)
    );
}
