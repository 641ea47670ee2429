//! `bench verify --checkout`: an honest receipt on an honest checkout is accepted, and what differs between
//! them is named. The checkout is a repository of this project's sources as they are now, so that it does
//! not matter whether they are committed here.

use std::fs;
use std::path::Path;
use std::process::Command;

use instrument_build::sources;
use receipt::Receipt;
use tempfile::TempDir;

use crate::support::{bench, exits, folder, run, sound};

/// A repository with one commit, of the files that make the build.
fn repository() -> TempDir {
    let at = folder();
    let ours = sources::root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a workspace");
    for name in sources::files(&ours).expect("sources") {
        let path = at.path().join(&name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::copy(ours.join(&name), path).expect("a copy");
    }
    git(at.path(), &["init", "-q"]);
    git(at.path(), &["add", "--all", "--force"]);
    git(at.path(), &["commit", "-q", "-m", "the sources"]);
    at
}

fn git(at: &Path, arguments: &[&str]) {
    let author = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"];
    let mut command = Command::new("git");
    command.current_dir(at).args(author).args(arguments);
    exits(&mut command, 0);
}

/// The receipt of a run whose suite has the sources of that repository.
fn honest(repository: &Path, output: &Path) -> Receipt {
    let mut command = run(output);
    exits(command.arg("--checkout").arg(repository), 0);
    sound(output)
}

fn verify(repository: &Path, receipt: &Path) -> Command {
    let mut command = bench(["verify", "--checkout"]);
    command.arg(repository).arg(receipt);
    command
}

#[test]
fn an_honest_receipt_is_that_of_its_checkout_and_of_no_other() {
    let (repository, at) = (repository(), folder());
    let mut receipt = honest(repository.path(), at.path());
    let path = at.path().join("perf.json");
    let (stdout, _) = exits(&mut verify(repository.path(), &path), 0);
    assert!(stdout.contains("perf.json: verified"), "{stdout}");

    // The same receipt with another's answer, sealed again, is sound and refused all the same.
    receipt.benchmarks[0].verified.output_sha256 = "0".repeat(64);
    receipt.seal().expect("sealed");
    let forged = at.path().join("forged.json");
    fs::write(&forged, receipt.to_json().expect("finite")).expect("written");
    exits(bench(["verify"]).arg(&forged), 0);
    let (_, stderr) = exits(&mut verify(repository.path(), &forged), 1);
    assert!(
        stderr.contains("verified.output_sha256: recomputed"),
        "{stderr}"
    );

    // A repository with other objectives.
    let objectives = repository.path().join("slo.toml");
    let text = fs::read_to_string(&objectives).expect("objectives");
    fs::write(&objectives, text.replace("= 80\n", "= 8\n")).expect("written");
    let (_, stderr) = exits(&mut verify(repository.path(), &path), 1);
    for said in [
        "objectives_sha256: slo.toml has",
        "floor_mibps of DISPLAY is not as in slo.toml",
        "environment.source_hash: the checkout has",
    ] {
        assert!(stderr.contains(said), "no `{said}` in {stderr}");
    }
}

/// Two builds of the whole suite, in two folders: minutes, so only where the attacks may take long.
#[test]
fn a_suite_that_is_built_again_is_the_receipts() {
    if std::env::var_os("ATTACK_MINUTES").is_none() {
        println!("skipped: two builds of the suite, which ATTACK_MINUTES asks for");
        return;
    }
    let (first, second, at) = (repository(), repository(), folder());
    let built_in = |root: &Path, mut command: Command| {
        command.env_remove("BENCH_SUITE");
        command.env("CARGO_TARGET_DIR", root.join("target"));
        command
    };
    let mut measured = run(at.path());
    measured.arg("--checkout").arg(first.path());
    exits(&mut built_in(first.path(), measured), 0);
    let mut receipt = sound(at.path());
    // Both repositories have the sources, and only the first has the commit.
    git(
        second.path(),
        &["fetch", "-q", &first.path().to_string_lossy(), "HEAD"],
    );
    let rebuild = |receipt: &Path| {
        let mut command = verify(second.path(), receipt);
        command.arg("--rebuild");
        built_in(second.path(), command)
    };
    exits(&mut rebuild(&at.path().join("perf.json")), 0);

    receipt.environment.suite_sha256 = "0".repeat(64);
    receipt.seal().expect("sealed");
    let forged = at.path().join("forged.json");
    fs::write(&forged, receipt.to_json().expect("finite")).expect("written");
    let (_, stderr) = exits(&mut rebuild(&forged), 1);
    assert!(
        stderr.contains("environment.suite_sha256: the suite built here is"),
        "{stderr}"
    );
}
