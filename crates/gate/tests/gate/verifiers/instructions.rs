//! Counted instructions through both verifiers, alone and beside the comparison that they name.

use std::fs;
use std::path::Path;
use std::process::Command;

use gate::ab::Verdict;
use gate::ab::record::{Host, Record, Subjects};
use gate::instructions::{Counts, Instructions, Limits};
use serde_json::{Value, json};

use super::{program, record, resealed};

const LIMITS: Limits = Limits {
    soft_pct: 1.0,
    hard: None,
};

/// Of `slo/display` new takes 3 % more instructions than base; of `slo/comp3` its counts differ.
fn counted(timed: Option<&Record>) -> Instructions {
    let counts = |name: &str, base, new| Counts {
        benchmark: name.to_owned(),
        base,
        new,
        kernels_base: Some(vec!["avx2".to_owned()]),
        kernels_new: Some(vec!["avx2".to_owned()]),
    };
    let counted = vec![
        (
            counts(
                "slo/display",
                [1_000_000, 1_000_003],
                [1_030_001, 1_030_000],
            ),
            LIMITS,
        ),
        (
            counts("slo/comp3", [2_000_000, 2_000_000], [2_000_000, 2_000_500]),
            Limits {
                hard: Some(3_000_000),
                ..LIMITS
            },
        ),
    ];
    let subjects = timed.map_or_else(
        || Subjects {
            base: program("v1"),
            new: program("HEAD"),
        },
        |record| record.subjects.clone(),
    );
    Instructions::of(
        "2026-11-27T22:10:00Z".to_owned(),
        subjects,
        host(),
        counted,
        timed,
        vec!["bench".to_owned(), "ab".to_owned()],
    )
}

fn host() -> Host {
    record(1, [1.0, 1.0], 1.0).host
}

/// What each verifier says of `text`, with `comparison` beside it: whether it is sound, and its words.
fn both(text: &str, comparison: Option<&str>) -> [(bool, String); 2] {
    let at = tempfile::tempdir().expect("a folder");
    let file = at.path().join("instructions.json");
    fs::write(&file, text).expect("a file");
    if let Some(comparison) = comparison {
        fs::write(at.path().join("ab.json"), comparison).expect("a file");
    }
    let beside = comparison.and_then(|text| Record::verified(text).ok());
    let ours = Instructions::verified(text, beside.as_ref());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    let theirs = Command::new("python3").arg(script).arg(&file).output();
    let theirs = theirs.expect("python3");
    let said = [theirs.stdout, theirs.stderr].concat();
    let error = ours.as_ref().err().map(ToString::to_string);
    [
        (ours.is_ok(), error.unwrap_or_default()),
        (
            theirs.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        ),
    ]
}

#[track_caller]
fn all(sound: bool, text: &str, comparison: Option<&str>) {
    for (index, (found, words)) in both(text, comparison).into_iter().enumerate() {
        assert_eq!(found, sound, "verifier {index}: {words}");
    }
}

#[test]
fn counts_alone_are_judged_by_their_limits() {
    let (record, text) = counted(None).sealed().expect("finite");
    assert_eq!(record.verdict, Verdict::Slower);
    let reason = record.benchmarks[1].reason.as_deref();
    assert!(reason.is_some_and(|reason| reason.starts_with("two counts of new differ")));
    all(true, &text, None);
}

#[test]
fn what_is_said_of_time_is_the_word_of_the_comparison_beside_the_counts() {
    let (timed, comparison) = record(3, [0.95, 1.0], 1.0).sealed().expect("finite");
    let (found, text) = counted(Some(&timed)).sealed().expect("finite");
    let display = &found.benchmarks[0];
    assert_eq!(display.time, Some(Verdict::Faster));
    assert!(display.disagree, "faster, with more instructions");
    assert_eq!(found.benchmarks[1].together, Verdict::Same);
    assert_eq!(found.verdict, Verdict::Faster);
    all(true, &text, Some(&comparison));
    all(false, &text, None);
    // Another one, as sound as it is.
    let (_, other) = record(2, [1.05, 1.0], 1.0).sealed().expect("finite");
    all(false, &text, Some(&other));
    // One that does not verify is no witness.
    all(false, &text, Some(&comparison.replace("0.1.0", "0.2.0")));
}

#[test]
fn both_refuse_counts_that_were_changed_and_sealed_again() {
    let (timed, comparison) = record(3, [0.95, 1.0], 1.0).sealed().expect("finite");
    let (_, text) = counted(Some(&timed)).sealed().expect("finite");
    let sound: Value = serde_json::from_str(&text).expect("JSON");
    let changes: [(&str, Value); 17] = [
        ("/verdict", json!("slower")),
        ("/schema_version", json!(2)),
        ("/comparison_sha256", json!(null)),
        ("/subjects/new/program_sha256", json!("ef".repeat(32))),
        ("/benchmarks/0/benchmark", json!("slo/comp3")),
        ("/benchmarks/0/benchmark", json!("slo/other")),
        ("/benchmarks/0/base/0", json!(1_020_000)),
        ("/benchmarks/0/new", json!([1_000_000, 1_000_000])),
        ("/benchmarks/0/kernels_new", json!(["scalar"])),
        ("/benchmarks/0/limits/soft_pct", json!(5.0)),
        ("/benchmarks/0/limits/hard", json!(1_000)),
        ("/benchmarks/0/ratio", json!(1.0)),
        ("/benchmarks/0/counted", json!("same")),
        ("/benchmarks/1/reason", json!(null)),
        ("/benchmarks/0/time", json!("same")),
        ("/benchmarks/0/together", json!("slower")),
        ("/benchmarks/0/disagree", json!(false)),
    ];
    for (pointer, value) in changes {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        for (index, (sound, _)) in both(&resealed(changed), Some(&comparison))
            .into_iter()
            .enumerate()
        {
            assert!(!sound, "verifier {index} accepts a change of {pointer}");
        }
    }
    // Under the old seal.
    all(false, &text.replace("22:10", "22:11"), Some(&comparison));
}
