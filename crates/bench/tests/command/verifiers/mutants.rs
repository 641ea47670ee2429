//! Receipts with structure, numbers and text mutated, and hashed again: the two never disagree.
//!
//! `ATTACK_MINUTES=10 cargo test --release -p copybook-bench --test command mutants -- --nocapture`
//! goes on for as long; without it a bounded number. ATTACK_SEED, a whole number, has other mutants than those
//! of the fixed seed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::commands::{both, sealed};
use super::value;

const BATCH: usize = 400;

#[test]
fn mutants_divide_no_verifiers() {
    let minutes = variable("ATTACK_MINUTES").unwrap_or(0);
    let seed = variable("ATTACK_SEED").unwrap_or(20_261_127);
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    let original = value();
    let mut random = Random(seed);
    let (mut count, mut accepted) = (0, 0);
    loop {
        let texts: Vec<String> = (0..BATCH).map(|_| mutant(&original, &mut random)).collect();
        for (text, (bench, python)) in texts.iter().zip(both(&texts)) {
            assert_eq!(
                bench.accepted, python.accepted,
                "{bench:?} {python:?}\n{text}"
            );
            accepted += usize::from(bench.accepted);
        }
        count += texts.len();
        if Instant::now() >= until {
            break;
        }
    }
    println!("{count} mutants of seed {seed}, {accepted} of them accepted by both");
    assert!(
        accepted > 0,
        "no mutant stays sound: they are too wild to compare much"
    );
}

/// A whole number, where the variable is set.
fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{name}: expected a whole number, found `{text}`")))
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

/// One to three changes, mostly with a new hash; now and then a change of the text itself.
fn mutant(original: &Value, random: &mut Random) -> String {
    let mut value = original.clone();
    for _ in 0..=random.below(3) {
        mutate(&mut value, random);
    }
    let mut text = match random.below(20) {
        0 => value.to_string(),
        _ => sealed(value),
    };
    if random.below(15) == 0 {
        let mut at = random.below(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.below(3) {
            0 => text.truncate(at),
            1 => text.insert_str(
                at,
                ["\"", ",", "0", "\u{feff}", "-", "e9", "\\u0000"][random.below(7)],
            ),
            _ => {
                text = text.replacen(
                    "0",
                    ["00", "0.0", "-0", "0e0", "0E400", "1e-400"][random.below(6)],
                    1,
                )
            }
        }
    }
    text
}

/// Walks down to some place and changes what is there.
fn mutate(value: &mut Value, random: &mut Random) {
    let deeper = random.below(8) != 0;
    match value {
        Value::Object(object) if deeper && !object.is_empty() => {
            let at = random.below(object.len());
            if let Some((_, inner)) = object.iter_mut().nth(at) {
                mutate(inner, random);
            }
        }
        Value::Array(array) if deeper && !array.is_empty() => {
            let at = random.below(array.len());
            mutate(&mut array[at], random);
        }
        Value::Object(object) => {
            let at = random.below(object.len() + 1);
            let key = object.keys().nth(at).cloned();
            match (key, random.below(3)) {
                (Some(key), 0) => {
                    object.remove(&key);
                }
                (Some(key), 1) => {
                    let other = odd(random);
                    object.insert(key, other);
                }
                _ => {
                    object.insert(
                        ["extra", "", "settings", "L2", "kernels"][random.below(5)].to_owned(),
                        odd(random),
                    );
                }
            }
        }
        Value::Array(array) => match (array.len(), random.below(4)) {
            (0, _) | (_, 0) => array.push(odd(random)),
            (count, 1) => {
                array.remove(random.below(count));
            }
            (count, 2) => {
                let copy = array[random.below(count)].clone();
                array.insert(random.below(count), copy);
            }
            (count, _) => array.swap(random.below(count), random.below(count)),
        },
        leaf => *leaf = near(leaf, random),
    }
}

/// Near what it was, or far from it.
fn near(leaf: &Value, random: &mut Random) -> Value {
    if random.below(4) == 0 {
        return odd(random);
    }
    match leaf {
        Value::Number(number) => {
            let x = number.as_f64().unwrap_or(0.0);
            match (number.as_u64(), random.below(5)) {
                (Some(n), 0) => json!(n.saturating_add(1)),
                (Some(n), 1) => json!(n.saturating_sub(1)),
                (Some(n), 2) => json!(n.saturating_mul(2)),
                (Some(n), 3) => json!(n as f64),
                (_, 0) => json!(x.next_up()),
                (_, 1) => json!(x * 2.0),
                (_, 2) => json!(x / 3.0),
                (_, 3) => json!(-x),
                _ => json!(x.round()),
            }
        }
        Value::String(text) => match random.below(5) {
            0 => json!(text.to_uppercase()),
            1 => json!(text.chars().rev().collect::<String>()),
            2 => json!(format!("{text}\u{1f}")),
            3 => json!(text.get(1..).unwrap_or("")),
            _ => json!(format!("{text}{}", random.below(10))),
        },
        Value::Bool(yes) => json!(!yes),
        other => other.clone(),
    }
}

fn odd(random: &mut Random) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(-1),
        json!(1.5),
        json!(5e-324),
        json!(1e308),
        json!((1u64 << 53) - 1),
        json!(1u64 << 53),
        json!(u64::MAX),
        json!(u32::MAX),
        json!(""),
        json!("\u{feff}"),
        json!("\u{1c}\u{1d}"),
        json!("\u{a0}"),
        json!("avx2"),
        json!("flat"),
        json!("pass"),
        json!("a\u{1b}[0m\n"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!("0a".repeat(32)),
        json!("2024-02-29T00:00:00Z"),
    ];
    all[random.below(all.len())].clone()
}
