//! Folders that others may write to: what they put there is neither followed, waited for nor removed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::{exits, folder, names, run, wrapper};

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "no pipe");
}

#[test]
fn a_shared_place_is_left_as_it_was() {
    let (at, shared) = (folder(), folder());
    let shared = shared.path();
    pipe(&shared.join(".bench-run-pipe"));
    fs::create_dir(shared.join(".bench-run-mine")).expect("a folder");
    fs::write(shared.join(".receipt-mine"), "precious").expect("a file");
    symlink(at.path(), shared.join(".bench-run-link")).expect("a link");
    let before = names(shared);
    let mut command = run(Path::new("-"));
    command.env("TMPDIR", shared);
    let (receipt, _) = exits(&mut command, 0);
    assert!(receipt.contains("\"schema_version\""), "{receipt}");
    assert_eq!(names(shared), before);
}

#[test]
fn a_run_that_is_refused_removes_nothing() {
    let at = folder();
    let output = at.path().join("out");
    let left = output.join(".bench-run-left");
    fs::create_dir_all(&left).expect("a folder");
    // As a run leaves it that is killed in its first launch.
    let killed = wrapper(
        at.path(),
        "case $LAUNCH in launch-*) kill -9 $PPID; exit 1 ;; esac; exec \"$SUITE\"",
    );
    let ended = run(&output).env("BENCH_SUITE", killed).output();
    assert!(ended.is_ok_and(|ended| !ended.status.success()));
    let dead: Vec<_> = names(&output);
    assert_eq!(dead.len(), 2, "{dead:?}");
    let mut refused = run(&output);
    exits(refused.args(["--filter", "no such benchmark"]), 1);
    assert_eq!(names(&output), dead);
    exits(&mut run(&output), 0);
    assert_eq!(
        names(&output),
        [".bench-run-left", "criterion", "perf.json"]
    );
}

#[test]
fn work_is_private_whatever_the_umask_is() {
    let at = folder();
    let seen = at.path().join("seen");
    let look = format!(
        "stat -c %a \"$(echo \"$CRITERION_HOME\" | sed 's|\\(/[.]bench-run-[^/]*\\).*|\\1|')\" >'{}'; \
         exec \"$SUITE\"",
        seen.display()
    );
    let suite = wrapper(at.path(), &look);
    let whole = run(&at.path().join("out"));
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$0\" \"$@\""]);
    command.arg(whole.get_program()).args(whole.get_args());
    for (name, value) in whole.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    exits(command.env("BENCH_SUITE", suite), 0);
    assert_eq!(fs::read_to_string(seen).expect("it looked").trim(), "700");
    let data = fs::metadata(at.path().join("out/criterion")).expect("the data");
    let mode = std::os::unix::fs::MetadataExt::mode(&data);
    assert_eq!(mode & 0o777, 0o755);
}

#[test]
fn a_dangling_link_in_the_place_of_the_data_is_refused_before_anything_is_measured() {
    let at = folder();
    symlink("nowhere", at.path().join("criterion")).expect("a link");
    fs::write(at.path().join("perf.json"), "old").expect("a receipt");
    let (_, stderr) = exits(&mut run(at.path()), 1);
    assert!(stderr.contains("symbolic link"), "{stderr}");
    assert!(!stderr.contains("launch 1"), "{stderr}");
    assert_eq!(names(at.path()), ["criterion", "perf.json"]);
}
