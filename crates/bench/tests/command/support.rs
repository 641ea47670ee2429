//! `bench` with nothing of the caller's settings.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `bench` with arguments.
pub(crate) fn bench<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BENCH_") || name == "PERF" {
            command.env_remove(name);
        }
    }
    command.args(args);
    command
}

/// Runs to the end; exit code (none: killed by a signal), standard output, standard error.
pub(crate) fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

/// A receipt that verifies: one of those that the project keeps as evidence.
pub(crate) fn receipt() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.join("../../results/epyc-2-cpus-kvm/2026-11-27.json")
}
