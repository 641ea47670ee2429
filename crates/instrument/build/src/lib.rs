//! What a program was built from: the hash of its sources, and its compiler.
//!
//! A build script calls [`emit`]; a program that wants to know whether a folder still holds those
//! sources calls [`sources::hash`].

mod compiler;
pub mod rule;
pub mod sources;

use std::env;
use std::path::Path;

use crate::rule::Rule;

/// Compiles into this package's programs where they come from, as `env!("BUILT_SOURCES")` (64 hex
/// digits, see [`sources::hash`]), `env!("BUILT_TOOLCHAIN")` (`rustc 1.89.0 (…)`) and
/// `env!("BUILT_RUSTC")` (`release: …, commit-hash: …, host: …, LLVM version: …`).
///
/// Asks cargo to run the build script again whenever a source file changes, comes or goes.
///
/// # Panics
/// With what is wrong, which is how a build script stops the build: the sources can't be read, or
/// the list of them in Cargo.toml is malformed.
pub fn emit() {
    let (sources, hash, watched) = sources().unwrap_or_else(|error| panic!("{error}"));
    println!("cargo::rustc-env=BUILT_SOURCES={hash}");
    for entry in watched {
        println!("cargo::rerun-if-changed={}", sources.join(entry).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    let verbose = compiler::verbose();
    println!(
        "cargo::rustc-env=BUILT_TOOLCHAIN={}",
        compiler::name(&verbose)
    );
    println!("cargo::rustc-env=BUILT_RUSTC={}", compiler::facts(&verbose));
}

fn sources() -> Result<(std::path::PathBuf, String, Vec<String>), sources::SourcesError> {
    let package = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = sources::root(Path::new(&package))?;
    let rule = Rule::read(&root)?;
    let hash = sources::hash(&root)?;
    let watched = rule.watched(&root)?;
    Ok((root, hash, watched))
}
