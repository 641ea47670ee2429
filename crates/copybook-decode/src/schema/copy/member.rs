//! Where a member lies.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
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

/// What lies in the folders, each read once: there may be thousands of members, and of COPYs.
#[derive(Debug, Default)]
pub(super) struct Listings(HashMap<PathBuf, HashMap<String, PathBuf>>);

/// Looks through the folders in order; case does not matter, as in a partitioned data set.
pub(super) fn find(
    listings: &mut Listings,
    dirs: &[PathBuf],
    name: &str,
    library: Option<&str>,
) -> Result<Member, String> {
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
            Some(library) => match listings.entry(&root, library)? {
                Some(folder) => inside(&root, &folder)?,
                None => continue,
            },
        };
        for ending in ENDINGS {
            let Some(file) = listings.entry(&folder, &format!("{name}{ending}"))? else {
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
    let mut bytes = Vec::new();
    // Not by the size that the system tells: a device has none.
    let file = File::open(&member.path).map_err(error)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(error)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!(
            "member {}: expected at most {MAX_BYTES} bytes, found more",
            member.name
        ));
    }
    Ok(text_of(&bytes).into_owned())
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

impl Listings {
    /// The first entry of a folder, by name, that has this name but for case.
    fn entry(&mut self, folder: &Path, name: &str) -> Result<Option<PathBuf>, String> {
        if !self.0.contains_key(folder) {
            let entries = listed(folder)?;
            self.0.insert(folder.to_owned(), entries);
        }
        let entries = self.0.get(folder);
        Ok(entries.and_then(|entries| entries.get(&name.to_ascii_lowercase()).cloned()))
    }
}

/// The entries of a folder by name in lower case.
fn listed(folder: &Path) -> Result<HashMap<String, PathBuf>, String> {
    let error = |e: std::io::Error| format!("folder {}: {e}", folder.display());
    let mut entries: HashMap<String, PathBuf> = HashMap::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let Ok(mut name) = entry.file_name().into_string() else {
            continue;
        };
        name.make_ascii_lowercase();
        let path = entry.path();
        let first = entries.entry(name).or_insert_with(|| path.clone());
        if path < *first {
            *first = path;
        }
    }
    Ok(entries)
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
