//! Embeds what built the suite: compiler, flags, profile, target. A receipt says them.

use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(rustc)
        .args(["--version", "--verbose"])
        .output();
    let output = output.expect("the compiler runs, or this would not be compiled");
    let verbose = String::from_utf8(output.stdout).expect("its version is UTF-8");
    println!(
        "cargo::rustc-env=SUITE_TOOLCHAIN={}",
        verbose.lines().next().unwrap_or_default()
    );
    println!("cargo::rustc-env=SUITE_RUSTC={}", facts(&verbose));

    // Separated by X'1F', see the cargo book, "Environment variables Cargo sets for build scripts".
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS")
        .unwrap_or_default()
        .replace('\u{1f}', " ");
    let of = |name: &str| env::var(name).unwrap_or_default();
    println!(
        "cargo::rustc-env=SUITE_FLAGS=opt-level={} target={} RUSTFLAGS=\"{}\"",
        of("OPT_LEVEL"),
        of("TARGET"),
        without_paths(&flags)
    );
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
}

/// `release: …, host: …, LLVM version: …`
fn facts(verbose: &str) -> String {
    let wanted = ["release:", "commit-hash:", "host:", "LLVM version:"];
    let lines = verbose
        .lines()
        .filter(|line| wanted.iter().any(|key| line.starts_with(key)));
    lines.collect::<Vec<_>>().join(", ")
}

/// Remapped paths name the build folder, which must not reach the program: two builds of the same
/// source in two folders are the same bytes.
fn without_paths(flags: &str) -> String {
    let words = flags
        .split(' ')
        .filter(|word| !word.contains("remap-path-prefix"));
    words.collect::<Vec<_>>().join(" ")
}
