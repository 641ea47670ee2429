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

    let base = at.path().join("profile.folded");
    let other = at.path().join("again");
    let base = base.to_str().expect("a name");
    let (stdout, _) = profile(&["--differential", base], &other).expect("it worked before");
    assert!(stdout.contains("points"), "{stdout}");
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
