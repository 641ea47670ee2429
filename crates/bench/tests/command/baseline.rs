//! `bench baseline` and what a run is held against.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::known::{self, BASE, Known};
use crate::remade::Remade;
use receipt::Receipt;
use tempfile::TempDir;

struct Scene(TempDir);

impl Scene {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command.current_dir(self.0.path()).args(args);
        command
    }

    fn bench(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("bench runs")
    }

    /// Must end so; what it said.
    #[track_caller]
    fn exits(&self, code: i32, args: &[&str]) -> String {
        let output = self.bench(args);
        let words = [&output.stdout[..], &output.stderr].concat();
        let words = String::from_utf8_lossy(&words).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {words}");
        words
    }

    fn receipt(&self, name: &str, seconds: u32, factor: f64) {
        Remade {
            factor,
            seconds,
            program: '1',
        }
        .save(&self.at(name));
    }

    /// The only file of the folder.
    fn file(&self) -> PathBuf {
        let machine = only(&self.at("baselines"));
        only(&machine)
    }
}

fn only(folder: &Path) -> PathBuf {
    let mut found = fs::read_dir(folder).expect("a folder").flatten();
    let first = found.next().expect("something").path();
    assert!(found.next().is_none(), "more than {}", first.display());
    first
}

/// Many processes at once, each with a run of its own: every run is there in the end.
#[test]
fn two_that_add_to_one_folder_lose_nothing() {
    let scene = Scene::new();
    let names: Vec<String> = (0..16).map(|number| format!("{number}.json")).collect();
    for (number, name) in (0..).zip(&names) {
        scene.receipt(name, number, 1.0 + 0.001 * f64::from(number));
    }
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            scene
                .command(&["baseline", "add", name])
                .spawn()
                .expect("starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("ends").success());
    }
    let text = scene.exits(0, &["baseline", "list"]);
    assert!(text.contains("16 of 5"), "{text}");
    let baseline =
        gate::baseline::Baseline::parse(&fs::read_to_string(scene.file()).expect("text"));
    let mut times: Vec<String> = baseline
        .expect("sound")
        .runs
        .into_iter()
        .map(|run| run.timestamp)
        .collect();
    times.dedup();
    assert_eq!(times.len(), 16);
}

#[test]
fn runs_are_added_shown_compared_and_dropped() {
    let scene = Scene::new();
    scene.receipt("1.json", 1, 1.0);
    let text = scene.exits(0, &["baseline", "add", "1.json"]);
    assert!(text.contains("1 of the 5 runs"), "{text}");
    fs::create_dir(scene.at("more")).expect("a folder");
    for (number, factor) in [(2, 1.01), (3, 0.99), (4, 1.005), (5, 0.995)] {
        scene.receipt(&format!("more/{number}.json"), number, factor);
    }
    scene.exits(0, &["baseline", "add", "more"]);
    let text = scene.exits(0, &["baseline", "check"]);
    assert!(text.trim_end().ends_with(": sound"), "{text}");
    let name = text.split(": ").next().expect("a name").to_owned();
    let text = scene.exits(0, &["baseline", "show", &name]);
    assert!(
        text.contains("slo_validation/") && text.contains("run of 2026-11-27T13:00:05Z"),
        "{text}"
    );

    // Again, from a copy, or of another program: nothing changes.
    let before = fs::read(scene.file()).expect("a file");
    let text = scene.exits(1, &["baseline", "add", "more/2.json"]);
    assert!(text.contains("in the baseline already"), "{text}");
    Remade {
        factor: 1.2,
        seconds: 9,
        program: '2',
    }
    .save(&scene.at("new.json"));
    scene.receipt("sixth.json", 6, 1.002);
    let text = scene.exits(1, &["baseline", "add", "sixth.json", "new.json"]);
    assert!(text.contains("--replace"), "{text}");
    assert_eq!(fs::read(scene.file()).expect("a file"), before);

    // The folder, or the file itself, is something to compare with.
    for base in ["baselines", scene.file().to_str().expect("UTF-8")] {
        let text = scene.exits(3, &["compare", base, "new.json", "--enforce"]);
        assert!(text.contains("slower"), "{text}");
    }
    scene.exits(0, &["baseline", "add", "--replace", "new.json"]);
    let text = scene.exits(0, &["baseline", "list"]);
    assert!(text.contains("1 of 5"), "{text}");

    scene.exits(0, &["baseline", "drop", &name]);
    assert!(
        fs::read_dir(scene.at("baselines"))
            .expect("a folder")
            .next()
            .is_none()
    );
    let text = scene.exits(1, &["baseline", "drop", &name]);
    assert!(text.contains("has no baseline"), "{text}");
    let text = scene.exits(1, &["baseline", "show", "../../etc/passwd"]);
    assert!(text.contains("expected MACHINE/BENCHMARKS"), "{text}");
}

