//! Every number and text changed: without a new hash all are seen, with one all but the primary facts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::both::both_accept;
use super::edit::{general, leaves, replacements, text_with};
use super::value;

/// Primary facts that nothing follows from: with a new hash, a change can't be seen. Everything
/// else must be seen by both verifiers. docs/receipt.md says so to readers.
const FREE: &[&str] = &[
    "/baseline/benchmarks/*/fail_pct",
    "/baseline/benchmarks/*/warn_pct",
    "/benchmarks/*/allocations/*/bytes",
    "/benchmarks/*/allocations/*/count",
    "/benchmarks/*/verified/output_bytes",
    "/benchmarks/*/verified/records",
    "/environment/*/cpu_mhz",
    "/environment/*/load1",
    "/environment/*/memory_available_bytes",
    "/environment/*/steal_pct",
    "/environment/*/throttled",
    "/environment/cgroup/cpu_limit",
    "/environment/cgroup/memory_limit_bytes",
    "/environment/cpu/aslr",
    "/environment/cpu/cache_bytes/*",
    "/environment/launches/*/max_rss_bytes",
    "/environment/launches/*/wall_s",
    "/environment/memory_bytes",
    "/settings/measure_s",
    "/settings/warm_up_s",
];

/// Primary facts whose last bit may be lost in what follows from them, a mean or a difference in per
/// cent. Whether it is depends on the figures.
const LAST_BIT: &[&str] = &[
    "/baseline/benchmarks/*/runs_ns/*",
    "/environment/first_launch_s",
    "/peers/*/benchmarks/*/lows_ns/*",
    "/slo/*/ceiling_mib",
    "/slo/*/ceiling_s",
    "/slo/*/floor_times",
];

#[test]
fn every_change_is_seen_without_a_new_hash() {
    let original = value();
    let mut changed = Vec::new();
    for path in leaves(&original, &|leaf| leaf.is_number() || leaf.is_string()) {
        let leaf = original.pointer(&path).unwrap();
        // The least change is the hardest to see.
        for replacement in replacements(leaf).into_iter().take(1) {
            changed.push((
                path.clone(),
                text_with(&original, &path, replacement, false),
            ));
        }
    }
    assert!(changed.len() > 150, "{}", changed.len());
    let accepted = both_accept(&changed);
    assert_eq!(accepted, BTreeSet::new());
}

#[test]
fn a_new_hash_hides_only_what_nothing_follows_from() {
    let original = value();
    let mut changed = Vec::new();
    for path in leaves(&original, &Value::is_number) {
        let leaf = original.pointer(&path).unwrap();
        for (index, replacement) in replacements(leaf).into_iter().enumerate() {
            // The last bit of one sample among many may be lost in the rounding of their mean; one
            // change of each that is seen is enough, since each costs a bootstrap.
            if index != 1 && path.contains("/samples/") {
                continue;
            }
            let is_least = index == 0;
            if is_least && LAST_BIT.contains(&general(&path).as_str()) {
                continue;
            }
            changed.push((path.clone(), text_with(&original, &path, replacement, true)));
        }
    }
    let free: BTreeSet<String> = FREE.iter().map(|path| (*path).to_owned()).collect();
    let accepted: BTreeSet<String> = both_accept(&changed)
        .iter()
        .map(|path| general(path))
        .collect();
    assert_eq!(accepted, free);
}
