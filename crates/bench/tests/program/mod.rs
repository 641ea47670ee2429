//! Programs that a test makes and then runs.
//!
//! Another process writes them. While this one had such a file open, any of its threads that starts a
//! program would hand it on for a moment, and the kernel does not run what is open for writing
//! (ETXTBSY, execve(2)).

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a script that can be run.
#[allow(dead_code, reason = "not every test needs both")]
#[track_caller]
pub(crate) fn script(path: &Path, text: &str) {
    let mut shell = Command::new("sh")
        .args(["-c", "cat >\"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = shell.stdin.take().expect("piped");
    stdin.write_all(text.as_bytes()).expect("it reads");
    drop(stdin);
    assert!(shell.wait().expect("it ends").success(), "{path:?}");
}

/// Copies a program.
#[allow(dead_code, reason = "not every test needs both")]
#[track_caller]
pub(crate) fn copy(from: impl AsRef<Path>, to: &Path) {
    let status = Command::new("cp").arg(from.as_ref()).arg(to).status();
    assert!(status.expect("it runs").success(), "{to:?}");
}
