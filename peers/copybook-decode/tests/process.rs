//! The adapter's answer about a `bench` that is none: a script with a version of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use protocol::{Answer, Job, Spelling};
use tempfile::TempDir;

/// The answer, if the `bench` prints this for `--version`.
fn answer(version: &str) -> Output {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("copybook"), "       01 R.\n           05 NAME PIC X.\n").expect("the copybook");
    fs::write(at("data"), [0xc1]).expect("a record");
    fs::write(at("version"), version).expect("the version");
    fs::write(at("lines"), "{\"NAME\":\"A\"}\n").expect("the output");
    script(
        &at("bench"),
        "cd \"$(dirname \"$0\")\"; [ \"$1\" = --version ] && cat version || cat lines",
    );
    let job = Job {
        protocol: 1,
        copybook: at("copybook"),
        data: at("data"),
        record_length: 1,
        records: 1,
        fields: BTreeMap::from([("NAME".to_owned(), Spelling::Text)]),
        canonical: at("canonical"),
        warm_up_s: 0.0,
        measure_s: 0.0,
        samples: 1,
    };
    let mut adapter = Command::new(env!("CARGO_BIN_EXE_peer-copybook-decode"))
        .arg("process")
        .env("BENCH_PROGRAM", at("bench"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the adapter starts");
    let job = serde_json::to_string(&job).expect("the job is JSON");
    // Its input ends behind the job, and so does the conversation behind the answer.
    writeln!(adapter.stdin.take().expect("piped"), "{job}").expect("the adapter listens");
    adapter.wait_with_output().expect("the adapter ends")
}

fn script(path: &Path, body: &str) {
    fs::write(path, format!("#!/bin/sh\n{body}\n")).expect("the script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be run");
}

#[test]
fn the_version_and_the_compiler_are_those_of_bench() {
    let output = answer("bench 9.8.7\nrustc 6.5.4 (of that bench)\n");
    let answer: Answer = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(answer.subject.name, "copybook-decode-process");
    assert_eq!(answer.subject.version, "9.8.7");
    let toolchain = answer.subject.toolchain;
    let expected =
        "rustc 6.5.4 (of that bench), bench decode --threads 1, whole process, files on ";
    assert!(toolchain.starts_with(expected), "{toolchain}");
}

#[test]
fn a_bench_that_names_no_compiler_is_not_measured() {
    let output = answer("bench 9.8.7\n");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("expected `bench VERSION` and its compiler"),
        "{said}"
    );
}
