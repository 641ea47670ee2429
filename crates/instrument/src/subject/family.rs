//! What a subject started, and perhaps left behind: found and ended.
//!
//! Everything in its process group is ended with it. A process that left the group is known by a
//! variable in its environment. One that took that off, too, is known when its parents are gone:
//! orphans become children of ours, not of some far-away init. In our own process group an orphan could not
//! be told from what we started for ourselves: a subject has a session of its own, and no process can join
//! a group of another session (setpgid(2)).

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use process_wrap::std::{ChildWrapper, CommandWrap, ProcessSession};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group};
use rustix::process::{getpgrp, getpid, set_child_subreaper, waitpid};

/// Variable that a subject and all its descendants carry.
const MARK: &str = "BENCH_LAUNCH";

/// Looks for descendants until there are no more: each may start another before it is ended.
const ROUNDS: u32 = 50;

/// Orphans below this process become its children.
pub(super) fn adopt() {
    // A kernel without it gives them to init, where they are found all the same.
    let _ = set_child_subreaper(Some(getpid()));
}

/// So many looks in a row that find nobody mean that nobody is left.
const QUIET: u32 = 3;

/// Families that live. While there are several, nobody knows whose an orphan is. Held while a family
/// starts, and while orphans are looked for and ended: a family that starts in between would be taken
/// for orphans.
static LIVING: Mutex<usize> = Mutex::new(0);

/// A child and whatever it started; ended when dropped.
pub(super) struct Family {
    pub(super) child: Box<dyn ChildWrapper>,
    mark: String,
}

impl Family {
    /// Starts the command in a session, and so in a process group, of its own.
    ///
    /// # Errors
    ///
    /// Those of the kernel.
    pub(super) fn start(mut command: Command) -> std::io::Result<Self> {
        let value = unique();
        command.env(MARK, &value);
        let mut command = CommandWrap::from(command);
        command.wrap(ProcessSession);
        let mut mark = format!("{MARK}={value}").into_bytes();
        mark.push(0);
        let mut living = living();
        // What it is wrapped in would wait for the whole group.
        let child = command.spawn()?.into_inner();
        *living += 1;
        Ok(Family {
            child,
            mark: String::from_utf8_lossy(&mark).into_owned(),
        })
    }

    /// Ends everybody.
    pub(super) fn end(&mut self) {
        let leader = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // Fails where everybody has gone already, as it should be.
            let _ = kill_process_group(leader, Signal::KILL);
        }
        let _ = self.child.wait();
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            // A process has no environment for the moment in which it becomes another program.
            quiet = if self.end_those_left() { quiet + 1 } else { 0 };
            if quiet == QUIET {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Looks once for what is left of it, and ends that; whether there was nothing.
    fn end_those_left(&self) -> bool {
        let mut left = marked(self.mark.as_bytes());
        let living = living();
        if *living == 1 {
            left.extend(orphans());
        }
        for pid in &left {
            let _ = kill_process(*pid, Signal::KILL);
            // Ours if its parents are gone; another time if it is not dead yet.
            let _ = waitpid(Some(*pid), WaitOptions::NOHANG);
        }
        left.is_empty()
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        self.end();
        *living() -= 1;
    }
}

fn living() -> MutexGuard<'static, usize> {
    // A count is whole even where somebody panicked beside it.
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Told apart from those of other runs, and of other launches of this one.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    format!("{}-{count}-{nanos}", std::process::id())
}

/// Children of ours that somebody else started: what we start ourselves beside subjects is in our
/// process group.
fn orphans() -> Vec<Pid> {
    let (own, group) = (getpid(), getpgrp());
    let orphan = |process: &fs::DirEntry| {
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        // proc_pid_stat(5): the name in parentheses, the state, the parent, the process group.
        let mut facts = stat.rsplit_once(") ")?.1.split(' ').skip(1);
        let (parent, of) = (facts.next()?.parse().ok()?, facts.next()?.parse().ok()?);
        let ours = Pid::from_raw(parent) == Some(own) && Pid::from_raw(of) != Some(group);
        ours.then_some(())
    };
    processes(|process| orphan(process).is_some())
}

/// Living processes with this variable; those of other users can't be read and are not ours.
fn marked(mark: &[u8]) -> Vec<Pid> {
    processes(|process| {
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        let mut variables = environment.split_inclusive(|byte| *byte == 0);
        variables.any(|variable| variable == mark)
    })
}

fn processes(wanted: impl Fn(&fs::DirEntry) -> bool) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let processes = processes.flatten().filter_map(|process| {
        let pid = process.file_name().to_str()?.parse::<i32>().ok()?;
        let pid = Pid::from_raw(pid)?;
        wanted(&process).then_some(pid)
    });
    processes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One family that starts while another ends is not taken for what the other left behind.
    #[test]
    fn a_family_that_starts_is_no_orphan_of_one_that_ends() {
        adopt();
        let one_after_another = || {
            for _ in 0..100 {
                let mut family = Family::start(Command::new("true")).expect("it starts");
                let status = family.child.wait().expect("it ends");
                assert!(status.success(), "{status}");
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(one_after_another);
            }
        });
    }
}
