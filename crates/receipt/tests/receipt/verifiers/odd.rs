//! Values that a field is not made for: the verifiers agree on them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::both::both_accept;
use super::edit::{general, leaves, text_with, with_parents};
use super::value;

/// Values of every type and at the edges of ranges in every place: the verifiers may accept few of
/// them, but must always agree and never stumble.
#[test]
fn both_say_the_same_of_odd_values() {
    let original = value();
    let mut odd: Vec<Value> = [
        json!(null),
        json!(true),
        json!(""),
        json!(" "),
        json!([]),
        json!({}),
    ]
    .into();
    odd.extend([
        json!(0),
        json!(-0.0),
        json!(1.0),
        json!(-1),
        json!(5e-324),
        json!(1e308),
        json!(1e-300),
    ]);
    odd.extend([
        json!((1u64 << 53) - 1),
        json!(1u64 << 53),
        json!(u64::MAX),
        json!(u32::MAX),
    ]);
    odd.extend([
        json!("pass"),
        json!("0a".repeat(32)),
        json!([[]]),
        json!([null]),
    ]);
    let mut seen = BTreeSet::new();
    let mut changed = Vec::new();
    for path in leaves(&original, &|_| true)
        .iter()
        .flat_map(|leaf| with_parents(leaf))
    {
        if !seen.insert(general(&path)) {
            continue;
        }
        for replacement in &odd {
            let name = format!("{path} = {replacement}");
            changed.push((name, text_with(&original, &path, replacement.clone(), true)));
        }
    }
    assert!(changed.len() > 1500, "{}", changed.len());
    let accepted = both_accept(&changed);
    for name in [
        "/commit = null",
        "/environment/file_system = null",
        "/environment/before/load1 = 5e-324",
    ] {
        assert!(accepted.contains(name), "{name}");
    }
}
