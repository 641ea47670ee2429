//! The compiler that cargo uses, by its own words.

use std::env;
use std::process::Command;

/// `rustc --version --verbose`.
pub(crate) fn verbose() -> String {
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(rustc)
        .args(["--version", "--verbose"])
        .output()
        .expect("the compiler runs, or this would not be compiled");
    String::from_utf8(output.stdout).expect("its version is UTF-8")
}

/// `rustc 1.89.0 (29483883e 2025-08-04)`
pub(crate) fn name(verbose: &str) -> &str {
    verbose.lines().next().unwrap_or_default()
}

/// `release: …, commit-hash: …, host: …, LLVM version: …`
pub(crate) fn facts(verbose: &str) -> String {
    let wanted = ["release:", "commit-hash:", "host:", "LLVM version:"];
    let lines = verbose
        .lines()
        .filter(|line| wanted.iter().any(|key| line.starts_with(key)));
    lines.collect::<Vec<_>>().join(", ")
}
