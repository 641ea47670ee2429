//! `bench fleet collect` with as many results as ten thousand nodes leave. Not part of the suite: it writes
//! two gigabytes. With an optimised program named by BENCH:
//!
//!     BENCH=$PWD/target/release/bench cargo test -p copybook-bench --test command fleet_scale -- --ignored --nocapture

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common;

/// Ten from each node.
const RESULTS: u64 = 100_000;
const PER_NODE: u64 = 10;
/// Receipts that differ; each is verified wherever it appears. As large as `bench run` writes them: five
/// launches of 30 samples.
const DIFFERENT: u64 = 97;
/// What it may take at most, bytes. How long it takes is printed, not judged: a machine may be busy.
const MOST: u64 = 500_000_000;

#[test]
#[ignore = "writes two gigabytes; see above"]
fn a_hundred_thousand_results_fit_into_memory() {
    let at = tempfile::tempdir().expect("a folder");
    let size = write(&at.path().join("1"));
    let program = std::env::var("BENCH").unwrap_or_else(|_| env!("CARGO_BIN_EXE_bench").to_owned());
    let started = Instant::now();
    let child = Command::new(program)
        .args(["fleet", "collect"])
        .arg(at.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("bench runs");
    let peak = watched(child);
    let took = started.elapsed().as_secs_f64();
    println!(
        "{RESULTS} results of {} nodes, with receipts of {} KB: {took:.1} s, peak {} MB",
        RESULTS / PER_NODE,
        size / 1000,
        peak / 1_000_000
    );
    assert!(peak < MOST, "{peak} bytes");
    let receipt = fs::read_to_string(at.path().join("fleet.json")).expect("a fleet's receipt");
    assert!(
        receipt.contains(&format!("\"used\": {RESULTS}")),
        "{}",
        &receipt[..500]
    );
}

/// Returns the bytes of a receipt.
fn write(folder: &Path) -> usize {
    fs::create_dir_all(folder).expect("a folder");
    let receipts: Vec<String> = (0..DIFFERENT)
        .map(|number| {
            let faster = 1.0 + number as f64 / 5_000.0;
            let benchmarks = vec![
                common::measured(common::DISPLAY, 5_000_000, 200.0 * faster, 5, 30),
                common::measured(common::COMP3, 600_000, 60.0 * faster, 5, 30),
            ];
            let receipt = common::draft(benchmarks).into_receipt(&common::objectives(), |_| true);
            receipt.expect("a receipt").to_json().expect("finite")
        })
        .collect();
    for task in 0..RESULTS {
        let receipt = &receipts[(task * 31 % DIFFERENT) as usize];
        let (node, kind) = (task / PER_NODE, task / PER_NODE % 4);
        let file = format!(
            r#"{{"schema_version":1,"kind":"fleet-result","job":"1","task":{task},"restart":0,"run":1,"node":"n{node}","machine_type":"type {kind}","receipt":{receipt}}}"#
        );
        fs::write(folder.join(format!("{task}-0-1-n{node}.json")), file).expect("a file");
    }
    let manifest = format!(r#"{{"job":"1","tasks":{RESULTS},"runs":1}}"#);
    fs::write(folder.join("job.json"), manifest).expect("a file");
    receipts[0].len()
}

/// Until it ends; its greatest resident set, bytes.
fn watched(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) * 1024);
        thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().expect("a child").success());
    peak
}
