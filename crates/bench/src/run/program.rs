//! The programs that are measured, and how each is started.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::provenance::Checkout;

/// Variable: this very program, which one of the peers measures.
const OURSELVES: &str = "BENCH_PROGRAM";
/// Variable: a folder that a subject may write to, where Criterion keeps its data.
const CRITERION: &str = "CRITERION_HOME";

/// A program behind the instrument's protocol.
pub(crate) struct Program {
    /// Tells it from others of the same run, and names the folder of its receipt.
    name: String,
    /// What is started, and what the receipt has the hash of.
    command: Vec<PathBuf>,
    arguments: Vec<String>,
}

/// An entry of peers/peers.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Peer {
    name: String,
    #[allow(dead_code, reason = "for readers of the file, not of the program")]
    why: String,
    #[allow(dead_code, reason = "scripts/peers.sh runs it")]
    prepare: Vec<String>,
    command: Vec<PathBuf>,
    /// What the command is started with, behind the paths.
    #[serde(default)]
    arguments: Vec<String>,
}

#[derive(Deserialize)]
struct Registry {
    peer: Vec<Peer>,
}

impl Program {
    /// A suite program.
    pub(crate) fn suite(path: PathBuf) -> Self {
        let name = path.file_stem().unwrap_or_default();
        Self {
            name: name.to_string_lossy().into_owned(),
            command: vec![path],
            arguments: Vec::new(),
        }
    }

    /// The peer of this name in the checkout's peers/peers.toml.
    ///
    /// # Errors
    /// There is no such peer, it is not prepared, or somebody else can change it.
    pub(crate) fn peer(name: &str, checkout: &Checkout) -> Result<Self> {
        let root = checkout.root().join("peers");
        let file = root.join("peers.toml");
        checkout.check(&file)?;
        let text =
            fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let registry: Registry =
            toml::from_str(&text).with_context(|| format!("{} is malformed", file.display()))?;
        let names: Vec<_> = registry.peer.iter().map(|peer| peer.name.clone()).collect();
        let found = registry.peer.into_iter().find(|peer| peer.name == name);
        let peer = found.with_context(|| {
            let names = names.join(", ");
            format!("expected one of {names}, found the subject `{name}`")
        })?;
        let command: Vec<_> = peer.command.iter().map(|part| root.join(part)).collect();
        ensure!(
            !command.is_empty(),
            "{}: {name} has an empty command",
            file.display()
        );
        ensure!(
            command.iter().all(|part| part.exists()),
            "{name} is not prepared: run `scripts/peers.sh prepare`"
        );
        command.iter().try_for_each(|part| checkout.check(part))?;
        Ok(Self {
            name: peer.name,
            command,
            arguments: peer.arguments,
        })
    }

    /// Its name among those of this run.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The program itself, or the script that an interpreter runs.
    pub(crate) fn file(&self) -> &Path {
        // Never empty, see above.
        self.command.last().map_or(Path::new(""), PathBuf::as_path)
    }

    /// Starts it, with a folder of its own to write to.
    ///
    /// # Errors
    /// The path of this very program is not known.
    pub(crate) fn command(&self, home: &Path) -> Result<Command> {
        let (program, rest) = self.command.split_first().context("an empty command")?;
        let ourselves = env::current_exe().context("can't find out where this program lies")?;
        let mut command = Command::new(program);
        command.args(rest).args(&self.arguments);
        command.env(CRITERION, home).env(OURSELVES, ourselves);
        // Another harness around us would take Criterion's results for itself.
        command.env_remove("CARGO_CRITERION_PORT");
        Ok(command)
    }
}
