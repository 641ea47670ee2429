//! The folder that a run leaves its results in: checked before anything is measured, never left
//! with rubbish.

mod data;
mod work;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use receipt::Receipt;
use receipt::file::FileError;
use rustix::fs::FlockOperation;

use self::data::Data;
pub(crate) use self::work::Work;
use crate::host::container;
use crate::warnings::Warning;

/// Criterion's data and the receipt take well under this, bytes.
const NEEDED: u64 = 16 << 20;

/// Where the receipt goes.
pub(crate) enum Output {
    /// `perf.json` in a folder.
    Folder(Folder),
    /// Standard output; the summary goes to standard error.
    Stdout,
}

/// A folder that this process has to itself.
pub(crate) struct Folder {
    path: PathBuf,
    /// What did not exist before, innermost first.
    created: Vec<PathBuf>,
    /// Holds the lock; the kernel frees it when we die, however we die.
    lock: Option<File>,
}

impl Output {
    /// From the flag: a folder, or `-`.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        Folder::open(path).map(Self::Folder)
    }

    /// What to call the place of the receipt.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::Folder(folder) => folder.receipt().display().to_string(),
        }
    }

    /// Where files go that are not the receipt; `None` for standard output.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(&folder.path),
            Self::Stdout => None,
        }
    }

    /// A temporary folder that goes away with its guard.
    ///
    /// Without an output folder it lies where temporary files live, or in shared memory: a
    /// read-only container has nothing else.
    ///
    /// # Errors
    /// No place can be written.
    pub(crate) fn work(&self) -> Result<Work> {
        if let Self::Folder(folder) = self {
            return Work::create(&folder.path).map_err(|error| refusal(&folder.path, &error));
        }
        let temporary = std::env::temp_dir();
        for place in [&*temporary, Path::new("/dev/shm")] {
            if let Ok(work) = Work::create(place) {
                return Ok(work);
            }
        }
        bail!(
            "neither {} nor /dev/shm can be written; set TMPDIR",
            temporary.display()
        )
    }

    /// Removes what killed runs left where this one works. Not before it may start: one that is
    /// refused changes nothing.
    pub(crate) fn sweep(&self) {
        match self {
            Self::Folder(folder) => work::sweep(&folder.path),
            Self::Stdout => {
                work::sweep(&std::env::temp_dir());
                work::sweep(Path::new("/dev/shm"));
            }
        }
    }
}

impl Folder {
    /// Creates it, takes it for this process, and proves that it can be written.
    ///
    /// # Errors
    /// It can't be written (the message has the remedy), is too full, or another run has it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut folder = Self {
            path: path.to_owned(),
            created: missing(path),
            lock: None,
        };
        fs::create_dir_all(path).map_err(|e| refusal(path, &e))?;
        folder.lock = lock(path)?;
        probe(path).map_err(|e| refusal(path, &e))?;
        let data = Data::of(path);
        data.check().map_err(|e| refusal(data.folder(), &e))?;
        ensure!(
            !folder.receipt().is_dir(),
            "{} is a folder, and the receipt is to be written there: move it away, or choose \
             another folder with --output",
            folder.receipt().display()
        );
        if let Some(warning) = space(path)? {
            bail!("{}: {warning}", path.display());
        }
        Ok(folder)
    }

    /// Path of the receipt.
    pub(crate) fn receipt(&self) -> PathBuf {
        self.path.join("perf.json")
    }

    /// Puts a receipt and the Criterion data that belong to it in place, with one rename.
    ///
    /// # Errors
    /// The disk refuses; the old receipt stands beside its own data then, or the message says what does.
    pub(crate) fn keep(&self, receipt: &Receipt, home: Option<&Path>, work: &Work) -> Result<()> {
        let (data, sha256) = (Data::of(&self.path), &receipt.integrity.sha256);
        if let Some(home) = home {
            let put = data.put(sha256, home);
            put.with_context(|| {
                format!("can't keep Criterion's data in {}", data.folder().display())
            })?;
        }
        match receipt.save_through(work.path(), &self.receipt()) {
            Ok(()) => {}
            Err(error) => {
                if !matches!(error, FileError::Unsynced { .. }) {
                    data.withdraw(sha256);
                }
                return Err(error.into());
            }
        }
        // Without the lock another run's data may wait for their receipt.
        if self.lock.is_some() {
            data.sweep(sha256);
        }
        Ok(())
    }
}

/// A run that leaves nothing leaves no empty folder either.
impl Drop for Folder {
    fn drop(&mut self) {
        // Fails where there is something in it, as it should.
        let _ = self.created.iter().try_for_each(fs::remove_dir);
    }
}

