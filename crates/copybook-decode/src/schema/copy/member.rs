//! Where a member lies.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::source::text_of;

/// Endings that a member may have, in order of preference.
const ENDINGS: [&str; 6] = ["", ".cpy", ".cbl", ".cob", ".copy", ".inc"];
const MAX_BYTES: u64 = 8 << 20;

/// A member's file.
#[derive(Debug)]
pub(super) struct Member {
    /// File name, for messages.
    pub(super) name: String,
    /// Without links.
    pub(super) path: PathBuf,
}

/// Looks through the folders in order; case does not matter, as in a partitioned data set.
pub(super) fn find(dirs: &[PathBuf], name: &str, library: Option<&str>) -> Result<Member, String> {
    let name = plain(name)?;
    let library = library.map(plain).transpose()?;
    for dir in dirs {
        let root = dir.canonicalize().map_err(|e| {
            format!(
                "COPY {name}: expected a folder at {}, found: {e}",
                dir.display()
            )
        })?;
        let folder = match &library {
            None => root.clone(),
            Some(library) => match listed(&root, |file| file.eq_ignore_ascii_case(library))? {
                Some(folder) => inside(&root, &folder)?,
                None => continue,
            },
        };
        for ending in ENDINGS {
            let wanted = format!("{name}{ending}");
            let Some(file) = listed(&folder, |file| file.eq_ignore_ascii_case(&wanted))? else {
                continue;
            };
            let path = inside(&root, &file)?;
            if path.is_file() {
                let name = file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                return Ok(Member { name, path });
            }
        }
    }
    let folders: Vec<String> = dirs.iter().map(|d| d.display().to_string()).collect();
    Err(format!(
        "expected a member {name} (as written or with {}) in {}, found none",
        ENDINGS[1..].join(", "),
        folders.join(", ")
    ))
}

/// Reads a member.
pub(super) fn read(member: &Member) -> Result<String, String> {
    let error = |e: std::io::Error| format!("member {}: {e}", member.name);
    let size = fs::metadata(&member.path).map_err(error)?.len();
    if size > MAX_BYTES {
        return Err(format!(
            "member {}: expected at most {MAX_BYTES} bytes, found {size}",
            member.name
        ));
    }
    let bytes = fs::read(&member.path).map_err(error)?;
    Ok(text_of(&bytes))
}

/// A name without quotes and without a path.
fn plain(name: &str) -> Result<&str, String> {
    let bare = name.trim_matches(['\'', '"']);
    if bare.is_empty() || bare.starts_with('.') || bare.contains(['/', '\\', '\0', ':']) {
        return Err(format!(
            "expected the name of a member without a path, found {name}"
        ));
    }
    Ok(bare)
}

/// The first entry of a folder, by name, that is wanted.
fn listed(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Option<PathBuf>, String> {
    let error = |e: std::io::Error| format!("folder {}: {e}", folder.display());
    let mut found: Option<PathBuf> = None;
    for entry in fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        if entry.file_name().to_str().is_some_and(&wanted) {
            let path = entry.path();
            found = Some(found.map_or(path.clone(), |f| f.min(path)));
        }
    }
    Ok(found)
}

/// The path without links, if it is still in the folder.
fn inside(root: &Path, path: &Path) -> Result<PathBuf, String> {
    let real = path
        .canonicalize()
        .map_err(|e| format!("{}: {e}", path.display()))?;
    if !real.starts_with(root) {
        return Err(format!(
            "expected {} to lie in {}, found a link that leads out of it",
            path.display(),
            root.display()
        ));
    }
    Ok(real)
}
