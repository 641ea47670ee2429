//! Files named on the command line, of which `-` is standard input.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::error::ErrorKind;

use receipt::bounded;

/// What messages call the file.
pub(super) fn name(path: &Path) -> String {
    if is_stdin(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The whole text.
///
/// # Errors
/// It can't be read, or is not UTF-8; the file is not named.
pub(super) fn read(path: &Path) -> Result<String> {
    let bytes = if is_stdin(path) {
        bounded::all(io::stdin().lock(), bounded::DOCUMENT)
    } else {
        bounded::read(path, bounded::DOCUMENT)
    };
    let bytes = bytes.context("can't be read")?;
    String::from_utf8(bytes).context("not UTF-8")
}

/// # Errors
/// For a wrong command line: standard input can be read only once.
pub(super) fn stdin_once(paths: &[PathBuf]) -> Result<()> {
    let times = paths.iter().filter(|path| is_stdin(path)).count();
    if times > 1 {
        let message = format!("expected `-` (standard input) once, found it {times} times\n");
        bail!(clap::Error::raw(ErrorKind::ArgumentConflict, message));
    }
    Ok(())
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}
