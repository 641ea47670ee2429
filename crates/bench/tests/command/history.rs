//! `bench history` and `bench trend`: what they print, and how they end.

use std::fs;
use std::path::Path;
use std::process::Command;

use history::{Entry, History, Measurement, SeriesKey};

use crate::support::{bench, ended, receipt};

/// A run a day; from `step` on it is a tenth slower.
pub(crate) fn made(path: &Path, days: u32, step: u32) {
    let mut history = History::open(path).expect("a new file");
    let entry = |day: u32| {
        let rate = f64::from(1_000 + day * 7 % 11);
        run(day, if day < step { rate } else { rate * 0.9 })
    };
    let entries: Vec<_> = (0..days).map(entry).collect();
    history.append(&entries).expect("room");
}

/// The run of a day.
pub(crate) fn run(day: u32, mibps: f64) -> Entry {
    Entry {
        seal: format!("{day:064x}"),
        time: format!("2026-{:02}-{:02}T12:00:00Z", 1 + day / 28, 1 + day % 28)
            .parse()
            .expect("a time"),
        commit: Some(format!("{:040x}", 0xabc_0000 + day)),
        source: format!("runs/{day}.json"),
        verified: true,
        unfit: false,
        measurements: vec![Measurement {
            series: SeriesKey {
                machine: "2 x CPU (x86_64)".to_owned(),
                benchmark: "group/name".to_owned(),
                subject: "copybook-decode".to_owned(),
                kernel: None,
            },
            mean_mibps: mibps,
            ci95_mibps: [mibps * 0.99, mibps * 1.01],
            quiet_mibps: mibps,
            answers_checked: true,
        }],
    }
}

#[test]
fn a_slowdown_is_told_gated_and_acknowledged() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    made(&path, 60, 40);
    let trend = |args: &[&str]| ended(bench(["trend", "--history"]).arg(&path).args(args));
    let (code, text, error) = trend(&["--enforce"]);
    assert_eq!(code, Some(3), "{error}");
    let before = format!("{:040x}", 0xabc_0000 + 39);
    let after = format!("{:040x}", 0xabc_0000 + 40);
    assert!(
        text.starts_with("group/name on 2 x CPU (x86_64): 60 runs from 2026-01-01 to "),
        "{text}"
    );
    assert!(
        text.contains("✗ 2026-02-13: slower, -10.0 % (95 % interval "),
        "{text}"
    );
    assert!(
        text.contains(&format!("behind commit {before} up to {after}")),
        "{text}"
    );
    assert!(
        text.contains("receipts: runs/39.json (000000000000), runs/40.json ("),
        "{text}"
    );

    let (_, json, _) = trend(&["--json"]);
    let found: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let change = &found["series"][0]["changes"][0];
    assert_eq!(change["slowdown"], true, "{found}");
    assert_eq!(
        (&change["before"]["commit"], &change["after"]["commit"]),
        (&before.into(), &after.clone().into())
    );
    assert!(
        change["ci95"][1].as_f64().is_some_and(|high| high < 1.0),
        "{found}"
    );

    let file = at.path().join("acknowledged.txt");
    let known = |benchmark: &str| {
        fs::write(
            &file,
            format!("# known\n{} {benchmark} checks more now\n", &after[..39]),
        )
        .expect("a file");
        trend(&["--enforce", "--acknowledged", file.to_str().expect("UTF-8")])
    };
    // The first 39 digits of the commit name it and its neighbours, which are near enough.
    let (code, text, error) = known("group/name");
    assert_eq!(code, Some(0), "{error}");
    assert!(
        text.contains("· 2026-02-13: slower") && text.contains("): checks more now"),
        "{text}"
    );
    assert_eq!(error, "", "it answers for a change");
    let (code, _, error) = known("group/other");
    assert_eq!(code, Some(3), "another benchmark's");
    assert!(
        error.contains("acknowledged.txt: ")
            && error.contains(" group/other answers for no change that was found"),
        "a slip is named: {error}"
    );
    fs::write(&file, "nonsense\n").expect("a file");
    let (code, _, error) = trend(&["--acknowledged", file.to_str().expect("UTF-8")]);
    assert_eq!(code, Some(1));
    assert!(
        error.contains("acknowledged.txt:1: expected a commit"),
        "{error}"
    );
}

