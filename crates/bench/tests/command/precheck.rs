//! What can be known before the first launch is said before it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program;
use crate::support::{bench, ended};

/// A run whose suite fails as soon as it is started.
fn run(output: &Path) -> Command {
    let mut command = bench([
        "run",
        "--quick",
        "--no-lock",
        "--suite",
        "/bin/false",
        "--output",
    ]);
    command.arg(output);
    command
}

#[track_caller]
fn refused(command: &mut Command, expected: &[&str]) {
    let (code, stdout, stderr) = ended(command);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    for part in expected {
        assert!(stderr.contains(part), "no `{part}` in {stderr}");
    }
    assert!(!stderr.contains("asking"), "it was started: {stderr}");
}

#[test]
fn a_suite_that_fails_is_started_when_nothing_else_is_wrong() {
    let at = tempfile::tempdir().expect("a folder");
    let (code, _, stderr) = ended(&mut run(at.path()));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("false what it is"), "{stderr}");
}

#[test]
fn malformed_provenance_names_its_variable() {
    let at = tempfile::tempdir().expect("a folder");
    for (name, value) in [
        ("BENCH_REVISION", "v1.2"),
        ("BENCH_IMAGE_DIGEST", "latest"),
        ("BENCH_FLAKE_LOCK_SHA256", "abc"),
        ("BENCH_SOURCE_HASH", "sha256-short="),
        ("BENCH_ENVIRONMENT", "docker"),
    ] {
        refused(run(at.path()).env(name, value), &[name, value, "expected"]);
    }
    // A digest of no image.
    let digest = format!("sha256:{}", "0".repeat(64));
    refused(
        run(at.path()).env("BENCH_IMAGE_DIGEST", digest),
        &["BENCH_IMAGE_DIGEST", "BENCH_ENVIRONMENT"],
    );
}

#[test]
fn what_nix_did_not_build_is_not_measured_as_its_own() {
    let at = tempfile::tempdir().expect("a folder");
    let nix = |mut command: Command| {
        command.env("BENCH_ENVIRONMENT", "nix");
        command.env("BENCH_FLAKE_LOCK_SHA256", "0".repeat(64));
        command.env("BENCH_SOURCE_HASH", "0".repeat(64));
        command
    };
    refused(
        &mut nix(run(at.path())),
        &["--suite /bin/false", "/nix/store"],
    );
    let mut peer = bench(["run", "--no-lock", "--subject", "gnucobol", "--output"]);
    peer.arg(at.path());
    refused(&mut nix(peer), &["--subject gnucobol", "BENCH_ENVIRONMENT"]);
    let mut alone = run(at.path());
    refused(
        alone.env("BENCH_ENVIRONMENT", "image"),
        &["BENCH_FLAKE_LOCK_SHA256 is needed"],
    );
}

#[test]
fn a_kernel_that_is_none_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    refused(
        run(at.path()).args(["--kernel", "abacus"]),
        &["--kernel: expected a kernel", "abacus"],
    );
    let other = if cfg!(target_arch = "x86_64") {
        "neon"
    } else {
        "avx2"
    };
    refused(
        run(at.path()).args(["--kernel", other]),
        &["--kernel", other],
    );
}

#[test]
fn a_filter_that_selects_nothing_of_our_own_suite_is_refused_before_that_is_built() {
    let mut command = bench([
        "run",
        "--no-lock",
        "--output",
        "-",
        "--filter",
        "=slo_validation",
    ]);
    refused(
        &mut command,
        &[
            "no benchmark's name matches `=slo_validation`",
            "bench list",
        ],
    );
}

#[test]
fn a_place_that_cannot_take_the_receipt_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    fs::create_dir(at.path().join("perf.json")).expect("a folder");
    refused(&mut run(at.path()), &["perf.json is a folder", "--output"]);
    refused(
        &mut run(Path::new("/proc/nowhere")),
        &["/proc/nowhere", "--output"],
    );
    refused(&mut run(Path::new("/dev/null")), &["/dev/null", "--output"]);
}

/// Where a build would fail, the name is still what is wrong.
#[test]
fn a_profile_of_an_unknown_benchmark_builds_nothing() {
    let mut command = bench(["profile", "no_such_benchmark"]);
    command.env("PATH", "");
    let (code, stdout, stderr) = ended(&mut command);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(
        stderr.contains("no benchmark is called \"no_such_benchmark\"; `bench list`"),
        "{stderr}"
    );
}

/// Rust is to be installed where cargo is not there, and nowhere else.
#[test]
fn a_build_that_was_stopped_does_not_lack_rust() {
    let at = tempfile::tempdir().expect("a folder");
    let cargo = at.path().join("cargo");
    program::script(&cargo, "#!/bin/sh\nkill -TERM $PPID\nsleep 60\n");
    let run = |cargo: &Path| {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut command = bench(["run", "--no-lock", "--checkout"]);
        command.arg(checkout).env("CARGO", cargo);
        ended(command.arg("--output").arg(at.path().join("output")))
    };
    let (code, _, stderr) = run(&cargo);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("interrupted by SIGTERM") && !stderr.contains("install"),
        "{stderr}"
    );
    let (code, _, stderr) = run(&at.path().join("nothing"));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("install Rust"), "{stderr}");
}
