//! What the kernel says about processes and file systems.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Peak resident set of a process (`VmHWM`, proc(5)), bytes.
///
/// # Errors
///
/// There is no such process, or the kernel does not say.
pub fn peak_rss(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(kib.with_context(|| format!("{path} has no VmHWM"))? * 1024)
}

/// Type of the file system that a folder is on, as the kernel calls it: `ext4`, `tmpfs`.
///
/// # Errors
///
/// There is no such folder, or the kernel does not say.
pub(crate) fn file_system(folder: &Path) -> Result<String> {
    let named = || format!("the file system of {}", folder.display());
    let folder = folder.canonicalize().with_context(named)?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").with_context(named)?;
    // proc(5): the mount point is the fifth field, the type the first behind a hyphen.
    let mounts = mounts.lines().filter_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        Some((mount.split(' ').nth(4)?, kind.split(' ').next()?))
    });
    let holding = mounts.filter(|(point, _)| folder.starts_with(point));
    // Of two mounts on one point, the later one hides the other.
    let (_, kind) = holding
        .max_by_key(|(point, _)| point.len())
        .with_context(|| format!("{}: no mount point", named()))?;
    Ok(kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_own_folder_is_on_proc() {
        let kind = file_system(Path::new("/proc/self")).expect("it is mounted");
        assert_eq!(kind, "proc");
        assert!(file_system(Path::new("/proc/none")).is_err());
    }
}
