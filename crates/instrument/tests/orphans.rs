//! A descendant that takes off everything it could be known by is ended too. A process of its own: orphans
//! become children of the whole process.

use std::fs;
use std::process::Command;
use std::time::Duration;

use instrument::subject::{Limits, Listener, Subject, Supervisor};
use instrument::wire::Progress;

struct Deaf;

impl Listener for Deaf {
    fn progress(&mut self, _: &Progress) {}

    fn tick(&mut self, _: Duration) {}
}

#[test]
fn a_descendant_in_disguise_is_ended_too() {
    let at = tempfile::tempdir().expect("a folder");
    let pid = at.path().join("pid");
    // Neither its group, its session, its environment nor its parents are those of the subject.
    let hides = format!(
        "env -i PATH=\"$PATH\" setsid sh -c 'echo $$ > {0}; exec sleep 600' >/dev/null 2>&1 </dev/null &
        while [ ! -s {0} ]; do sleep 0.05; done; exit 3",
        pid.display()
    );
    let mut command = Command::new("sh");
    command.args(["-c", &hides]);
    let limits = Limits {
        silence: Duration::from_secs(60),
        whole: Duration::from_secs(60),
    };
    // One that we started for ourselves is left alone.
    let mut own = Command::new("sleep").arg("600").spawn().expect("started");
    let supervisor = Supervisor::new().expect("handlers");
    let error = Subject::start(command, limits, &supervisor, &mut Deaf);
    let error = error.err().expect("it says nothing").to_string();
    assert!(error.contains("exit status: 3"), "{error}");
    let pid = fs::read_to_string(&pid).expect("a process id");
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    assert!(
        stat.map_or(true, |stat| stat.contains(") Z ")),
        "it lives on"
    );
    assert!(own.try_wait().is_ok_and(|ended| ended.is_none()));
    own.kill().expect("ended");
    own.wait().expect("collected");
}
