//! From a draft to a receipt on disk, and what stops on the way.

use std::fs;
use std::path::Path;

use crate::common::{self, COMP3, DISPLAY, draft, measured, objectives, receipt};
use receipt::{BuildError, FileError, Receipt, Verdict};

fn two() -> Vec<receipt::Measured> {
    vec![
        measured(DISPLAY, 5_000_000, 205.0, 3, 10),
        measured(COMP3, 600_000, 58.0, 3, 10),
    ]
}

#[test]
fn the_predecessors_fields_follow_from_the_objectives() {
    let receipt = receipt(205.0, 58.0, 5, 30);
    assert_eq!(receipt.status, Verdict::Pass);
    assert_eq!(
        receipt.display_mibps,
        Some(receipt.benchmarks[0].mean_mibps)
    );
    assert_eq!(receipt.comp3_mibps, Some(receipt.benchmarks[1].mean_mibps));
    assert_eq!(
        receipt.display_gibps,
        receipt.display_mibps.map(|mibps| mibps / 1024.0)
    );
    assert_eq!(receipt.summary.comp3_mibps, receipt.comp3_mibps);
    assert_eq!(
        receipt.summary.max_rss_mib,
        (21_000_000.0 + 4.0 * 4096.0) / 1_048_576.0
    );
    assert_eq!(receipt.summary.host_cpu, "Test CPU @ 2.60GHz");
    // Launches are up to 2 % slower than nominal, samples up to 1 %.
    for (benchmark, nominal) in receipt.benchmarks.iter().zip([205.0, 58.0, 512.0]) {
        let [low, high] = benchmark.ci95_mibps;
        assert!(
            nominal / 1.03 < low && low < benchmark.mean_mibps,
            "{benchmark:?}"
        );
        assert!(
            benchmark.mean_mibps < high && high < nominal,
            "{benchmark:?}"
        );
    }
}

#[test]
fn a_selected_objective_must_have_been_measured() {
    let only_display = || draft(vec![measured(DISPLAY, 5_000_000, 205.0, 3, 10)]);
    let error = only_display()
        .into_receipt(&objectives(), |_| true)
        .unwrap_err();
    assert!(
        matches!(&error, BuildError::Missing { label, .. } if label == "COMP-3"),
        "{error}"
    );
    let receipt = only_display()
        .into_receipt(&objectives(), |name| name.contains("display"))
        .unwrap();
    let judged: Vec<_> = receipt.slo.iter().map(|slo| slo.label.as_str()).collect();
    assert_eq!(judged, ["DISPLAY", "peak RSS"]);
    assert_eq!(receipt.not_judged[0].label, "COMP-3");
    assert_eq!(receipt.comp3_mibps, None);
}

#[test]
fn launches_that_differ_make_no_receipt() {
    let build = |change: &dyn Fn(&mut Vec<receipt::Measured>)| {
        let mut benchmarks = two();
        change(&mut benchmarks);
        draft(benchmarks)
            .into_receipt(&objectives(), |_| true)
            .unwrap_err()
            .to_string()
    };
    let said = build(&|all| all[1].launches.truncate(2));
    assert!(
        said.contains(COMP3) && said.contains("found 2 launches"),
        "{said}"
    );
    let said = build(&|all| all[0].launches[2].samples.truncate(9));
    assert!(
        said.contains("launch 3") && said.contains("found 9 and 10"),
        "{said}"
    );
    let said = build(&|all| all[0].launches[1].samples[4] = f64::NAN);
    assert!(said.contains("found NaN at sample 14"), "{said}");
    let said = build(&|all| {
        let counted = all[0].allocations.as_mut();
        counted.expect("counted").truncate(2);
    });
    assert!(
        said.contains(".benchmarks[0].allocations | length: expected 3, found 2"),
        "{said}"
    );
    let said = build(&|all| all[1].name = DISPLAY.to_owned());
    assert!(said.contains("measured twice"), "{said}");
    let said = build(&|all| all.clear());
    assert!(said.contains("nothing was measured"), "{said}");
}

