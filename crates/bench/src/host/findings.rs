//! From facts to warnings: which of them will spoil a measurement.

use std::mem::discriminant;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use receipt::model::{Cgroup, Cpu, HostState};

use super::cgroup::Groups;
use super::state::{Memory, Snapshot};
use super::{cpu, line, number};
use crate::warnings::Warning;

/// A quiet host has at most this share of its CPUs busy with other work.
const BUSY: f64 = 0.125;
/// Stolen time that is more than the kernel's rounding, per cent.
const STEAL: f64 = 1.0;

/// Memory of the command, the suite and Criterion without any data, bytes; measured, rounded up.
const PROGRAMS: u64 = 64 << 20;

/// What the CPU and the control group do to every measurement on this host.
pub(crate) fn standing(cpu: &Cpu, cgroup: &Cgroup) -> Vec<Warning> {
    let governor = cpu
        .governor
        .as_ref()
        .filter(|name| name.as_str() != "performance");
    let limit = cgroup.cpu_limit.filter(|cpus| *cpus < 1.5);
    [
        governor.map(|name| Warning::Governor(name.clone())),
        cpu.turbo.filter(|on| *on).map(|_| Warning::Turbo),
        cpu.smt.filter(|on| *on).map(|_| Warning::Smt),
        limit.map(|cpus| Warning::CpuLimit { cpus }),
        cpu.aslr
            .filter(|level| *level == 0)
            .map(|_| Warning::NoAslr),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What happened between two looks at the host: others at work, time stolen, quota used up.
pub(crate) fn between(before: &Snapshot, after: &Snapshot, cores: u32) -> Vec<Warning> {
    let others = after.others_since(before);
    let (earlier, later) = (before.state(), after.since(before));
    let mut found = Vec::new();
    if others > BUSY * f64::from(cores) {
        found.push(Warning::Busy {
            cpus: others,
            cores,
        });
    }
    if later.steal_pct > STEAL {
        found.push(Warning::Steal {
            pct: later.steal_pct,
        });
    }
    found.extend(throttled(&earlier, &later));
    found
}

/// What makes a measurement on this host mean nothing, in words: as known before the run, and what
/// else was found during it. Of two findings of one kind the first is enough.
pub(crate) fn unfit(known: &[Warning], during: &[Warning]) -> Vec<String> {
    let mut fatal: Vec<&Warning> = Vec::new();
    for warning in known.iter().chain(during).filter(|found| found.is_fatal()) {
        if !fatal
            .iter()
            .any(|other| discriminant(*other) == discriminant(warning))
        {
            fatal.push(warning);
        }
    }
    fatal.into_iter().map(Warning::to_string).collect()
}

/// Watches for so long what others do on the CPUs that we may use.
///
/// # Errors
/// `/proc` can't be read.
pub(crate) fn look(groups: &Groups, duration: Duration) -> Result<Vec<Warning>> {
    let before = Snapshot::take(groups)?;
    thread::sleep(duration);
    let after = Snapshot::take(groups)?;
    Ok(between(&before, &after, cpu::cores()?))
}

fn throttled(earlier: &HostState, later: &HostState) -> Option<Warning> {
    let times = later.throttled?.checked_sub(earlier.throttled?)?;
    (times > 0).then_some(Warning::Throttled { times })
}

/// Bytes of memory that a run takes, of benchmarks that need so much each: they run one after the
/// other.
pub(crate) fn needed(benchmarks: impl Iterator<Item = u64>) -> u64 {
    PROGRAMS + benchmarks.max().unwrap_or(0)
}

/// Whether there is memory enough, in bytes.
pub(crate) fn memory(available: u64, needed: u64) -> Option<Warning> {
    (available < needed).then_some(Warning::Memory { available, needed })
}

/// What only `bench doctor` looks at: swap, clock, heat, the program itself.
pub(crate) fn machine(memory: &Memory) -> Vec<Warning> {
    let mut found = Vec::new();
    if memory.swap_used > 0 {
        found.push(Warning::Swap {
            bytes: memory.swap_used,
        });
    }
    let clock = line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    // The readings of these need no system call.
    let cheap = [
        "tsc",
        "kvm-clock",
        "arch_sys_counter",
        "hyperv_clocksource_tsc_page",
    ];
    if let Some(name) = clock.filter(|name| !cheap.contains(&name.as_str())) {
        found.push(Warning::Clocksource(name));
    }
    let hot = "/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count";
    if let Some(times) = number(hot).filter(|times| *times > 0) {
        found.push(Warning::Hot { times });
    }
    if cfg!(debug_assertions) {
        found.push(Warning::DebugBuild);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(throttled: Option<u64>) -> HostState {
        HostState {
            load1: 0.0,
            steal_pct: 0.0,
            memory_available_bytes: 1,
            cpu_mhz: None,
            throttled,
        }
    }

    #[test]
    fn throttling_counts_from_the_start_of_the_run() {
        let found = throttled(&state(Some(5)), &state(Some(8)));
        assert_eq!(found, Some(Warning::Throttled { times: 3 }));
        assert_eq!(throttled(&state(Some(5)), &state(Some(5))), None);
        assert_eq!(throttled(&state(None), &state(Some(5))), None);
    }

    #[test]
    fn one_finding_of_a_kind_makes_a_host_unfit() {
        let busy = |cpus| Warning::Busy { cpus, cores: 2 };
        let found = [busy(1.95), Warning::Turbo, Warning::Steal { pct: 40.0 }];
        let unfit = unfit(&[busy(2.0)], &found);
        assert_eq!(
            unfit,
            [busy(2.0), found[2].clone()].map(|one| one.to_string())
        );
    }

    #[test]
    fn unknown_facts_are_no_warnings() {
        let cpu = Cpu {
            model: "x".to_owned(),
            arch: "x86_64".to_owned(),
            governor: None,
            turbo: None,
            smt: None,
            virtualized: None,
            aslr: None,
            cache_bytes: std::collections::BTreeMap::new(),
        };
        let free = Cgroup {
            cpu_limit: None,
            memory_limit_bytes: None,
        };
        assert_eq!(standing(&cpu, &free), []);
        let slow = Cpu {
            governor: Some("powersave".to_owned()),
            aslr: Some(0),
            ..cpu
        };
        assert_eq!(
            standing(&slow, &free),
            [Warning::Governor("powersave".to_owned()), Warning::NoAslr]
        );
    }
}
