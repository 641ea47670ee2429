//! `bench sbom`: what this program is made of, as CycloneDX 1.6.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use receipt::bounded;
use serde_json::{Value, json};

use crate::Outcome;
use crate::streams;

/// Written by build.rs: the crates with licences, checksums and how they depend on each other.
const CRATES: &str = include_str!(concat!(env!("OUT_DIR"), "/crates.json"));
const STORE: &str = "/nix/store";

/// Print the bill of materials (CycloneDX 1.6, JSON): the crates that this program and the suite
/// were built from, with their licences, and the Nix store paths around them.
///
/// For auditors and scanners. If the store paths are not known, the document says so.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File with one store path a line, as `nix path-info --recursive` prints them, to list them
    /// outside the image. Inside the image its whole store is listed.
    #[arg(long, value_name = "FILE")]
    closure: Option<PathBuf>,
}

/// # Errors
/// The list of store paths can't be read, or has something else in it.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let paths = match &args.closure {
        Some(file) => listed(file)?,
        None if env::var("BENCH_ENVIRONMENT").is_ok_and(|kind| kind == "image") => in_store()?,
        None => BTreeSet::new(),
    };
    streams::document(&format!("{:#}", document(&paths)?))?;
    Ok(Outcome::Done)
}

fn listed(file: &Path) -> Result<BTreeSet<String>> {
    let text = bounded::read_to_string(file, bounded::DOCUMENT)
        .with_context(|| format!("can't read {}", file.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// An image holds its closure and nothing else; one that Nix did not build has no store.
fn in_store() -> Result<BTreeSet<String>> {
    if !Path::new(STORE).is_dir() {
        return Ok(BTreeSet::new());
    }
    fs::read_dir(STORE)
        .with_context(|| format!("can't list {STORE}"))?
        .map(|entry| Ok(format!("{STORE}/{}", entry?.file_name().to_string_lossy())))
        .collect()
}

/// Without a time stamp and a random serial number: the same programs, the same document.
fn document(paths: &BTreeSet<String>) -> Result<Value> {
    let crates: Value = serde_json::from_str(CRATES).context("the embedded list of crates")?;
    let own = own_reference();
    let mut components = array(&crates, "components")?.clone();
    // The program itself is the document's subject, not one of its parts.
    components.retain(|component| component["bom-ref"] != own);
    for path in paths {
        components.push(store_path(path)?);
    }
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "copybook-bench",
                "version": env!("CARGO_PKG_VERSION"),
                "licenses": [{"expression": env!("CARGO_PKG_LICENSE")}],
            },
        },
        "components": components,
        "dependencies": array(&crates, "dependencies")?,
        // Crates are all there; whether the rest is depends on who asked.
        "compositions": [{
            "aggregate": if paths.is_empty() { "incomplete" } else { "complete" },
            "assemblies": [own],
        }],
    }))
}

fn array<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key]
        .as_array()
        .with_context(|| format!("the embedded list of crates has no {key}"))
}

fn own_reference() -> String {
    concat!(
        "pkg:cargo/",
        env!("CARGO_PKG_NAME"),
        "@",
        env!("CARGO_PKG_VERSION")
    )
    .to_owned()
}

/// `/nix/store/HASH-NAME-VERSION` as a component.
fn store_path(path: &str) -> Result<Value> {
    let parts = path
        .strip_prefix(STORE)
        .and_then(|rest| rest.strip_prefix('/'))
        .and_then(|rest| rest.split_once('-'));
    let Some((hash, full)) = parts.filter(|(hash, full)| hash.len() == 32 && !full.is_empty())
    else {
        anyhow::bail!("expected a store path ({STORE}/HASH-NAME), found '{path}'");
    };
    ensure!(
        !full.contains('/'),
        "expected a store path, found a file in one: '{path}'"
    );
    let (name, version) = name_and_version(full);
    let mut component = json!({
        "type": "library",
        "bom-ref": path,
        "name": name,
        "properties": [
            {"name": "nix:store-path", "value": path},
            {"name": "nix:output-hash", "value": hash},
        ],
    });
    if let Some(version) = version {
        component["version"] = version.into();
    }
    Ok(component)
}

/// As Nix splits them: the version starts after the first dash that no letter follows.
fn name_and_version(full: &str) -> (&str, Option<&str>) {
    let dash = full
        .match_indices('-')
        .find(|(at, _)| full[at + 1..].starts_with(|c: char| !c.is_ascii_alphabetic()));
    match dash {
        Some((at, _)) => (&full[..at], Some(&full[at + 1..])),
        None => (full, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_a_licence_and_every_edge_an_end() {
        let document = document(&BTreeSet::new()).expect("made");
        let components = document["components"].as_array().expect("an array");
        let names: Vec<_> = components
            .iter()
            .filter_map(|c| c["name"].as_str())
            .collect();
        for expected in [
            "copybook-decode",
            "workload",
            "receipt",
            "criterion",
            "serde_json",
        ] {
            assert!(
                names.contains(&expected),
                "{expected} is missing: {names:?}"
            );
        }
        let mut known: BTreeSet<_> = components.iter().map(|c| c["bom-ref"].as_str()).collect();
        assert_eq!(known.len(), components.len(), "a reference stands twice");
        assert!(components.iter().all(|c| !c["licenses"][0].is_null()));
        known.insert(document["metadata"]["component"]["bom-ref"].as_str());
        for entry in document["dependencies"].as_array().expect("an array") {
            assert!(known.contains(&entry["ref"].as_str()), "{entry}");
            let ends = entry["dependsOn"].as_array().expect("an array");
            assert!(
                ends.iter().all(|end| known.contains(&end.as_str())),
                "{entry}"
            );
        }
    }

    #[test]
    fn what_only_ran_while_building_is_marked() {
        let document = document(&BTreeSet::new()).expect("made");
        let scope = |name: &str| {
            let components = document["components"].as_array().expect("an array");
            components.iter().find(|c| c["name"] == name).expect(name)["scope"].clone()
        };
        assert_eq!(scope("serde"), "required");
        assert_eq!(scope("serde_derive"), "excluded");
        assert_eq!(scope("syn"), "excluded");
    }

    #[test]
    fn store_paths_are_taken_apart_as_nix_does() {
        let path = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-python3-minimal-3.13.5-env";
        let component = store_path(path).expect("a store path");
        assert_eq!(component["name"], "python3-minimal");
        assert_eq!(component["version"], "3.13.5-env");
        let whole = document(&BTreeSet::from([path.to_owned()])).expect("made");
        assert_eq!(whole["compositions"][0]["aggregate"], "complete");
        for wrong in [
            "",
            "/nix/store/short-name",
            "/usr/bin/python3",
            "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-a/bin",
        ] {
            let error = store_path(wrong).expect_err("refused").to_string();
            assert!(error.contains("expected a store path"), "{error}");
        }
    }
}
