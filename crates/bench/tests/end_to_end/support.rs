//! The suite, the command, and folders to run them in.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use receipt::Receipt;
use serde_json::Value;
use tempfile::TempDir;

/// Short, and with the fewest launches that can decide an objective.
pub(crate) const TINY: [&str; 9] = [
    // Other tests may well run beside this one.
    "--no-lock",
    "--launches",
    "3",
    "--warm-up",
    "0.05",
    "--measure",
    "0.1",
    "--samples",
    "10",
];

/// The suite program, built once with the profile that is shipped, and as `bench run` builds it: beside the
/// command, whose features it shares, so that cargo builds nothing a second time with others.
pub(crate) fn suite() -> &'static Path {
    static SUITE: OnceLock<PathBuf> = OnceLock::new();
    SUITE.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args([
                "bench",
                "--no-run",
                "--locked",
                "-p",
                "workload",
                "--bench",
                "slo_validation",
                "-p",
                "copybook-bench",
            ])
            .args(["--message-format", "json-render-diagnostics"])
            .output()
            .expect("cargo runs, since it runs this test");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let program = text(&output.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        program.expect("cargo says where the suite is")
    })
}

/// `bench` with arguments, the real suite, and nothing of the caller's settings.
pub(crate) fn bench<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BENCH_") || name == "PERF" {
            command.env_remove(name);
        }
    }
    command.env("BENCH_SUITE", suite()).args(args);
    command
}

/// `bench run` with the shortest measurement, into `output`.
pub(crate) fn run(output: &Path) -> Command {
    let mut command = bench(["run"]);
    command.args(TINY).arg("--output").arg(output);
    command
}

/// Runs to the end.
pub(crate) fn output(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

/// Runs to the end and must exit with `code`; what it wrote to standard output and error.
#[track_caller]
pub(crate) fn exits(command: &mut Command, code: i32) -> (String, String) {
    let output = output(command);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout:\n{stdout}\nstderr:\n{stderr}"
    );
    (stdout, stderr)
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder to run in.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A program that stands in for the suite: `script` finds the real one in `$SUITE`, and `launch-2` or
/// the like in `$LAUNCH`, which is something else where the suite is only asked what it is.
pub(crate) fn wrapper(at: &Path, script: &str) -> PathBuf {
    let path = at.join("suite.sh");
    let text = format!(
        "#!/bin/sh\nset -e\nSUITE='{}'\nLAUNCH=$(basename \"$(dirname \"$CRITERION_HOME\")\")\n\
         {script}\n",
        suite().display()
    );
    crate::program::script(&path, &text);
    path
}

/// The receipt in a folder, which must be whole and sound.
#[track_caller]
pub(crate) fn sound(folder: &Path) -> Receipt {
    let path = folder.join("perf.json");
    let raw = fs::read_to_string(&path).expect("a receipt");
    let receipt = Receipt::load(&path).expect("a whole receipt");
    let problems = receipt::verify(&receipt, &raw).err();
    assert!(problems.is_none(), "{problems:?}");
    receipt
}

/// Names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
