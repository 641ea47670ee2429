//! What a program was built from: the hash of its sources, and its compiler.
//!
//! A build script calls [`emit`]; a program that wants to know whether a folder still holds those
//! sources calls [`sources::hash`].

mod compiler;
pub mod rule;
pub mod sources;
mod target_folder;

use std::env;
use std::path::{Path, PathBuf};

use crate::rule::Rule;

/// Compiles into this package's programs where they come from, as `env!("BUILT_SOURCES")` (64 hex
/// digits, see [`sources::hash`]), `env!("BUILT_TOOLCHAIN")` (`rustc 1.89.0 (…)`) and
/// `env!("BUILT_RUSTC")` (`release: …, commit-hash: …, host: …, LLVM version: …`).
///
/// Asks cargo to run the build script again whenever a source file changes, comes or goes.
///
/// # Panics
/// With what is wrong, which is how a build script stops the build: the sources can't be read, the
/// list of them in Cargo.toml is malformed, or another checkout was built into this target folder.
pub fn emit() {
    let package = folder("CARGO_MANIFEST_DIR");
    let (root, hash, watched) = sources(&package).unwrap_or_else(|error| panic!("{error}"));
    if let Err(problem) = target_folder::claim(&folder("OUT_DIR"), &root) {
        panic!("{problem}");
    }
    println!("cargo::rustc-env=BUILT_SOURCES={hash}");
    // Relative to the package, as cargo itself notes what it compiled: where two checkouts share a target
    // folder, cargo takes both for one, and has to look at the files of the one that it builds now.
    let up = package
        .strip_prefix(&root)
        .map_or(0, |below| below.iter().count());
    for entry in watched {
        println!("cargo::rerun-if-changed={}{entry}", "../".repeat(up));
    }
    println!("cargo::rerun-if-changed=build.rs");
    let verbose = compiler::verbose();
    println!(
        "cargo::rustc-env=BUILT_TOOLCHAIN={}",
        compiler::name(&verbose)
    );
    println!("cargo::rustc-env=BUILT_RUSTC={}", compiler::facts(&verbose));
}

fn folder(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_else(|| panic!("cargo sets {variable}")))
}

fn sources(package: &Path) -> Result<(PathBuf, String, Vec<String>), sources::SourcesError> {
    let root = sources::root(package)?;
    let rule = Rule::read(&root)?;
    let hash = sources::hash(&root)?;
    let watched = rule.watched(&root)?;
    Ok((root, hash, watched))
}
