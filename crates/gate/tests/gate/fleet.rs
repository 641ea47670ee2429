//! Fleets' receipts: what follows from results, through both verifiers.

use std::path::Path;
use std::process::Command;

use gate::fleet::{Expected, Fleet, Measured, Objective, Outcome, Primary, Taken};
use receipt::Verdict;
use receipt::model::Subject;
use receipt::seal;
use serde_json::{Value, json};

const NAME: &str = "slo_validation/display_heavy_slo_80mbps";

/// One result with three launches around `ns` an iteration of 1 MiB.
fn result(task: u64, node: &str, kind: &str, ns: f64) -> Taken {
    let noise = |launch: u64| 1.0 + 0.002 * ((task * 7 + launch * 5) % 11) as f64 / 10.0;
    Taken {
        job: "41".to_owned(),
        task,
        run: 1,
        restart: 0,
        node: node.to_owned(),
        machine_type: kind.to_owned(),
        timestamp: "2026-11-27T22:00:00Z".to_owned(),
        receipt_sha256: "0".repeat(64),
        outcome: Outcome::Used,
        reason: None,
        unfit: false,
        benchmarks: vec![Measured {
            name: NAME.to_owned(),
            bytes_processed: 1 << 20,
            launch_means_ns: (0..3).map(|launch| ns * noise(launch)).collect(),
        }],
    }
}

fn primary(results: Vec<Taken>, tasks: u64) -> Primary {
    Primary {
        timestamp: "2026-11-27T23:00:00Z".to_owned(),
        subject: Subject {
            name: "copybook-decode".to_owned(),
            version: "0.1.0".to_owned(),
        },
        suite_sha256: "1".repeat(64),
        jobs: vec![Expected {
            job: "41".to_owned(),
            tasks: Some(tasks),
            runs: 1,
        }],
        objectives: vec![Objective {
            label: "DISPLAY".to_owned(),
            benchmark: NAME.to_owned(),
            floor_mibps: 80.0,
        }],
        results,
        unreadable: Vec::new(),
    }
}

/// Six nodes at 100 MiB/s, of which `factor` slows the fourth; two at 50 MiB/s.
fn two_types(factor: f64) -> Primary {
    let slowed = |task| if task == 3 { factor } else { 1.0 };
    let fast = (0..6).map(|task| result(task, &format!("f{task}"), "fast", 1e7 * slowed(task)));
    let slow = (6..8).map(|task| result(task, &format!("s{task}"), "slow", 2e7));
    primary(fast.chain(slow).collect(), 9)
}

fn sealed(primary: Primary) -> (Fleet, String) {
    let fleet = Fleet::sealed(primary).expect("a fleet");
    let mut text = Vec::new();
    fleet.write(&mut text).expect("memory");
    let text = String::from_utf8(text).expect("UTF-8");
    (fleet, text)
}

/// Whether this crate and the script accept a text, and their words.
fn both(text: &str) -> [(bool, String); 2] {
    let at = tempfile::tempdir().expect("a folder");
    let file = at.path().join("fleet.json");
    std::fs::write(&file, text).expect("a file");
    let ours = Fleet::verified(text).err();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    let theirs = Command::new("python3")
        .arg(script)
        .arg(&file)
        .output()
        .expect("python3");
    let words = String::from_utf8_lossy(&[theirs.stdout, theirs.stderr].concat()).into_owned();
    [
        (
            ours.is_none(),
            ours.map_or_else(String::new, |error| error.to_string()),
        ),
        (theirs.status.success(), words),
    ]
}

#[test]
fn types_are_judged_apart_and_a_slow_node_is_named() {
    let (fleet, _) = sealed(two_types(1.1));
    let [fast, slow] = fleet.derived.types.as_slice() else {
        panic!("{:?}", fleet.derived.types);
    };
    assert_eq!((fast.nodes, slow.nodes), (6, 2));
    assert_eq!(fast.sick, ["f3"]);
    assert_eq!(fast.slo[0].verdict, Verdict::Pass);
    assert_eq!(slow.slo[0].verdict, Verdict::Fail);
    assert_eq!(slow.slo[0].below, ["s6", "s7"]);
    assert!(
        slow.benchmarks[0]
            .nodes
            .iter()
            .all(|node| node.sick.is_none()),
        "two are too few"
    );
    let spread = fast.benchmarks[0].spread.as_ref().expect("several nodes");
    assert_eq!(spread.slowest, "f3");
    let [low, high] = spread.against.ci95.expect("three launches");
    assert!(
        low < 1.0 / 1.1 && 1.0 / 1.1 < high * 1.002,
        "{low} to {high}"
    );
    assert_eq!(fleet.derived.counts.lost, Some(1));
    assert_eq!(fleet.derived.lost[0].task, 8);
}

