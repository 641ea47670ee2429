//! Self-tests of the gate through both verifiers.

use gate::ab::Verdict;
use gate::selftest::{Kind, SCHEMA_VERSION, SelfTest, Trial, rates, rounds};
use receipt::model::Integrity;
use serde_json::{Value, json};

use super::{beside, record, resealed};

/// Nothing injected, twice; 5 per cent; and 5 per cent beside a neighbour, with a control that differs.
fn selftest() -> SelfTest {
    let comparison = record(1, [1.0, 1.0], 1.0);
    let benchmarks: Vec<_> = comparison
        .benchmarks
        .iter()
        .map(|row| row.primary())
        .collect();
    let trial = |seed: u64, injected: f64, control: f64| {
        let factor = 1.0 + injected / 100.0;
        let record = record(seed, [factor, factor], control);
        Trial {
            timestamp: record.timestamp,
            injected,
            neighbour: control > 1.0,
            seed,
            seconds: 40.0 + seed as f64,
            rounds: rounds(&record.launches).expect("samples"),
            rows: record.benchmarks.iter().map(Into::into).collect(),
        }
    };
    SelfTest {
        kind: Kind::SelfTest,
        schema_version: SCHEMA_VERSION,
        subject: comparison.subjects.base,
        benchmarks,
        design: comparison.design,
        settings: comparison.settings,
        host: comparison.host,
        trials: vec![
            trial(1, 0.0, 1.0),
            trial(2, 5.0, 1.0),
            trial(3, 0.0, 1.0),
            trial(4, 5.0, 1.04),
        ],
        command: vec!["bench".to_owned(), "selftest".to_owned()],
        integrity: Integrity {
            sha256: String::new(),
        },
    }
}

fn both(text: &str) -> [(bool, String); 2] {
    beside("selftest.json", text, SelfTest::verified(text).err())
}

#[test]
fn both_accept_what_was_measured() {
    let (test, text) = selftest().sealed().expect("finite");
    for (index, (sound, words)) in both(&text).into_iter().enumerate() {
        assert!(sound, "verifier {index}: {words}");
    }
    let verdict = |trial: usize| test.trials[trial].rows[0].verdict;
    assert_eq!(
        [verdict(0), verdict(1), verdict(3)],
        [Verdict::Same, Verdict::Slower, Verdict::Inconclusive]
    );
    // Verdicts of comparisons of the same launches.
    let compared = record(2, [1.05, 1.05], 1.0);
    assert_eq!(compared.benchmarks[1].ratio, test.trials[1].rows[1].ratio);
    assert_eq!(compared.benchmarks[1].ci95, test.trials[1].rows[1].ci95);

    let rates = rates(&test);
    let counts: Vec<_> = rates
        .iter()
        .map(|one| (one.injected, one.neighbour, one.rows, one.found))
        .collect();
    assert_eq!(
        counts,
        [(0.0, false, 4, 0), (5.0, false, 2, 2), (5.0, true, 2, 0)]
    );
    // 41 and 43 s for two benchmarks each.
    assert_eq!(rates[0].seconds, 21.0);
}

#[test]
fn both_refuse_what_was_changed_and_sealed_again() {
    let (_, text) = selftest().sealed().expect("finite");
    let sound: Value = serde_json::from_str(&text).expect("JSON");
    let twice = sound["trials"][0].clone();
    let changes: [(&str, Value); 22] = [
        ("/schema_version", json!(2)),
        ("/kind", json!("comparison")),
        ("/benchmarks", json!([])),
        ("/benchmarks/1/name", json!("slo/display")),
        ("/benchmarks/0/bytes", json!(0)),
        ("/benchmarks/0/verified/records", json!("all")),
        ("/design/looks/0", json!(8)),
        ("/design/looks/0", json!(24)),
        ("/design/spend/3", json!(0.36)),
        ("/trials/0/rows/0/verdict", json!("slower")),
        ("/trials/1/rows/1/verdict", json!("same")),
        ("/trials/1/rows/0/ratio", json!(1.02)),
        ("/trials/1/rows/0/ci95/0", json!(null)),
        ("/trials/1/rows/0/pairs", json!(17)),
        ("/trials/1/rows", json!([])),
        ("/trials/1/injected", json!(101)),
        ("/trials/1/seconds", json!(0)),
        ("/trials/1/seed", json!(1u64 << 53)),
        ("/trials/1/rounds/3/new", json!([1.0])),
        ("/trials/1/rounds/3/new/0", json!(-1.0)),
        ("/trials/1/rounds", json!([])),
        ("/trials/2", twice),
    ];
    for (pointer, value) in changes {
        let mut changed = sound.clone();
        *changed.pointer_mut(pointer).expect(pointer) = value.clone();
        for (index, (sound, _)) in both(&resealed(changed)).into_iter().enumerate() {
            assert!(!sound, "verifier {index} accepts {value} at {pointer}");
        }
    }
    let rounds = |change: fn(&mut Vec<Value>)| {
        let mut changed = sound.clone();
        change(
            changed["trials"][1]["rounds"]
                .as_array_mut()
                .expect("rounds"),
        );
        resealed(changed)
    };
    let shorter = rounds(|rounds| drop(rounds.pop()));
    let longer = rounds(|rounds| rounds.push(rounds[0].clone()));
    let unsealed = text.replace("0.1.0", "0.2.0");
    for text in [shorter, longer, unsealed] {
        for (index, (sound, _)) in both(&text).into_iter().enumerate() {
            assert!(
                !sound,
                "verifier {index} accepts rounds that are too few or too many, or an old seal"
            );
        }
    }
}
