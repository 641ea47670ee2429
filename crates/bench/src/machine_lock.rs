//! One run at a time on a machine: two at once spoil each other's figures.
//!
//! An advisory lock on a file that every user of the machine finds. The file is opened for reading
//! only, nothing is read from it or written to it, and it is never removed: whoever put it there
//! can't do more with it than hold the lock. The kernel frees the lock when its holder dies,
//! however it dies. A container has folders of its own, and so a lock of its own.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::shared_place::{self, CAREFUL};
use crate::streams::note;

/// Folders where every user may create a file. The lock is taken in all that there are, in this
/// order: not all users may write to the first.
pub(crate) const PLACES: [&str; 3] = ["/run/lock", "/tmp", "/dev/shm"];
const NAME: &str = "copybook-bench.lock";
/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(200);
/// Looks for the holder in the kernel's list.
const LOOKS: u32 = 10;

/// Held until it is dropped.
pub(crate) struct MachineLock {
    _files: Vec<File>,
}

impl MachineLock {
    /// Takes the lock in every place where it can be had; waits for whoever has it, and says so.
    /// `check` is asked while it waits.
    ///
    /// # Errors
    /// Whatever `check` returns: a signal asked us to stop.
    pub(crate) fn take(
        places: impl IntoIterator<Item = impl AsRef<Path>>,
        mut check: impl FnMut() -> Result<()>,
    ) -> Result<Self> {
        let mut files = Vec::new();
        let mut refusals = Vec::new();
        let mut told = false;
        for place in places {
            let path = place.as_ref().join(NAME);
            loop {
                match attempt(&path) {
                    Attempt::Taken(file) => files.push(file),
                    Attempt::Unusable(reason) => refusals.push(reason),
                    Attempt::Held(holder) => {
                        if !told {
                            note!("{}", waiting(&holder));
                            told = true;
                        }
                        check()?;
                        thread::sleep(PAUSE);
                        continue;
                    }
                }
                break;
            }
        }
        if files.is_empty() {
            note!(
                "warning: another run on this machine would not be noticed: {}",
                refusals.join("; ")
            );
        }
        Ok(Self { _files: files })
    }
}

enum Attempt {
    Taken(File),
    /// By the processes with these names.
    Held(String),
    /// Why there is no lock to be had here.
    Unusable(String),
}

fn attempt(path: &Path) -> Attempt {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) => return Attempt::Unusable(format!("{}: {error}", path.display())),
    };
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        // Somebody may have removed the file, and a third have created it anew.
        Ok(()) if !is_still(&file, path) => attempt(path),
        Ok(()) => Attempt::Taken(file),
        Err(Errno::WOULDBLOCK) => Attempt::Held(holder(&file)),
        Err(error) => Attempt::Unusable(format!("{}: {error}", path.display())),
    }
}

/// The file, created where there is none.
fn open(path: &Path) -> io::Result<File> {
    // Without O_CREAT first: the kernel forbids that for another user's file in such a folder.
    match shared_place::file(path, OFlags::RDONLY) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let created = OFlags::RDONLY | CAREFUL | OFlags::CREATE | OFlags::EXCL;
            match rustix::fs::open(path, created, Mode::from_raw_mode(0o644)) {
                // Another run was faster.
                Err(Errno::EXIST) => shared_place::file(path, OFlags::RDONLY),
                created => Ok(created?.into()),
            }
        }
        opened => opened,
    }
}

fn is_still(file: &File, path: &Path) -> bool {
    let named = fs::symlink_metadata(path).map(|facts| (facts.dev(), facts.ino()));
    let held = file.metadata().map(|facts| (facts.dev(), facts.ino()));
    matches!((named, held), (Ok(named), Ok(held)) if named == held)
}

/// `process 1234 (bench)`, from the kernel's list of locks. It does not show the processes of other
/// containers, and while other locks come and go it may leave one out: hence several looks.
fn holder(file: &File) -> String {
    let inode = file.metadata().map_or(0, |facts| facts.ino());
    for _ in 0..LOOKS {
        let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
        if let Some(pid) = locks.lines().find_map(|line| flock_holder(line, inode)) {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            return format!("process {pid} ({})", name.trim_end().escape_debug());
        }
        thread::sleep(PAUSE / LOOKS);
    }
    "a process that this one can't see".to_owned()
}

