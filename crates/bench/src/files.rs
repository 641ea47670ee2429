//! Files that are written whole or not at all.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Writes a file beside the target, flushes it to the disk, renames it; `path` has all of it or what
/// was there before.
///
/// # Errors
/// `write` fails, or the folder or the disk refuses.
pub(crate) fn whole<T>(path: &Path, write: impl FnOnce(&File) -> Result<T>) -> Result<T> {
    let failed = || {
        format!(
            "can't write {}; whatever was there before is untouched",
            path.display()
        )
    };
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let file = tempfile::Builder::new()
        .prefix(".bench-")
        .tempfile_in(folder)
        .with_context(failed)?;
    let done = write(file.as_file()).with_context(failed)?;
    // Temporary files are private; this one is for others to read, as any file is.
    let shared = file
        .as_file()
        .set_permissions(Permissions::from_mode(0o644));
    shared
        .and_then(|()| file.as_file().sync_all())
        .with_context(failed)?;
    file.persist(path).with_context(failed)?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(failed)?;
    Ok(done)
}
