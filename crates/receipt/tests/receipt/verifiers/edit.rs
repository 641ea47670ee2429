//! Receipts with one place changed, with a new hash or without.

use receipt::seal;
use serde_json::{Value, json};

pub(crate) fn text_with(original: &Value, path: &str, replacement: Value, seal: bool) -> String {
    let mut copy = original.clone();
    *copy.pointer_mut(path).unwrap() = replacement;
    if seal {
        sealed(copy)
    } else {
        serde_json::to_string(&copy).unwrap()
    }
}

pub(crate) fn sealed(mut value: Value) -> String {
    if let Ok(hash) = seal::sha256(value.clone())
        && let Some(place) = value.pointer_mut("/integrity/sha256")
    {
        *place = json!(hash);
    }
    serde_json::to_string(&value).unwrap()
}

/// Places of the leaves that `wanted` chooses, as JSON pointers; the hash itself is one.
pub(crate) fn leaves(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> Vec<String> {
    let below = |key: &str, value: &Value| {
        leaves(value, wanted)
            .into_iter()
            .map(|path| format!("/{key}{path}"))
            .collect::<Vec<_>>()
    };
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| below(key, value))
            .collect(),
        Value::Array(array) => array
            .iter()
            .enumerate()
            .flat_map(|(index, value)| below(&index.to_string(), value))
            .collect(),
        leaf if wanted(leaf) => vec![String::new()],
        _ => Vec::new(),
    }
}

/// A place and those that it lies in.
pub(crate) fn with_parents(leaf: &str) -> Vec<String> {
    let ends = leaf
        .match_indices('/')
        .map(|(end, _)| end)
        .skip(1)
        .chain([leaf.len()]);
    ends.map(|end| leaf[..end].to_owned()).collect()
}

/// The least change first; then changes that stay in the field's range, then ones that leave it.
pub(crate) fn replacements(leaf: &Value) -> Vec<Value> {
    match leaf {
        Value::String(text) => vec![json!(format!("{text}x"))],
        Value::Number(number) => match number.as_u64() {
            Some(n) => vec![
                json!(n + 1),
                json!(n.saturating_sub(1)),
                json!(2 * n),
                json!(-1),
            ],
            None => {
                let x = number.as_f64().unwrap();
                vec![
                    json!(x.next_up()),
                    json!(x * 1.01),
                    json!(x * 0.5),
                    json!(-x),
                ]
            }
        },
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|replacement| replacement != leaf)
    .collect()
}

/// A place without its indices and names of caches.
pub(crate) fn general(path: &str) -> String {
    let parts: Vec<_> = path.split('/').collect();
    let keep = |(index, part): (usize, &&str)| {
        let free = part.bytes().all(|c| c.is_ascii_digit()) && !part.is_empty()
            || index > 0 && parts[index - 1] == "cache_bytes"
            || matches!(*part, "before" | "after");
        if free {
            "*".to_owned()
        } else {
            (*part).to_owned()
        }
    };
    parts
        .iter()
        .enumerate()
        .map(keep)
        .collect::<Vec<_>>()
        .join("/")
}
