//! `cobc`, and what it makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// What every program is compiled with: fixed format, the rules of IBM's COBOL.
pub const DIALECT: &[&str] = &["-x", "-std=ibm", "-fixed"];

const MISSING: &str = "can't run cobc; install GnuCOBOL (Debian: gnucobol)";

/// Whether there is a compiler.
pub fn present() -> bool {
    Command::new("cobc").arg("--version").output().is_ok()
}

/// `3.1.2.0` from `cobc (GnuCOBOL) 3.1.2.0`.
///
/// # Errors
///
/// There is no compiler.
pub fn version() -> Result<String> {
    let output = Command::new("cobc")
        .arg("--version")
        .output()
        .context(MISSING)?;
    let text = String::from_utf8(output.stdout)?;
    let first = text.lines().next().unwrap_or_default();
    Ok(first
        .rsplit(' ')
        .next()
        .context("cobc --version prints nothing")?
        .to_owned())
}

/// Compiles a program in fixed format by the rules of IBM's COBOL, in the folder that it goes to.
///
/// # Errors
///
/// There is no compiler, or it refuses the program.
pub fn compile(folder: &Path, source: &str, flags: &[&str]) -> Result<PathBuf> {
    let (program, binary) = (folder.join("peer.cob"), folder.join("peer"));
    fs::write(&program, source)?;
    let output = Command::new("cobc")
        .args(DIALECT)
        .args(flags)
        .arg("-o")
        .args([&binary, &program])
        .output()
        .context(MISSING)?;
    let messages = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "cobc refused the program:\n{messages}"
    );
    Ok(binary)
}

/// A program's process, with the files that it reads and writes.
pub fn command(binary: &Path, input: &Path, output: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env("DD_PEERIN", input).env("DD_PEEROUT", output);
    command
}
