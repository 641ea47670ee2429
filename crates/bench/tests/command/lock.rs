//! Two runs of one machine: the second waits, can be ended while it does, and need not.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::program;
use crate::support::bench;

/// A suite that says that it was launched, and goes on for ever.
fn suite(at: &Path) -> PathBuf {
    let path = at.join("suite.sh");
    // Once: it can't be written while it is run.
    if !path.exists() {
        program::script(&path, "#!/bin/sh\ntouch \"$MARK\"\nexec sleep 3600\n");
    }
    path
}

struct Run {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Run {
    fn start(at: &Path, name: &str, flags: &[&str]) -> Self {
        let mut command: Command = bench(["run", "--quick", "--output"]);
        command.arg(at.join(name)).args(flags);
        command.arg("--suite").arg(suite(at));
        command.env("MARK", at.join(format!("{name}.launched")));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        Self { child, stderr }
    }

    /// Reads on until a line has this; what came before is of no interest.
    #[track_caller]
    fn says(&mut self, part: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.stderr.read_line(&mut line).expect("it can be read");
            assert!(read > 0, "it ended without `{part}`");
            if line.contains(part) {
                return line;
            }
        }
    }

    fn end(mut self, signal: Signal) -> Option<i32> {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(id.expect("an id"), signal).expect("not collected yet");
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn the_second_run_waits_for_the_first() {
    let at = tempfile::tempdir().expect("a folder");
    let mut first = Run::start(at.path(), "first", &[]);
    first.says("copybook-bench ");
    let holder = format!("process {} (bench)", first.child.id());

    // A third person's run may go before the second; the first one is what both wait for now.
    let mut deaf = Run::start(at.path(), "deaf", &[]);
    let line = deaf.says("another run is under way");
    assert!(
        line.contains(&holder) && line.contains("--no-lock"),
        "{line}"
    );
    assert_eq!(deaf.end(Signal::TERM), Some(1), "it does not listen");
    assert!(!at.path().join("deaf.launched").exists());
    assert!(!at.path().join("deaf").exists(), "it left something");

    let mut free = Run::start(at.path(), "free", &["--no-lock"]);
    free.says("copybook-bench ");
    free.end(Signal::TERM);

    let mut second = Run::start(at.path(), "second", &[]);
    second.says("another run is under way");
    first.end(Signal::KILL);
    second.says("copybook-bench ");
    second.end(Signal::TERM);
}