#[test]
fn a_foreign_or_broken_file_is_named() {
    let scene = Scene::new();
    let text = scene.exits(1, &["baseline", "check"]);
    assert!(
        text.contains("expected a folder of baselines at baselines"),
        "{text}"
    );
    scene.receipt("1.json", 1, 1.0);
    scene.exits(0, &["baseline", "add", "1.json"]);
    let good = scene.file();
    let machine = good.parent().expect("a folder").to_owned();
    fs::write(scene.at("baselines/README.md"), "ours").expect("a file");
    fs::write(machine.join(".receipt-left-by-a-killed-process"), "{").expect("a file");
    scene.exits(0, &["baseline", "check"]);

    let refuse = |path: &Path, content: &[u8], says: &str| {
        fs::write(path, content).expect("a file");
        for args in [&["baseline", "check"][..], &["baseline", "list"]] {
            let text = scene.exits(1, args);
            assert!(text.contains(says), "{text}");
            let name = path.file_name().expect("a name").to_string_lossy();
            assert!(text.contains(&*name), "{text}");
        }
        fs::remove_file(path).expect("there");
    };
    let whole = fs::read(&good).expect("a file");
    refuse(
        &machine.join("torn.json"),
        &whole[..whole.len() / 2],
        "expected a baseline",
    );
    refuse(
        &machine.join("foreign.json"),
        &whole,
        "expected the baseline that belongs here",
    );
    let receipt = fs::read(scene.at("1.json")).expect("a file");
    refuse(
        &machine.join("receipt.json"),
        &receipt,
        "expected a baseline",
    );
    refuse(&machine.join("notes.txt"), b"", "end in .json");
    refuse(&machine.join("bytes.json"), b"\xff\xfe", "UTF-8");
    refuse(
        &scene.at("baselines/perf.json"),
        &receipt,
        "expected only folders",
    );
    scene.exits(0, &["baseline", "check"]);

    // A run finds it out before it measures.
    fs::write(machine.join("torn.json"), "{").expect("a file");
    known::write(&scene.at("suite"), BASE);
    let text = scene.exits(
        1,
        &[
            "run",
            "--no-lock",
            "--suite",
            "suite",
            "--baseline",
            "baselines",
        ],
    );
    assert!(text.contains("torn.json"), "{text}");
    assert!(!scene.at("output").exists());
}

#[test]
fn what_does_not_verify_or_was_disturbed_makes_no_baseline() {
    let scene = Scene::new();
    scene.receipt("1.json", 1, 1.0);
    let text = fs::read_to_string(scene.at("1.json")).expect("a receipt");
    fs::write(
        scene.at("bad.json"),
        text.replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1),
    )
    .expect("a file");
    let text = scene.exits(1, &["baseline", "add", "bad.json"]);
    assert!(text.contains("no sound receipt"), "{text}");
    let mut unfit = Receipt::load(&scene.at("1.json")).expect("a receipt");
    unfit.environment.unfit = vec!["busy".to_owned()];
    unfit.seal().expect("finite");
    unfit.save(&scene.at("unfit.json")).expect("a file");
    let text = scene.exits(1, &["baseline", "add", "unfit.json"]);
    assert!(text.contains("unfit to be judged on: busy"), "{text}");
    let text = scene.exits(1, &["baseline", "add", "1.json", "--spread", "0.0001"]);
    assert!(text.contains("allow more with --spread"), "{text}");
    assert!(
        !scene.at("baselines").exists()
            || fs::read_dir(scene.at("baselines"))
                .expect("a folder")
                .next()
                .is_none()
    );
}

