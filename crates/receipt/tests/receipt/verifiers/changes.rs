//! Outcomes, fields and text that a new hash does not make right.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::both::both_accept;
use super::edit::{leaves, sealed, text_with};
use super::value;
use crate::common::COMP3;

#[test]
fn a_wrong_outcome_is_seen_with_a_new_hash() {
    let original = value();
    let cases = [
        ("/status", json!("inconclusive")),
        ("/slo/0/verdict", json!("fail")),
        ("/slo/0/metric", json!("comp3_mibps")),
        ("/slo/0/metric", json!("other_mibps")),
        ("/slo/0/benchmark", json!(COMP3)),
        ("/slo/0/benchmark", json!("gone")),
        ("/slo/1/label", json!("DISPLAY")),
        ("/slo", json!([])),
        ("/slo/0/label", json!(" ")),
        ("/display_mibps", Value::Null),
        ("/summary/comp3_mibps", Value::Null),
        ("/summary/host_cpu", json!("another")),
        ("/benchmarks", json!([])),
        ("/benchmarks/0/name", json!("another")),
        ("/benchmarks/0/samples", json!([])),
        ("/benchmarks/0/samples/0", json!("1")),
        ("/benchmarks/0/ci95_mibps", json!([1.0])),
        ("/benchmarks/0/iterations", json!([1, 2, 3])),
        ("/benchmarks/0/launches", json!(3.0)),
        ("/benchmarks/0/allocations", json!([])),
        ("/benchmarks/0/allocations", json!({})),
        (
            "/benchmarks/0/allocations",
            json!([{"count": 0, "bytes": 0}]),
        ),
        ("/benchmarks/0/allocations/1", Value::Null),
        ("/benchmarks/0/allocations/1", json!({"count": 0})),
        ("/benchmarks/0/allocations/1/count", json!(-1)),
        ("/benchmarks/0/allocations/1/count", json!(1.0)),
        ("/benchmarks/0/allocations/1/bytes", json!(1u64 << 53)),
        ("/benchmarks/0/verified/against", json!("nothing")),
        (
            "/benchmarks/0/verified/output_sha256",
            json!("4D".repeat(32)),
        ),
        ("/timestamp", json!("2026-02-29T00:00:00Z")),
        ("/timestamp", json!("2026-11-23T20:26:60Z")),
        ("/commit", json!("HEAD")),
        ("/command", json!([])),
        ("/subject/version", json!("")),
        ("/environment/kind", json!("nix")),
        ("/environment/kind", json!("image")),
        ("/environment/kernels", json!([])),
        (
            "/environment/image_digest",
            json!(format!("sha256:{}", "0".repeat(64))),
        ),
        ("/environment/source_hash", json!("sha256-short=")),
        ("/environment/launches", json!([])),
        ("/environment/launches/0/wall_s", json!(1e-9)),
        (
            "/environment/launches/0/max_rss_bytes",
            json!(9_000_000_000u64),
        ),
        (
            "/environment/before/memory_available_bytes",
            json!(9_000_000_000u64),
        ),
        ("/environment/before/throttled", json!(4)),
        ("/environment/before/steal_pct", json!(100.5)),
        ("/environment/memory_bytes", json!(1u64 << 53)),
        ("/environment/cpu/turbo", json!(0)),
        ("/environment/task", Value::Null),
        ("/environment/task/job", json!("../41")),
        ("/environment/task/node", json!("")),
        ("/environment/task/run", json!(0)),
        ("/environment/task/restart", Value::Null),
    ];
    let changed: Vec<_> = cases
        .into_iter()
        .map(|(path, to)| {
            (
                format!("{path} = {to}"),
                text_with(&original, path, to, true),
            )
        })
        .collect();
    assert_eq!(both_accept(&changed), BTreeSet::new());
}

/// Every absent field and every added one, at every depth.
#[test]
fn a_field_more_or_less_is_seen_with_a_new_hash() {
    let original = value();
    let mut changed = Vec::new();
    for path in leaves(&original, &|_| true) {
        let (parent, key) = path.rsplit_once('/').unwrap();
        let mut copy = original.clone();
        let Some(object) = copy.pointer_mut(parent).and_then(Value::as_object_mut) else {
            continue;
        };
        // A cache more or less is another machine, not another format.
        if parent.ends_with("/cache_bytes") {
            continue;
        }
        object.remove(key).unwrap();
        changed.push((format!("{path} removed"), sealed(copy)));
        let mut copy = original.clone();
        let object = copy
            .pointer_mut(parent)
            .and_then(Value::as_object_mut)
            .unwrap();
        object.insert("extra".to_owned(), Value::Null);
        changed.push((format!("{parent}/extra"), sealed(copy)));
    }
    assert!(changed.len() > 100, "{}", changed.len());
    assert_eq!(both_accept(&changed), BTreeSet::new());
}

#[test]
fn text_that_readers_of_json_take_in_two_ways_is_refused() {
    let text = serde_json::to_string(&value()).unwrap();
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        (to.to_owned(), text.replacen(from, to, 1))
    };
    let changed = [
        with(r#""status":"pass""#, r#""status":"fail","status":"pass""#),
        with(r#""L1d":32768"#, r#""L1d":32768,"L1d":32768"#),
        with(r#""cpu_mhz":2599.998"#, r#""cpu_mhz":NaN"#),
        with(r#""cpu_mhz":2599.998"#, r#""cpu_mhz":1e999"#),
        with(r#""schema_version":6"#, r#""schema_version":7"#),
        with(r#""schema_version":6"#, r#""schema_version":5"#),
        with(r#""schema_version":6"#, r#""schema_version":4"#),
        with(r#""schema_version":6"#, r#""schema_version":3"#),
        with(r#""schema_version":6"#, r#""schema_version":2"#),
        with(r#""schema_version":6"#, r#""schema_version":1"#),
        with(r#""schema_version":6"#, r#""schema_version":0"#),
        with(r#""aslr":2"#, r#""aslr":2.0"#),
        with(r#"{"schema_version""#, r#"[{"schema_version""#),
        (String::new(), String::new()),
        ("null".to_owned(), "null".to_owned()),
        ("cut".to_owned(), text[..text.len() / 2].to_owned()),
    ];
    assert_eq!(both_accept(&changed), BTreeSet::new());
}