/// The folders of a path that do not exist yet, innermost first.
fn missing(path: &Path) -> Vec<PathBuf> {
    path.ancestors()
        .filter(|at| !at.as_os_str().is_empty())
        .take_while(|at| !at.exists())
        .map(Path::to_owned)
        .collect()
}

/// [`Warning::Disk`] where a folder has too little room for a run.
///
/// # Errors
/// The file system can't be asked.
pub(crate) fn space(path: &Path) -> Result<Option<Warning>> {
    let facts = rustix::fs::statvfs(path)
        .with_context(|| format!("can't ask for the free space of {}", path.display()))?;
    let available = facts.f_bavail.saturating_mul(facts.f_frsize);
    Ok((available < NEEDED).then_some(Warning::Disk {
        available,
        needed: NEEDED,
    }))
}

/// Two runs at once would disturb each other's numbers, not only each other's files. File systems
/// without locks (some network ones) go without.
fn lock(path: &Path) -> Result<Option<File>> {
    let Ok(folder) = File::open(path) else {
        return Ok(None);
    };
    match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(folder)),
        Err(rustix::io::Errno::WOULDBLOCK) => bail!(
            "another `bench run` is writing to {}: wait for it, or choose another folder with \
             --output (two runs at once disturb each other's numbers)",
            path.display()
        ),
        Err(_) => Ok(None),
    }
}

fn probe(path: &Path) -> io::Result<()> {
    // Without a name, so that it is gone however we end.
    let mut file = tempfile::tempfile_in(path)?;
    file.write_all(b"probe")?;
    file.sync_all()
}

/// One line with the remedy for the usual reason: a volume that belongs to somebody else.
fn refusal(path: &Path, error: &io::Error) -> anyhow::Error {
    let (uid, gid) = (
        rustix::process::geteuid().as_raw(),
        rustix::process::getegid().as_raw(),
    );
    let owner = path
        .ancestors()
        .find_map(|at| fs::metadata(at).ok())
        .map(|facts| format!(" (it belongs to {}:{})", facts.uid(), facts.gid()))
        .unwrap_or_default();
    let remedy = match error.kind() {
        // There `$(id -u)` is somebody else inside, and a `chown` to that user is not theirs to make.
        io::ErrorKind::PermissionDenied if container::is_rootless() => {
            "the container is rootless, and its user 0 is you: start it with `--user 0`, or with \
             Podman's `--userns=keep-id --user \"$(id -u):$(id -g)\"`"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied => format!(
            "run `chown {uid}:{gid}` on the folder on the host, or start the container with \
             `--user \"$(id -u):$(id -g)\"`"
        ),
        io::ErrorKind::ReadOnlyFilesystem => {
            "mount a volume there (`-v \"$PWD/output:/workspace/output\"`), or use `--output -`"
                .to_owned()
        }
        _ => "remove it, or choose another folder with --output".to_owned(),
    };
    anyhow::anyhow!(
        "the output folder {} can't be written by {uid}:{gid}{owner}: {error}: {remedy}",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_at_a_time() {
        let at = tempfile::tempdir().expect("temporary folder");
        let first = Folder::open(at.path()).expect("free");
        let error = Folder::open(at.path()).err().expect("taken").to_string();
        assert!(error.contains("another `bench run`"), "{error}");
        drop(first);
        assert!(Folder::open(at.path()).is_ok());
    }

    #[test]
    fn folders_that_stay_empty_go_with_the_run() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("a/b");
        drop(Folder::open(&path).expect("free"));
        assert!(!at.path().join("a").exists());
        let folder = Folder::open(&path).expect("free");
        fs::write(folder.receipt(), "{}").expect("file");
        drop(folder);
        assert!(path.join("perf.json").exists());
        fs::create_dir(at.path().join("c")).expect("folder");
        drop(Folder::open(&at.path().join("c")).expect("free"));
        assert!(at.path().join("c").exists(), "it was there before");
    }

    #[test]
    fn a_folder_in_the_receipts_place_is_named() {
        let at = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(at.path().join("perf.json")).expect("folder");
        let error = Folder::open(at.path()).err().expect("refused").to_string();
        assert!(error.contains("perf.json is a folder"), "{error}");
    }

    #[test]
    fn a_link_in_the_place_of_the_data_is_refused() {
        for target in ["nowhere", "."] {
            let at = tempfile::tempdir().expect("temporary folder");
            std::os::unix::fs::symlink(target, at.path().join("criterion")).expect("link");
            let error = Folder::open(at.path()).err().expect("refused").to_string();
            assert!(error.contains("criterion can't be written"), "{error}");
            assert!(error.contains("symbolic link"), "{error}");
        }
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("output");
        fs::write(&path, "").expect("file");
        let error = Folder::open(&path).err().expect("refused").to_string();
        assert!(error.contains("output can't be written"), "{error}");
    }
}
