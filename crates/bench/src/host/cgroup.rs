//! Control group limits and throttling, version 1 and 2.
//!
//! A limit anywhere between this process's group and the root binds it, so the least one counts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use procfs::process::{MountInfo, MountInfos, Process};
use procfs::{ProcessCGroup, ProcessCGroups};
use receipt::model::Cgroup;

use super::{line, number};

/// Version 1 writes "no limit" as the greatest multiple of the page size below 2^63.
const V1_UNLIMITED: u64 = 0x7fff_ffff_ffff_0000;

/// Where this process's control groups are mounted, each from the innermost group outwards.
pub(crate) struct Groups {
    v2: Vec<PathBuf>,
    cpu: Vec<PathBuf>,
    memory: Vec<PathBuf>,
    pids: Vec<PathBuf>,
}

/// What the groups have refused since they exist; null where the kernel does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pressed {
    /// Processes that were killed for lack of memory.
    pub(crate) oom_kills: Option<u64>,
    /// Processes and threads that could not be started.
    pub(crate) fork_failures: Option<u64>,
    /// How many of those there may be.
    pub(crate) pids_limit: Option<u64>,
}

impl Groups {
    /// Of this process.
    ///
    /// # Errors
    /// `/proc/self` can't be read.
    pub(crate) fn current() -> Result<Self> {
        let process = Process::myself().context("can't read /proc/self")?;
        let groups = process.cgroups().context("can't read /proc/self/cgroup")?;
        let mounts = process
            .mountinfo()
            .context("can't read /proc/self/mountinfo")?;
        Ok(Self::locate(&groups, &mounts))
    }

    fn locate(groups: &ProcessCGroups, mounts: &MountInfos) -> Self {
        let v1 = |controller: &str| {
            let group = groups
                .0
                .iter()
                .find(|g| g.controllers.iter().any(|c| c == controller));
            let mount = mounts
                .iter()
                .find(|m| m.fs_type == "cgroup" && m.super_options.contains_key(controller));
            chain(group, mount)
        };
        let group = groups.0.iter().find(|g| g.controllers.is_empty());
        let mount = mounts.iter().find(|m| m.fs_type == "cgroup2");
        Self {
            v2: chain(group, mount),
            cpu: v1("cpu"),
            memory: v1("memory"),
            pids: v1("pids"),
        }
    }

    /// The limits that bind this process.
    pub(crate) fn limits(&self) -> Cgroup {
        let cpu_v2 = self
            .v2
            .iter()
            .filter_map(|g| cpu_max(&line(g.join("cpu.max"))?));
        let cpu_v1 = self.cpu.iter().filter_map(|g| cfs_quota(g));
        let memory_v2 = self
            .v2
            .iter()
            .filter_map(|g| number::<u64>(g.join("memory.max")));
        let memory_v1 = self
            .memory
            .iter()
            .filter_map(|g| number::<u64>(g.join("memory.limit_in_bytes")))
            .filter(|bytes| *bytes < V1_UNLIMITED);
        Cgroup {
            cpu_limit: cpu_v2.chain(cpu_v1).min_by(f64::total_cmp),
            memory_limit_bytes: memory_v2.chain(memory_v1).min(),
        }
    }

    /// What was refused so far, in this group and those around it.
    pub(crate) fn pressed(&self) -> Pressed {
        // The innermost group counts its own processes, whichever group ran out of memory.
        let inner =
            |groups: &[PathBuf], file: &str| counter(&groups.first()?.join(file), "oom_kill");
        let limiting = || self.v2.iter().chain(&self.pids);
        let failures = limiting().filter_map(|group| counter(&group.join("pids.events"), "max"));
        let limits = limiting().filter_map(|group| number(group.join("pids.max")));
        Pressed {
            oom_kills: inner(&self.v2, "memory.events")
                .or(inner(&self.memory, "memory.oom_control")),
            fork_failures: failures.max(),
            pids_limit: limits.min(),
        }
    }

    /// Times that any of the groups was throttled since it exists.
    pub(crate) fn throttled(&self) -> Option<u64> {
        self.v2
            .iter()
            .chain(&self.cpu)
            .filter_map(|g| counter(&g.join("cpu.stat"), "nr_throttled"))
            .max()
    }
}

/// The folders of a group and of every group around it that this mount shows.
///
/// A container sees its own group as the mount's root, so that prefix is cut; a path that leads
/// out of the mount (`/../..`, from another namespace) leaves only the mount itself.
fn chain(group: Option<&ProcessCGroup>, mount: Option<&MountInfo>) -> Vec<PathBuf> {
    let (Some(group), Some(mount)) = (group, mount) else {
        return Vec::new();
    };
    let path = Path::new(&group.pathname);
    let inner = path.strip_prefix(&mount.root).unwrap_or(Path::new(""));
    let inner = inner.strip_prefix("/").unwrap_or(inner);
    let leaves = inner.components().any(|part| part.as_os_str() == "..");
    let inner = if leaves { Path::new("") } else { inner };
    inner
        .ancestors()
        .map(|part| mount.mount_point.join(part))
        .collect()
}

