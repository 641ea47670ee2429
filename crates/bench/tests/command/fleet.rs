//! `bench fleet collect`: from results to one receipt.

use std::fs;
use std::path::Path;
use std::process::Command;

use receipt::model::{TASK_FLAG, Task};
use serde_json::{Value, json};

use crate::remade::Remade;
use crate::support::{bench, ended, receipt};

/// A result of a task with the recorded receipt, as `bench fleet task` leaves it.
pub(crate) fn result(
    folder: &Path,
    task: u64,
    restart: u64,
    node: &str,
    change: impl Fn(String) -> String,
) {
    let text = change(fs::read_to_string(receipt()).expect("a receipt"));
    let at = folder.join("41");
    fs::create_dir_all(&at).expect("a folder");
    let file = format!(
        r#"{{"schema_version":1,"kind":"fleet-result","job":"41","task":{task},"restart":{restart},"run":1,"node":"{node}","machine_type":null,"receipt":{text}}}"#
    );
    fs::write(at.join(format!("{task}-{restart}-1-{node}.json")), file).expect("a file");
}

pub(crate) fn same(text: String) -> String {
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

/// The name that a file is kept under, and the tasks that the file and its receipt say they are of.
pub(crate) fn of_fleet(folder: &Path, lies: &str, says: &str, receipt_says: Option<&str>) {
    let remade = Remade {
        factor: 1.0,
        seconds: 1,
        program: 'a',
    };
    of_receipt(folder, lies, says, receipt_says, remade.receipt());
}

pub(crate) fn of_receipt(
    folder: &Path,
    lies: &str,
    says: &str,
    receipt_says: Option<&str>,
    mut receipt: receipt::Receipt,
) {
    let says: Task = says.parse().expect("a task");
    receipt.environment.task = receipt_says.map(|text| text.parse().expect("a task"));
    let flag = receipt_says.map(|text| [TASK_FLAG, text].map(str::to_owned));
    receipt.command.extend(flag.into_iter().flatten());
    receipt.seal().expect("finite");
    let mut file = serde_json::to_value(&says).expect("JSON");
    file["schema_version"] = json!(1);
    file["kind"] = json!("fleet-result");
    file["machine_type"] = Value::Null;
    file["receipt"] = receipt.to_value().expect("finite");
    let path = folder.join(format!("{lies}.json"));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, file.to_string()).expect("a file");
}

#[test]
fn a_receipt_of_another_task_does_not_count() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    let right = "41/0-0-1-n1";
    of_fleet(folder, right, right, Some(right));
    // Such as one before version 5, or of a scheduler that only writes the files.
    of_fleet(folder, "41/1-0-1-n2", "41/1-0-1-n2", None);
    let cases = [
        ("41/2-0-1-n3", "41/2-0-1-n3", "41/2-0-1-n9"),
        ("41/3-1-1-n4", "41/3-1-1-n4", "41/3-0-1-n4"),
        ("41/4-0-1-n5", "41/4-0-1-n5", "40/4-0-1-n5"),
        ("41/5-0-2-n6", "41/5-0-1-n6", "41/5-0-1-n6"),
        ("42/6-0-1-n7", "41/6-0-1-n7", "41/6-0-1-n7"),
    ];
    for (lies, says, receipt) in cases {
        of_fleet(folder, lies, says, Some(receipt));
    }
    let name = folder.to_str().expect("a name");
    let (code, stdout, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.starts_with("7 results: 2 count, 0 superseded, 0 duplicate, 5 unsound"),
        "{stdout}"
    );
    for line in [
        "task 2, restart 0, run 1 on n3: expected a receipt of 41/2-0-1-n3, as its place says, found one of \
         41/2-0-1-n9",
        "task 5, restart 0, run 1 on n6: expected its place to be 41/5-0-1-n6.json",
        "task 6, restart 0, run 1 on n7: expected its place to be 41/6-0-1-n7.json",
    ] {
        assert!(stdout.contains(line), "{stdout}");
    }
    let receipt = folder.join("fleet.json");
    let (code, _, stderr) = ended(bench(["verify"]).arg(receipt));
    assert_eq!(code, Some(0), "{stderr}");
}

