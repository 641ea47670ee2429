//! `bench workload`: the files that it leaves, and what our own decoder makes of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::{bench, ended};

#[test]
fn the_files_agree_with_each_other() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("new/wide");
    let output = folder.to_str().expect("a name");
    let (code, stdout, stderr) = ended(&mut bench([
        "workload", "wide", "--output", output, "--size", "100kB",
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.contains("wide.dat: 11 records of 9000 bytes"),
        "{stdout}"
    );

    let path = |ending: &str| format!("{output}/wide.{ending}");
    let decode = ["decode", "--copybook", &path("cpy"), "--data", &path("dat")];
    let (code, lines, stderr) = ended(&mut bench(decode));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(lines, fs::read_to_string(path("jsonl")).expect("lines"));

    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["wide.cpy", "wide.dat", "wide.jsonl"]);
    let mode = fs::metadata(path("dat")).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o644);
}

/// What it says that ours is can be given to a shell, whatever the folder is called.
#[test]
fn the_command_that_is_printed_runs() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("it's $HOME");
    let (code, stdout, stderr) =
        ended(bench(["workload", "wide", "--size", "1", "--output"]).arg(&folder));
    assert_eq!(code, Some(0), "{stderr}");
    let ours = stdout
        .lines()
        .find_map(|line| line.strip_prefix("ours: bench "));
    let script = format!("set -o pipefail; \"$0\" {}", ours.expect("the command"));
    let shell = Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_bench")])
        .output()
        .expect("bash");
    assert!(shell.status.success(), "{script}: {shell:?}");
}

#[test]
fn what_can_not_be_written_leaves_nothing() {
    let at = tempfile::tempdir().expect("a folder");
    let file = at.path().join("file");
    fs::write(&file, "mine").expect("a file");
    let output = file.to_str().expect("a name");
    let (code, _, stderr) = ended(&mut bench(["workload", "wide", "--output", output]));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("can't write the workload into") && stderr.contains("expected a folder"),
        "{stderr}"
    );
    assert_eq!(fs::read(&file).expect("still there"), b"mine");
}

/// The records would be replaced, and the copybook not.
#[test]
fn a_folder_in_the_place_of_a_file_leaves_the_others_as_they_were() {
    let at = tempfile::tempdir().expect("a folder");
    fs::create_dir(at.path().join("wide.cpy")).expect("a folder");
    fs::write(at.path().join("wide.dat"), "mine").expect("a file");
    let (code, _, stderr) =
        ended(bench(["workload", "wide", "--size", "1", "--output"]).arg(at.path()));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("expected a file, found the folder"),
        "{stderr}"
    );
    assert_eq!(
        fs::read(at.path().join("wide.dat")).expect("still there"),
        b"mine"
    );
}

#[test]
fn one_record_is_one() {
    let at = tempfile::tempdir().expect("a folder");
    let (code, stdout, stderr) =
        ended(bench(["workload", "wide", "--size", "1", "--output"]).arg(at.path()));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("wide.dat: 1 record of 9000 bytes"),
        "{stdout}"
    );
}

#[test]
fn an_unknown_name_is_a_wrong_command_line() {
    let (code, _, stderr) = ended(&mut bench(["workload", "narrow", "--output", "x"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("display_heavy"), "{stderr}");
}