/// What the verifiers would refuse is never made in the first place.
#[test]
fn an_unsound_draft_makes_no_receipt() {
    type Change = fn(&mut receipt::Draft);
    let cases: [(Change, &str); 5] = [
        (|draft| draft.timestamp = "today".to_owned(), ".timestamp"),
        (
            |draft| draft.environment.suite_sha256.clear(),
            ".environment.suite_sha256",
        ),
        (|draft| draft.environment.before.load1 = f64::NAN, "null"),
        (
            |draft| draft.benchmarks[0].verified.records = 0,
            ".benchmarks[0].verified.records",
        ),
        (
            |draft| draft.environment.launches[1].wall_s = 0.0,
            ".environment.launches[1].wall_s",
        ),
    ];
    for (change, says) in cases {
        let mut draft = draft(two());
        change(&mut draft);
        let said = draft
            .into_receipt(&objectives(), |_| true)
            .unwrap_err()
            .to_string();
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn samples_are_warned_about_and_kept() {
    let mut benchmarks = two();
    for launch in &mut benchmarks[0].launches {
        launch.samples[3] = (launch.samples[3] * 200.0).round() / 4.0;
    }
    let receipt = draft(benchmarks)
        .into_receipt(&objectives(), |_| true)
        .unwrap();
    let said = receipt.environment.warnings.join("\n");
    assert!(
        said.contains("3 of 30 samples are severe outliers"),
        "{said}"
    );
    assert_eq!(receipt.benchmarks[0].samples.len(), 30);
    let few = common::receipt(205.0, 58.0, 2, 10);
    let said = few.environment.warnings.join("\n");
    assert!(
        said.contains("20 samples of 2 launches decide no objective"),
        "{said}"
    );
    assert_eq!(few.status, Verdict::Inconclusive);
}

#[test]
fn a_receipt_comes_back_from_disk_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("perf.json");
    fs::write(&path, "an older one").unwrap();
    let receipt = receipt(205.0, 58.0, 3, 10);
    receipt.save(&path).unwrap();
    let read = Receipt::load(&path).unwrap();
    assert_eq!(read, receipt);
    read.check_integrity().unwrap();
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file stays"
    );
}

#[test]
fn a_failed_save_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut receipt = receipt(205.0, 58.0, 3, 10);
    let absent = folder.path().join("absent/perf.json");
    let said = receipt.save(&absent).unwrap_err().to_string();
    assert!(said.contains("absent/perf.json"), "{said}");
    // A folder in the receipt's place: the rename is what fails.
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("file"), "").unwrap();
    assert!(receipt.save(&taken).is_err());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file stays"
    );
    receipt.summary.host_os.push('!');
    let said = receipt.check_integrity().unwrap_err().to_string();
    assert!(said.contains("changed after it was written"), "{said}");
}

#[test]
fn what_is_no_receipt_is_refused_by_line() {
    let path = Path::new("perf.json");
    let good = receipt(205.0, 58.0, 3, 10).to_json().unwrap();
    let newer = good.replacen(
        r#""schema_version": 6"#,
        r#""schema_version": 7, "novelty": 1"#,
        1,
    );
    let error = Receipt::parse(&newer, path).unwrap_err();
    assert!(
        matches!(error, FileError::Newer { found: 7, .. }),
        "{error}"
    );
    let other = r#"{"kind": "comparison", "schema_version": 1}"#;
    let said = Receipt::parse(other, path).unwrap_err().to_string();
    assert_eq!(
        said,
        "perf.json: expected the receipt of a run, found a file of the kind `comparison`"
    );
    let unknown = good.replacen(r#""toolchain""#, "\"novelty\": 1,\n  \"toolchain\"", 1);
    let said = Receipt::parse(&unknown, path).unwrap_err().to_string();
    assert!(
        said.contains("unknown field `novelty`") && said.contains("line 6"),
        "{said}"
    );
    let torn = &good[..good.len() / 2];
    let said = Receipt::parse(torn, path).unwrap_err().to_string();
    assert!(
        said.starts_with("perf.json: ") && said.contains("line"),
        "{said}"
    );
    let said = Receipt::load(Path::new("/absent/perf.json"))
        .unwrap_err()
        .to_string();
    assert!(said.contains("/absent/perf.json"), "{said}");
}
