//! Records of comparisons through both verifiers: this crate and scripts/verify_receipt.py.

mod instructions;
mod selftest;

use std::path::Path;
use std::process::Command;

use gate::ab::derive::{derive, walk};
use gate::ab::record::{
    Benchmark, Host, Kind, Launch, Measured, Program, Record, SCHEMA_VERSION, Settings, Subjects,
};
use gate::ab::{Arm, Design, Session, Verdict};
use receipt::model::{Against, Integrity, Verified};
use receipt::seal;
use serde_json::{Value, json};

/// A whole comparison of two benchmarks, new slower by these factors, control by another.
fn record(seed: u64, factors: [f64; 2], control: f64) -> Record {
    let names = ["slo/display", "slo/comp3"];
    let design = Design::default();
    let mut session = Session::new(design.clone(), seed, 2);
    let mut launches: Vec<Launch> = Vec::new();
    while let Some(next) = session.next().cloned() {
        for arm in next.arms {
            let measured = next.benchmarks.iter().map(|&index| {
                let factor = match arm {
                    Arm::Base => 1.0,
                    Arm::Control => control,
                    Arm::New => factors[index],
                };
                samples(names[index], factor, launches.len() * 2 + index)
            });
            let measured = measured.collect();
            launches.push(Launch {
                stage: next.stage,
                round: next.round,
                arm,
                measured,
            });
        }
        session = walk(&design, seed, &names, &launches)
            .expect("as asked for")
            .0;
    }
    let benchmarks: Vec<Benchmark> = names.iter().map(|name| benchmark(name)).collect();
    let (benchmarks, verdict) = derive(&design, seed, &benchmarks, &launches).expect("complete");
    Record {
        kind: Kind::Comparison,
        schema_version: SCHEMA_VERSION,
        timestamp: "2026-11-27T22:00:00Z".to_owned(),
        verdict,
        subjects: Subjects {
            base: program("v1"),
            new: program("HEAD"),
        },
        benchmarks,
        design,
        seed,
        settings: Settings {
            warm_up_s: 0.02,
            measure_s: 0.1,
            samples: 5,
        },
        launches,
        host: Host {
            cpu: "a CPU".to_owned(),
            cores: 2,
            kernel: "6.1".to_owned(),
            os: "Linux".to_owned(),
            virtualized: Some(true),
            cpu_limit: None,
            memory_limit_bytes: None,
        },
        warnings: Vec::new(),
        command: vec!["bench".to_owned(), "ab".to_owned()],
        integrity: Integrity {
            sha256: String::new(),
        },
    }
}

/// Noise of about 0.3 %, the same every time.
fn samples(benchmark: &str, factor: f64, salt: usize) -> Measured {
    let time = |n: usize| {
        let noise = ((salt * 7919 + n * 104_729) % 1013) as f64 / 1013.0;
        (1e6 * factor * (1.0 + 0.003 * noise)) as u64
    };
    Measured {
        benchmark: benchmark.to_owned(),
        iterations: vec![100, 200, 300, 400, 500],
        elapsed_ns: (1..=5).map(|n| time(n as usize) * n / 10).collect(),
    }
}

fn benchmark(name: &str) -> Benchmark {
    Benchmark {
        name: name.to_owned(),
        bytes: 600_000,
        verified: Verified {
            against: Against::Values,
            records: 5000,
            output_bytes: 2_000_000,
            output_sha256: "ab".repeat(32),
        },
        kernels_base: Some(vec!["avx2".to_owned()]),
        kernels_new: None,
    }
}

fn program(asked: &str) -> Program {
    Program {
        asked: asked.to_owned(),
        name: "copybook-decode".to_owned(),
        version: "0.1.0".to_owned(),
        commit: None,
        program_sha256: "cd".repeat(32),
        source_hash: None,
        toolchain: Some("rustc 1.89.0".to_owned()),
        flags: None,
        profile: None,
    }
}

/// What each verifier says of a comparison: whether it is sound, and its words.
fn both(name: &str, text: &str) -> [(bool, String); 2] {
    beside(name, text, Record::verified(text).err())
}

