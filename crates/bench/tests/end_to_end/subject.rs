//! Other decoders: programs in a checkout's peers/peers.toml, which get records and are judged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{TINY, exits, folder, names};

const NAME: &str = "slo_validation/comp3_heavy_slo_40mbps";

/// What is the same in all of them: `$job` is the order, `$canonical` the file to write.
const BEGINNING: &str = r#"#!/bin/sh
set -e
echo '{"type":"hello","protocol":2,"subject":{"name":"sh","version":"1"},"toolchain":"sh","takes":["records"],"benchmarks":[],"pid":'$$'}'
read job || exit 0
canonical=$(echo "$job" | sed 's/.*"canonical":"\([^"]*\)".*/\1/')
records=$(echo "$job" | sed 's/.*"records":\([0-9]*\).*/\1/')
bytes=$(stat -c %s "$(echo "$job" | sed 's/.*"data":"\([^"]*\)".*/\1/')")
verified() {
    digest=$(cat "$canonical" 2>/dev/null | sha256sum | cut -c 1-64)
    echo '{"type":"verified","benchmark":"slo_validation/comp3_heavy_slo_40mbps","against":"canonical-values","bytes":'$bytes',"records":'$records',"output_bytes":9,"output_sha256":"'$digest'"}'
}
"#;

/// A checkout with a command of its own and these peers.
struct Checkout(TempDir);

impl Checkout {
    fn of(peers: &[(&str, &str)]) -> Self {
        let at = folder();
        // How `bench` knows a checkout.
        let benches = at.path().join("crates/workload/benches");
        fs::create_dir_all(&benches).expect("folders");
        fs::write(benches.join("slo_validation.rs"), "").expect("a file");
        fs::create_dir(at.path().join("peers")).expect("a folder");
        let mut registry = String::new();
        for (name, script) in peers {
            let path = at.path().join("peers").join(name);
            crate::program::script(&path, &format!("{BEGINNING}{script}\n"));
            registry += &format!(
                "[[peer]]\nname = \"{name}\"\nwhy = \"a test\"\nprepare = []\ncommand = [\"{name}\"]\n"
            );
        }
        fs::write(at.path().join("peers/peers.toml"), registry).expect("a registry");
        crate::program::copy(env!("CARGO_BIN_EXE_bench"), &at.path().join("bench"));
        Self(at)
    }

    fn output(&self) -> PathBuf {
        self.0.path().join("out")
    }

    /// `bench run` with these subjects must fail; what it said.
    fn refused(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(self.0.path().join("bench"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BENCH_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.0.path()).arg("run").args(TINY);
        command
            .args(["--filter", NAME, "--output"])
            .arg(self.output());
        let (stdout, stderr) = exits(command.args(arguments), 1);
        assert_eq!(stdout, "", "a summary without a result");
        stderr
    }
}

#[test]
fn a_wrong_value_is_named_and_not_timed() {
    let wrong = "echo '{\"ID\":\"1\"}' > \"$canonical\"; verified; read order || exit 0; echo timed >&2; exit 9";
    let checkout = Checkout::of(&[("wrong", wrong)]);
    let stderr = checkout.refused(&["--subject", "wrong"]);
    let expected = format!("launch 1 of 3: {NAME}: wrong answer at record 1");
    assert!(stderr.contains(&expected), "{stderr}");
    assert!(!stderr.lines().any(|line| line == "timed"), "{stderr}");
    assert!(names(checkout.0.path()).iter().all(|name| name != "out"));
}

#[test]
fn silence_is_a_hung_subject_and_progress_is_not() {
    let busy = format!(
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1
             echo '{{\"type\":\"progress\",\"benchmark\":\"{NAME}\",\"phase\":\"verifying\",\"done\":0,\"of\":0}}'
         done; exec sleep 600"
    );
    let checkout = Checkout::of(&[("hangs", &busy)]);
    // Longer than any silence before the last, shorter than all of them together.
    let stderr = checkout.refused(&["--subject", "hangs", "--hang-timeout", "10"]);
    let expected = format!("{NAME} hung: no sign of life for 10 s (--hang-timeout");
    assert!(stderr.contains(&expected), "{stderr}");
}

#[test]
fn one_subjects_answer_is_not_the_next_ones() {
    let first = "echo '{\"ID\":\"1\"}' > \"$canonical\"; exit 7";
    let second = "ls \"$canonical\" >&2 || true; verified; read order";
    let checkout = Checkout::of(&[("first", first), ("second", second)]);
    let stderr = checkout.refused(&["--subject", "first", "--subject", "second"]);
    assert!(stderr.contains("2 subjects left no receipt"), "{stderr}");
    assert!(stderr.contains("launch 1 of 3 of first: "), "{stderr}");
    assert!(
        stderr.contains("can't read the canonical lines"),
        "{stderr}"
    );
}

#[test]
fn a_subject_that_is_not_there_is_told_with_those_that_are() {
    let checkout = Checkout::of(&[("one", "exit 1"), ("two", "exit 1")]);
    let stderr = checkout.refused(&["--subject", "three"]);
    assert!(
        stderr.contains("expected one of one, two, found the subject `three`"),
        "{stderr}"
    );
    fs::remove_file(Path::new(checkout.0.path()).join("peers/one")).expect("there");
    let stderr = checkout.refused(&["--subject", "one"]);
    assert!(stderr.contains("one is not prepared"), "{stderr}");
}
