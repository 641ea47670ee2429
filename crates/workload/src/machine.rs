//! What sizes depend on: caches and memory, as Linux says them.

use std::fs;
use std::num::NonZeroUsize;
use std::thread;

/// Bytes of the first CPU's data or unified cache of this level; `None` where the kernel does not
/// say, as in some virtual machines.
pub fn cache_bytes(level: u32) -> Option<u64> {
    let caches = fs::read_dir("/sys/devices/system/cpu/cpu0/cache").ok()?;
    caches.flatten().find_map(|cache| {
        let read = |name: &str| {
            let text = fs::read_to_string(cache.path().join(name)).ok()?;
            Some(text.trim().to_owned())
        };
        let wanted = read("level")?.parse() == Ok(level) && read("type")? != "Instruction";
        let size = read("size").filter(|_| wanted)?;
        size.strip_suffix('K')?
            .parse::<u64>()
            .ok()
            .map(|kib| kib * 1024)
    })
}

/// Threads that this process may keep busy: the CPUs that it may run on, or fewer where its control
/// group has a quota. One where the system does not say.
pub fn threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Bytes that can be allocated without swapping.
pub fn available_memory() -> Option<u64> {
    memory_line("/proc/meminfo", "MemAvailable:")
}

/// Peak resident set of this process, bytes (`VmHWM`, proc(5)).
pub fn peak_rss() -> Option<u64> {
    memory_line("/proc/self/status", "VmHWM:")
}

fn memory_line(path: &str, key: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key))?;
    value
        .trim()
        .strip_suffix(" kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}
