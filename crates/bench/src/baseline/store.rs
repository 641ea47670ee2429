//! The folder of baselines, `<machine>/<benchmark set>.json`: read as a whole, written file by file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use gate::baseline::{Baseline, Place};
use receipt::bounded;
use rustix::fs::FlockOperation;

/// A folder of baselines.
pub(crate) struct Store {
    root: PathBuf,
}

/// Keeps other processes from changing the folder until it is dropped, however this one ends. The lock
/// is on the folder itself, so that nothing is left in it.
pub(crate) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Store {
    /// One that is there.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        ensure!(
            root.is_dir(),
            "expected a folder of baselines at {}, found none; `bench baseline add --folder {}` makes one",
            root.display(),
            root.display()
        );
        let root = root.to_owned();
        Ok(Self { root })
    }

    /// One that is made where there is none.
    ///
    /// # Errors
    /// It can't be made.
    pub(crate) fn create(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("can't create {}", root.display()))?;
        Self::open(root)
    }

    /// Waits until nobody else changes the folder, which takes milliseconds.
    ///
    /// # Errors
    /// Its file system knows no locks.
    pub(crate) fn lock(&self) -> Result<Lock> {
        let shown = self.root.display();
        let folder = File::open(&self.root).with_context(|| format!("can't open {shown}"))?;
        rustix::fs::flock(&folder, FlockOperation::LockExclusive).with_context(|| {
            format!("can't lock {shown}, so two that add to it could lose a run; keep it on a local file system")
        })?;
        Ok(Lock(folder))
    }

    /// Everything in it, in the order of the names.
    ///
    /// # Errors
    /// Something in it is no baseline, or does not belong where it lies.
    pub(crate) fn all(&self) -> Result<Vec<Baseline>> {
        let mut all = Vec::new();
        for machine in entries(&self.root)? {
            if is_ignored(&machine) {
                continue;
            }
            ensure!(
                machine.is_dir(),
                "{}: expected only folders, one a machine, beside README.md; move it away",
                machine.display()
            );
            for file in entries(&machine)? {
                if !is_ignored(&file) {
                    all.push(read_at(&file)?);
                }
            }
        }
        Ok(all)
    }

    /// The baseline at a place; `None` where there is none.
    ///
    /// # Errors
    /// The file there is no baseline, or another one.
    pub(crate) fn find(&self, place: &Place) -> Result<Option<Baseline>> {
        let path = self.path(place);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            _ => read_at(&path).map(Some),
        }
    }

    /// Writes a baseline whole or not at all.
    ///
    /// # Errors
    /// The disk refuses; what was there is untouched then, unless the message says otherwise.
    pub(crate) fn save(&self, baseline: &mut Baseline, _: &Lock) -> Result<()> {
        let path = self.path(&baseline.place());
        let text = baseline.to_json()?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)
            .with_context(|| format!("can't create the folder {}", folder.display()))?;
        Ok(receipt::file::write_whole(&path, text.as_bytes())?)
    }

    /// Removes the baseline at a place, and its machine's folder when that was the last.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn drop(&self, place: &Place, _: &Lock) -> Result<()> {
        let path = self.path(place);
        fs::remove_file(&path).with_context(|| format!("can't remove {}", path.display()))?;
        // Refused where others are left, as it should be.
        let _ = fs::remove_dir(self.root.join(&place.machine));
        Ok(())
    }

    /// The file of a baseline.
    pub(crate) fn path(&self, place: &Place) -> PathBuf {
        self.root.join(place.to_string())
    }

    /// The place that somebody named, as `list` prints it.
    ///
    /// # Errors
    /// It is no such name.
    pub(crate) fn named(name: &str) -> Result<Place> {
        let parts = name.strip_suffix(".json").unwrap_or(name).split_once('/');
        match parts {
            Some((machine, set)) if is_name(machine) && is_name(set) => Ok(Place {
                machine: machine.to_owned(),
                set: set.to_owned(),
            }),
            _ => bail!(
                "expected MACHINE/BENCHMARKS as `bench baseline list` prints it, found {name}"
            ),
        }
    }
}

/// Whether a folder holds folders with files that end in `.json`, rather than receipts.
pub(crate) fn is_store(folder: &Path) -> bool {
    let json = |path: &PathBuf| path.extension() == Some(OsStr::new("json"));
    let Ok(inside) = entries(folder) else {
        return false;
    };
    !inside.iter().any(json)
        && inside
            .iter()
            .any(|path| entries(path).is_ok_and(|files| files.iter().any(json)))
}

/// Letters of no meaning to a file system.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    !text.is_empty() && text.chars().all(fits)
}

/// Hidden ones are temporary files, ours or an editor's, and what version control needs.
fn is_ignored(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b".") || name == b"README.md"
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || format!("can't list the folder {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(list)? {
        found.push(entry.with_context(list)?.path());
    }
    found.sort();
    Ok(found)
}

fn read_at(path: &Path) -> Result<Baseline> {
    let name = |path: Option<&Path>| {
        let name = path.and_then(Path::file_name).unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let file = name(Some(path));
    let set = file.strip_suffix(".json").with_context(|| {
        format!(
            "{}: expected files that end in .json; move it away",
            path.display()
        )
    })?;
    let place = Place {
        machine: name(path.parent()),
        set: set.to_owned(),
    };
    let text = bounded::regular_to_string(path, bounded::DOCUMENT)
        .with_context(|| format!("can't read {}", path.display()))?;
    Baseline::parse_at(&text, &place).with_context(|| path.display().to_string())
}
