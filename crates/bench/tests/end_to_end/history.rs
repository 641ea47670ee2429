//! `bench run --history`: runs that were really made, read back.

use serde_json::Value;

use crate::support::{bench, exits, folder, run, sound};

#[test]
fn runs_are_added_each_once() {
    let at = folder();
    let path = at.path().join("h.db");
    let history = |args: &[&str]| {
        let mut command = bench(args.iter().copied());
        command.env("BENCH_HISTORY", &path);
        exits(&mut command, 0).0
    };
    let mut seals = Vec::new();
    for name in ["first", "second"] {
        let output = at.path().join(name);
        exits(run(&output).arg("--quick").arg("--history").arg(&path), 0);
        let receipt = sound(&output);
        seals.push(receipt.integrity.sha256.clone());

        // What was measured just now is the newest line.
        let lines = history(&["history", "export", "-"]);
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let found: Vec<&str> = lines
            .iter()
            .filter_map(|line| line["seal"].as_str())
            .collect();
        assert_eq!(found, seals);
        let newest = &lines[lines.len() - 1];
        assert_eq!(newest["verified"], true, "{newest}");
        let mut measured: Vec<(&str, Option<f64>)> = newest["measurements"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                let name = one["benchmark"].as_str().expect("a name");
                (name, one["mean_mibps"].as_f64())
            })
            .collect();
        let mut expected: Vec<(&str, Option<f64>)> = receipt
            .benchmarks
            .iter()
            .map(|one| (one.name.as_str(), Some(one.mean_mibps)))
            .collect();
        measured.sort_by_key(|(name, _)| *name);
        expected.sort_by_key(|(name, _)| *name);
        assert_eq!(measured, expected);
    }
    assert!(history(&["history", "check"]).contains("sound: 2 receipts"));

    // The same receipt once more is the same run.
    let first = at.path().join("first/perf.json");
    let said = history(&["history", "import", first.to_str().expect("UTF-8")]);
    assert!(said.starts_with("0 receipts added"), "{said}");
    assert!(said.contains("1 known already"), "{said}");
    assert_eq!(history(&["history", "export", "-"]).lines().count(), 2);

    let trend: Value = serde_json::from_str(&history(&["trend", "--json"])).expect("JSON");
    let series = trend["series"].as_array().expect("a list");
    assert!(!series.is_empty());
    for one in series {
        assert_eq!(one["runs"], 2, "{one}");
    }
}
