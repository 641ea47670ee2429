//! Compiles into the command where it comes from, and writes down which crates this program and the suite are made of, for `bench sbom`: only while
//! building is every crate's licence at hand.

// A build script's only way to report is to stop the build with a message.
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Their programs are in the image; the suite is a bench target, which links development
/// dependencies (Criterion).
const ROOTS: [(&str, &[&str]); 2] = [
    ("copybook-bench", &["normal"]),
    ("workload", &["normal", "dev"]),
];

fn main() {
    instrument_build::emit();
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let metadata = metadata();
    let reached = reach(&metadata);
    let locked = checksums();
    let components: Vec<_> = reached
        .iter()
        .map(|(id, &shipped)| component(package(&metadata, id), shipped, &locked))
        .collect();
    let dependencies: Vec<_> = reached
        .keys()
        .map(|id| edges(&metadata, &reached, id))
        .collect();
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let crates = json!({"components": components, "dependencies": dependencies});
    fs::write(Path::new(&out).join("crates.json"), crates.to_string())
        .expect("cargo's output folder can be written");
}

/// Cargo's own answer, for the platform that is built for. Offline where cargo itself is.
fn metadata() -> Value {
    let target = env::var("TARGET").expect("cargo sets TARGET");
    let output = Command::new(env::var_os("CARGO").expect("cargo sets CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", &target])
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo metadata, for the bill of materials: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

/// Package ids that the roots depend on, and whether their code is in a program (true) or only ran
/// while it was built: build scripts and procedural macros with all that they depend on.
fn reach(metadata: &Value) -> BTreeMap<String, bool> {
    let mut reached = BTreeMap::new();
    for (name, kinds) in ROOTS {
        let root = packages(metadata)
            .iter()
            .find(|package| package["name"] == name && package["source"].is_null())
            .unwrap_or_else(|| panic!("no package {name} in the workspace"));
        visit(metadata, text(&root["id"]), true, kinds, &mut reached);
    }
    reached
}

fn visit(
    metadata: &Value,
    id: &str,
    shipped: bool,
    kinds: &[&str],
    reached: &mut BTreeMap<String, bool>,
) {
    let shipped = shipped && !is_macro(package(metadata, id));
    match reached.get(id) {
        // The second root is a dependency of the first, seen without its development ones.
        Some(&before) if (before || !shipped) && !kinds.contains(&"dev") => return,
        Some(&before) => reached.insert(id.to_owned(), before || shipped),
        None => reached.insert(id.to_owned(), shipped),
    };
    for dep in node(metadata, id)["deps"].as_array().expect("an array") {
        for kind in dep["dep_kinds"].as_array().expect("an array") {
            let kind = kind["kind"].as_str().unwrap_or("normal");
            if kind == "build" || kinds.contains(&kind) {
                visit(
                    metadata,
                    text(&dep["pkg"]),
                    shipped && kind != "build",
                    &["normal"],
                    reached,
                );
            }
        }
    }
}

/// SHA-256 of every published crate, by name and version.
fn checksums() -> BTreeMap<(String, String), String> {
    let lock = fs::read_to_string("../../Cargo.lock").expect("Cargo.lock can be read");
    let lock: toml::Table = lock.parse().expect("Cargo.lock is TOML");
    let text = |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    lock["package"]
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|p| {
            Some((
                (text(p, "name")?, text(p, "version")?),
                text(p, "checksum")?,
            ))
        })
        .collect()
}

/// A CycloneDX component.
fn component(package: &Value, shipped: bool, locked: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": name,
        "version": version,
        "scope": if shipped { "required" } else { "excluded" },
        "licenses": [licence(package)],
        "purl": reference(package),
    });
    if let Some(sha256) = locked.get(&(name.to_owned(), version.to_owned())) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": sha256}]);
    }
    component
}

/// An SPDX expression; old crates write `/` for OR.
fn licence(package: &Value) -> Value {
    match (
        package["license"].as_str(),
        package["license_file"].as_str(),
    ) {
        (Some(expression), _) => json!({"expression": expression.replace('/', " OR ")}),
        (None, Some(file)) => json!({"license": {"name": format!("see its file {file}")}}),
        (None, None) => panic!("{} states no licence", package["name"]),
    }
}

/// A CycloneDX dependency entry, of what was reached.
fn edges(metadata: &Value, reached: &BTreeMap<String, bool>, id: &str) -> Value {
    let depends_on: Vec<_> = node(metadata, id)["dependencies"]
        .as_array()
        .expect("an array")
        .iter()
        .filter(|id| reached.contains_key(text(id)))
        .map(|id| reference(package(metadata, text(id))))
        .collect();
    json!({"ref": reference(package(metadata, id)), "dependsOn": depends_on})
}

/// The package's address in the package-url scheme, which also names it in the document.
fn reference(package: &Value) -> String {
    format!(
        "pkg:cargo/{}@{}",
        text(&package["name"]),
        text(&package["version"])
    )
}

fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().expect("an array");
    targets.iter().any(|t| {
        t["kind"]
            .as_array()
            .is_some_and(|k| k.contains(&json!("proc-macro")))
    })
}

fn package<'a>(metadata: &'a Value, id: &str) -> &'a Value {
    packages(metadata)
        .iter()
        .find(|p| p["id"] == id)
        .expect("every id is a package's")
}

fn node<'a>(metadata: &'a Value, id: &str) -> &'a Value {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("an array");
    nodes
        .iter()
        .find(|node| node["id"] == id)
        .expect("every id is a node's")
}

fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().expect("an array")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}
