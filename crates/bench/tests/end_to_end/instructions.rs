//! `bench ab --instructions-only` with the real suite: counts that repeat, and name their kernel.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program;
use crate::support::{bench, exits, folder, suite};

#[test]
fn two_counts_of_one_program_agree() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed");
        return;
    }
    let at = folder();
    let copy = at.path().join("copy");
    program::copy(suite(), &copy);
    let output = at.path().join("out");
    let name = "slo_validation/comp3_heavy_slo_40mbps";
    let mut command = bench([
        "ab",
        "--no-lock",
        "--instructions-only",
        "--enforce",
        "--base",
    ]);
    command.arg(suite()).arg("--new").arg(&copy);
    command.args(["--filter", &format!("={name}"), "--output"]);
    let (stdout, stderr) = exits(command.arg(&output), 0);
    assert!(stdout.contains("not taken  same"), "{stdout}{stderr}");
    let path = output.join("instructions.json");
    exits(bench(["verify"]).arg(&path), 0);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    exits(Command::new("python3").arg(script).arg(&path), 0);
    let text = fs::read(&path).expect("a file");
    let found: Value = serde_json::from_slice(&text).expect("JSON");
    let row = &found["benchmarks"][0];
    let counts = |side: &str| -> Vec<u64> {
        let pair = row[side].as_array().expect("two counts");
        pair.iter().filter_map(Value::as_u64).collect()
    };
    let all = [counts("base"), counts("new")].concat();
    assert_eq!(all.len(), 4, "{row}");
    let (least, greatest) = (
        all.iter().min().expect("four"),
        all.iter().max().expect("four"),
    );
    // 10,000 records with dozens of digits each.
    assert!(*least > 500_000, "{all:?}");
    assert!(
        (greatest - least) as f64 <= 0.0001 * *greatest as f64,
        "{all:?}"
    );
    // Valgrind knows no AVX-512, whatever the CPU does.
    assert_ne!(row["kernels_new"][0], "avx512", "{row}");
    assert!(row["kernels_new"][0].is_string(), "{row}");

    // One count more is another file.
    let mut changed = found.clone();
    changed["benchmarks"][0]["base"][0] = Value::from(counts("base")[0] + 1);
    fs::write(&path, changed.to_string()).expect("room");
    let (_, stderr) = exits(bench(["verify"]).arg(&path), 1);
    assert!(stderr.contains("changed after it was written"), "{stderr}");
}
