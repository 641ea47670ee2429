//! This process: its standard output, its parent, its memory.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd as _;

use rustix::process::{Signal, set_parent_process_death_signal};

use super::Failure;

/// Takes standard output for the protocol: whatever else is printed goes to standard error from now
/// on, Criterion's report for one.
pub(super) fn take_stdout() -> io::Result<File> {
    let protocol = io::stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(File::from(protocol))
}

/// A driver that is killed must not leave its subject behind, measuring for nobody. If it died before
/// this call, standard input is at its end, which ends us as well.
pub(super) fn die_with_parent() {
    // A kernel without it leaves us with the closed pipe, at the next sign of life.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
}

/// Peak resident set of this process, bytes (`VmHWM`, proc(5)).
pub(super) fn peak_rss() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(kib.ok_or("/proc/self/status has no VmHWM")? * 1024)
}
