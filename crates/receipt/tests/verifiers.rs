//! Two verifiers, one verdict: real receipts pass both, and a change of any number passes neither.

mod common;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use common::{COMP3, DISPLAY, draft, measured, objectives, python, receipt, repository};
use receipt::{Receipt, Verdict, seal, verify};
use serde_json::{Value, json};

/// Primary facts that nothing follows from: with a new hash, a change can't be seen. Everything
/// else must be seen by both verifiers. docs/receipt.md says so to readers.
const FREE: &[&str] = &[
    "/benchmarks/*/iterations/*",
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
    "/summary/host_cores",
];

#[test]
fn receipts_pass_both() {
    let cases = [
        receipt(205.0, 58.0, 5, 30),
        receipt(79.0, 58.0, 5, 20),
        receipt(81.0, 20.0, 3, 10),
        receipt(205.0, 58.0, 1, 1),
        // Both sides of the end of the table of t quantiles.
        receipt(205.0, 58.0, 31, 2),
        receipt(205.0, 58.0, 40, 2),
        open(),
    ];
    let texts = cases
        .iter()
        .map(|case| case.to_json().unwrap())
        .collect::<Vec<_>>();
    for (case, text) in cases.iter().zip(&texts) {
        assert_eq!(verify(case, text), Ok(()));
    }
    let accepted = python_accepts(&texts);
    assert_eq!(accepted, vec![true; cases.len()]);
}

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
        "/environment/flags = \"\"",
        "/environment/before/load1 = 5e-324",
    ] {
        assert!(accepted.contains(name), "{name}");
    }
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
        with(r#""schema_version":1"#, r#""schema_version":2"#),
        with(r#""aslr":2"#, r#""aslr":2.0"#),
        with(r#"{"schema_version""#, r#"[{"schema_version""#),
        (String::new(), String::new()),
        ("null".to_owned(), "null".to_owned()),
        ("cut".to_owned(), text[..text.len() / 2].to_owned()),
    ];
    assert_eq!(both_accept(&changed), BTreeSet::new());
}

#[test]
fn a_problem_is_named_by_place_expected_and_found() {
    let text = text_with(&value(), "/display_gibps", json!(7.5), true);
    let problems = verify(&parse(&text).unwrap(), &text).unwrap_err();
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.path, ".display_gibps");
    assert_eq!(problem.found, "7.5");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("perf.json");
    std::fs::write(&file, &text).unwrap();
    let output = python(&[script().as_os_str(), file.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, format!("{}: {problem}\n", file.display()));
}

#[test]
fn python_tells_wrong_usage_from_a_bad_receipt() {
    let script = script();
    let code = |arguments: &[&OsStr]| python(arguments).status.code();
    assert_eq!(code(&[script.as_os_str()]), Some(2));
    assert_eq!(code(&[script.as_os_str(), OsStr::new("--quick")]), Some(2));
    assert_eq!(
        code(&[script.as_os_str(), OsStr::new("/absent/perf.json")]),
        Some(1)
    );
}

/// Numbers of every magnitude, and the keys and texts that sort and escape oddly.
#[test]
fn both_canonical_forms_are_the_same_bytes() {
    let mut noise = common::Noise(1);
    let mut numbers: Vec<f64> = (0..20_000)
        .map(|_| {
            noise.unit();
            f64::from_bits(noise.0 ^ (noise.0 >> 29))
        })
        .filter(|number| number.is_finite())
        .collect();
    numbers.extend([
        0.0,
        -0.0,
        1e21,
        1e-6,
        1e-7,
        5e-324,
        f64::MAX,
        1e20,
        123_456_789_012_345_680_000.0,
        0.1,
        100.0,
    ]);
    let texts = json!({"\u{20ac}": "\u{0}\u{8}\u{b}\u{1f}\u{7f}\"\\/\u{2028}", "\r": 1, "\u{fb33}": 2, "\u{1f600}": 3, "1": 4, "\u{80}": true});
    let input = json!([numbers, texts]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.json");
    std::fs::write(&file, serde_json::to_string(&input).unwrap()).unwrap();
    let program = "import sys, verify_receipt as v\n\
                   text = open(sys.argv[1], encoding='utf-8').read()\n\
                   sys.stdout.buffer.write(v.canonical(v.parse(text)).encode())";
    let output = std::process::Command::new("python3")
        .args(["-B", "-c", program])
        .arg(&file)
        .env("PYTHONPATH", repository("scripts"))
        .output()
        .expect("python3 is needed for the second verifier");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stdout == serde_json_canonicalizer::to_vec(&input).unwrap());
}

/// A receipt whose last launch was so slow that three of them bound nothing: it decides nothing.
fn open() -> Receipt {
    let mut slow = measured(DISPLAY, 5_000_000, 205.0, 3, 10);
    for ns in &mut slow.launches[2].samples {
        *ns *= 4.0;
    }
    let open = draft(vec![slow])
        .into_receipt(&objectives(), |name| name == DISPLAY)
        .unwrap();
    let benchmark = &open.benchmarks[0];
    assert!(benchmark.ci95_mibps[0] < benchmark.mean_mibps / 1000.0);
    assert_eq!(open.status, Verdict::Inconclusive);
    open
}

fn value() -> Value {
    let small = draft(vec![
        measured(DISPLAY, 5_000_000, 205.0, 3, 10),
        measured(COMP3, 600_000, 58.0, 3, 10),
    ]);
    let receipt = small.into_receipt(&objectives(), |_| true).unwrap();
    serde_json::to_value(receipt).unwrap()
}

fn script() -> std::path::PathBuf {
    repository("scripts/verify_receipt.py")
}

fn parse(text: &str) -> Option<Receipt> {
    Receipt::parse(text, Path::new("perf.json")).ok()
}

/// Places of the leaves that `wanted` chooses, as JSON pointers; the hash itself is one.
fn leaves(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> Vec<String> {
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
fn with_parents(leaf: &str) -> Vec<String> {
    let ends = leaf
        .match_indices('/')
        .map(|(end, _)| end)
        .skip(1)
        .chain([leaf.len()]);
    ends.map(|end| leaf[..end].to_owned()).collect()
}

/// The least change first; then changes that stay in the field's range, then ones that leave it.
fn replacements(leaf: &Value) -> Vec<Value> {
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

fn text_with(original: &Value, path: &str, replacement: Value, seal: bool) -> String {
    let mut copy = original.clone();
    *copy.pointer_mut(path).unwrap() = replacement;
    if seal {
        sealed(copy)
    } else {
        serde_json::to_string(&copy).unwrap()
    }
}

fn sealed(mut value: Value) -> String {
    if let Ok(hash) = seal::sha256(value.clone())
        && let Some(place) = value.pointer_mut("/integrity/sha256")
    {
        *place = json!(hash);
    }
    serde_json::to_string(&value).unwrap()
}

/// Names of the cases that a verifier accepts; panics where the two disagree.
fn both_accept(cases: &[(String, String)]) -> BTreeSet<String> {
    let texts: Vec<_> = cases.iter().map(|(_, text)| text).collect();
    let second = python_accepts(&texts);
    let mut accepted = BTreeSet::new();
    for ((name, text), second) in cases.iter().zip(second) {
        let first = parse(text).is_some_and(|receipt| verify(&receipt, text).is_ok());
        assert_eq!(
            first, second,
            "{name}: bench and verify_receipt.py disagree"
        );
        if first {
            accepted.insert(name.clone());
        }
    }
    accepted
}

/// All in one process, since starting Python takes longer than a verification.
fn python_accepts<T: AsRef<str>>(texts: &[T]) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..texts.len())
        .map(|index| folder.path().join(index.to_string()))
        .collect();
    for (file, text) in files.iter().zip(texts) {
        std::fs::write(file, text.as_ref()).unwrap();
    }
    let script = script();
    let arguments: Vec<_> = [script.as_os_str()]
        .into_iter()
        .chain(files.iter().map(|file| file.as_os_str()))
        .collect();
    let output = python(&arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let said = String::from_utf8(output.stdout).unwrap();
    let accepted: BTreeSet<&str> = said
        .lines()
        .filter_map(|line| line.strip_suffix(": ok"))
        .collect();
    let ok: Vec<_> = files
        .iter()
        .map(|file| accepted.contains(file.to_str().unwrap()))
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(ok.contains(&false))));
    ok
}

/// A place without its indices and names of caches.
fn general(path: &str) -> String {
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
