//! `bench compare` on receipts that were recorded: what is printed, and the exit status.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::remade::{self, recorded};

fn compare(args: &[&Path], flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench"))
        .arg("compare")
        .args(args)
        .args(flags)
        .output()
        .expect("bench runs")
}

/// The recorded run as another program would have left it: as fast, at another time.
fn another(at: &Path, name: &str, seconds: u32) -> PathBuf {
    let path = at.join(name);
    remade::Remade {
        factor: 1.0,
        seconds,
        program: '1',
    }
    .save(&path);
    path
}

#[test]
fn one_run_each_is_inconclusive_and_says_what_decides() {
    let at = tempfile::tempdir().expect("a folder");
    let new = another(at.path(), "new.json", 1);
    let output = compare(&[&recorded(), &new], &["--enforce"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(
        text.contains("inconclusive: one run each") && text.contains("`bench ab` decides"),
        "{text}"
    );
    assert_eq!(compare(&[&recorded(), &new], &[]).status.code(), Some(0));
}

#[test]
fn runs_in_a_folder_bound_the_ratio() {
    let at = tempfile::tempdir().expect("a folder");
    let runs = at.path().join("runs");
    fs::create_dir(&runs).expect("a folder");
    for number in 1..=4 {
        another(&runs, &format!("{number}.json"), number);
    }
    let output = compare(&[&runs, &recorded()], &["--json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&found["base_runs"], &found["new_runs"]),
        (&4.into(), &1.into())
    );
    assert_eq!(found["rows"][0]["ci95"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_receipt_that_does_not_verify_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    let changed = at.path().join("changed.json");
    let text = fs::read_to_string(recorded()).expect("a receipt");
    fs::write(
        &changed,
        text.replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1),
    )
    .expect("a file");
    let output = compare(&[&recorded(), &changed], &[]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("changed.json is no sound receipt"),
        "{error}"
    );
}

/// Somebody may have renamed it, or taken it out because it had become slow.
#[test]
fn a_benchmark_that_the_new_side_lacks_gates() {
    let at = tempfile::tempdir().expect("a folder");
    let fewer = at.path().join("fewer.json");
    let receipt = remade::Remade {
        factor: 1.0,
        seconds: 1,
        program: '2',
    };
    receipt.without_last().save(&fewer).expect("a file");
    let all = at.path().join("all.json");
    remade::Remade {
        seconds: 2,
        ..receipt
    }
    .save(&all);
    let output = compare(&[&all, &fewer], &["--enforce"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("only the base has"), "{text}");
    assert_eq!(
        compare(&[&fewer, &all], &["--enforce"]).status.code(),
        Some(0)
    );
}

#[test]
fn a_packed_receipt_is_named_as_one() {
    let at = tempfile::tempdir().expect("a folder");
    let packed = at.path().join("perf.json.gz");
    fs::write(&packed, [0x1F, 0x8B, 8, 0]).expect("a file");
    let output = compare(&[&recorded(), &packed], &[]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("is a gzip file"), "{error}");
}

#[test]
fn an_unknown_field_is_a_wrong_command_line() {
    let output = compare(&[&recorded(), &recorded()], &["--across", "weather"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("expected one of machine, container"),
        "{error}"
    );
}
