//! What the adapter says about a `bench` that is none: a script with a version of its own.

use std::collections::BTreeMap;
use std::fs;

use instrument::subject::SubjectError;
use instrument::wire::{Hello, Records, Spelling, Verified};
use tempfile::TempDir;

use super::{converse, job, program};

/// What it says if the `bench` prints this for `--version`.
fn said(version: &str) -> Result<(Hello, Verified), SubjectError> {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("copybook"), "       01 R.\n           05 NAME PIC X.\n").expect("the copybook");
    fs::write(at("data"), [0xc1]).expect("a record");
    fs::write(at("version"), version).expect("the version");
    fs::write(at("lines"), "{\"NAME\":\"A\"}\n").expect("the output");
    let script =
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"; [ \"$1\" = --version ] && cat version || cat lines\n";
    program::script(&at("bench"), script);
    let records = Records {
        copybook: at("copybook"),
        data: at("data"),
        record_length: 1,
        records: 1,
        fields: BTreeMap::from([("NAME".to_owned(), Spelling::Text)]),
        canonical: at("canonical"),
    };
    let jobs = [job("g/one", records)];
    let mut heard = converse(&["process"], folder.path(), &jobs)?;
    Ok((heard.hello, heard.measured.remove(0).0))
}

#[test]
fn version_compiler_and_sources_are_those_of_bench() {
    let sources = "0123456789abcdef".repeat(4);
    let version = format!("bench 9.8.7\nrustc 6.5.4 (of that bench)\nsources: {sources}\n");
    let (hello, verified) = said(&version).expect("it is measured");
    assert_eq!(hello.subject.name, "copybook-decode-process");
    assert_eq!(hello.subject.version, "9.8.7");
    assert_eq!(
        hello.toolchain.as_deref(),
        Some("rustc 6.5.4 (of that bench)")
    );
    assert_eq!(hello.sources, Some(sources));
    assert_eq!((hello.rustc, hello.flags), (None, None));
    let file_system = hello.file_system.expect("it reads and writes files");
    assert!(!file_system.is_empty());
    assert_eq!((verified.records, verified.output_bytes), (1, 13));
    assert_eq!(verified.kernels, None);
}

#[test]
fn a_bench_that_names_no_compiler_is_not_measured() {
    let said = said("bench 9.8.7\n").expect_err("two lines are missing");
    let said = said.to_string();
    assert!(said.contains("expected `bench VERSION`"), "{said}");
}
