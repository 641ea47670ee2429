//! Whether a checkout, or a program beside this one, is one's own: cargo runs what lies in a checkout, build
//! scripts included.
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

/// Where cargo keeps what it has built, and runs it again without building it.
const BUILT: [&str; 4] = [
    "target",
    "target/release",
    "target/release/build",
    "target/release/deps",
];

/// A folder or file that somebody else can change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{} {what}, and using the checkout {} would run code from there; if you trust it: git config \
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

/// A program that would be run because of where it lies, and that a stranger may have put there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} {what}, so it is not run; if you trust it, name it with --suite", .at.display())]
pub(crate) struct Planted {
    at: PathBuf,
    what: &'static str,
}

/// A neighbour of the program `own` is ours if nobody else could have put it there: it belongs to this user,
/// to root, or to the owner of `own`, whose word the user takes already.
///
/// # Errors
/// It belongs to somebody else, or everybody may write it.
pub(crate) fn neighbour(at: &Path, own: &Path) -> Result<(), Planted> {
    let owner = fs::metadata(own).map(|found| found.uid()).ok();
    let what = foreign_to(at, |uid| Some(uid) == owner || is_trusted(uid));
    let at = at.to_owned();
    what.map_or(Ok(()), |what| Err(Planted { at, what }))
}

/// Something in the checkout at `root` that is started without being built: a peer, and the file that names
/// it.
pub(super) fn check_one(root: &Path, at: &Path) -> Result<(), Untrusted> {
    match foreign(at).filter(|_| !git::is_safe(root)) {
        None => Ok(()),
        Some(what) => Err(Untrusted {
            at: at.to_owned(),
            what,
            root: root.to_owned(),
        }),
    }
}

fn first_foreign(root: &Path) -> Option<(PathBuf, &'static str)> {
    let mut paths = BTreeSet::from([root.to_owned(), root.join("Cargo.toml")]);
    // Cargo runs what it finds built there.
    for built in BUILT {
        paths.insert(root.join(built));
    }
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
    foreign_to(path, is_trusted)
}

fn is_trusted(uid: u32) -> bool {
    uid == geteuid().as_raw() || uid == 0
}

fn foreign_to(path: &Path, trusted: impl Fn(u32) -> bool) -> Option<&'static str> {
    let found = fs::metadata(path).ok()?;
    if !trusted(found.uid()) {
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
        fs::create_dir_all(at.path().join("target/release/deps")).expect("folder");
        fs::write(at.path().join("src/lib.rs"), "").expect("file");
        let list = "[workspace.metadata.sources]\nfiles = [\"Cargo.toml\", \"src\"]\n";
        fs::write(at.path().join("Cargo.toml"), list).expect("file");
        at
    }

    #[test]
    fn ones_own_is_trusted_and_what_all_may_write_is_not() {
        let built = ["target", "target/release", "target/release/deps"];
        for name in ["", "src", "src/lib.rs", "Cargo.toml"]
            .into_iter()
            .chain(built)
        {
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
    fn a_neighbour_that_all_may_write_is_not_run() {
        let at = tempfile::tempdir().expect("temporary folder");
        let (own, suite) = (at.path().join("bench"), at.path().join("suite"));
        fs::write(&own, "").expect("file");
        fs::write(&suite, "").expect("file");
        assert_eq!(neighbour(&suite, &own), Ok(()));
        fs::set_permissions(&suite, fs::Permissions::from_mode(0o777)).expect("own file");
        let error = neighbour(&suite, &own).expect_err("everybody's");
        assert!(error.to_string().contains("--suite"), "{error}");
        fs::set_permissions(&suite, fs::Permissions::from_mode(0o755)).expect("own file");
        if chown(&suite, Some(65534), None).is_err() {
            println!("skipped: a program of another user, which only root can make");
            return;
        }
        let error = neighbour(&suite, &own).expect_err("a stranger's");
        assert!(
            error.to_string().contains("belongs to another user"),
            "{error}"
        );
        // Whoever made the command has been trusted already.
        chown(&own, Some(65534), None).expect("root");
        assert_eq!(neighbour(&suite, &own), Ok(()));
    }

    #[test]
    fn a_peer_of_another_user_is_not_run() {
        let at = project();
        let peer = at.path().join("target/release/peer");
        fs::write(&peer, "").expect("file");
        assert_eq!(check_one(at.path(), &peer), Ok(()));
        fs::set_permissions(&peer, fs::Permissions::from_mode(0o777)).expect("own file");
        let error = check_one(at.path(), &peer).expect_err("everybody's");
        assert!(error.to_string().contains("safe.directory"), "{error}");
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
