//! Facts about the machine that a reader needs to judge a number.
//!
//! Whatever the kernel does not say is `None`; nothing here has a default that looks like a fact.

pub(crate) mod cgroup;
pub(crate) mod container;
pub(crate) mod cpu;
pub(crate) mod findings;
pub(crate) mod state;
mod ticks;

use std::fs;
use std::path::Path;
use std::str::FromStr;

/// Kernel release, `6.18.4`.
pub(crate) fn kernel() -> String {
    rustix::system::uname()
        .release()
        .to_string_lossy()
        .into_owned()
}

/// Operating system name, `Linux`.
pub(crate) fn os() -> String {
    rustix::system::uname()
        .sysname()
        .to_string_lossy()
        .into_owned()
}

/// First line of a kernel file, or `None` where it is absent or unreadable: kernels, containers
/// and hypervisors each leave some of them out.
fn line(path: impl AsRef<Path>) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}

/// [`line()`] as a number.
fn number<T: FromStr>(path: impl AsRef<Path>) -> Option<T> {
    line(path)?.parse().ok()
}
