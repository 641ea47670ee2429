//! `bench profile` with the real suite, as far as this machine lets anybody look in.

use std::fs;

use crate::support::{bench, suite, text};

/// Runs it; `None` where the profiler is not there or may not look, which it has to say with a remedy.
fn profile(flags: &[&str], folder: &std::path::Path) -> Option<(String, String)> {
    let output = bench(["profile", "comp3_heavy_slo", "--seconds", "1"])
        .args(flags)
        .arg("--suite")
        .arg(suite())
        .arg("--output")
        .arg(folder)
        .env("HOME", folder)
        .output()
        .expect("bench runs");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() {
        return Some((stdout, stderr));
    }
    let remedies = ["linux-perf", "--cap-add PERFMON", "package valgrind"];
    assert!(
        remedies.iter().any(|remedy| stderr.contains(remedy)),
        "{stderr}"
    );
    println!(
        "skipped: bench profile {}: {}",
        flags.join(" "),
        stderr.trim()
    );
    None
}

#[test]
fn the_decoder_is_where_the_time_goes() {
    let at = tempfile::tempdir().expect("a folder");
    let Some((stdout, stderr)) = profile(&[], at.path()) else {
        return;
    };
    assert!(stderr.contains("10000 records verified"), "{stderr}");
    let busiest = stdout.lines().nth(2).expect("a function");
    assert!(busiest.contains("copybook_decode::"), "{stdout}");
    assert!(stdout.contains("AMOUNT-01"), "the fields: {stdout}");
    let folded = fs::read_to_string(at.path().join("profile.folded")).expect("stacks");
    let deep = folded
        .lines()
        .find(|line| line.contains("copybook_decode::kernel"));
    assert!(
        deep.is_some_and(|line| line.contains("main;")),
        "a whole stack: {folded}"
    );
    let svg = fs::read_to_string(at.path().join("profile.svg")).expect("a flame graph");
    assert!(svg.contains("copybook_decode::kernel") && svg.ends_with("</svg>\n"));

    let kept = at.path().join(".debug");
    assert!(!kept.exists(), "perf keeps copies of programs");

    let base = at.path().join("profile.folded");
    let other = at.path().join("again");
    let base = base.to_str().expect("a name");
    let (stdout, _) = profile(&["--differential", base], &other).expect("it worked before");
    assert!(stdout.contains("points"), "{stdout}");

    // Its base has functions that nobody calls any more.
    let gone = at.path().join("gone.folded");
    fs::write(&gone, "main;gone_since 3\nmain 1\n").expect("a file");
    let gone = gone.to_str().expect("a name");
    let (stdout, _) = profile(&["--differential", gone], &other).expect("it worked before");
    let row = stdout.lines().find(|line| line.ends_with("gone_since"));
    assert!(row.is_some_and(|row| row.contains("-75.0")), "{stdout}");
}

/// What was waited for would be lost.
#[test]
fn a_folder_that_can_not_be_made_is_told_before_the_launch() {
    let at = tempfile::tempdir().expect("a folder");
    let file = at.path().join("file");
    fs::write(&file, "mine").expect("a file");
    let output = bench(["profile", "comp3_heavy_slo", "--suite"])
        .arg(suite())
        .arg("--output")
        .arg(file.join("folder"))
        .output()
        .expect("bench runs");
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let has_profiler = !stderr.contains("perf");
    assert!(
        !has_profiler || stderr.contains("can't create the folder"),
        "{stderr}"
    );
    assert!(!stderr.contains("verified"), "{stderr}");
}

#[test]
fn instructions_are_counted_on_any_machine() {
    let at = tempfile::tempdir().expect("a folder");
    let Some((stdout, _)) = profile(&["--instructions"], at.path()) else {
        return;
    };
    assert!(
        stdout
            .lines()
            .next()
            .is_some_and(|line| line.ends_with(" instructions")),
        "{stdout}"
    );
    assert!(stdout.contains("copybook_decode::kernel"), "{stdout}");
}
