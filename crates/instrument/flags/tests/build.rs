//! Every way to change what the compiler is passed leaves its trace in the program.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A project with one benchmark that prints its flags and profile, and settings of its own.
fn project(profile: &str, config: &str) -> TempDir {
    let at = tempfile::tempdir().expect("a temporary folder");
    let manifest = format!(
        "[package]\nname = \"probe\"\nedition = \"2024\"\n[workspace]\n\
         [[bench]]\nname = \"probe\"\nharness = false\n\
         [dev-dependencies]\ninstrument-flags = {{ path = {:?} }}\n{profile}",
        env!("CARGO_MANIFEST_DIR")
    );
    let program = "fn main() { println!(\"{}|{}\", instrument_flags::flags!(), instrument_flags::profile!()); }";
    for (name, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("src/lib.rs", ""),
        ("benches/probe.rs", program),
        (".cargo/config.toml", config),
    ] {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    at
}

/// What the benchmark prints when it is built with `variables`: flags and profile.
fn printed(at: &Path, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_") && name != "CARGO_HOME" || name.ends_with("RUSTFLAGS") {
            command.env_remove(name.as_ref());
        }
    }
    let output = command
        .args(["bench", "--quiet", "--offline", "--bench", "probe"])
        .current_dir(at)
        .envs(variables.iter().copied())
        .output()
        .expect("cargo runs, since it runs this test");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let line = String::from_utf8(output.stdout).expect("text");
    let (flags, profile) = line.trim().split_once('|').expect("two words");
    (flags.to_owned(), profile.to_owned())
}

fn words(flags: &str) -> Vec<&str> {
    flags.split(' ').collect()
}

#[test]
fn variables_leave_their_trace() {
    let at = project("", "");
    let (plain, profile) = printed(at.path(), &[]);
    assert_eq!(profile, "release");
    assert!(words(&plain).contains(&"opt-level=3"), "{plain}");
    assert!(
        !plain.contains("lto=fat") && !plain.contains('/'),
        "{plain}"
    );
    let lto = [("CARGO_PROFILE_BENCH_LTO", "fat")];
    let (flags, _) = printed(at.path(), &lto);
    assert!(words(&flags).contains(&"lto=fat"), "{flags}");
    let (flags, _) = printed(at.path(), &[("RUSTFLAGS", "-Ctarget-cpu=native")]);
    assert!(words(&flags).contains(&"target-cpu=native"), "{flags}");
    // And back: a program that was not built anew would still say the last one.
    assert_eq!(printed(at.path(), &[]).0, plain);
}

#[test]
fn profiles_and_configuration_files_leave_their_trace() {
    let at = project("[profile.bench]\ncodegen-units = 7\nlto = true\n", "");
    let (flags, _) = printed(at.path(), &[]);
    let found = words(&flags);
    assert!(
        found.contains(&"codegen-units=7") && found.contains(&"lto=fat"),
        "{flags}"
    );
    let config = "[build]\nrustflags = [\"--cfg\", \"probed\"]\n[profile.bench]\nopt-level = 1\n";
    let (flags, _) = printed(project("", config).path(), &[]);
    let found = words(&flags);
    assert!(
        found.contains(&"opt-level=1") && found.contains(&"--cfg=probed"),
        "{flags}"
    );
}

#[test]
fn two_folders_say_the_same() {
    let (one, other) = (project("", ""), project("", ""));
    let from = |at: &TempDir| {
        let remap = format!("--remap-path-prefix={}=/src", at.path().display());
        printed(
            at.path(),
            &[("RUSTFLAGS", &remap), ("CARGO_INCREMENTAL", "1")],
        )
    };
    assert_eq!(from(&one), from(&other));
}
