//! Facts of the host and the programs, gathered around the launches.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use receipt::model::{Cgroup, Cpu, Environment, Launch, Task};

use crate::host::cgroup::Groups;
use crate::host::state::{self, Snapshot};
use crate::host::{container, cpu, findings};
use crate::provenance::{self, Claims, Provenance, Trace};
use crate::warnings::Warning;

use super::launch::Launched;

/// What is known before the first launch.
pub(crate) struct Facts {
    pub(crate) provenance: Provenance,
    pub(crate) cores: u32,
    groups: Groups,
    cgroup: Cgroup,
    cpu: Cpu,
    memory_bytes: u64,
    before: Snapshot,
}

impl Facts {
    /// Looks at everything.
    ///
    /// # Errors
    /// A fact that a receipt needs can't be read.
    pub(crate) fn gather(suite: &Path, claims: Claims, checkout: Option<&Path>) -> Result<Self> {
        let groups = Groups::current()?;
        Ok(Self {
            provenance: Provenance::of(suite, claims, checkout)?,
            cores: cpu::cores()?,
            cgroup: groups.limits(),
            cpu: cpu::read()?,
            memory_bytes: state::memory()?.total,
            before: Snapshot::take(&groups)?,
            groups,
        })
    }

    /// One line on where and what: shown before anything is measured.
    pub(crate) fn banner(&self) -> String {
        let commit = self.provenance.own_commit();
        let commit = commit.as_deref().unwrap_or("unknown revision");
        let image = self.provenance.claims().image_digest.as_ref();
        let image = image
            .map(|digest| format!(", image {digest}"))
            .unwrap_or_default();
        format!(
            "copybook-bench {} at {commit}{image}\n{}, {}, {} {}",
            env!("CARGO_PKG_VERSION"),
            self.cpu.model,
            crate::words::count(self.cores.into(), "CPU"),
            crate::host::os(),
            crate::host::kernel()
        )
    }

    /// Everything around the samples, with a second look at the host. `to_first` is the time to the first
    /// launch. `known` are the findings from before the run that make the host unfit to be judged on.
    ///
    /// # Errors
    /// The second look fails.
    pub(crate) fn environment(
        self,
        launches: &[Launched],
        to_first: Duration,
        trace: &Trace,
        known: &[Warning],
        task: Option<&Task>,
    ) -> Result<Environment> {
        let first = launches.first().context("no launch was made")?;
        let hello = &first.hello;
        let after = Snapshot::take(&self.groups)?;
        let mut warnings = findings::standing(&self.cpu, &self.cgroup);
        warnings.extend(findings::between(&self.before, &after, self.cores));
        let unfit = findings::unfit(known, &warnings);
        let mut warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        warnings.extend(trace.doubts.iter().map(ToString::to_string));
        let claims = self.provenance.claims().clone();
        let launch = |launched: &Launched| Launch {
            wall_s: launched.wall.as_secs_f64(),
            max_rss_bytes: launched.max_rss_bytes,
        };
        Ok(Environment {
            kind: claims.kind,
            rustc: hello.rustc.clone(),
            flags: hello.flags.clone(),
            profile: hello.profile.clone(),
            kernels: None,
            file_system: hello.file_system.clone(),
            flake_lock_sha256: claims.flake_lock_sha256,
            store_path: self.provenance.store_path,
            image_digest: claims.image_digest,
            source_hash: trace.source_hash.clone(),
            suite_sha256: self.provenance.suite_sha256,
            command_source_hash: Some(provenance::SOURCES.to_owned()),
            command_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            command_toolchain: Some(provenance::TOOLCHAIN.to_owned()),
            container: container::runtime(),
            task: task.cloned(),
            cgroup: self.cgroup,
            cpu: self.cpu,
            os: None,
            kernel: None,
            cpu_model: None,
            cpu_cores: None,
            memory_bytes: self.memory_bytes,
            before: self.before.state(),
            after: after.since(&self.before),
            first_launch_s: Some(to_first.as_secs_f64()),
            launches: launches.iter().map(launch).collect(),
            unfit,
            warnings,
        })
    }
}

/// Those of the very cases that were timed, in the order of their first appearance; `None` where the
/// subject does not tell its implementations apart.
pub(crate) fn kernels(launched: &Launched) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    let each = launched
        .measured
        .iter()
        .filter_map(|one| one.verified.kernels.as_ref());
    for kernel in each.flatten() {
        if !all.contains(kernel) {
            all.push(kernel.clone());
        }
    }
    (!all.is_empty()).then_some(all)
}
