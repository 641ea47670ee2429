//! Folders with sources that a program may have been built from.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use instrument_build::sources;

use super::{Doubt, trust};

/// A file that only this project has.
const OURS: &str = "crates/workload/benches/slo_validation.rs";

/// Root of a project that belongs to this user, or that git was told is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkout {
    root: PathBuf,
}

/// The one that `--checkout` names.
///
/// # Errors
/// It is no project of Cargo's, or somebody else can change it.
pub(crate) fn named(folder: &Path) -> Result<Checkout> {
    let root = folder
        .canonicalize()
        .with_context(|| format!("--checkout {}: can't be read", folder.display()))?;
    ensure!(
        root.join("Cargo.toml").is_file(),
        "--checkout {}: expected the root of a checkout, found no Cargo.toml there",
        folder.display()
    );
    Checkout::trusted(root).with_context(|| format!("--checkout {}", folder.display()))
}

impl Checkout {
    /// The project of Cargo's that a program lies in.
    pub(super) fn around(program: &Path) -> Result<Self, Doubt> {
        let folder = program.parent().unwrap_or(program);
        let root = sources::root(folder).map_err(|_| Doubt::NoCheckout(program.to_owned()))?;
        Self::trusted(root).map_err(Doubt::Untrusted)
    }

    /// The checkout of this project that a program lies in.
    pub(super) fn ours_around(program: &Path) -> Result<Self, Doubt> {
        let root = program.ancestors().find(|at| at.join(OURS).is_file());
        let root = root.ok_or_else(|| Doubt::NoCheckout(program.to_owned()))?;
        Self::trusted(root.to_owned()).map_err(Doubt::Untrusted)
    }

    /// Without a look at who may change it.
    #[cfg(test)]
    pub(super) fn of(root: &Path) -> Self {
        let root = root.to_owned();
        Self { root }
    }

    fn trusted(root: PathBuf) -> Result<Self, trust::Untrusted> {
        trust::check(&root)?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a program in it, or a file that names one, may be used.
    ///
    /// # Errors
    /// Somebody else can change it.
    pub(crate) fn check(&self, file: &Path) -> Result<(), Doubt> {
        trust::check_one(&self.root, file).map_err(Doubt::Untrusted)
    }

    /// Whether our own suite can be built there.
    pub(crate) fn is_ours(&self) -> bool {
        self.root.join(OURS).is_file()
    }
}
