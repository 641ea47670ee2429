//! Whether this process runs in a container, and whose.

use std::env;
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