/// Slurm does not spread the tasks of an array over nodes that are busy.
#[test]
fn tasks_that_shared_a_node_are_told() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    result(folder, 0, 0, "n1", same);
    result(folder, 1, 0, "n2", same);
    result(folder, 2, 0, "n1", same);
    let told = |expected: bool| {
        let (code, stdout, stderr) = ended(bench(["fleet", "collect"]).arg(folder));
        assert_eq!(code, Some(0), "{stderr}");
        let line = "job 41: 3 tasks ran on 2 nodes; fewer were free than were asked for\n";
        assert_eq!(stdout.contains(line), expected, "{stdout}");
    };
    told(true);
    fs::remove_file(folder.join("41/2-0-1-n1.json")).expect("a result");
    told(false);
}

/// Results of three nodes, the second of which has another CPU; their names.
pub(crate) fn of_two_cpus(folder: &Path) -> Vec<String> {
    let nodes = [(0, "one CPU"), (1, "another CPU"), (2, "one CPU")];
    let put = |(task, cpu): (u32, &str)| {
        let name = format!("41/{task}-0-1-n{task}");
        let remade = Remade {
            factor: 1.0,
            seconds: task,
            program: 'a',
        };
        let mut receipt = remade.receipt();
        receipt.environment.cpu.model = cpu.to_owned();
        receipt.environment.cpu_model = Some(cpu.to_owned());
        receipt.summary.host_cpu = cpu.to_owned();
        of_receipt(folder, &name, &name, Some(&name), receipt);
        name
    };
    nodes.into_iter().map(put).collect()
}

/// A machine each is a series each; one run of the fleet is a point of it.
#[test]
fn a_folder_of_results_is_imported_into_a_history() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("fleet");
    of_two_cpus(&folder);
    let (folder, history) = (folder.to_str().expect("a name"), at.path().join("h.db"));
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", folder]));
    assert_eq!(code, Some(0), "{stderr}");
    let import = || {
        let mut command = bench(["history", "import"]);
        command.arg("--history").arg(&history).arg(folder);
        ended(&mut command)
    };
    let (code, _, stderr) = import();
    assert_eq!(code, Some(0), "{stderr}");
    import();
    let read = history::History::read(&history).expect("a history");
    let mut points = std::collections::BTreeMap::new();
    for series in read.series().expect("readable") {
        let count = read.points(series.id).expect("readable").len();
        *points.entry(series.key.machine).or_insert(0) += count;
    }
    let found: Vec<(String, usize)> = points.into_iter().collect();
    assert_eq!(found.len(), 2, "{found:?}");
    // Two benchmarks each; imported twice, counted once.
    assert!(
        found[0].0.contains("another CPU") && found[0].1 == 2,
        "{found:?}"
    );
    assert!(
        found[1].0.contains("one CPU") && found[1].1 == 4,
        "{found:?}"
    );

    let (code, stdout, stderr) = ended(bench(["trend"]).arg("--history").arg(&history));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("another CPU"), "{stdout}");
    let page = at.path().join("page.html");
    let (code, _, stderr) = ended(bench(["report", folder, "--output"]).arg(&page));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        fs::read_to_string(page)
            .expect("written")
            .contains("another CPU")
    );
}

/// Whoever asked for two tasks and finds three has named the wrong number, or somebody has put a result there.
#[test]
fn what_nobody_asked_for_does_not_count() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    for (task, run) in [(0, 1), (0, 2), (1, 1), (2, 1)] {
        let name = format!("41/{task}-0-{run}-n{task}");
        of_fleet(folder, &name, &name, Some(&name));
    }
    let collected = |words: &[&str], expected: &[&str]| {
        let (code, stdout, stderr) = ended(bench(["fleet", "collect"]).arg(folder).args(words));
        assert_eq!(code, Some(0), "{stderr}");
        for line in expected {
            assert!(stdout.contains(line), "{words:?}: {stdout}");
        }
    };
    collected(
        &["--tasks", "3"],
        &[
            "4 results: 3 count, 0 superseded, 0 duplicate, 1 unsound, 0 unreadable; 0 lost",
            "run 2 on n0: expected one of 3 tasks of 1 run each, as was asked for, found task 0, run 2",
        ],
    );
    collected(
        &["--tasks", "2", "--runs", "2"],
        &[
            "4 results: 3 count, 0 superseded, 0 duplicate, 1 unsound, 0 unreadable; 1 lost",
            "lost: job 41, task 1, run 2",
            "run 1 on n2: expected one of 2 tasks of 2 runs each, as was asked for, found task 2, run 1",
        ],
    );
    let (code, _, stderr) = ended(bench(["fleet", "collect", "--runs", "2"]).arg(folder));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("--tasks"), "{stderr}");

    let lie = r#"{"job":"41","tasks":1000000000000,"runs":1}"#;
    fs::write(folder.join("41/job.json"), lie).expect("a manifest");
    let (code, _, stderr) = ended(bench(["fleet", "collect"]).arg(folder));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected at most 1000000 runs of all jobs, found 1000000000000"),
        "{stderr}"
    );
}

