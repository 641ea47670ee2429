//! The folder that a run leaves its results in: checked before anything is measured, never left
//! with rubbish.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::fs::FlockOperation;
use tempfile::TempDir;

use crate::warnings::Warning;

/// Criterion's data and the receipt take well under this, bytes.
const NEEDED: u64 = 16 << 20;
/// Folder with Criterion's data of the last launch.
const CRITERION: &str = "criterion";
/// Starts the names of our temporary files.
const PREFIX: &str = ".bench-run-";
/// What a killed run leaves behind, ours and the receipt's; the next run removes it.
const RUBBISH: [&str; 2] = [PREFIX, ".receipt-"];

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
            sweep_dead(place);
            if let Ok(work) = Work::create(place) {
                return Ok(work);
            }
        }
        bail!(
            "neither {} nor /dev/shm can be written; set TMPDIR",
            temporary.display()
        )
    }
}

/// A temporary folder, and a lock on it that ends with this process.
pub(crate) struct Work {
    folder: TempDir,
    _lock: Option<File>,
}

impl Work {
    fn create(at: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(at)?;
        let lock = File::open(folder.path()).ok().filter(try_lock);
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

impl Folder {
    /// Creates it, takes it for this process, proves that it can be written, and removes what
    /// killed runs left there.
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
        sweep(path).map_err(|e| refusal(path, &e))?;
        probe(path).map_err(|e| refusal(path, &e))?;
        replaceable(&path.join(CRITERION))?;
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

    /// Puts a launch's Criterion data in place of the last run's.
    ///
    /// # Errors
    /// The folders can't be renamed.
    pub(crate) fn keep_criterion(&self, home: &Path, work: &Work) -> Result<()> {
        let kept = self.path.join(CRITERION);
        let replace = || {
            if kept.exists() {
                fs::rename(&kept, work.path().join("criterion-before"))?;
            }
            fs::rename(home, &kept)
        };
        replace().with_context(|| format!("can't keep Criterion's data in {}", kept.display()))
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

/// We hold the lock, so whoever made these is dead.
fn sweep(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        if !RUBBISH
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// In a place that is not ours alone: only what nobody holds a lock on, and what is old enough that
/// its owner had the time to take it. What can't be removed is not ours.
fn sweep_dead(place: &Path) {
    for path in fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let age = path
            .metadata()
            .and_then(|facts| facts.modified())
            .map(|time| time.elapsed());
        let old = matches!(age, Ok(Ok(age)) if age > Duration::from_secs(60));
        if name.starts_with(PREFIX) && old && File::open(&path).is_ok_and(|file| try_lock(&file)) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

fn try_lock(file: &File) -> bool {
    rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

fn probe(path: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(path)?;
    file.write_all(b"probe")?;
    file.as_file().sync_all()?;
    file.close()
}

/// What another user's run left can't be moved away, in a folder that both may write to. Found out
/// after the receipt was saved, it would end a good run badly.
fn replaceable(kept: &Path) -> Result<()> {
    use rustix::fs::Access;
    match rustix::fs::access(kept, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
        Err(error) => Err(refusal(kept, &error.into())),
    }
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
        io::ErrorKind::PermissionDenied => format!(
            "run `chown {uid}:{gid}` on the folder on the host, or start the container with \
             `--user \"$(id -u):$(id -g)\"`"
        ),
        io::ErrorKind::ReadOnlyFilesystem => {
            "mount a volume there (`-v \"$PWD/output:/workspace/output\"`), or use `--output -`"
                .to_owned()
        }
        _ => "choose another folder with --output".to_owned(),
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
    fn what_a_killed_run_left_is_removed() {
        let at = tempfile::tempdir().expect("temporary folder");
        fs::create_dir_all(at.path().join(".bench-run-x/launch-1")).expect("folder");
        fs::write(at.path().join(".receipt-x"), "{").expect("file");
        fs::write(at.path().join("perf.json"), "old").expect("file");
        let folder = Folder::open(at.path()).expect("free");
        let left: Vec<_> = fs::read_dir(at.path())
            .expect("listed")
            .map(|entry| entry.expect("entry").file_name())
            .collect();
        assert_eq!(left, ["perf.json"]);
        assert_eq!(fs::read_to_string(folder.receipt()).expect("kept"), "old");
    }

    #[test]
    fn only_folders_of_dead_runs_are_removed_from_a_shared_place() {
        let at = tempfile::tempdir().expect("temporary folder");
        let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        let age = |path: &Path| File::open(path).and_then(|file| file.set_modified(long_ago));
        let (living, young) = (Work::create(at.path()), at.path().join(".bench-run-young"));
        let living = living.expect("created");
        age(living.path()).expect("aged");
        fs::create_dir(&young).expect("folder");
        for name in [".bench-run-dead", "somebody-elses"] {
            fs::create_dir(at.path().join(name)).expect("folder");
            age(&at.path().join(name)).expect("aged");
        }
        sweep_dead(at.path());
        assert!(living.path().exists() && young.exists());
        assert!(at.path().join("somebody-elses").exists());
        assert!(!at.path().join(".bench-run-dead").exists());
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join("output");
        fs::write(&path, "").expect("file");
        let error = Folder::open(&path).err().expect("refused").to_string();
        assert!(error.contains("output can't be written"), "{error}");
    }

    #[test]
    fn criterion_data_is_replaced_whole() {
        let at = tempfile::tempdir().expect("temporary folder");
        let output = Output::open(at.path()).expect("free");
        let Output::Folder(folder) = &output else {
            unreachable!("it is a folder")
        };
        for text in ["one", "two"] {
            let work = output.work().expect("room");
            let home = work.path().join("criterion");
            fs::create_dir(&home).expect("folder");
            fs::write(home.join(text), text).expect("file");
            folder.keep_criterion(&home, &work).expect("renamed");
        }
        let kept = fs::read_dir(at.path().join("criterion")).expect("kept");
        let names: Vec<_> = kept
            .map(|entry| entry.expect("entry").file_name())
            .collect();
        assert_eq!(names, ["two"]);
    }
}
