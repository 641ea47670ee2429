//! `bench fleet submit` and `bench fleet task`: what Slurm would be given, and what a task leaves.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::fleet::of_fleet;
use crate::support::{bench, ended, receipt};

#[test]
fn a_dry_run_prints_both_scripts_and_leaves_nothing() {
    let at = tempfile::tempdir().expect("a folder");
    let results = at.path().join("results");
    let name = results.to_str().expect("a name");
    let (code, stdout, stderr) = ended(&mut bench([
        "fleet",
        "submit",
        "--slurm",
        "--nodes",
        "4",
        "--per-node",
        "2",
        "--results",
        name,
        "--dry-run",
        "--sbatch=--partition=bench",
        "--",
        "--quick",
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.contains("--array=0-3") && stdout.contains("--partition=bench"),
        "{stdout}"
    );
    assert!(
        stdout.contains("fleet task --results") && stdout.contains("-- --quick"),
        "{stdout}"
    );
    assert!(stdout.contains("--dependency=afterany:@JOB@"), "{stdout}");
    assert!(!results.exists());
}

/// Every node would find it out for itself, after it was waited for.
#[test]
fn what_can_not_run_is_not_submitted() {
    let submit = |words: &[&str]| {
        let mut command = bench(["fleet", "submit", "--slurm", "--dry-run"]);
        ended(command.args(words))
    };
    for (words, code, expected) in [
        (
            &["--", "--launchs", "3"][..],
            2,
            "unexpected argument '--launchs'",
        ),
        (
            &["--suite", "/nowhere/suite"],
            1,
            "--suite: expected a path on the disk that all nodes share, found nothing at /nowhere/suite",
        ),
        (
            &["--suite", "/"],
            1,
            "--suite: expected a program, found the folder /",
        ),
        (&["--", "--peers"], 1, "expected RUN FLAGS for one receipt"),
        (
            &["--", "--subject", "a", "--subject", "b"],
            1,
            "expected RUN FLAGS for one receipt",
        ),
        (&["--image", "./nowhere"], 1, "found nothing at ./nowhere"),
        (&["--image", ""], 2, "a value is required for '--image"),
        (
            &["--machine-type", ""],
            2,
            "a value is required for '--machine-type",
        ),
        // Slurm replaces nothing in such a name, so that all logs would be one.
        (&["--results", "a\\b"], 1, "which Slurm replaces"),
        // The manifest would say another number of tasks, and the job behind it would be an array.
        (&["--sbatch=--array=0-9"], 1, "ask for tasks with --nodes"),
        (&["--sbatch=-a0-9"], 1, "ask for tasks with --nodes"),
        (&["--sbatch=--wrap=ls"], 1, "expected no --wrap"),
        (
            &["--nodes", "1000000", "--per-node", "2"],
            1,
            "expected at most 1000000 runs of all jobs, found 2000000",
        ),
    ] {
        let (found, stdout, stderr) = submit(words);
        assert_eq!(
            (found, stdout.as_str()),
            (Some(code), ""),
            "{words:?}: {stderr}"
        );
        assert!(stderr.contains(expected), "{words:?}: {stderr}");
    }
    let (code, _, stderr) = submit(&["--image", "site/bench:1", "--", "--flag-of-the-image"]);
    assert_eq!(code, Some(0), "{stderr}");
    let (code, _, stderr) = submit(&["--nodes", "-1"]);
    assert_eq!(code, Some(2));
    assert!(
        stderr.contains("invalid value '-1' for '--nodes"),
        "{stderr}"
    );
}

/// The program alone, without a suite beside it or a checkout around it.
#[test]
fn a_suite_that_no_node_would_find_is_missed_before_they_look() {
    let at = tempfile::tempdir().expect("a folder");
    let alone = at.path().join("bench");
    fs::copy(env!("CARGO_BIN_EXE_bench"), &alone).expect("the program");
    let submit = |words: &[&str]| {
        let mut command = Command::new(&alone);
        command
            .args(["fleet", "submit", "--slurm", "--dry-run"])
            .args(words)
            .current_dir(at.path())
            .env_remove("BENCH_SUITE");
        ended(&mut command)
    };
    let (code, stdout, stderr) = submit(&[]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(stderr.contains("name a suite with --suite"), "{stderr}");
    for words in [
        &["--suite", "bench"][..],
        &["--", "--suite", "/elsewhere"],
        &["--image", "site/bench:1"],
    ] {
        let (code, _, stderr) = submit(words);
        assert_eq!(code, Some(0), "{words:?}: {stderr}");
    }
    fs::write(at.path().join("slo_validation"), "").expect("a suite");
    let (code, _, stderr) = submit(&[]);
    assert_eq!(code, Some(0), "{stderr}");
}

/// What a container's runtime puts before it is passed on, and a run without a receipt leaves no result.
#[test]
fn a_task_keeps_what_its_runner_printed_and_nothing_else() {
    let at = tempfile::tempdir().expect("a folder");
    let results = at.path().to_str().expect("a name");
    let receipt = receipt();
    let receipt = receipt.to_str().expect("a name");
    let task = |words: &[&str]| {
        let runner = words.iter().take_while(|word| **word != "--");
        let flags = words.iter().skip_while(|word| **word != "--");
        let runner = runner.map(|word| format!("--runner={word}"));
        let mut command = bench([
            "fleet",
            "task",
            "--results",
            results,
            "--job",
            "7",
            "--task",
            "3",
            "--node",
            "n1",
        ]);
        ended(command.args(runner).args(flags))
    };
    let (code, _, stderr) = task(&["bash", "-c", &format!("cat {receipt}")]);
    assert_eq!(code, Some(0), "{stderr}");
    let kept = at.path().join("7/3-0-1-n1.json");
    let kept: Value =
        serde_json::from_str(&fs::read_to_string(&kept).expect("kept")).expect("JSON");
    assert_eq!((&kept["task"], &kept["node"]), (&json!(3), &json!("n1")));

    let said = at.path().join("said");
    let tell = format!("printf '%s ' \"$@\" >{}; cat {receipt}", said.display());
    let (code, _, stderr) = task(&["bash", "-c", &tell, "bash"]);
    assert_eq!(code, Some(0), "{stderr}");
    let words = fs::read_to_string(&said).expect("written");
    assert_eq!(words, "run --output - --fleet-task 7/3-0-1-n1 ");
    let (code, _, stderr) = task(&["bash", "-c", &tell, "bash", "--", "--output", "x"]);
    assert_eq!(code, Some(0), "{stderr}");
    let words = fs::read_to_string(&said).expect("written");
    assert_eq!(words, "run --output x --output - --fleet-task 7/3-0-1-n1 ");

    let other = at.path().join("other");
    of_fleet(&other, "7/2-0-1-n1", "7/2-0-1-n1", Some("7/2-0-1-n1"));
    let print = format!("jq .receipt {}/7/2-0-1-n1.json", other.display());
    let (code, _, stderr) = task(&["bash", "-c", &print]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected a receipt of job 7, task 3, restart 0, run 1 on n1, and the run printed one of job 7, task 2"),
        "{stderr}"
    );

    let (code, _, stderr) = task(&["bash", "-c", "exit 1"]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("the run left no receipt: exit status: 1"),
        "{stderr}"
    );
    let changed = format!("sed 's/\"mean_ns\": /\"mean_ns\": 1/' {receipt}");
    let (code, _, stderr) = task(&["bash", "-c", &changed]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("no sound receipt"), "{stderr}");
    assert_eq!(
        fs::read_dir(at.path().join("7")).expect("a folder").count(),
        1
    );
}

/// A place that will not change its mind is not waited for: the result stays on the node.
#[test]
fn a_result_that_can_not_be_kept_is_not_lost() {
    let at = tempfile::tempdir().expect("a folder");
    let blocked = at.path().join("file");
    fs::write(&blocked, "").expect("a file where a folder should be");
    let receipt = receipt();
    let shell = format!("cat {}", receipt.to_str().expect("a name"));
    let (code, _, stderr) = ended(
        bench([
            "fleet",
            "task",
            "--job",
            "7",
            "--task",
            "3",
            "--node",
            "n1",
            "--results",
        ])
        .arg(&blocked)
        .args(["--runner=bash", "--runner=-c"])
        .arg(format!("--runner={shell}"))
        .env("TMPDIR", at.path()),
    );
    assert_eq!(code, Some(1));
    assert!(stderr.contains("the result is at"), "{stderr}");
    assert!(
        at.path().join("bench-fleet-7-3-0-1-n1.json").exists(),
        "{stderr}"
    );
}
