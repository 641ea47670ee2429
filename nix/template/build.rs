//! Embeds what built the suite: a receipt says it.

use std::{env, process::Command};

fn main() {
    let rustc = env::var("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(rustc).arg("--version").output();
    let version = output.expect("the compiler runs").stdout;
    println!(
        "cargo::rustc-env=SUITE_RUSTC={}",
        String::from_utf8_lossy(&version).trim()
    );
    println!(
        "cargo::rustc-env=SUITE_TARGET={}",
        env::var("TARGET").expect("cargo sets TARGET")
    );
    println!("cargo::rerun-if-changed=build.rs");
}
