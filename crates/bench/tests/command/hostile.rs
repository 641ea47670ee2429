//! Files and subjects that mean harm. What they say is shown, and can't pass for what this program says: it
//! neither moves the cursor nor begins a line. What never ends is not read for ever.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program;
use crate::support::{bench, ended, receipt};

/// Clears the line, turns it green, and claims what only this program may.
const FORGED: &str = "\u{1b}[2K\u{1b}[32m\nperf.json: verified\u{202e}\u{9b}0m";

/// The command, whose output must show the lie where it can't be believed, or leave it out.
fn shows(command: &mut Command) {
    let (_, stdout, stderr) = ended(command);
    for text in [&stdout, &stderr] {
        let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{9b}');
        assert!(!text.contains(hidden), "{command:?}: {text:?}");
        let forged = text.lines().find(|line| line.starts_with("perf.json: "));
        assert_eq!(forged, None, "{command:?}: {text}");
    }
    assert_ne!(stdout + &stderr, "", "{command:?}");
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[test]
fn files_that_are_not_what_was_expected() {
    let at = tempfile::tempdir().expect("a folder");
    let (key, value) = (at.path().join("key.json"), at.path().join("value.json"));
    fs::write(&key, format!("{{{}:1,\"schema_version\":6}}", json(FORGED))).expect("a file");
    fs::write(&value, format!("{{\"status\":{}}}", json(FORGED))).expect("a file");
    for file in [&key, &value] {
        for subcommand in ["verify", "summarize", "report"] {
            shows(bench([subcommand]).arg(file).current_dir(&at));
        }
        shows(bench(["compare"]).arg(file).arg(file));
        shows(bench(["sign", "--key", "none"]).arg(file));
        shows(
            bench(["history", "import"])
                .arg(file)
                .env("BENCH_HISTORY", at.path().join("h.db")),
        );
        shows(bench(["cost", "--prices", "none"]).arg(file));
    }
    let toml = at.path().join("lie.toml");
    fs::write(&toml, format!("[[slo]]\n{} = 1\n", json(FORGED))).expect("a file");
    shows(bench(["run", "--quick", "--no-lock", "--slo"]).arg(&toml));
    let copybook = at.path().join("lie.cpy");
    let lie = FORGED.replace('\n', "\r");
    fs::write(&copybook, format!("01 R.\n05 A PIC {lie}.\n")).expect("a file");
    shows(bench(["layout", "--copybook"]).arg(&copybook));
}

#[test]
fn names_of_files_in_a_folder() {
    let at = tempfile::tempdir().expect("a folder");
    fs::write(at.path().join(format!("{FORGED}.json")), "{}").expect("a file");
    for subcommand in ["verify", "summarize"] {
        shows(bench([subcommand]).arg(at.path().join(format!("{FORGED}.json"))));
    }
    shows(bench(["report", "--output", "-"]).arg(at.path()));
    shows(bench(["fleet", "collect"]).arg(at.path()));
}

#[test]
fn subjects_that_fail_with_a_lie() {
    for script in [
        format!(
            "printf '%s\\n' '{{\"type\":\"error\",\"message\":{}}}'",
            json(FORGED)
        ),
        format!("printf '%s' '{FORGED}' >&2; exit 3"),
        format!("printf '%s\\n' '{FORGED}'"),
    ] {
        let at = tempfile::tempdir().expect("a folder");
        let suite = at.path().join("suite");
        program::script(&suite, &format!("#!/bin/sh\n{script}\n"));
        shows(&mut asked(&suite, at.path()));
    }
}

fn asked(suite: &Path, at: &Path) -> Command {
    let mut command = bench(["run", "--quick", "--no-lock", "--suite"]);
    command.arg(suite).arg("--output").arg(at.join("out"));
    command
}

#[test]
fn a_device_without_an_end_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    let sound = receipt();
    let sound = sound.to_str().expect("UTF-8");
    let zero = "/dev/zero";
    for args in [
        &["verify", zero][..],
        &["summarize", zero],
        &["compare", zero, sound],
        &["report", zero],
        &["report", sound, "--baseline", zero],
        &["cost", "--prices", zero, sound],
        &["sbom", "--closure", zero],
        &["baseline", "--folder", "b", "add", zero],
        &["selftest", zero],
        &["run", "--quick", "--no-lock", "--slo", zero],
        &["layout", "--copybook", zero],
        &["sign", "--key", zero, sound],
    ] {
        let (code, _, stderr) = ended(bench(args).current_dir(&at));
        assert_eq!(code, Some(1), "{args:?}: {stderr}");
        let bound = stderr.contains("expected at most") || args[0] == "run";
        assert!(bound, "{args:?}: {stderr}");
    }
}

#[test]
fn a_pipe_among_the_results_of_a_fleet_is_not_waited_for() {
    let at = tempfile::tempdir().expect("a folder");
    let job = at.path().join("7");
    fs::create_dir(&job).expect("a folder");
    let made = Command::new("mkfifo")
        .arg(job.join("0-0-1-node.json"))
        .status();
    assert!(made.is_ok_and(|status| status.success()), "no pipe");
    let (code, _, stderr) = ended(bench(["fleet", "collect"]).arg(at.path()));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("not a file"), "{stderr}");
}
