//! Temporary folders of runs: private, marked as ours, and removed by a later run where their own was
//! killed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags};
use tempfile::TempDir;

use crate::shared_place;

/// Starts the names of temporary folders.
const PREFIX: &str = ".bench-run-";
/// File in every folder that a later run may remove.
const MARKER: &str = ".copybook-bench";
/// What is in it: a name alone could be anybody's.
const IDENTITY: &str = "made by copybook-bench, removed by a later run: \
                        5d1f6c0e-6f0b-4a55-9a1e-3d3e9a7c2b48\n";

/// A temporary folder, and a lock on it that ends with this process.
pub(crate) struct Work {
    folder: TempDir,
    _lock: Option<File>,
}

impl Work {
    pub(super) fn create(at: &Path) -> io::Result<Self> {
        // Whatever the umask says: others have no business in it.
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(at)?;
        let lock = shared_place::folder(folder.path()).ok().filter(try_lock);
        // Behind the lock, so that nobody takes a folder with a marker for that of a dead run.
        mark(folder.path())?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes a folder one that a later run may remove.
pub(super) fn mark(folder: &Path) -> io::Result<()> {
    let path = folder.join(MARKER);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(IDENTITY.as_bytes())
}

/// Removes the temporary folders of dead runs. What can't be removed is left: it is not ours.
pub(super) fn sweep(place: &Path) {
    for path in children(place, |name| name.starts_with(PREFIX)) {
        remove_own(&path);
    }
}

/// The entries of a folder with such names.
pub(super) fn children(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = entries.filter(|entry| entry.file_name().to_str().is_some_and(&wanted));
    wanted.map(|entry| entry.path()).collect()
}

/// Removes a folder if it is one, belongs to this user, has the marker, and nobody holds its lock.
pub(super) fn remove_own(path: &Path) {
    let Ok(folder) = shared_place::folder(path) else {
        return;
    };
    let own = || -> io::Result<bool> {
        let facts = folder.metadata()?;
        let named = fs::symlink_metadata(path)?;
        Ok(facts.uid() == rustix::process::geteuid().as_raw()
            && (facts.dev(), facts.ino()) == (named.dev(), named.ino())
            && is_marked(path)?)
    };
    // Without locks nobody knows whether its run is alive.
    if own().unwrap_or(false) && try_lock(&folder) {
        let _ = fs::remove_dir_all(path);
    }
}

fn is_marked(folder: &Path) -> io::Result<bool> {
    let marker = shared_place::file(&folder.join(MARKER), OFlags::RDONLY)?;
    let mut found = Vec::new();
    let most = IDENTITY.len() as u64 + 1;
    marker.take(most).read_to_end(&mut found)?;
    Ok(found == IDENTITY.as_bytes())
}

fn try_lock(file: &File) -> bool {
    rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder of a run that was killed.
    fn left(at: &Path, name: &str) -> std::path::PathBuf {
        let path = at.join(name);
        fs::create_dir_all(path.join("launch-1")).expect("folder");
        mark(&path).expect("marked");
        path
    }

    #[test]
    fn only_what_a_dead_run_left_is_removed() {
        let at = tempfile::tempdir().expect("temporary folder");
        let at = at.path();
        let living = Work::create(at).expect("created");
        let dead = left(at, ".bench-run-dead");
        let precious = left(at, "precious");
        fs::write(at.join(".bench-run-notes"), "mine").expect("file");
        fs::write(at.join(".receipt-2026"), "mine").expect("file");
        fs::create_dir(at.join(".bench-run-mine")).expect("folder");
        fs::create_dir(at.join(".bench-run-forged")).expect("folder");
        fs::write(at.join(".bench-run-forged").join(MARKER), "another's").expect("file");
        symlink(&precious, at.join(".bench-run-link")).expect("link");
        let fifo = rustix::fs::FileType::Fifo;
        let all = rustix::fs::Mode::from_raw_mode(0o666);
        rustix::fs::mknodat(rustix::fs::CWD, at.join(".bench-run-pipe"), fifo, all, 0)
            .expect("pipe");
        // A pipe in the place of the marker must not be waited for either.
        fs::create_dir(at.join(".bench-run-pipes")).expect("folder");
        let marker = at.join(".bench-run-pipes").join(MARKER);
        rustix::fs::mknodat(rustix::fs::CWD, marker, fifo, all, 0).expect("pipe");

        sweep(at);

        assert!(!dead.exists(), "a dead run's folder stays");
        assert!(living.path().exists() && precious.join("launch-1").exists());
        for kept in [
            ".bench-run-notes",
            ".receipt-2026",
            ".bench-run-mine",
            ".bench-run-forged",
            ".bench-run-link",
            ".bench-run-pipe",
            ".bench-run-pipes",
        ] {
            let kept = at.join(kept);
            assert!(
                kept.symlink_metadata().is_ok(),
                "{} is gone",
                kept.display()
            );
        }
    }

    #[test]
    fn what_belongs_to_another_user_is_left() {
        let at = tempfile::tempdir().expect("temporary folder");
        let theirs = left(at.path(), ".bench-run-theirs");
        // Only root can give a folder away, and only root could remove it then.
        if std::os::unix::fs::chown(&theirs, Some(65534), None).is_err() {
            println!("skipped: a folder of another user, which only root can make");
            return;
        }
        sweep(at.path());
        assert!(theirs.exists());
    }

    #[test]
    fn it_is_private() {
        let at = tempfile::tempdir().expect("temporary folder");
        let work = Work::create(at.path()).expect("created");
        let mode = fs::metadata(work.path()).expect("there").mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
