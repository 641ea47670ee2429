//! What the image relies on: standard output, foreign volumes, heartbeats, signals.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use receipt::Receipt;

use crate::support::{TINY, bench, exits, folder, names, run, wrapper};

#[test]
fn a_dash_prints_the_receipt_and_nothing_else() {
    let at = folder();
    let mut command = bench(["run", "--output", "-"]);
    // As in a read-only container, where only shared memory is left.
    command.env("TMPDIR", "/no/such/folder");
    let (stdout, stderr) = exits(command.args(TINY).current_dir(at.path()), 0);
    let receipt = Receipt::parse(&stdout, Path::new("standard output")).expect("a receipt");
    assert!(receipt::verify(&receipt, &stdout).is_ok());
    assert!(stderr.contains("DISPLAY: "), "{stderr}");
    assert!(names(at.path()).is_empty());
}

#[test]
fn a_volume_of_somebody_else_is_refused_in_one_line() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can run as another user");
        return;
    }
    let at = folder();
    fs::set_permissions(at.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    // The binary may lie where this user can't go, but a copy in a public folder does not.
    let copy = at.path().join("bench");
    crate::program::copy(env!("CARGO_BIN_EXE_bench"), &copy);
    let mut command = std::process::Command::new(&copy);
    command
        .args(["run", "--output"])
        .arg(at.path())
        .uid(1000)
        .gid(1000);
    let (_, stderr) = exits(&mut command, 1);
    // A machine that other tests keep busy is unfit, and that has a line of its own.
    let refused = stderr
        .lines()
        .filter(|line| !line.starts_with("this host is unfit"));
    assert_eq!(refused.count(), 1, "{stderr}");
    for part in [
        "can't be written by 1000:1000",
        "belongs to 0:0",
        "chown 1000:1000",
        "--user",
    ] {
        assert!(stderr.contains(part), "no `{part}` in {stderr}");
    }
}

#[test]
fn a_hung_launch_is_named_and_seen_by_the_health_check() {
    let at = folder();
    let heartbeat = at.path().join("heartbeat");
    let name = "slo_validation/comp3_heavy_slo_40mbps";
    // It says who it is, and takes its orders without a word.
    let suite = wrapper(at.path(), "\"$SUITE\" </dev/null; cat >/dev/null");
    let mut command = run(&at.path().join("out"));
    command
        .env("BENCH_SUITE", suite)
        .env("BENCH_HEARTBEAT", &heartbeat);
    command.args(["--hang-timeout", "12", "--filter", "comp3_heavy_slo"]);
    let mut child = command
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    let health = || {
        let output =
            crate::support::output(bench(["healthcheck"]).env("BENCH_HEARTBEAT", &heartbeat));
        output.status.success()
    };
    // In the order of the checks, whatever time they take: well, then ill, both while it runs. It is ill for the
    // second half of the time that a launch may hang, so that no check falls into it only where the machine
    // stands still for as long.
    let mut seen = Vec::new();
    let give_up = Instant::now() + Duration::from_secs(120);
    while child.try_wait().expect("waited").is_none() {
        assert!(Instant::now() < give_up, "the run hangs, too: {seen:?}");
        let healthy = health();
        if child.try_wait().expect("waited").is_none() {
            seen.push(healthy);
        }
        thread::sleep(Duration::from_millis(250));
    }
    let output = child.wait_with_output().expect("ended");
    let stderr = crate::support::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let expected = format!("launch 1 of 3: {name} hung");
    assert!(stderr.contains(&expected), "{stderr}");
    let well = seen.iter().position(|&healthy| healthy);
    let well = well.expect("never healthy");
    assert!(
        seen[well..].contains(&false),
        "healthy until it was given up: {seen:?}"
    );
    assert!(!health(), "healthy without a run");
    assert!(!heartbeat.exists());
}