#[test]
fn what_is_unknown_is_inconclusive_and_what_is_steady_passes() {
    let at = tempfile::tempdir().expect("a folder");
    let trend =
        |name: &str| ended(bench(["trend", "--enforce", "--history"]).arg(at.path().join(name)));
    made(&at.path().join("short.db"), 9, 99);
    let (code, text, _) = trend("short.db");
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("? too short: expected at least 10"), "{text}");
    made(&at.path().join("steady.db"), 60, 99);
    let (code, text, _) = trend("steady.db");
    assert_eq!(
        (code, text.contains("no change")),
        (Some(0), true),
        "{text}"
    );
    let (code, _, error) = trend("missing.db");
    assert_eq!(code, Some(1));
    assert!(
        error.contains("missing.db: expected a history, found no such file"),
        "{error}"
    );
    assert!(
        !at.path().join("missing.db").exists(),
        "a reader made a file"
    );
}

#[test]
fn a_history_is_imported_listed_pruned_and_checked() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let history = |args: &[&str]| {
        let (what, rest) = args.split_first().expect("a subcommand");
        ended(bench(["history", what, "--history"]).arg(&path).args(rest))
    };
    let receipt = receipt();
    let receipt = receipt.to_str().expect("UTF-8");
    let (code, text, error) = history(&["import", receipt]);
    assert_eq!(code, Some(0), "{error}");
    assert!(text.starts_with("1 receipt added (verified), "), "{text}");
    let (code, text, _) = history(&["import", receipt]);
    assert_eq!(
        (code, text.contains("1 known already")),
        (Some(0), true),
        "{text}"
    );
    // What `docker cp CONTAINER:FOLDER -` writes.
    let copied = at.path().join("copied");
    let packed = Command::new("tar")
        .args(["--create", "--file"])
        .args([
            copied.as_os_str(),
            "--absolute-names".as_ref(),
            receipt.as_ref(),
        ])
        .status();
    assert!(packed.is_ok_and(|status| status.success()));
    let stdin = fs::File::open(&copied).expect("it");
    let (code, text, error) = ended(
        bench(["history", "import", "-", "--history"])
            .arg(&path)
            .stdin(stdin),
    );
    assert_eq!(
        (code, text.contains("1 known already")),
        (Some(0), true),
        "{text}{error}"
    );
    let broken = at.path().join("broken.json");
    fs::write(&broken, "{}").expect("a file");
    let (code, text, error) = history(&["import", broken.to_str().expect("UTF-8")]);
    assert_eq!(
        (code, text.contains("1 not imported")),
        (Some(1), true),
        "{text}"
    );
    assert_eq!(error.matches("broken.json: ").count(), 1, "{error}");
    assert!(
        error.contains("broken.json: expected a receipt of schema version"),
        "{error}"
    );

    let (_, text, _) = history(&["list"]);
    assert!(
        text.starts_with("benchmark ") && text.contains("copybook-decode"),
        "{text}"
    );
    assert_eq!(history(&["check"]).0, Some(0));
    let (_, lines, _) = history(&["export", "-"]);
    assert_eq!(lines.lines().count(), 1, "{lines}");
    let (_, text, _) = history(&["prune", "--before", "2999-01-01", "--dry-run"]);
    assert!(text.starts_with("1 receipt with "), "{text}");
    let (_, text, _) = history(&["prune", "--before", "2999-01-01"]);
    assert!(text.contains("taken out"), "{text}");
    assert_eq!(history(&["list"]).1.lines().count(), 1);
    assert_eq!(history(&["prune", "--before", "yesterday"]).0, Some(2));
}

/// Whoever names a receipt where a history is looked at is told where it belongs.
#[test]
fn a_receipt_is_no_history() {
    let receipt = receipt();
    let receipt = receipt.to_str().expect("a name");
    for line in [
        &["trend"][..],
        &["export", "--format", "csv"],
        &["history", "list"],
        &["history", "check"],
        &["history", "prune", "--before", "2026-01-01"],
    ] {
        let (code, _, stderr) = ended(bench(line).arg(receipt));
        assert_eq!(code, Some(2), "{stderr}");
        assert!(
            stderr.contains("expected no file but the history (--history FILE)")
                && stderr.contains(&format!("`bench history import {receipt}`")),
            "{line:?}: {stderr}"
        );
        let (code, _, stderr) = ended(bench(line).args(["--history", receipt]));
        assert_eq!(code, Some(1), "{stderr}");
        assert!(
            stderr.contains("expected a history, found something else; `bench history import`"),
            "{line:?}: {stderr}"
        );
    }
}
