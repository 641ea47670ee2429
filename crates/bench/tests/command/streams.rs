//! Whoever reads the output may go away, and its disk may be full: neither is a crash.

use std::fs::File;
use std::io;
use std::process::{Command, Stdio};

use crate::support::{bench, receipt};

/// Every subcommand that prints something and measures nothing.
fn printing() -> Vec<Command> {
    let mut verify = bench(["verify"]);
    verify.arg(receipt());
    let mut summarize = bench(["summarize"]);
    summarize.arg(receipt());
    let words: [&[&str]; 6] = [
        &["sbom"],
        &["list"],
        &["doctor"],
        &["--help"],
        &["run", "--help"],
        &["--version"],
    ];
    let plain = words.into_iter().map(bench);
    plain.chain([verify, summarize]).collect()
}

/// The writing end of a pipe that nobody reads any more.
fn closed_pipe() -> Stdio {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn full() -> Stdio {
    let device = File::options().write(true).open("/dev/full");
    device.expect("Linux has it").into()
}

#[test]
fn a_closed_pipe_is_quiet() {
    for mut command in printing() {
        command.stdout(closed_pipe()).stderr(Stdio::piped());
        let output = command.spawn().and_then(|child| child.wait_with_output());
        let output = output.expect("it starts");
        // Doctor may well find something.
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1)), "{command:?}: {output:?}");
        // What `verify` says to every reader of a receipt is no complaint about the pipe.
        let stderr = String::from_utf8_lossy(&output.stderr);
        let complaints = stderr
            .lines()
            .filter(|line| !line.starts_with("unsigned: "));
        assert_eq!(complaints.count(), 0, "{command:?}: {stderr}");
    }
}

#[test]
fn a_full_disk_is_an_error_of_one_line() {
    for mut command in printing() {
        command.stdout(full()).stderr(Stdio::piped());
        let output = command.spawn().and_then(|child| child.wait_with_output());
        let output = output.expect("it starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{command:?}: {stderr}");
        assert!(stderr.contains("standard output"), "{stderr}");
        assert!(stderr.contains("No space left"), "{stderr}");
    }
}

/// There is nobody to tell, so what is said there is lost, and nothing else.
#[test]
fn standard_error_may_be_full_or_closed() {
    for stderr in [full, closed_pipe] {
        let mut command = bench(["verify", "/no/such/receipt"]);
        command.stdout(Stdio::null()).stderr(stderr());
        let status = command.spawn().and_then(|mut child| child.wait());
        assert_eq!(status.expect("it starts").code(), Some(1));
        let mut command = bench(["frobnicate"]);
        command.stdout(Stdio::null()).stderr(stderr());
        let status = command.spawn().and_then(|mut child| child.wait());
        assert_eq!(status.expect("it starts").code(), Some(2));
    }
}
