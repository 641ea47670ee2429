//! What may spoil a measurement. Each text says what was found and ends in a remedy.
//!
//! Only what the host does; what the samples themselves show is `receipt`'s to say.

use std::fmt;

use crate::words::{count, mib};

/// One thing that a reader of the numbers must know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Warning {
    /// The frequency governor lets the clock wander.
    Governor(String),
    /// Turbo raises the clock as long as the package stays cool.
    Turbo,
    /// Two hardware threads share a core.
    Smt,
    /// Others use the CPU.
    Busy { cpus: f64, cores: u32 },
    /// The hypervisor gave CPU time to other guests.
    Steal { pct: f64 },
    /// The control group ran out of its CPU quota during the run.
    Throttled { times: u64 },
    /// The control group allows less than a whole CPU.
    CpuLimit { cpus: f64 },
    /// Less memory than the suite needs.
    Memory { available: u64, needed: u64 },
    /// Pages went to disk.
    Swap { bytes: u64 },
    /// The clock needs a system call or worse for every reading.
    Clocksource(String),
    /// Every launch gets the same addresses.
    NoAslr,
    /// The CPU slowed itself down to cool.
    Hot { times: u64 },
    /// This program was built without optimisation, so its suite probably was, too.
    DebugBuild,
    /// Too little room for the results.
    Disk { available: u64, needed: u64 },
}

impl Warning {
    /// True where a measurement under this condition means nothing.
    pub(crate) fn is_fatal(&self) -> bool {
        match self {
            Self::DebugBuild | Self::Memory { .. } | Self::Disk { .. } => true,
            Self::CpuLimit { cpus } => *cpus < 0.5,
            Self::Busy { cpus, cores } => *cpus >= 0.9 * f64::from(*cores),
            Self::Steal { pct } => *pct >= 20.0,
            _ => false,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Governor(name) => write!(
                f,
                "the CPU frequency governor is `{name}`, so the clock changes with the load: \
                 set it with `cpupower frequency-set -g performance`"
            ),
            Self::Turbo => write!(
                f,
                "turbo is on, so the clock depends on temperature and neighbours: for comparisons \
                 within a few per cent write 1 to /sys/devices/system/cpu/intel_pstate/no_turbo or \
                 0 to /sys/devices/system/cpu/cpufreq/boost"
            ),
            Self::Smt => write!(
                f,
                "hardware threads share cores, so a neighbour can halve the speed: keep the host \
                 idle, or write `off` to /sys/devices/system/cpu/smt/control"
            ),
            Self::Busy { cpus, cores } => write!(
                f,
                "other programs kept {cpus:.2} of {} busy: stop them (`top` names them), then run \
                 again",
                count(u64::from(*cores), "CPU")
            ),
            Self::Steal { pct } => write!(
                f,
                "the hypervisor took {pct:.1} % of the CPU time for other guests: repeat at a \
                 quieter time, or on a dedicated host"
            ),
            Self::Throttled { times } => write!(
                f,
                "the control group was throttled {} during the run: give it whole CPUs \
                 (`docker run --cpus 2`, a Kubernetes limit of at least 2), or none as a limit",
                count(*times, "time")
            ),
            Self::CpuLimit { cpus } => write!(
                f,
                "the control group allows {cpus:.2} CPUs, so the suite is stopped in the middle of \
                 samples: give it at least 1.5 (`docker run --cpus 1.5`)"
            ),
            Self::Memory { available, needed } => write!(
                f,
                "{} MiB of memory are available and the suite needs about {} MiB: free some, or \
                 raise the limit (`docker run --memory`)",
                mib(*available),
                mib(*needed)
            ),
            Self::Swap { bytes } => write!(
                f,
                "{} MiB are swapped out, so a page of the suite may come from disk: free memory, \
                 then `swapoff -a && swapon -a`",
                mib(*bytes)
            ),
            Self::Clocksource(name) => write!(
                f,
                "the kernel's clock is `{name}`, whose readings are slow and coarse: boot with \
                 `tsc=reliable`, or write `tsc` to \
                 /sys/devices/system/clocksource/clocksource0/current_clocksource"
            ),
            Self::NoAslr => write!(
                f,
                "address space randomisation is off, so every launch measures the same memory \
                 layout: turn it on with `sysctl kernel.randomize_va_space=2`"
            ),
            Self::Hot { times } => write!(
                f,
                "the CPU has throttled itself {} since boot to cool down: check fans and airflow, \
                 and measure after a pause",
                count(*times, "time")
            ),
            Self::DebugBuild => write!(
                f,
                "this program was built without optimisation: build it with `cargo build --release`"
            ),
            Self::Disk { available, needed } => write!(
                f,
                "{} MiB are free in the output folder and a run needs {} MiB: free some, or choose \
                 another folder with --output",
                mib(*available),
                mib(*needed)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_makes_numbers_meaningless_is_fatal() {
        assert!(Warning::DebugBuild.is_fatal());
        assert!(
            Warning::Busy {
                cpus: 1.9,
                cores: 2
            }
            .is_fatal()
        );
        assert!(
            !Warning::Busy {
                cpus: 1.0,
                cores: 2
            }
            .is_fatal()
        );
        assert!(!Warning::Governor("powersave".to_owned()).is_fatal());
    }
}
