//! What reads a receipt before it counts: `bench verify`, and a program that shares no code with us.

use std::env;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::cmd::verify;
use crate::streams::note;

/// Before anything is measured: the program is there to be started.
///
/// # Errors
/// It is not.
pub(super) fn look_for(program: &Path) -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    // A name with a folder in it is looked for there, as a shell does.
    let folders = match program.components().count() {
        1 => env::split_paths(&path).collect(),
        _ => vec![PathBuf::new()],
    };
    let found = folders.iter().any(|folder| {
        let metadata = folder.join(program).metadata();
        metadata.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    });
    ensure!(
        found,
        "expected a program that can be started, found none by the name {} (--verifier, BENCH_VERIFIER)",
        program.display()
    );
    Ok(())
}

/// Shows the text of a receipt to both verifiers; `program` gets it as `/dev/stdin`, since a
/// read-only container has no file to write it to.
///
/// # Errors
/// One of them rejects it, and says why; or `program` can't be started.
pub(super) fn accept(receipt: &str, program: &Path) -> Result<()> {
    let name = program.display();
    let problems = verify::problems(receipt, Path::new("perf.json"))?;
    ensure!(
        problems.is_empty(),
        "`bench verify` rejects the receipt of this run, so nothing was written: {}",
        problems.join("; ")
    );
    let mut child = Command::new(program)
        .arg("/dev/stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start the verifier {name}"))?;
    // One that ends without having read everything is judged by its exit code.
    let _ = child
        .stdin
        .take()
        .map(|mut stdin| stdin.write_all(receipt.as_bytes()));
    let output = child.wait_with_output().with_context(|| name.to_string())?;
    ensure!(
        output.status.success(),
        "the verifier {name} rejects the receipt of this run, so nothing was written ({}): {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr).trim_end()
    );
    note!("verified: by `bench verify` and by {name}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{accept, look_for};

    fn kept() -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join("results/epyc-2-cpus-kvm/2026-11-27.json"))
            .expect("a receipt")
    }

    #[test]
    fn both_have_to_accept() {
        // Reads it whole, and is content.
        let reader = Path::new("sha256sum");
        accept(&kept(), reader).expect("accepted");
        let changed = kept().replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1);
        let error = accept(&changed, reader).expect_err("a changed number");
        assert!(error.to_string().starts_with("`bench verify` rejects"));
    }

    #[test]
    fn the_second_one_says_why() {
        // It can't make a folder of that name, and says so.
        let error = accept(&kept(), Path::new("mkdir")).expect_err("rejected");
        assert!(error.to_string().contains("/dev/stdin"), "{error}");
    }

    #[test]
    fn one_that_is_not_there_is_missed_before_anything_is_measured() {
        for there in ["sha256sum", "/bin/sh"] {
            look_for(Path::new(there)).expect("it is there");
        }
        for absent in [
            "no-such-verifier",
            "/absent/verifier",
            "/etc/passwd",
            "/bin",
        ] {
            let error = look_for(Path::new(absent)).expect_err(absent).to_string();
            assert!(
                error.contains(absent) && error.contains("--verifier"),
                "{error}"
            );
        }
    }
}
