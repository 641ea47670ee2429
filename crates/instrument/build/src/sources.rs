//! The hash of a project's sources: of the files that make its build, and of nothing else.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::rule::{CACHE_TAG, Rule};

/// Why there is no hash.
#[derive(Debug, Error)]
pub enum SourcesError {
    /// The list of sources is malformed.
    #[error("the root Cargo.toml: {0}")]
    Rule(String),
    /// No project.
    #[error("expected a Cargo.toml with [workspace] or [package] in {} or above, found none", .0.display())]
    NoRoot(PathBuf),
    /// A file or folder can't be read.
    #[error("can't read {}: {error}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Something that two tools would read in two ways.
    #[error(
        "expected only regular files and folders among the sources, with names in UTF-8 and without \
         backslash or line feed; found {}", .0.display()
    )]
    Odd(PathBuf),
}

impl SourcesError {
    pub(crate) fn unreadable(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        Self::Unreadable { path, error }
    }
}

/// SHA-256 in lower-case hex over the lines that `sha256sum` prints for the project's files, sorted
/// by name. In a folder that holds nothing else:
///
/// ```sh
/// find -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
/// ```
///
/// # Errors
/// The list in Cargo.toml is malformed, or a file can't be read or is no regular one.
pub fn hash(root: &Path) -> Result<String, SourcesError> {
    let mut digests = BTreeMap::new();
    for name in files(root)? {
        let path = root.join(&name);
        let unreadable = |error| SourcesError::unreadable(&path, error);
        let mut hash = Sha256::new();
        io::copy(&mut File::open(&path).map_err(unreadable)?, &mut hash).map_err(unreadable)?;
        digests.insert(name, hex(&hash.finalize()));
    }
    Ok(hash_of(&digests))
}

/// The same from each file's name and its own SHA-256 in hex, for files that lie elsewhere than in a
/// folder.
#[must_use]
pub fn hash_of(digests: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (name, digest) in digests {
        hash.update(format!("{digest}  {name}\n"));
    }
    hex(&hash.finalize())
}

/// The files that make the build of the project in `root`: their paths relative to it, sorted.
///
/// # Errors
/// As [`hash`].
pub fn files(root: &Path) -> Result<Vec<String>, SourcesError> {
    let rule = Rule::read(root)?;
    let mut found = Vec::new();
    for entry in rule.watched(root)? {
        visit(root, &entry, &rule, &mut found)?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Root of the project that `package` belongs to: as for cargo, the nearest folder whose Cargo.toml
/// has a `[workspace]`, else the package itself.
///
/// # Errors
/// There is no Cargo.toml, or one can't be read.
pub fn root(package: &Path) -> Result<PathBuf, SourcesError> {
    let mut own = None;
    for folder in package.ancestors() {
        let path = folder.join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let manifest: Result<toml::Table, _> = text.parse();
        if manifest.is_ok_and(|manifest| manifest.contains_key("workspace")) {
            return Ok(folder.to_owned());
        }
        own.get_or_insert(folder);
    }
    own.map(Path::to_owned)
        .ok_or_else(|| SourcesError::NoRoot(package.to_owned()))
}

fn visit(
    root: &Path,
    name: &str,
    rule: &Rule,
    found: &mut Vec<String>,
) -> Result<(), SourcesError> {
    let path = root.join(name);
    let unreadable = |error| SourcesError::unreadable(&path, error);
    let kind = fs::symlink_metadata(&path).map_err(unreadable)?.file_type();
    if kind.is_dir() {
        if *rule == Rule::Common && path.join(CACHE_TAG).is_file() {
            return Ok(());
        }
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let odd = || SourcesError::Odd(entry.path());
            let below = entry.file_name();
            let below = below.to_str().ok_or_else(odd)?;
            visit(root, &format!("{name}/{below}"), rule, found)?;
        }
    } else if rule.holds(name) {
        if !kind.is_file() || name.contains(['\\', '\n']) {
            return Err(SourcesError::Odd(path));
        }
        found.push(name.to_owned());
    }
    Ok(())
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
