//! Whether a checkout is one's own: cargo runs what lies in it, build scripts included.
//!
//! The reasoning is git's (`safe.directory`): whoever may write into a folder decides what is run
//! there, so a stranger's folder is used only after its user said so.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use instrument_build::sources;
use rustix::process::geteuid;
use thiserror::Error;

use super::git;

/// A folder or file that somebody else can change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{} {what}, and building the checkout {} would run code from there; if you trust it: git config \
     --global --add safe.directory {}", .at.display(), .root.display(), .root.display()
)]
pub(crate) struct Untrusted {
    at: PathBuf,
    what: &'static str,
    root: PathBuf,
}

/// Everything that a build in `root` would read belongs to this user or to root, and nobody else may
/// write it; or git was told that the folder is safe.
pub(super) fn check(root: &Path) -> Result<(), Untrusted> {
    let Some((at, what)) = first_foreign(root) else {
        return Ok(());
    };
    if git::is_safe(root) {
        return Ok(());
    }
    let root = root.to_owned();
    Err(Untrusted { at, what, root })
}

fn first_foreign(root: &Path) -> Option<(PathBuf, &'static str)> {
    let mut paths = BTreeSet::from([root.to_owned(), root.join("Cargo.toml")]);
    // A list that can't be read fails the build itself.
    for file in sources::files(root).unwrap_or_default() {
        let parents = Path::new(&file).ancestors();
        paths.extend(
            parents
                .filter(|part| !part.as_os_str().is_empty())
                .map(|part| root.join(part)),
        );
    }
    // Cargo and rustup also read these, from every folder above; a stranger's could name any program
    // as the compiler.
    for folder in root.ancestors() {
        for name in [
            ".cargo/config.toml",
            ".cargo/config",
            "rust-toolchain.toml",
            "rust-toolchain",
        ] {
            paths.insert(folder.join(name));
        }
    }
    paths
        .into_iter()
        .find_map(|path| foreign(&path).map(|what| (path, what)))
}

fn foreign(path: &Path) -> Option<&'static str> {
    let found = fs::metadata(path).ok()?;
    if found.uid() != geteuid().as_raw() && found.uid() != 0 {
        Some("belongs to another user")
    } else if found.mode() & 0o002 != 0 {
        Some("can be written by every user")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown};

    use super::*;

    fn project() -> tempfile::TempDir {
        let at = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(at.path().join("src")).expect("folder");
        fs::write(at.path().join("src/lib.rs"), "").expect("file");
        let list = "[workspace.metadata.sources]\nfiles = [\"Cargo.toml\", \"src\"]\n";
        fs::write(at.path().join("Cargo.toml"), list).expect("file");
        at
    }

    #[test]
    fn ones_own_is_trusted_and_what_all_may_write_is_not() {
        for name in ["", "src", "src/lib.rs", "Cargo.toml"] {
            let at = project();
            assert_eq!(check(at.path()), Ok(()));
            let path = at.path().join(name);
            let mut mode = fs::metadata(&path).expect("there").permissions();
            mode.set_mode(mode.mode() | 0o002);
            fs::set_permissions(&path, mode).expect("own file");
            let error = check(at.path()).expect_err(name).to_string();
            assert!(error.contains("can be written by every user"), "{error}");
            assert!(error.contains("safe.directory"), "{error}");
        }
    }

    #[test]
    fn what_belongs_to_another_user_is_not() {
        let at = project();
        // Only root can give a file away.
        if chown(at.path().join("src/lib.rs"), Some(65534), None).is_err() {
            println!("skipped: a file of another user, which only root can make");
            return;
        }
        let error = check(at.path()).expect_err("a stranger's file").to_string();
        assert!(
            error.contains("src/lib.rs belongs to another user"),
            "{error}"
        );
    }
}
