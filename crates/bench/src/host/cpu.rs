//! The CPU: model, frequency policy, siblings, caches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use procfs::{CpuInfo, Current as _};
use receipt::model::Cpu;
use rustix::thread::CpuSet;

use super::{line, number};

const CPUS: &str = "/sys/devices/system/cpu";

/// Everything that stays the same while a run lasts.
///
/// # Errors
/// `/proc/cpuinfo` can't be read or names no CPU.
pub(crate) fn read() -> Result<Cpu> {
    let info = CpuInfo::current().context("can't read /proc/cpuinfo")?;
    Ok(Cpu {
        model: model(&info).context("/proc/cpuinfo names no CPU model")?,
        arch: std::env::consts::ARCH.to_owned(),
        governor: line(format!("{CPUS}/cpu0/cpufreq/scaling_governor")),
        turbo: turbo(),
        smt: number::<u32>(format!("{CPUS}/smt/active")).map(|on| on == 1),
        virtualized: virtualized(&info),
        aslr: number("/proc/sys/kernel/randomize_va_space"),
        cache_bytes: caches(Path::new(&format!("{CPUS}/cpu0/cache"))),
    })
}

/// Numbers of the logical CPUs that this process may run on.
///
/// # Errors
/// The kernel refuses to say.
pub(crate) fn allowed() -> Result<BTreeSet<usize>> {
    let set = rustix::thread::sched_getaffinity(None).context("can't read the CPU affinity")?;
    Ok((0..CpuSet::MAX_CPU)
        .filter(|&cpu| set.is_set(cpu))
        .collect())
}

/// How many they are.
///
/// # Errors
/// As [`allowed`].
pub(crate) fn cores() -> Result<u32> {
    Ok(u32::try_from(allowed()?.len())?)
}

/// What the kernel does not say of a CPU, though it changes results.
pub(crate) fn unknown(cpu: &Cpu) -> Vec<&'static str> {
    let facts = [
        ("the frequency governor", cpu.governor.is_none()),
        ("turbo", cpu.turbo.is_none()),
        ("SMT", cpu.smt.is_none()),
        (
            "whether this is a virtual machine",
            cpu.virtualized.is_none(),
        ),
        ("address space randomisation", cpu.aslr.is_none()),
        ("cache sizes", cpu.cache_bytes.is_empty()),
    ];
    let missing = facts.into_iter().filter(|(_, is_unknown)| *is_unknown);
    missing.map(|(name, _)| name).collect()
}

/// Frequency of the first CPU in MHz: the policy's own word, else `/proc/cpuinfo`.
pub(crate) fn mhz() -> Option<f64> {
    if let Some(khz) = number::<f64>(format!("{CPUS}/cpu0/cpufreq/scaling_cur_freq")) {
        return Some(khz / 1000.0);
    }
    CpuInfo::current()
        .ok()?
        .get_field(0, "cpu MHz")?
        .parse()
        .ok()
}

/// Arm kernels give numbers instead of a model name; they still tell machines apart.
fn model(info: &CpuInfo) -> Option<String> {
    if let Some(name) = info.model_name(0) {
        return Some(name.to_owned());
    }
    let implementer = info.get_field(0, "CPU implementer")?;
    let part = info.get_field(0, "CPU part")?;
    Some(format!("implementer {implementer} part {part}"))
}

fn turbo() -> Option<bool> {
    if let Some(off) = number::<u32>(format!("{CPUS}/intel_pstate/no_turbo")) {
        return Some(off == 0);
    }
    number::<u32>(format!("{CPUS}/cpufreq/boost")).map(|on| on == 1)
}

/// x86 says so in the CPU flags; elsewhere only a `hypervisor` folder is proof, and its absence
/// proves nothing.
fn virtualized(info: &CpuInfo) -> Option<bool> {
    if let Some(flags) = info.get_field(0, "flags") {
        return Some(flags.split_whitespace().any(|flag| flag == "hypervisor"));
    }
    line("/sys/hypervisor/type").map(|_| true)
}

/// Sizes by `L1d`, `L2`, ... from a `cache` folder of sysfs; empty where there is none.
fn caches(folder: &Path) -> BTreeMap<String, u64> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| {
            let index = entry.ok()?.path();
            let level = line(index.join("level"))?;
            let suffix = match line(index.join("type"))?.as_str() {
                "Data" => "d",
                "Instruction" => "i",
                _ => "",
            };
            Some((
                format!("L{level}{suffix}"),
                size(&line(index.join("size"))?)?,
            ))
        })
        .collect()
}

/// `48K`, `2048K`, `32M`.
fn size(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix('K') {
        Some(digits) => (digits, 1 << 10),
        None => match text.strip_suffix('M') {
            Some(digits) => (digits, 1 << 20),
            None => (text, 1),
        },
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_cpu() {
        let cpu = read().expect("/proc/cpuinfo is readable on Linux");
        assert!(!cpu.model.is_empty());
        assert!(cores().expect("affinity is readable on Linux") >= 1);
    }

    #[test]
    fn cache_sizes_are_bytes() {
        assert_eq!(size("48K"), Some(48 * 1024));
        assert_eq!(size("32M"), Some(32 << 20));
        assert_eq!(size("512"), Some(512));
        assert_eq!(size("big"), None);
    }

    #[test]
    fn caches_come_from_each_index() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for (index, level, kind, bytes) in [
            ("index0", "1", "Data", "48K"),
            ("index1", "1", "Instruction", "32K"),
            ("index2", "2", "Unified", "2M"),
        ] {
            let at = folder.path().join(index);
            fs::create_dir(&at).expect("folder");
            for (name, text) in [("level", level), ("type", kind), ("size", bytes)] {
                fs::write(at.join(name), format!("{text}\n")).expect("file");
            }
        }
        let found = caches(folder.path());
        assert_eq!(found.get("L1d"), Some(&49152));
        assert_eq!(found.get("L1i"), Some(&32768));
        assert_eq!(found.get("L2"), Some(&(2 << 20)));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn an_arm_machine_has_a_model_too() {
        let text = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n";
        let info = procfs::FromBufRead::from_buf_read(text.as_bytes()).expect("cpuinfo text");
        assert_eq!(model(&info).as_deref(), Some("implementer 0x41 part 0xd0c"));
        assert_eq!(virtualized(&info), None);
    }
}