/// What ours found wrong with a text, and what the second verifier says of it.
fn beside(name: &str, text: &str, ours: Option<impl std::fmt::Display>) -> [(bool, String); 2] {
    let at = tempfile::tempdir().expect("a folder");
    let file = at.path().join(name);
    std::fs::write(&file, text).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/verify_receipt.py");
    let theirs = Command::new("python3")
        .arg(script)
        .arg(&file)
        .output()
        .expect("python3");
    let words = [theirs.stdout, theirs.stderr].concat();
    [
        (
            ours.is_none(),
            ours.map(|error| error.to_string()).unwrap_or_default(),
        ),
        (
            theirs.status.success(),
            String::from_utf8_lossy(&words).into_owned(),
        ),
    ]
}

fn resealed(mut value: Value) -> String {
    let sha256 = seal::sha256(value.clone()).expect("finite");
    value["integrity"]["sha256"] = json!(sha256);
    value.to_string()
}

#[test]
fn both_accept_what_was_measured() {
    let cases = [
        (1, [1.0, 1.0], 1.0, Verdict::Same),
        (2, [1.05, 1.0], 1.0, Verdict::Slower),
        (3, [0.95, 1.0], 1.0, Verdict::Faster),
        (4, [1.05, 1.0], 1.04, Verdict::Inconclusive),
        // Within the margin's reach of the interval: open until the last look.
        (5, [1.0095, 1.0], 1.0, Verdict::Slower),
    ];
    for (seed, factors, control, expected) in cases {
        let record = record(seed, factors, control);
        assert_eq!(record.verdict, expected, "{factors:?}");
        let (_, text) = record.sealed().expect("finite");
        for (index, (sound, words)) in both("ab.json", &text).into_iter().enumerate() {
            assert!(sound, "verifier {index}, {factors:?}: {words}");
        }
    }
}

#[test]
fn both_refuse_what_was_changed_and_sealed_again() {
    let (_, text) = record(2, [1.05, 1.0], 1.0).sealed().expect("finite");
    let sound: Value = serde_json::from_str(&text).expect("JSON");
    let changes: [(&str, Value); 21] = [
        ("/verdict", json!("same")),
        ("/benchmarks/0/verdict", json!("same")),
        ("/benchmarks/0/ratio", json!(1.0)),
        ("/benchmarks/0/ci95/0", json!(null)),
        ("/benchmarks/0/pairs", json!(17)),
        ("/benchmarks/0/detectable", json!(0.001)),
        ("/benchmarks/1/control_differs", json!(true)),
        ("/benchmarks/1/name", json!("slo/display")),
        ("/design/looks/0", json!(8)),
        ("/design/looks", json!((1..=17).collect::<Vec<u32>>())),
        ("/design/margin", json!(0.2)),
        ("/design/spend/0", json!(0.0)),
        ("/design/spend/3", json!(0.36)),
        ("/design/margin", json!(0.011)),
        ("/design/level", json!(0)),
        ("/seed", json!(3)),
        ("/launches/3/arm", json!("nobody")),
        ("/launches/3/stage", json!("confirmation")),
        ("/launches/40/measured/0/elapsed_ns", json!([1, 2])),
        ("/launches/40/measured/0/iterations/2", json!(0)),
        ("/launches/0/round", json!(2)),
    ];
    for (pointer, value) in changes {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        for (index, (sound, _)) in both("ab.json", &resealed(changed)).into_iter().enumerate() {
            assert!(!sound, "verifier {index} accepts a change of {pointer}");
        }
    }
    let shorter = |drop: usize| {
        let mut changed = sound.clone();
        let launches = changed["launches"].as_array_mut().expect("launches");
        launches.truncate(launches.len() - drop);
        resealed(changed)
    };
    for (index, (sound, _)) in both("ab.json", &shorter(3)).into_iter().enumerate() {
        assert!(
            !sound,
            "verifier {index} accepts a comparison without its end"
        );
    }
    for (index, (sound, _)) in both("ab.json", &text.replace("0.1.0", "0.2.0"))
        .into_iter()
        .enumerate()
    {
        assert!(
            !sound,
            "verifier {index} accepts another content under the old seal"
        );
    }
}
