//! What changes while a run lasts: load, stolen time, memory, frequency, throttling.

use anyhow::{Context as _, Result};
use procfs::process::Process;
use procfs::{Current as _, CurrentSI as _, KernelStats, LoadAverage, Meminfo};
use receipt::model::HostState;

use super::cgroup::Groups;
use super::cpu;

/// One look at the host, with the counters that a later look is compared with.
pub(crate) struct Snapshot {
    state: HostState,
    ticks: Ticks,
}

/// Counters since boot, in clock ticks over all CPUs.
#[derive(Debug, Clone, Copy)]
struct Ticks {
    cpus: u64,
    total: u64,
    busy: u64,
    steal: u64,
    /// Of `busy`, what this process and the children it waited for used.
    own: u64,
}

impl Snapshot {
    /// Looks now; `steal_pct` is the share since boot.
    ///
    /// # Errors
    /// `/proc` can't be read.
    pub(crate) fn take(groups: &Groups) -> Result<Self> {
        let ticks = Ticks::now()?;
        let load = LoadAverage::current().context("can't read /proc/loadavg")?;
        Ok(Self {
            state: HostState {
                load1: f64::from(load.one),
                steal_pct: percent(ticks.steal, ticks.total),
                memory_available_bytes: memory()?.available,
                cpu_mhz: cpu::mhz(),
                throttled: groups.throttled(),
            },
            ticks,
        })
    }

    /// As seen at that moment.
    pub(crate) fn state(&self) -> HostState {
        self.state.clone()
    }

    /// As seen now, with `steal_pct` the share since `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> HostState {
        let steal = self.ticks.steal.saturating_sub(earlier.ticks.steal);
        let total = self.ticks.total.saturating_sub(earlier.ticks.total);
        HostState {
            steal_pct: percent(steal, total),
            ..self.state.clone()
        }
    }

    /// CPUs that others kept busy since `earlier`. The load average would not do: it remembers
    /// our own build, and counts what waits.
    pub(crate) fn others_since(&self, earlier: &Self) -> f64 {
        let busy = self.ticks.busy.saturating_sub(earlier.ticks.busy);
        let own = self.ticks.own.saturating_sub(earlier.ticks.own);
        let total = self.ticks.total.saturating_sub(earlier.ticks.total);
        percent(busy.saturating_sub(own), total) / 100.0 * self.ticks.cpus as f64
    }
}

impl Ticks {
    fn now() -> Result<Self> {
        let stat = KernelStats::current().context("can't read /proc/stat")?;
        let own = Process::myself()
            .and_then(|own| own.stat())
            .context("can't read /proc/self")?;
        let times = &stat.total;
        let interrupts = times.irq.unwrap_or(0) + times.softirq.unwrap_or(0);
        let busy = times.user + times.nice + times.system + interrupts;
        let steal = times.steal.unwrap_or(0);
        Ok(Self {
            cpus: stat.cpu_time.len() as u64,
            total: busy + times.idle + times.iowait.unwrap_or(0) + steal,
            busy,
            steal,
            own: own.utime + own.stime + own.cutime.unsigned_abs() + own.cstime.unsigned_abs(),
        })
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

    fn snapshot(total: u64, busy: u64, steal: u64, own: u64) -> Snapshot {
        let groups = Groups::current().expect("/proc/self is readable");
        let ticks = Ticks {
            cpus: 4,
            total,
            busy,
            steal,
            own,
        };
        Snapshot {
            ticks,
            ..Snapshot::take(&groups).expect("/proc is readable")
        }
    }

    #[test]
    fn steal_is_counted_over_the_run_only() {
        let (before, after) = (snapshot(10_000, 0, 1000, 0), snapshot(11_000, 0, 1050, 0));
        assert!((after.since(&before).steal_pct - 5.0).abs() < 1e-12);
        assert_eq!(after.since(&after).steal_pct, 0.0);
    }

    #[test]
    fn what_we_use_ourselves_is_not_others() {
        // Of 4 CPUs' 4000 ticks, 1500 were busy and 1000 of these our own: half a CPU is left.
        let (before, after) = (snapshot(0, 0, 0, 0), snapshot(4000, 1500, 0, 1000));
        assert!((after.others_since(&before) - 0.5).abs() < 1e-12);
        assert_eq!(after.others_since(&after), 0.0);
    }
}
