//! Opening what lies in a folder that others may write to: no link is followed, nothing is waited
//! for, and only what has the expected type is taken.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// A link is no target, a pipe has nobody at its other end, and no child inherits what is opened.
pub(crate) const CAREFUL: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// A folder, for its lock or its facts.
///
/// # Errors
/// It is a link or no folder, or the system refuses.
pub(crate) fn folder(path: &Path) -> io::Result<File> {
    open(path, OFlags::RDONLY | OFlags::DIRECTORY | CAREFUL)
}

/// A regular file with these flags; none is created.
///
/// # Errors
/// It is a link or no regular file, or the system refuses.
pub(crate) fn file(path: &Path, access: OFlags) -> io::Result<File> {
    let file = open(path, access | CAREFUL)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("not a file")),
    }
}

fn open(path: &Path, flags: OFlags) -> io::Result<File> {
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(Errno::LOOP) => Err(io::Error::other("a symbolic link")),
        Err(error) => Err(error.into()),
    }
}
