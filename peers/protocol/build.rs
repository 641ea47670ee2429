//! Embeds the compiler's version: an adapter names what built its decoder.

use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("the compiler runs");
    let version = String::from_utf8(output.stdout).expect("its version is UTF-8");
    println!("cargo::rustc-env=PEER_RUSTC={}", version.trim());
    println!("cargo::rerun-if-changed=build.rs");
}
