//! Whether this process runs in a container, and whose.

use std::env;
use std::fs;
use std::path::Path;

use super::line;

/// The runtime's name, or `None` on a bare host or virtual machine.
///
/// Kubernetes comes first, since its pods also carry the marks of the runtime below.
pub(crate) fn runtime() -> Option<String> {
    if env::var_os("KUBERNETES_SERVICE_HOST").is_some() {
        return Some("kubernetes".to_owned());
    }
    // systemd's convention, which podman, nspawn and lxc follow.
    if let Some(name) = env::var("container").ok().filter(|name| !name.is_empty()) {
        return Some(name);
    }
    if Path::new("/run/.containerenv").exists() {
        return Some("podman".to_owned());
    }
    if Path::new("/.dockerenv").exists() {
        return Some("docker".to_owned());
    }
    line("/run/systemd/container").filter(|name| !name.is_empty())
}

/// Whether user 0 here is an ordinary user outside, as in a container of rootless Docker or Podman.
pub(crate) fn is_rootless() -> bool {
    fs::read_to_string("/proc/self/uid_map")
        .is_ok_and(|map| root_outside(&map).is_some_and(|id| id != 0))
}

/// Who user 0 is outside; user_namespaces(7): lines of first id inside, first id outside, how many.
fn root_outside(map: &str) -> Option<u32> {
    map.lines().find_map(|line| {
        let mut ids = line.split_whitespace();
        let (inside, outside) = (ids.next()?, ids.next()?);
        (inside == "0").then(|| outside.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_0_is_who_the_map_says() {
        assert_eq!(root_outside("         0          0 4294967295\n"), Some(0));
        let rootless = "         0       1001          1\n         1     100000      65536\n";
        assert_eq!(root_outside(rootless), Some(1001));
        assert_eq!(root_outside("      1000       1000          1\n"), None);
        assert_eq!(root_outside(""), None);
    }
}
