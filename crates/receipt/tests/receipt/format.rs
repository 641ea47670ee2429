//! The model, its schema and its page say the same.

use std::collections::BTreeSet;
use std::fs;

use crate::common::{self, measured, receipt, repository};
use receipt::Receipt;
use receipt::model::EnvironmentKind;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(repository("docs/receipt.schema.json")).unwrap())
        .unwrap()
}

fn validator() -> jsonschema::Validator {
    let schema = schema();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is JSON Schema 2020-12");
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn full() -> Value {
    serde_json::to_value(receipt(205.0, 58.0, 3, 10)).unwrap()
}

#[test]
fn receipts_of_every_kind_fit_the_schema() {
    let validator = validator();
    let image = |mut draft: receipt::Draft| {
        let environment = &mut draft.environment;
        environment.kind = EnvironmentKind::Image;
        environment.store_path = Some("/nix/store/abc-suite-0.1.0".to_owned());
        environment.source_hash = Some(format!("sha256-{}=", "Ab+/".repeat(11).split_at(43).0));
        environment.image_digest = Some(format!("sha256:{}", "0".repeat(64)));
        draft
    };
    let other = || vec![measured("group/name", 1000, 100.0, 1, 5)];
    let none = receipt::Objectives::default();
    let cases = [
        receipt(205.0, 58.0, 5, 30),
        receipt(20.0, 40.5, 3, 10),
        common::draft(vec![measured(common::DISPLAY, 5_000_000, 205.0, 3, 10)])
            .into_receipt(&common::with_first_launch(0.5), |_| false)
            .unwrap(),
        common::draft(other())
            .into_receipt(&none, |_| true)
            .unwrap(),
        image(common::draft(other()))
            .into_receipt(&none, |_| true)
            .unwrap(),
    ];
    for case in cases {
        let text = case.to_json().unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let read: Receipt = serde_json::from_str(&text).unwrap();
        assert_eq!(read, case, "numbers come back bit for bit");
    }
}

#[test]
fn the_schema_refuses_what_the_verifiers_refuse_in_form() {
    let validator = validator();
    let cases = [
        ("/timestamp", json!("2026-13-23T20:26:55Z")),
        ("/timestamp", json!("2026-11-23T20:26:55+01:00")),
        ("/status", json!("ok")),
        ("/schema_version", json!(7)),
        ("/schema_version", json!(5)),
        ("/schema_version", json!(4)),
        ("/schema_version", json!(3)),
        ("/schema_version", json!(2)),
        ("/schema_version", json!(1)),
        ("/environment/kind", json!("nix")),
        (
            "/environment/image_digest",
            json!(format!("sha256:{}", "0".repeat(64))),
        ),
        ("/environment/suite_sha256", json!("0")),
        ("/environment/task/job", json!(".41")),
        ("/environment/task/run", json!(0)),
        ("/benchmarks/0/samples/0", json!(0)),
        ("/benchmarks/0/allocations", json!([])),
        ("/benchmarks/0/allocations/0/count", json!(-1)),
        ("/benchmarks/0/allocations/0/bytes", json!(null)),
        ("/benchmarks/0/iterations/0", json!(1.5)),
        ("/benchmarks/0/ci95_mibps", json!([1, 2, 3])),
        ("/command", json!([])),
        ("/integrity/extra", json!(1)),
    ];
    for (path, to) in cases {
        let mut value = full();
        let (parent, key) = path.rsplit_once('/').unwrap();
        match value.pointer_mut(parent).unwrap() {
            Value::Array(array) => array[key.parse::<usize>().unwrap()] = to,
            parent => parent[key] = to,
        }
        assert!(!validator.is_valid(&value), "{path}");
    }
}

/// Nothing in the schema may stay open: each object names its fields, requires them all, and
/// allows no other.
#[test]
fn the_schema_is_strict() {
    fn walk(value: &Value) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object)
            && value.get("type") == Some(&json!("object"))
        {
            let required: BTreeSet<_> = value["required"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let named: BTreeSet<_> = properties.keys().map(String::as_str).collect();
            assert_eq!(named, required);
            assert_eq!(value["additionalProperties"], json!(false), "{named:?}");
        }
        match value {
            Value::Object(object) => object.values().for_each(walk),
            Value::Array(array) => array.iter().for_each(walk),
            _ => {}
        }
    }
    walk(&schema());
}

#[test]
fn model_schema_and_page_have_the_same_fields() {
    let model = {
        let mut paths = BTreeSet::new();
        in_model("", &full(), &mut paths);
        paths
    };
    let schema = {
        let root = schema();
        let mut paths = BTreeSet::new();
        in_schema("", &root, &root, &mut paths);
        paths
    };
    let page = {
        let text = fs::read_to_string(repository("docs/receipt.md")).unwrap();
        // Other sections have tables of other things.
        let (_, form) = text.split_once("\n## Form\n").unwrap();
        let (form, _) = form.split_once("\n## ").unwrap();
        form.lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(path, _)| path.to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert!(model.len() > 70, "{}", model.len());
    assert_eq!(model, schema);
    assert_eq!(model, page);
}

/// `jq` lines of the page ask for fields that exist.
#[test]
fn the_page_asks_only_for_fields_of_the_model() {
    let mut keys = BTreeSet::new();
    in_model("", &full(), &mut keys);
    let keys: BTreeSet<&str> = keys
        .iter()
        .flat_map(|path| path.split(['.', '[']))
        .collect();
    let text = fs::read_to_string(repository("docs/receipt.md")).unwrap();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("jq "))
        .collect();
    assert!(lines.len() >= 5);
    for line in lines {
        let program = line.split('\'').nth(1).unwrap();
        for word in program.split('.').skip(1) {
            let word: String = word
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            assert!(
                word.is_empty() || keys.contains(word.as_str()),
                "{word} in {line}"
            );
        }
    }
}

/// Places of all fields, arrays as `[]`, caches as `*`.
fn in_model(path: &str, value: &Value, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = if path.ends_with("cache_bytes") {
                    "*"
                } else {
                    key
                };
                let path = if path.is_empty() {
                    key.to_owned()
                } else {
                    format!("{path}.{key}")
                };
                paths.insert(path.clone());
                in_model(&path, value, paths);
            }
        }
        Value::Array(array) => array
            .iter()
            .for_each(|value| in_model(&format!("{path}[]"), value, paths)),
        _ => {}
    }
}

fn in_schema(path: &str, at: &Value, root: &Value, paths: &mut BTreeSet<String>) {
    if let Some(reference) = at.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return in_schema(path, target, root, paths);
    }
    let mut field = |key: &str, value: &Value| {
        let path = if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        };
        paths.insert(path.clone());
        in_schema(&path, value, root, paths);
    };
    for (key, value) in at
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        field(key, value);
    }
    if let Some(open) = at
        .get("additionalProperties")
        .filter(|open| open.is_object())
    {
        field("*", open);
    }
    if let Some(items) = at.get("items") {
        in_schema(&format!("{path}[]"), items, root, paths);
    }
}
