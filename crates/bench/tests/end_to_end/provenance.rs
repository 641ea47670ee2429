//! Where programs come from is a property of the programs, whatever folder they are started in.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use instrument_build::sources;
use tempfile::TempDir;

use crate::support::{bench, exits, folder, run, sound, wrapper};

fn ours() -> PathBuf {
    sources::root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a workspace")
}

/// Runs git in a folder; false without git.
fn git(at: &Path, arguments: &[&str]) -> bool {
    let author = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"];
    let mut command = Command::new("git");
    command.current_dir(at).args(author).args(arguments);
    command.output().is_ok_and(|output| output.status.success())
}

/// Something that looks like a checkout of ours and leaves a file `ran` when it is built.
fn planted() -> TempDir {
    let at = folder();
    for (name, text) in [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n",
        ),
        (
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"copybook-bench\"\nversion = \"0.0.0\"\n\
             [[package]]\nname = \"workload\"\nversion = \"0.0.0\"\n",
        ),
        (
            "crates/workload/Cargo.toml",
            "[package]\nname = \"workload\"\nedition = \"2024\"\n",
        ),
        (
            "crates/workload/build.rs",
            "fn main() { std::fs::write(\"../../ran\", \"\").unwrap(); }\n",
        ),
        ("crates/workload/src/lib.rs", ""),
        (
            "crates/bench/Cargo.toml",
            "[package]\nname = \"copybook-bench\"\nedition = \"2024\"\n",
        ),
        ("crates/bench/src/lib.rs", ""),
        (
            "crates/workload/benches/slo_validation.rs",
            "fn main() {}\n",
        ),
    ] {
        let path = at.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    at
}

/// `bench` installed in a folder, without a suite beside it, started in `at`.
fn installed(into: &Path, at: &Path) -> Command {
    let program = into.join("bin/bench");
    fs::create_dir_all(into.join("bin")).expect("a folder");
    // By a process of its own: a copy that this one wrote could still be open in a child that another
    // test starts at this moment, and then it can't be executed.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_bench"))
        .arg(&program)
        .status();
    assert!(copied.is_ok_and(|status| status.success()), "no copy");
    let template = bench(["run"]);
    let mut command = Command::new(program);
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env_remove("BENCH_SUITE").current_dir(at);
    command
        .args(["run", "--no-lock", "--output"])
        .arg(at.join("out"));
    command
}

#[test]
fn a_strangers_folder_is_not_built_because_one_stands_in_it() {
    let (planted, elsewhere) = (planted(), folder());
    let (_, stderr) = exits(&mut installed(elsewhere.path(), planted.path()), 1);
    assert!(stderr.contains("no suite program"), "{stderr}");
    assert!(!planted.path().join("ran").exists(), "{stderr}");
}

#[test]
fn a_folder_that_all_may_write_is_not_built_because_the_program_lies_in_it() {
    let planted = planted();
    let here = folder();
    fs::set_permissions(planted.path(), fs::Permissions::from_mode(0o777)).expect("own folder");
    let (_, stderr) = exits(&mut installed(planted.path(), here.path()), 1);
    assert!(stderr.contains("can be written by every user"), "{stderr}");
    assert!(stderr.contains("safe.directory"), "{stderr}");
    assert!(!planted.path().join("ran").exists(), "{stderr}");
}

#[test]
fn a_folder_of_another_user_is_refused_until_its_user_says_that_it_is_safe() {
    let (planted, here, home) = (planted(), folder(), folder());
    let source = planted.path().join("crates/workload/build.rs");
    if chown(source, Some(65534), None).is_err() {
        println!("skipped: a file of another user, which only root can make");
        return;
    }
    let named = || {
        let mut command = installed(here.path(), here.path());
        command.arg("--checkout").arg(planted.path());
        // Cargo's own folder stays where it is.
        let cargo_home = std::env::var_os("CARGO_HOME");
        let old_home = std::env::var_os("HOME").unwrap_or_default();
        command.env(
            "CARGO_HOME",
            cargo_home.unwrap_or_else(|| Path::new(&old_home).join(".cargo").into()),
        );
        if let Some(rustup) = std::env::var_os("RUSTUP_HOME") {
            command.env("RUSTUP_HOME", rustup);
        } else {
            command.env("RUSTUP_HOME", Path::new(&old_home).join(".rustup"));
        }
        command.env("HOME", home.path());
        command
    };
    let (_, stderr) = exits(&mut named(), 1);
    assert!(stderr.contains("belongs to another user"), "{stderr}");
    assert!(!planted.path().join("ran").exists(), "{stderr}");
    let root = planted.path().display();
    fs::write(
        home.path().join(".gitconfig"),
        format!("[safe]\n\tdirectory = {root}\n"),
    )
    .expect("a file");
    // Now it is built, and is no suite.
    let (_, stderr) = exits(&mut named(), 1);
    assert!(planted.path().join("ran").exists(), "{stderr}");
}