/// `200000 100000` is two CPUs, `max 100000` no limit.
fn cpu_max(text: &str) -> Option<f64> {
    let (quota, period) = text.split_once(' ')?;
    Some(quota.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
}

/// Version 1 writes "no limit" as -1.
fn cfs_quota(group: &Path) -> Option<f64> {
    let quota = number::<i64>(group.join("cpu.cfs_quota_us")).filter(|quota| *quota > 0)?;
    let period = number::<i64>(group.join("cpu.cfs_period_us")).filter(|period| *period > 0)?;
    Some(quota as f64 / period as f64)
}

/// The number behind a key in a file of keys and numbers.
fn counter(path: &Path, key: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let rest = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
    rest.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use procfs::FromBufRead as _;

    use super::*;

    fn locate(groups: &str, mounts: &str) -> Groups {
        let groups = ProcessCGroups::from_buf_read(groups.as_bytes()).expect("cgroup text");
        let mounts = MountInfos::from_buf_read(mounts.as_bytes()).expect("mountinfo text");
        Groups::locate(&groups, &mounts)
    }

    fn write(folder: &Path, name: &str, text: &str) {
        fs::create_dir_all(folder).expect("folder");
        fs::write(folder.join(name), text).expect("file");
    }

    #[test]
    fn the_least_limit_up_to_the_root_counts() {
        let root = tempfile::tempdir().expect("temporary folder");
        let at = root.path().display();
        write(&root.path().join("a"), "cpu.max", "150000 100000\n");
        write(&root.path().join("a/b"), "cpu.max", "max 100000\n");
        write(&root.path().join("a/b"), "memory.max", "536870912\n");
        write(&root.path().join("a"), "memory.max", "max\n");
        write(
            &root.path().join("a"),
            "cpu.stat",
            "nr_periods 9\nnr_throttled 4\n",
        );
        let groups = locate(
            "0::/a/b\n",
            &format!("41 31 0:38 / {at} rw - cgroup2 cgroup2 rw\n"),
        );
        assert_eq!(
            groups.limits(),
            Cgroup {
                cpu_limit: Some(1.5),
                memory_limit_bytes: Some(536_870_912)
            }
        );
        assert_eq!(groups.throttled(), Some(4));
    }

    #[test]
    fn version_1_in_a_container_sees_its_group_as_the_root() {
        let root = tempfile::tempdir().expect("temporary folder");
        let (cpu, memory) = (root.path().join("cpu"), root.path().join("memory"));
        write(&cpu, "cpu.cfs_quota_us", "50000\n");
        write(&cpu, "cpu.cfs_period_us", "100000\n");
        write(&cpu, "cpu.stat", "nr_throttled 7\n");
        write(&memory, "memory.limit_in_bytes", "9223372036854771712\n");
        let groups = locate(
            "4:memory:/docker/x\n1:cpu:/docker/x\n0::/\n",
            &format!(
                "32 31 0:29 /docker/x {} rw - cgroup cgroup rw,cpu\n\
                 35 31 0:32 /docker/x {} rw - cgroup cgroup rw,memory\n",
                cpu.display(),
                memory.display()
            ),
        );
        assert_eq!(
            groups.limits(),
            Cgroup {
                cpu_limit: Some(0.5),
                memory_limit_bytes: None
            }
        );
        assert_eq!(groups.throttled(), Some(7));
    }

    #[test]
    fn what_was_refused_is_counted_where_it_was() {
        let root = tempfile::tempdir().expect("temporary folder");
        let at = root.path().display();
        write(
            &root.path().join("a"),
            "memory.events",
            "oom 9\noom_kill 9\n",
        );
        write(
            &root.path().join("a/b"),
            "memory.events",
            "oom 3\noom_kill 2\n",
        );
        write(&root.path().join("a"), "pids.events", "max 4\n");
        write(&root.path().join("a"), "pids.max", "20\n");
        write(&root.path().join("a/b"), "pids.max", "max\n");
        let groups = locate(
            "0::/a/b\n",
            &format!("41 31 0:38 / {at} rw - cgroup2 cgroup2 rw\n"),
        );
        let expected = Pressed {
            oom_kills: Some(2),
            fork_failures: Some(4),
            pids_limit: Some(20),
        };
        assert_eq!(groups.pressed(), expected);
        assert_eq!(locate("", "").pressed(), Pressed::default());
    }

    #[test]
    fn no_control_groups_means_no_limits() {
        let groups = locate("", "");
        assert_eq!(
            groups.limits(),
            Cgroup {
                cpu_limit: None,
                memory_limit_bytes: None
            }
        );
        assert_eq!(groups.throttled(), None);
    }

    #[test]
    fn a_path_out_of_the_namespace_stays_inside_the_mount() {
        let groups = locate(
            "0::/../../x\n",
            "41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n",
        );
        assert_eq!(groups.v2, [PathBuf::from("/cg/")]);
    }
}