/// A node that differs, but by less than anybody cares about, is not sick; neither is a fast one.
#[test]
fn a_node_a_little_slower_or_much_faster_is_well() {
    for factor in [1.01, 0.8] {
        let (fleet, _) = sealed(two_types(factor));
        assert_eq!(fleet.derived.types[0].sick, [""; 0], "{factor}");
    }
}

#[test]
fn an_unfit_host_leaves_its_type_undecided() {
    let mut primary = two_types(1.0);
    primary.results[2].unfit = true;
    let (fleet, _) = sealed(primary);
    assert_eq!(fleet.derived.types[0].slo[0].verdict, Verdict::Inconclusive);
    assert_eq!(fleet.derived.types[1].slo[0].verdict, Verdict::Fail);
}

/// What was measured on one type says nothing of another, and an objective does not vanish.
#[test]
fn a_type_that_lacks_an_objectives_benchmark_is_undecided_by_it() {
    let mut primary = two_types(1.0);
    primary.results[6].benchmarks[0].name = "another".to_owned();
    primary.results[7].benchmarks[0].name = "another".to_owned();
    let (fleet, text) = sealed(primary);
    assert_eq!(fleet.derived.types[0].slo[0].verdict, Verdict::Pass);
    let slow = &fleet.derived.types[1].slo;
    assert_eq!(slow.len(), 1);
    assert_eq!(
        (slow[0].verdict, slow[0].below.len()),
        (Verdict::Inconclusive, 0)
    );
    for (index, (sound, words)) in both(&text).into_iter().enumerate() {
        assert!(sound, "verifier {index}: {words}");
    }
}

/// Nobody asked for the last of the runs, or for so many that listing the lost ones would fill any memory.
#[test]
fn both_refuse_results_that_were_not_asked_for_and_more_runs_than_can_be_listed() {
    let (_, text) = sealed(two_types(1.0));
    for (tasks, expected) in [
        (7, "a run that was asked for"),
        (1_000_000_000_000_u64, "at most 1000000 runs"),
    ] {
        let mut changed: Value = serde_json::from_str(&text).expect("JSON");
        changed["jobs"][0]["tasks"] = json!(tasks);
        changed["lost"] = json!([]);
        changed["counts"]["lost"] = json!(0);
        let sha256 = seal::sha256(changed.clone()).expect("finite");
        changed["integrity"]["sha256"] = json!(sha256);
        for (index, (sound, words)) in both(&changed.to_string()).into_iter().enumerate() {
            assert!(
                !sound && words.contains(expected),
                "verifier {index}: {words}"
            );
        }
    }
    let mut other = two_types(1.0);
    other.jobs[0].job = "40".to_owned();
    let error = Fleet::sealed(other).expect_err("a job that nobody named");
    assert!(error.to_string().contains("a run that was asked for"));
}

#[test]
fn both_accept_what_was_collected() {
    for primary in [
        two_types(1.1),
        two_types(1.0),
        primary(vec![result(0, "n", "t", 1e7)], 1),
    ] {
        let (_, text) = sealed(primary);
        for (index, (sound, words)) in both(&text).into_iter().enumerate() {
            assert!(sound, "verifier {index}: {words}");
        }
    }
}

#[test]
fn both_refuse_what_was_changed_and_sealed_again() {
    let (_, text) = sealed(two_types(1.1));
    let sound: Value = serde_json::from_str(&text).expect("JSON");
    let changes: [(&str, Value); 14] = [
        ("/counts/used", json!(9)),
        ("/counts/lost", json!(0)),
        ("/lost/0/task", json!(7)),
        ("/types/0/sick", json!([])),
        ("/types/0/nodes", json!(5)),
        ("/types/0/benchmarks/0/mibps", json!(100.5)),
        ("/types/0/benchmarks/0/ci95_mibps/0", json!(81.0)),
        ("/types/0/benchmarks/0/nodes/3/sick", json!(false)),
        ("/types/0/benchmarks/0/nodes/3/modified_z", json!(-1.0)),
        (
            "/types/0/benchmarks/0/nodes/0/against_others/ratio",
            json!(1.0),
        ),
        ("/types/1/slo/0/verdict", json!("pass")),
        ("/results/1/task", json!(0)),
        ("/results/0/benchmarks/0/launch_means_ns/0", json!(1.2e7)),
        ("/results/0/outcome", json!("superseded")),
    ];
    for (pointer, value) in changes {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        let sha256 = seal::sha256(changed.clone()).expect("finite");
        changed["integrity"]["sha256"] = json!(sha256);
        for (index, (sound, _)) in both(&changed.to_string()).into_iter().enumerate() {
            assert!(!sound, "verifier {index} accepts a change of {pointer}");
        }
    }
    let unsealed = text.replacen("\"node\": \"f0\"", "\"node\": \"f9\"", 1);
    for (index, (sound, _)) in both(&unsealed).into_iter().enumerate() {
        assert!(
            !sound,
            "verifier {index} accepts another content under the old seal"
        );
    }
}
