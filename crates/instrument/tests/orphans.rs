//! A descendant that takes off everything it could be known by is ended too. A process of its own: orphans
//! become children of the whole process.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, thread};

use instrument::subject::{Limits, Listener, Subject, Supervisor};
use instrument::wire::Progress;
use rustix::process::{Pid, getpgrp, setpgid};

struct Deaf;

impl Listener for Deaf {
    fn progress(&mut self, _: &Progress) {}

    fn tick(&mut self, _: Duration) {}
}

/// Where a descendant writes its process id, in its environment: it then tries to join the process group
/// whose number is in [`GROUP`].
const JOINS: &str = "ORPHANS_TEST_JOINS";
const GROUP: &str = "ORPHANS_TEST_GROUP";

/// Neither its group, its session, its environment nor its parents are those of the subject.
#[test]
fn a_descendant_in_disguise_is_ended_too() {
    let at = tempfile::tempdir().expect("a folder");
    let pid = at.path().join("pid");
    let hides = format!("setsid sh -c 'echo $$ > {}; exec sleep 600'", pid.display());
    ended(&hides, &pid);
}

/// In our process group it could not be told from what we start for ourselves.
#[test]
fn a_descendant_that_would_join_our_group_is_ended_too() {
    let at = tempfile::tempdir().expect("a folder");
    let pid = at.path().join("pid");
    let hides = format!(
        "{JOINS}={} {GROUP}={} '{}' --exact this_process_joins_a_group",
        pid.display(),
        getpgrp().as_raw_nonzero(),
        env::current_exe().expect("a program").display()
    );
    ended(&hides, &pid);
}

/// No test, but the descendant of the one before.
#[test]
fn this_process_joins_a_group() {
    let (Some(pid), Ok(group)) = (env::var_os(JOINS), env::var(GROUP)) else {
        return;
    };
    let group = group.parse().ok().and_then(Pid::from_raw);
    // Refused where it can't.
    let _ = setpgid(None, group);
    fs::write(pid, std::process::id().to_string()).expect("written");
    thread::sleep(Duration::from_secs(600));
}

/// A subject starts what `hides`, without an environment of its own, and ends as soon as that has written
/// its process id to `pid`: it is ended, too.
fn ended(hides: &str, pid: &Path) {
    // Orphans are everybody's as long as there are several families.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!(
        "env -i PATH=\"$PATH\" {hides} >/dev/null 2>&1 </dev/null &
        while [ ! -s {} ]; do sleep 0.05; done; exit 3",
        pid.display()
    ));
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
    let pid = fs::read_to_string(pid).expect("a process id");
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    assert!(
        stat.map_or(true, |stat| stat.contains(") Z ")),
        "it lives on"
    );
    assert!(own.try_wait().is_ok_and(|ended| ended.is_none()));
    own.kill().expect("ended");
    own.wait().expect("collected");
}
