//! What changes while a run lasts: load, stolen time, memory, frequency, throttling.

use anyhow::{Context as _, Result};
use procfs::process::Process;
use procfs::{Current as _, LoadAverage, Meminfo};
use receipt::model::HostState;

use super::cgroup::Groups;
use super::cpu;
use super::ticks::Ticks;

/// One look at the host, with the counters that a later look is compared with.
pub(crate) struct Snapshot {
    state: HostState,
    ticks: Ticks,
    /// What this process and the children it waited for used of the CPUs, in clock ticks.
    own: u64,
}

impl Snapshot {
    /// Looks now; `steal_pct` is the share since boot.
    ///
    /// # Errors
    /// `/proc` can't be read.
    pub(crate) fn take(groups: &Groups) -> Result<Self> {
        let ticks = Ticks::now(&cpu::allowed()?)?;
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
            own: own()?,
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

    /// How many of the CPUs that we may use others kept busy since `earlier`. The load average would not do: it remembers
    /// our own build, and counts what waits.
    pub(crate) fn others_since(&self, earlier: &Self) -> f64 {
        let busy = self.ticks.busy.saturating_sub(earlier.ticks.busy);
        let own = self.own.saturating_sub(earlier.own);
        let total = self.ticks.total.saturating_sub(earlier.ticks.total);
        percent(busy.saturating_sub(own), total) / 100.0 * self.ticks.cpus as f64
    }
}

/// What this process and the children it waited for used so far, in clock ticks.
fn own() -> Result<u64> {
    let stat = Process::myself()
        .and_then(|own| own.stat())
        .context("can't read /proc/self")?;
    Ok(stat.utime + stat.stime + stat.cutime.unsigned_abs() + stat.cstime.unsigned_abs())
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
        };
        Snapshot {
            ticks,
            own,
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
