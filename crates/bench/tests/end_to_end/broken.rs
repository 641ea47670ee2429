//! Sabotage: whatever breaks, there is no pass, no torn file, and a message that says what and
//! where.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{exits, folder, names, run, wrapper};

const OLD: &str = "the old receipt";

/// Runs with `script` as the suite over an old receipt, which must survive; what it said.
fn refused(script: &str) -> String {
    let at = folder();
    let output = at.path().join("out");
    fs::create_dir(&output).expect("a folder");
    fs::write(output.join("perf.json"), OLD).expect("an old receipt");
    let suite = wrapper(at.path(), script);
    let (stdout, stderr) = exits(run(&output).env("BENCH_SUITE", suite), 1);
    assert_eq!(stdout, "", "a summary without a result");
    assert_eq!(names(&output), ["perf.json"]);
    assert_eq!(
        fs::read_to_string(output.join("perf.json")).expect("kept"),
        OLD
    );
    stderr
}

/// The real suite, with `edit` as a line editor of what it says in launch 2.
fn edited(edit: &str) -> String {
    refused(&format!(
        "if [ $LAUNCH = launch-2 ]; then \"$SUITE\" | sed -u '{edit}'; else \"$SUITE\"; fi"
    ))
}

#[test]
fn torn_samples_are_named() {
    let stderr = edited("/\"type\":\"samples\".*comp3/s/.\\{40\\}$//");
    assert!(stderr.contains("launch 2 of 3"), "{stderr}");
    assert!(
        stderr.contains("slo_validation/comp3_heavy_slo_40mbps broke the protocol"),
        "{stderr}"
    );
}

#[test]
fn samples_that_are_all_gone_are_missed() {
    let stderr = edited("s/\"iterations\":[^]]*]/\"iterations\":[]/");
    assert!(
        stderr.contains("expected number of samples 10, found 0"),
        "{stderr}"
    );
    assert!(
        stderr.contains("slo_validation/display_heavy_slo_80mbps"),
        "{stderr}"
    );
}

#[test]
fn an_answer_that_changes_while_it_is_timed_is_refused() {
    let stderr = edited("/\"type\":\"samples\"/s/\"output_sha256\":\"./\"output_sha256\":\"_/");
    assert!(
        stderr.contains("the answer changed while it was timed"),
        "{stderr}"
    );
}

#[test]
fn kernels_that_differ_between_launches_are_refused() {
    let stderr = edited("s/\"kernels\":\\[\"[a-z0-9]*\"/\"kernels\":[\"another\"/");
    assert!(stderr.contains("launch 2 of 3"), "{stderr}");
    assert!(stderr.contains("not what launch 1 verified"), "{stderr}");
}

#[test]
fn a_benchmark_that_vanishes_in_a_later_launch_is_named() {
    let stderr = edited("s/{\"name\":\"slo_validation.comp3[^}]*},//");
    assert!(stderr.contains("launch 2 of 3"), "{stderr}");
    assert!(
        stderr.contains("slo_validation/comp3_heavy_slo_40mbps"),
        "{stderr}"
    );
}

#[test]
fn a_suite_that_ends_before_it_was_told_to_is_refused() {
    let stderr = refused("exec \"$SUITE\" </dev/null");
    assert!(stderr.contains("launch 1 of 3"), "{stderr}");
    assert!(stderr.contains("failed (exit status: 0)"), "{stderr}");
}

#[test]
fn a_crash_repeats_what_the_suite_said() {
    let crash = "echo 'record 7, field AMOUNT: wrong' >&2; exit 101";
    let stderr = refused(&format!(
        "case $LAUNCH in launch-*) {crash} ;; esac; exec \"$SUITE\""
    ));
    assert!(stderr.contains("launch 1 of 3: "), "{stderr}");
    assert!(stderr.contains("failed (exit status: 101)"), "{stderr}");
    assert!(stderr.contains("record 7, field AMOUNT: wrong"), "{stderr}");
    let stderr = refused(crash);
    assert!(stderr.contains("what it is: "), "{stderr}");
    assert!(stderr.contains("record 7, field AMOUNT: wrong"), "{stderr}");
}

#[test]
fn a_program_that_does_not_speak_the_protocol_is_refused() {
    let stderr = refused("echo Benchmarking g/f; sleep 600");
    assert!(stderr.contains("broke the protocol"), "{stderr}");
    assert!(stderr.contains("found `Benchmarking g/f`"), "{stderr}");
}

/// It tells one story in every launch, so that nothing but the catalogue can contradict it.
#[test]
fn a_suite_that_lies_about_what_the_catalogue_knows_is_refused() {
    for (edit, expected) in [
        (
            "s/\"bytes\":5000000/\"bytes\":5000000000000/",
            "expected 5000000 input bytes",
        ),
        (
            "s/\"records\":10000,/\"records\":20000,/",
            "found 20000 records",
        ),
        (
            "s/\"output_sha256\":\"./\"output_sha256\":\"0/",
            "with the digest",
        ),
    ] {
        let stderr = refused(&format!("\"$SUITE\" | sed -u '{edit}'"));
        assert!(stderr.contains(expected), "{edit}: {stderr}");
    }
}

/// A small file system of its own, unmounted when dropped.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        // Not `then_some`: that makes the value, and so unmounts, where nothing was mounted too.
        mounted.then(|| Self(at))
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0).status();
        assert!(
            unmounted.is_ok_and(|status| status.success()),
            "a mount is left over"
        );
    }
}

#[test]
fn a_disk_that_fills_up_during_the_run_is_named() {
    let at = folder();
    let output = at.path().join("small");
    fs::create_dir(&output).expect("a folder");
    let Some(_tmpfs) = Tmpfs::mount(&output, "20m") else {
        println!("skipped: only root can mount a small file system to fill");
        return;
    };
    fs::write(output.join("perf.json"), OLD).expect("an old receipt");
    let fill = format!(
        "dd if=/dev/zero of='{}/rubbish' bs=4k 2>/dev/null || true",
        output.display()
    );
    // Full while Criterion writes, and full when it has finished.
    let fill = format!("case $LAUNCH in launch-*) {fill} ;; esac");
    for script in [format!("{fill}\n\"$SUITE\""), format!("\"$SUITE\"\n{fill}")] {
        let suite = wrapper(at.path(), &script);
        let (stdout, stderr) = exits(run(&output).env("BENCH_SUITE", suite), 1);
        assert_eq!(stdout, "", "a summary without a result");
        assert!(
            stderr.contains(&*output.to_string_lossy()),
            "the folder is not named: {stderr}"
        );
        assert_eq!(
            fs::read_to_string(output.join("perf.json")).expect("kept"),
            OLD
        );
        assert_eq!(names(&output), ["perf.json", "rubbish"]);
        fs::remove_file(output.join("rubbish")).expect("removed");
    }
}

#[test]
fn a_disk_that_is_full_before_is_refused_before_anything_is_measured() {
    let at = folder();
    let output = at.path().join("small");
    fs::create_dir(&output).expect("a folder");
    let Some(_tmpfs) = Tmpfs::mount(&output, "1m") else {
        println!("skipped: only root can mount a small file system");
        return;
    };
    let (_, stderr) = exits(&mut run(&output), 1);
    assert!(
        stderr.contains("free in the output folder") && stderr.contains("--output"),
        "{stderr}"
    );
    assert!(!stderr.contains("launch"), "{stderr}");
}
