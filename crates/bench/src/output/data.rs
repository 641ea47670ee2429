//! Criterion's data of the last launch, in a folder that the receipt's hash names: `criterion/` and the
//! first 16 digits of `integrity.sha256`.
//!
//! So the one rename that puts the receipt in place puts its data in place too. Until then the old
//! receipt stands beside its own data; data without their receipt belong to a run that was killed.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::work;

/// Digits of the hash in a name.
const DIGITS: usize = 16;

/// The folder with data of several runs, of which all but one are soon removed.
pub(super) struct Data {
    folder: PathBuf,
}

impl Data {
    pub(super) fn of(output: &Path) -> Self {
        let folder = output.join("criterion");
        Self { folder }
    }

    /// Whether data can be put there. Found out after the measurement, it would end a good run badly.
    ///
    /// # Errors
    /// A link stands in its place, or it is another user's.
    pub(super) fn check(&self) -> io::Result<()> {
        use rustix::fs::Access;
        match fs::symlink_metadata(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
            Ok(found) if found.is_symlink() => {
                return Err(io::Error::other(
                    "a symbolic link, which a run does not follow",
                ));
            }
            Ok(found) if !found.is_dir() => return Err(io::Error::other("not a folder")),
            Ok(_) => {}
        }
        Ok(rustix::fs::access(
            &self.folder,
            Access::WRITE_OK | Access::EXEC_OK,
        )?)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Moves a launch's data to where a receipt with this hash has them, onto the disk.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn put(&self, sha256: &str, home: &Path) -> io::Result<()> {
        match DirBuilder::new().mode(0o755).create(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        work::mark(home)?;
        sync(home)?;
        fs::rename(home, self.place(sha256))?;
        File::open(&self.folder)?.sync_all()
    }

    /// Takes back what [`Data::put`] did: the receipt did not come.
    pub(super) fn withdraw(&self, sha256: &str) {
        work::remove_own(&self.place(sha256));
        // Fails where other data are, as it should.
        let _ = fs::remove_dir(&self.folder);
    }

    /// Removes the data of every run but the one whose receipt has this hash.
    pub(super) fn sweep(&self, sha256: &str) {
        for path in work::children(&self.folder, is_name) {
            if path != self.place(sha256) {
                work::remove_own(&path);
            }
        }
        let _ = fs::remove_dir(&self.folder);
    }

    fn place(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..DIGITS])
    }
}

fn is_name(name: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    name.len() == DIGITS && name.bytes().all(hex)
}

/// Every file and folder below.
fn sync(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path())?;
        }
    }
    File::open(path)?.sync_all()
}
