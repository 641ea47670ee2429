//! `bench fleet`: from results to one receipt, and what Slurm would be given.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{bench, ended, receipt};

/// A result of a task with the recorded receipt, as `bench fleet task` leaves it.
fn result(folder: &Path, task: u64, restart: u64, node: &str, change: impl Fn(String) -> String) {
    let text = change(fs::read_to_string(receipt()).expect("a receipt"));
    let at = folder.join("41");
    fs::create_dir_all(&at).expect("a folder");
    let file = format!(
        r#"{{"schema_version":1,"kind":"fleet-result","job":"41","task":{task},"restart":{restart},"run":1,"node":"{node}","machine_type":null,"receipt":{text}}}"#
    );
    fs::write(at.join(format!("{task}-{restart}-1-{node}.json")), file).expect("a file");
}

fn same(text: String) -> String {
    text
}

#[test]
fn every_result_is_counted_once_and_by_name() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    result(folder, 0, 0, "n1", same);
    result(folder, 1, 0, "n2", same);
    result(folder, 1, 1, "n3", same);
    result(folder, 2, 0, "n4", |text| {
        text.replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1)
    });
    fs::write(folder.join("41/.receipt-half"), "{").expect("a file that is being written");
    fs::write(folder.join("41/9-0-1-n9.json"), "{").expect("a torn file");
    fs::write(
        folder.join("41/job.json"),
        r#"{"job":"41","tasks":4,"runs":1}"#,
    )
    .expect("a manifest");

    let name = folder.to_str().expect("a name");
    let (code, stdout, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.starts_with(
            "4 results: 2 count, 1 superseded, 0 duplicate, 1 unsound, 1 unreadable; 2 lost"
        ),
        "{stdout}"
    );
    assert!(
        stdout.contains("lost: job 41, task 2, run 1\nlost: job 41, task 3, run 1"),
        "{stdout}"
    );
    assert!(stdout.contains("2 x AMD EPYC x86_64: 2 nodes"), "{stdout}");

    let path = folder.join("fleet.json");
    let fleet: Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("written")).expect("JSON");
    let nodes = |outcome: &str| -> Vec<&str> {
        let results = fleet["results"].as_array().expect("results").iter();
        let such = results.filter(|one| one["outcome"] == outcome);
        such.map(|one| one["node"].as_str().expect("a name"))
            .collect()
    };
    assert_eq!(nodes("used"), ["n1", "n3"]);
    assert_eq!(nodes("superseded"), ["n2"]);
    assert_eq!(nodes("unsound"), ["n4"]);
    assert_eq!(fleet["types"][0]["slo"][0]["verdict"], json!("pass"));

    let path = path.to_str().expect("a name");
    let (code, stdout, _) = ended(&mut bench(["verify", path]));
    assert_eq!(
        (code, stdout.contains("fleet.json: verified")),
        (Some(0), true)
    );
    let (code, ..) = ended(&mut bench(["fleet", "collect", name, "--enforce"]));
    assert_eq!(code, Some(4), "results are lost");
}

#[test]
fn two_programs_are_not_one_fleet() {
    let at = tempfile::tempdir().expect("a folder");
    result(at.path(), 0, 0, "n1", same);
    result(at.path(), 1, 0, "n2", |text| {
        let mut receipt = receipt::Receipt::parse(&text, Path::new("x")).expect("a receipt");
        receipt.environment.suite_sha256 = "1".repeat(64);
        receipt.seal().expect("finite");
        receipt.to_json().expect("finite")
    });
    let name = at.path().to_str().expect("a name");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected one suite program") && stderr.contains("task 1 on n2"),
        "{stderr}"
    );
}

#[test]
fn nothing_to_collect_is_an_error() {
    let at = tempfile::tempdir().expect("a folder");
    let name = at.path().to_str().expect("a name");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected a folder for each job"),
        "{stderr}"
    );
}

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

/// What a container's runtime puts before it is passed on, and a run without a receipt leaves no result.
#[test]
fn a_task_keeps_what_its_runner_printed_and_nothing_else() {
    let at = tempfile::tempdir().expect("a folder");
    let results = at.path().to_str().expect("a name");
    let receipt = receipt();
    let receipt = receipt.to_str().expect("a name");
    let task = |runner: &[&str]| {
        let runner = runner.iter().map(|word| format!("--runner={word}"));
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
        ended(command.args(runner))
    };
    let (code, _, stderr) = task(&["bash", "-c", &format!("cat {receipt}")]);
    assert_eq!(code, Some(0), "{stderr}");
    let kept = at.path().join("7/3-0-1-n1.json");
    let kept: Value =
        serde_json::from_str(&fs::read_to_string(&kept).expect("kept")).expect("JSON");
    assert_eq!((&kept["task"], &kept["node"]), (&json!(3), &json!("n1")));

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