/// What it is not comes first, not each of the fields that it therefore lacks.
#[test]
fn a_result_is_no_receipt_but_holds_one() {
    let at = tempfile::tempdir().expect("a folder");
    of_fleet(at.path(), "41/0-0-1-n0", "41/0-0-1-n0", None);
    let file = at.path().join("41/0-0-1-n0.json");
    let (code, stdout, stderr) = ended(bench(["verify"]).arg(&file));
    let words = stdout + &stderr;
    assert_eq!((code, words.lines().count()), (Some(1), 1), "{words}");
    let remedy = words
        .split('`')
        .find_map(|word| word.strip_prefix("jq .receipt FILE | bench "));
    assert!(words.contains("found a file of the kind `fleet-result`"));
    let script = "set -o pipefail; jq .receipt \"$1\" | \"$0\" $2";
    let shell = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_bench")])
        .arg(&file)
        .arg(remedy.expect("a remedy"))
        .output()
        .expect("bash");
    assert!(shell.status.success(), "{shell:?}");

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    let other = Command::new("python3").arg(script).arg(&file).output();
    let other = other.expect("python3");
    let words = String::from_utf8_lossy(&[other.stdout, other.stderr].concat()).into_owned();
    assert!(!other.status.success(), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(
        words.contains("expected none, as in the receipt of a run, found fleet-result"),
        "{words}"
    );
}

/// A list that is cut says so.
#[test]
fn long_lists_say_how_much_they_leave_out() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path();
    of_fleet(folder, "41/0-0-1-n0", "41/0-0-1-n0", None);
    for number in 1..=25 {
        fs::write(folder.join(format!("41/{number}-0-1-n.json")), "{").expect("a torn file");
        let lies = format!("41/{number}-1-1-n");
        of_fleet(folder, &lies, "41/0-0-1-n0", None);
    }
    let (code, stdout, stderr) = ended(bench(["fleet", "collect", "--tasks", "26"]).arg(folder));
    assert_eq!(code, Some(0), "{stderr}");
    for words in ["unreadable: ", "unsound: ", "lost: "] {
        let lines = stdout.lines().filter(|line| line.starts_with(words));
        assert_eq!(lines.count(), 21, "{stdout}");
        let rest = format!("{words}... and 5 more, in the fleet's receipt\n");
        assert!(stdout.contains(&rest), "{stdout}");
    }
}

#[test]
fn nothing_to_collect_is_an_error() {
    let at = tempfile::tempdir().expect("a folder");
    let name = at.path().to_str().expect("a name");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected a folder for each job") && stderr.contains(WHENCE),
        "{stderr}"
    );
    fs::create_dir(at.path().join("photos")).expect("a folder");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("found no file that ends in .json") && stderr.contains(WHENCE),
        "{stderr}"
    );
    fs::copy(receipt(), at.path().join("photos/perf.json")).expect("a receipt");
    let (code, _, stderr) = ended(&mut bench(["fleet", "collect", name]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("found photos/perf.json: no result") && stderr.contains(WHENCE),
        "{stderr}"
    );
    let receipt = receipt();
    let (code, _, stderr) = ended(bench(["fleet", "collect"]).arg(&receipt));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("found the file") && stderr.contains(WHENCE),
        "{stderr}"
    );
}

/// Where results come from.
const WHENCE: &str = "each task leaves files JOB/TASK-RESTART-RUN-NODE.json";
