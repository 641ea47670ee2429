//! What changes while a run lasts: load, stolen time, memory, frequency, throttling.

use anyhow::{Context as _, Result};
use procfs::{CpuTime, Current as _, CurrentSI as _, KernelStats, LoadAverage, Meminfo};
use receipt::model::HostState;

use super::cgroup::Groups;
use super::cpu;

/// One look at the host, with the counters that a later look is compared with.
pub(crate) struct Snapshot {
    state: HostState,
    steal: u64,
    total: u64,
}

impl Snapshot {
    /// Looks now; `steal_pct` is the share since boot.
    ///
    /// # Errors
    /// `/proc` can't be read.
    pub(crate) fn take(groups: &Groups) -> Result<Self> {
        let times = KernelStats::current()
            .context("can't read /proc/stat")?
            .total;
        let (steal, total) = (times.steal.unwrap_or(0), total(&times));
        Ok(Self {
            state: HostState {
                load1: f64::from(
                    LoadAverage::current()
                        .context("can't read /proc/loadavg")?
                        .one,
                ),
                steal_pct: percent(steal, total),
                memory_available_bytes: memory()?.available,
                cpu_mhz: cpu::mhz(),
                throttled: groups.throttled(),
            },
            steal,
            total,
        })
    }

    /// As seen at that moment.
    pub(crate) fn state(&self) -> HostState {
        self.state.clone()
    }

    /// As seen now, with `steal_pct` the share since `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> HostState {
        let steal = self.steal.saturating_sub(earlier.steal);
        let total = self.total.saturating_sub(earlier.total);
        HostState {
            steal_pct: percent(steal, total),
            ..self.state.clone()
        }
    }
}

/// Memory of the host in bytes.
pub(crate) struct Memory {
    /// All there is.
    pub(crate) total: u64,
    /// What a new process can get without swapping.
    pub(crate) available: u64,
    /// Swap in use.
    pub(crate) swap_used: u64,
}

/// Reads `/proc/meminfo`.
///
/// # Errors
/// It can't be read, or the kernel is older than 3.14 and has no `MemAvailable`.
pub(crate) fn memory() -> Result<Memory> {
    let info = Meminfo::current().context("can't read /proc/meminfo")?;
    Ok(Memory {
        total: info.mem_total,
        available: info
            .mem_available
            .context("/proc/meminfo has no MemAvailable")?,
        swap_used: info.swap_total.saturating_sub(info.swap_free),
    })
}

/// Guest time is already part of user time.
fn total(times: &CpuTime) -> u64 {
    let optional = [times.iowait, times.irq, times.softirq, times.steal];
    times.user
        + times.nice
        + times.system
        + times.idle
        + optional.into_iter().flatten().sum::<u64>()
}

/// No time passed means none was stolen.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64 * 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(steal: u64, total: u64) -> Snapshot {
        let groups = Groups::current().expect("/proc/self is readable");
        Snapshot {
            steal,
            total,
            ..Snapshot::take(&groups).expect("/proc is readable")
        }
    }

    #[test]
    fn steal_is_counted_over_the_run_only() {
        let (before, after) = (snapshot(1000, 10_000), snapshot(1050, 11_000));
        assert!((after.since(&before).steal_pct - 5.0).abs() < 1e-12);
        assert_eq!(after.since(&after).steal_pct, 0.0);
    }
}