/// The process of a line such as `1: FLOCK  ADVISORY  WRITE 1234 00:1c:5678 0 EOF` (proc(5)) if it
/// holds a lock on the inode.
fn flock_holder(line: &str, inode: u64) -> Option<u32> {
    let mut words = line.split_ascii_whitespace().skip(1);
    if words.next() != Some("FLOCK") {
        return None;
    }
    let pid = words.nth(2)?.parse().ok().filter(|&pid| pid > 0)?;
    let found: u64 = words.next()?.rsplit(':').next()?.parse().ok()?;
    (found == inode).then_some(pid)
}

fn waiting(holder: &str) -> String {
    format!(
        "another run is under way on this machine ({holder}): waiting for it to end, because two at \
         once distort each other's figures (--no-lock starts anyway)"
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use anyhow::{bail, ensure};

    use super::*;

    fn take(at: &Path, check: impl FnMut() -> Result<()>) -> Result<MachineLock> {
        MachineLock::take([at], check)
    }

    #[test]
    fn the_second_waits_until_it_is_asked_to_stop() {
        let at = tempfile::tempdir().expect("temporary folder");
        let first = take(at.path(), || Ok(())).expect("free");
        let mut asked = 0;
        let second = take(at.path(), || {
            asked += 1;
            match asked {
                2.. => bail!("interrupted"),
                _ => Ok(()),
            }
        });
        assert_eq!(second.err().expect("taken").to_string(), "interrupted");
        drop(first);
        take(at.path(), soon()).expect("free again");
    }

    /// Gives up after a minute. Whatever another test starts has our files, and so the lock, until it becomes
    /// another program, so that a lock which was dropped is free in a moment, and not at once.
    fn soon() -> impl FnMut() -> Result<()> {
        let mut asked = 0;
        move || {
            asked += 1;
            ensure!(
                PAUSE * asked < Duration::from_secs(60),
                "it waits for nobody"
            );
            Ok(())
        }
    }

    #[test]
    fn the_holder_is_named() {
        let at = tempfile::tempdir().expect("temporary folder");
        let _first = take(at.path(), || Ok(())).expect("free");
        let Attempt::Held(holder) = attempt(&at.path().join(NAME)) else {
            panic!("it is taken")
        };
        // The test's own process, whatever it is called.
        assert!(
            holder.contains(&format!("process {}", std::process::id())),
            "{holder}"
        );
        let line = "51: FLOCK  ADVISORY  WRITE 4711 00:1c:98 0 EOF";
        assert_eq!(flock_holder(line, 98), Some(4711));
        assert_eq!(flock_holder(line, 99), None);
        assert_eq!(
            flock_holder("1: -> FLOCK  ADVISORY  WRITE 7 00:1c:98 0 EOF", 98),
            None
        );
        assert_eq!(
            flock_holder("1: POSIX  ADVISORY  WRITE 7 00:1c:98 0 EOF", 98),
            None
        );
    }

    /// In a folder that everybody may write to, somebody may have put anything.
    #[test]
    fn what_is_planted_neither_hangs_nor_fools() {
        let at = tempfile::tempdir().expect("temporary folder");
        let path = at.path().join(NAME);
        let target = at.path().join("victim");
        fs::write(&target, "precious").expect("file");
        let never = || bail!("it waits");

        symlink(&target, &path).expect("link");
        take(at.path(), never).expect("goes on");
        fs::remove_file(&path).expect("removed");

        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o666),
            0,
        )
        .expect("pipe");
        take(at.path(), never).expect("goes on");
        fs::remove_file(&path).expect("removed");

        fs::create_dir(&path).expect("folder");
        take(at.path(), never).expect("goes on");
        fs::remove_dir(&path).expect("removed");

        // A second name of somebody's file is locked and left as it is.
        fs::hard_link(&target, &path).expect("link");
        take(at.path(), never).expect("taken");
        assert_eq!(fs::read_to_string(&target).expect("kept"), "precious");
    }

    #[test]
    fn one_place_of_several_is_enough() {
        let at = tempfile::tempdir().expect("temporary folder");
        let places = [Path::new("/no/such/folder"), at.path()];
        let _first = MachineLock::take(places, || Ok(())).expect("free");
        let second = take(at.path(), || bail!("it waits"));
        assert_eq!(second.err().expect("taken").to_string(), "it waits");
    }
}