#[test]
fn the_folder_one_stands_in_and_git_variables_say_nothing() {
    let (at, foreign) = (folder(), folder());
    let has_git = git(foreign.path(), &["init", "-q"])
        && git(
            foreign.path(),
            &["commit", "-q", "--allow-empty", "-m", "a"],
        );
    let mut command = run(at.path());
    command.args(["--filter", "comp3_heavy_slo"]);
    command.current_dir(foreign.path());
    command.env("GIT_DIR", foreign.path().join(".git"));
    command.env("GIT_WORK_TREE", foreign.path());
    exits(&mut command, 0);
    let receipt = sound(at.path());
    let hash = sources::hash(&ours()).expect("a hash");
    assert_eq!(
        receipt.environment.source_hash.as_deref(),
        Some(hash.as_str())
    );
    let top = Command::new("git")
        .current_dir(ours())
        .args(["rev-parse", "--show-toplevel", "HEAD"])
        .output();
    let lines = top.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let lines = lines.unwrap_or_default();
    match lines.lines().collect::<Vec<_>>()[..] {
        [root, head] if has_git && Path::new(root) == ours() => {
            let commit = receipt.commit.expect("a revision");
            assert!(commit.starts_with(head), "{commit} is not {head}");
        }
        _ => {
            assert_eq!(receipt.commit, None);
            let warnings = receipt.environment.warnings.join("\n");
            assert!(warnings.contains("no revision is known"), "{warnings}");
        }
    }
}

#[test]
fn a_suite_of_other_sources_has_no_revision_and_the_receipt_says_so() {
    let at = folder();
    let other = "0123456789abcdef".repeat(4);
    let script = format!(
        "\"$SUITE\" \"$@\" | sed -u 's/\"sources\":\"[0-9a-f]*\"/\"sources\":\"{other}\"/'"
    );
    let suite = wrapper(at.path(), &script);
    let output = at.path().join("out");
    let mut command = run(&output);
    command.args(["--filter", "comp3_heavy_slo"]);
    command
        .env("BENCH_SUITE", suite)
        .env("BENCH_CHECKOUT", ours());
    exits(&mut command, 0);
    let receipt = sound(&output);
    assert_eq!(receipt.commit, None);
    assert_eq!(
        receipt.environment.source_hash.as_deref(),
        Some(other.as_str())
    );
    let warnings = receipt.environment.warnings.join("\n");
    assert!(
        warnings.contains("built from different sources"),
        "{warnings}"
    );
    assert!(
        warnings.contains("not those that the suite was built from"),
        "{warnings}"
    );
}

#[test]
fn a_suite_of_other_sources_than_claimed_is_refused() {
    let at = folder();
    let mut command = run(at.path());
    command.env("BENCH_SOURCE_HASH", "a".repeat(64));
    command.args(["--launches", "1"]);
    let (_, stderr) = exits(&mut command, 1);
    assert!(
        stderr.contains("other sources than BENCH_SOURCE_HASH says"),
        "{stderr}"
    );
    assert!(!at.path().join("perf.json").exists());
}

/// The script finds the command wherever cargo puts it. The real target folder under other names, so
/// that nothing is built anew.
#[test]
fn the_script_asks_cargo_where_its_programs_are() {
    let script = ours().join("scripts/bench.sh");
    let at = folder();
    let target = Path::new(env!("CARGO_BIN_EXE_bench")).ancestors().nth(2);
    std::os::unix::fs::symlink(target.expect("a target folder"), at.path().join("built"))
        .expect("a link");
    let shown = |variable: (&str, &Path)| {
        let mut command = Command::new("bash");
        command.arg(&script).arg("--help").current_dir(at.path());
        for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
            command.env_remove(name);
        }
        command.envs([variable]);
        exits(&mut command, 0).0
    };
    let absolute = at.path().join("built");
    let relative = Path::new("built");
    for variable in [
        ("CARGO_TARGET_DIR", absolute.as_path()),
        ("CARGO_TARGET_DIR", relative),
        ("CARGO_BUILD_TARGET_DIR", absolute.as_path()),
        ("CARGO_BUILD_TARGET_DIR", relative),
    ] {
        let help = shown(variable);
        assert!(help.contains("--checkout"), "{variable:?}: {help}");
    }
    assert_eq!(crate::support::names(at.path()), ["built"]);
}
