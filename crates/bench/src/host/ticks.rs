//! How busy the CPUs are that this process may run on, from `/proc/stat` (proc(5)).

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};

/// Time since boot over the CPUs that count, in clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ticks {
    /// CPUs counted.
    pub(super) cpus: u64,
    /// All time.
    pub(super) total: u64,
    /// Time at work for somebody on this machine.
    pub(super) busy: u64,
    /// Time that the hypervisor gave to other guests.
    pub(super) steal: u64,
}

impl Ticks {
    /// Of the CPUs with these numbers, now.
    ///
    /// # Errors
    /// `/proc/stat` can't be read, or names none of them.
    pub(super) fn now(cpus: &BTreeSet<usize>) -> Result<Self> {
        let text = fs::read_to_string("/proc/stat").context("can't read /proc/stat")?;
        let ticks = Self::parse(&text, cpus);
        anyhow::ensure!(ticks.cpus > 0, "/proc/stat names none of the CPUs {cpus:?}");
        Ok(ticks)
    }

    /// Lines `cpuN user nice system idle iowait irq softirq steal ...`; a CPU that is off has none.
    fn parse(text: &str, cpus: &BTreeSet<usize>) -> Self {
        let mut sum = Self::default();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            let number = words.next().and_then(|name| name.strip_prefix("cpu"));
            let counts = number.and_then(|number| number.parse().ok());
            if !counts.is_some_and(|number| cpus.contains(&number)) {
                continue;
            }
            let times: Vec<u64> = words.map(|word| word.parse().unwrap_or(0)).collect();
            let at = |index: usize| times.get(index).copied().unwrap_or(0);
            let [user, nice, system, idle] = [at(0), at(1), at(2), at(3)];
            let [iowait, irq, softirq, steal] = [at(4), at(5), at(6), at(7)];
            let busy = user + nice + system + irq + softirq;
            sum.cpus += 1;
            sum.busy += busy;
            sum.steal += steal;
            sum.total += busy + idle + iowait + steal;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CPU 1 is off; 0 is idle, 2 is at work, 3 is stolen half of the time.
    const STAT: &str = "cpu  190 10 60 1240 40 0 0 460 0 0\n\
                        cpu0 0 0 0 900 100 0 0 0 0 0\n\
                        cpu2 800 50 100 0 0 25 25 0 7 7\n\
                        cpu3 200 0 0 300 0 0 0 500\n\
                        intr 12345 0 0\n";

    fn parse(cpus: impl IntoIterator<Item = usize>) -> (u64, u64, u64, u64) {
        let ticks = Ticks::parse(STAT, &cpus.into_iter().collect());
        (ticks.cpus, ticks.total, ticks.busy, ticks.steal)
    }

    #[test]
    fn only_the_cpus_that_we_may_use_count() {
        assert_eq!(parse([0]), (1, 1000, 0, 0));
        assert_eq!(parse([2]), (1, 1000, 1000, 0));
        assert_eq!(parse([0, 1, 2, 3]), (3, 3000, 1200, 500));
        assert_eq!(parse([1]), (0, 0, 0, 0));
    }
}