/// It lives at least as long as the times that it reports.
const SLOW: Known = Known {
    pause: 0.06,
    ..BASE
};

const SLO: &str = "[[slo]]\nmetric = 'display_mibps'\nbenchmark = 'slo_validation/display'\nlabel = 'D'\nfloor_mibps = 0.1\nwhy = 'x'\n";

/// A run of a subject, its exit status, what it said, and whether the host was found unfit meanwhile.
fn run(scene: &Scene, output: &str, flags: &[&str]) -> (Option<i32>, String, bool) {
    let args = [
        "run",
        "--no-lock",
        "--quick",
        "--launches",
        "3",
        "--enforce",
        "--slo",
        "slo.toml",
        "--suite",
        "suite",
        "--output",
        output,
    ];
    let ended = scene.bench(&[&args[..], flags].concat());
    let words = [&ended.stdout[..], &ended.stderr].concat();
    let words = String::from_utf8_lossy(&words).into_owned();
    let receipt = Receipt::load(&scene.at(output).join("perf.json"));
    let unfit = !receipt.expect(&words).environment.unfit.is_empty();
    (ended.status.code(), words, unfit)
}

/// As if the machine had been quiet: other tests may well keep it busy.
fn fit(path: &Path) {
    let mut receipt = Receipt::load(path).expect("a receipt");
    if receipt.environment.unfit.is_empty() {
        return;
    }
    receipt.environment.unfit.clear();
    receipt.slo[0].verdict = receipt::Verdict::Pass;
    receipt.status = receipt::Verdict::Pass;
    receipt.seal().expect("finite");
    receipt.save(path).expect("a file");
}

/// Runs of a subject, a baseline of five of them, and a subject that lost a fifth.
#[test]
fn a_run_is_held_against_its_baseline() {
    let scene = Scene::new();
    fs::write(scene.at("slo.toml"), SLO).expect("a file");
    known::write(&scene.at("suite"), SLOW);
    fs::create_dir(scene.at("baselines")).expect("a folder");
    let flags = ["--baseline", "baselines"];
    let (code, words, unfit) = run(&scene, "out0", &flags);
    assert!(
        words.contains("Neutral: no baseline to compare with"),
        "{words}"
    );
    assert!(code == Some(0) || unfit, "{words}");
    let (code, words, _) = run(
        &scene,
        "out0",
        &["--baseline", "baselines", "--require-baseline"],
    );
    assert_eq!(code, Some(4), "{words}");

    for number in 0..5 {
        let output = format!("out{number}");
        run(&scene, &output, &[]);
        let file = scene.at(&output).join("perf.json");
        fit(&file);
        scene.exits(0, &["baseline", "add", file.to_str().expect("UTF-8")]);
    }
    let (code, words, unfit) = run(&scene, "same", &flags);
    assert!(words.contains("of the same program"), "{words}");
    assert!(code == Some(0) || unfit, "{words}");
    let slower = Known {
        factor: 1.25,
        ..SLOW
    };
    known::write(&scene.at("suite"), slower);
    let (code, words, unfit) = run(&scene, "slower", &flags);
    assert!(code == Some(3) || unfit, "{words}");
    // A fifth less, give or take the noise that every launch has of its own.
    let about = ["-19.", "-20."].map(|start| format!("✗ slo_validation/display: {start}"));
    assert!(
        about.iter().any(|line| words.contains(line)) || unfit,
        "{words}"
    );
    let lenient = format!("{SLO}[baseline]\nwarn_pct = 15\nfail_pct = 30\n");
    fs::write(scene.at("slo.toml"), lenient).expect("a file");
    let (code, words, unfit) = run(&scene, "warned", &flags);
    assert!(code == Some(0) || unfit, "{words}");
    assert!(
        words.contains("! slo_validation/display") || unfit,
        "{words}"
    );
}
