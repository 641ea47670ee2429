//! `bench verify` and `bench summarize`: every file, and standard input.

use std::fs::{self, File};

use crate::support::{bench, ended, receipt};

#[test]
fn every_file_is_checked_whatever_the_others_are() {
    let (code, stdout, stderr) = ended(bench(["verify", "missing.json"]).arg(receipt()));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("missing.json"), "{stderr}");
    assert!(stdout.contains("2026-11-27.json: verified"), "{stdout}");

    let at = tempfile::tempdir().expect("a folder");
    let latin = at.path().join("latin.json");
    fs::write(&latin, b"{\"host\": \"K\xf6ln\"}").expect("written");
    let (code, stdout, stderr) = ended(bench(["verify"]).args([&latin, &receipt()]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("latin.json: not UTF-8"), "{stderr}");
    assert!(stdout.contains("verified"), "{stdout}");
}

#[test]
fn a_dash_is_standard_input() {
    for (subcommand, expected) in [
        ("verify", "standard input: verified"),
        ("summarize", "DISPLAY: "),
    ] {
        let stdin = File::open(receipt()).expect("a receipt");
        let (code, stdout, stderr) = ended(bench([subcommand, "-"]).stdin(stdin));
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.contains(expected), "{stdout}");
    }
    let (code, _, stderr) = ended(bench(["verify", "-", "-"]).stdin(std::process::Stdio::null()));
    assert_eq!(code, Some(2), "{stderr}");
    let (code, _, stderr) = ended(bench(["verify", "-"]).stdin(std::process::Stdio::null()));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("standard input: not JSON"), "{stderr}");
}

#[test]
fn the_findings_are_json_for_programs() {
    let (code, stdout, stderr) = ended(bench(["verify", "--json", "missing.json"]).arg(receipt()));
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
    let found: serde_json::Value = serde_json::from_str(&stdout).expect("one document");
    let receipts = found["receipts"].as_array().expect("an array");
    assert_eq!(found["verified"], false);
    assert_eq!(receipts[0]["file"], "missing.json");
    assert_eq!(receipts[0]["verified"], false);
    assert_eq!(receipts[0]["problems"].as_array().map(Vec::len), Some(1));
    assert_eq!(receipts[1]["verified"], true);
    assert_eq!(receipts[1]["problems"], serde_json::json!([]));
}
