//! Another decoder as the subject: the driver's side of the process protocol in peers/README.md.
//!
//! A peer decodes once and hands over its values in canonical form; only when their digest is the
//! one that follows from the workload's own values is it told to measure.

mod launch;
mod task;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

pub(crate) use launch::PeerLauncher;

/// An entry of peers/peers.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    name: String,
    /// For readers of the file.
    #[allow(dead_code, reason = "for readers of the file, not of the program")]
    why: String,
    #[allow(dead_code, reason = "scripts/peers.sh runs it")]
    prepare: Vec<String>,
    command: Vec<PathBuf>,
    /// What the command is started with, behind the paths.
    #[serde(default)]
    arguments: Vec<String>,
    /// The folder of peers.toml.
    #[serde(skip)]
    root: PathBuf,
}

#[derive(Deserialize)]
struct Registry {
    peer: Vec<Peer>,
}

impl Peer {
    /// The peer of this name in the checkout's peers/peers.toml.
    ///
    /// # Errors
    /// There is no checkout, no such peer, or it is not prepared.
    pub(crate) fn find(name: &str, checkout: Option<&Path>) -> Result<Self> {
        let root = checkout.context("--subject needs a checkout, which has the peers")?;
        let root = root.join("peers");
        let file = root.join("peers.toml");
        let text =
            fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let registry: Registry =
            toml::from_str(&text).with_context(|| format!("{} is malformed", file.display()))?;
        let names: Vec<_> = registry.peer.iter().map(|peer| peer.name.clone()).collect();
        let found = registry.peer.into_iter().find(|peer| peer.name == name);
        let peer = found.with_context(|| {
            format!(
                "expected one of {}, found the subject `{name}`",
                names.join(", ")
            )
        })?;
        let peer = Peer { root, ..peer };
        ensure!(
            peer.command().iter().all(|part| part.exists()),
            "{name} is not prepared: run `scripts/peers.sh prepare`"
        );
        Ok(peer)
    }

    /// Name, as in the file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The adapter: its program, or the script that an interpreter runs.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        self.command()
            .pop()
            .context("peers.toml gives the peer an empty command")
    }

    fn command(&self) -> Vec<PathBuf> {
        self.command
            .iter()
            .map(|part| self.root.join(part))
            .collect()
    }
}
