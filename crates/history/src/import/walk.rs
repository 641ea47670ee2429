//! Finding receipts: files, folders, archives.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use flate2::read::MultiGzDecoder;

/// A longer receipt is refused before it is read: no run writes one, and an archive can claim any size.
pub const LARGEST: u64 = 64 << 20;
/// Lines of a list that are judged together.
const LINES: usize = 500;

/// Something to judge.
#[derive(Debug)]
pub(super) enum Item {
    /// Perhaps a receipt.
    Receipt {
        /// Where it lies: a path, in archives followed by ` > ` and the name there.
        source: String,
        text: Vec<u8>,
        /// It was named on the command line, so that it has to be one.
        named: bool,
    },
    /// Lines that a history exported, and the number of the first.
    Lines {
        source: String,
        first: u64,
        text: String,
    },
    /// Something that can't be read.
    Unreadable { source: String, reason: String },
    /// So much of what there is to read is done.
    Bytes(u64),
}

/// Bytes of all files that an import of these paths would read: for an estimate of how long it takes.
#[must_use]
pub fn bytes(paths: &[PathBuf]) -> u64 {
    paths.iter().map(|path| bytes_of(path)).sum()
}

fn bytes_of(path: &Path) -> u64 {
    match fs::metadata(path) {
        Ok(facts) if facts.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries
                .filter(is_entered)
                .map(|entry| bytes_of(&entry.path()))
                .sum()
        }
        Ok(facts) if Kind::of(path).is_some() => facts.len(),
        _ => 0,
    }
}

/// Sends everything that lies at the paths; ends early when nobody listens any more.
pub(super) fn walk(paths: &[PathBuf], to: &SyncSender<Item>) {
    let mut walker = Walker(to);
    for path in paths {
        let sent = match path.is_dir() {
            true => walker.folder(path),
            false => walker.file(path, true),
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Nobody listens any more.
struct Gone;

struct Walker<'a>(&'a SyncSender<Item>);

/// What a file is, by its name.
enum Kind {
    Receipt,
    Lines,
    Tar,
    TarGz,
    Zip,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let ends = |ending: &str| name.ends_with(ending);
        Some(match () {
            () if ends(".json") => Self::Receipt,
            () if ends(".jsonl") => Self::Lines,
            () if ends(".tar") => Self::Tar,
            () if ends(".tar.gz") || ends(".tgz") => Self::TarGz,
            () if ends(".zip") => Self::Zip,
            () => return None,
        })
    }
}

impl Walker<'_> {
    fn send(&self, item: Item) -> Result<(), Gone> {
        self.0.send(item).map_err(|_| Gone)
    }

    fn unreadable(&self, source: impl Into<String>, reason: impl ToString) -> Result<(), Gone> {
        self.send(Item::Unreadable {
            source: source.into(),
            reason: reason.to_string(),
        })
    }

    fn folder(&mut self, path: &Path) -> Result<(), Gone> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(path.to_string_lossy(), error),
        };
        for entry in entries {
            match entry {
                Ok(entry) if !is_entered(&entry) => {}
                Ok(entry) if entry.path().is_dir() => self.folder(&entry.path())?,
                Ok(entry) if Kind::of(&entry.path()).is_some() => {
                    self.file(&entry.path(), false)?
                }
                Ok(_) => {}
                Err(error) => self.unreadable(path.to_string_lossy(), error)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, named: bool) -> Result<(), Gone> {
        let source = path.to_string_lossy().into_owned();
        let (file, size) = match open(path) {
            Ok(opened) => opened,
            Err(error) => return self.unreadable(source, error),
        };
        // A file without one of these endings was named: a receipt, then.
        match Kind::of(path).unwrap_or(Kind::Receipt) {
            Kind::Receipt => self.receipt(source, file, size, named)?,
            Kind::Lines => self.lines(&source, file)?,
            Kind::Tar => self.tar(&source, BufReader::new(file))?,
            Kind::TarGz => self.tar(&source, MultiGzDecoder::new(BufReader::new(file)))?,
            Kind::Zip => self.zip(&source, file)?,
        }
        self.send(Item::Bytes(size))
    }

    fn receipt(
        &mut self,
        source: String,
        from: impl Read,
        size: u64,
        named: bool,
    ) -> Result<(), Gone> {
        if size > LARGEST {
            let reason = format!("expected at most {LARGEST} bytes, found {size}");
            return self.unreadable(source, reason);
        }
        let mut text = Vec::with_capacity(size as usize);
        // A size that was claimed is not the size that comes.
        match from.take(LARGEST).read_to_end(&mut text) {
            Ok(_) => self.send(Item::Receipt {
                source,
                text,
                named,
            }),
            Err(error) => self.unreadable(source, error),
        }
    }

    fn lines(&mut self, source: &str, file: File) -> Result<(), Gone> {
        let mut file = BufReader::new(file);
        let (mut first, mut text, mut count) = (1, String::new(), 0);
        loop {
            match file.read_line(&mut text) {
                Ok(read) => {
                    count += u64::from(read > 0);
                    if read > 0 && count < LINES as u64 {
                        continue;
                    }
                    let more = read > 0;
                    if count > 0 {
                        let (source, text) = (source.to_owned(), std::mem::take(&mut text));
                        self.send(Item::Lines {
                            source,
                            first,
                            text,
                        })?;
                    }
                    if !more {
                        return Ok(());
                    }
                    first += count;
                    count = 0;
                }
                Err(error) => return self.unreadable(source, error),
            }
        }
    }

    fn tar(&mut self, source: &str, from: impl Read) -> Result<(), Gone> {
        let mut archive = tar::Archive::new(from);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(source, error),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.unreadable(source, error),
            };
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let size = entry.size();
            if entry.header().entry_type().is_file() && is_receipt(&name) {
                self.receipt(format!("{source} > {name}"), entry, size, false)?;
            }
        }
        Ok(())
    }

    fn zip(&mut self, source: &str, file: File) -> Result<(), Gone> {
        let mut archive = match zip::ZipArchive::new(BufReader::new(file)) {
            Ok(archive) => archive,
            Err(error) => return self.unreadable(source, error),
        };
        for index in 0..archive.len() {
            let entry = match archive.by_index(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(source, error)?;
                    continue;
                }
            };
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            if entry.is_file() && is_receipt(&name) {
                let size = entry.size();
                self.receipt(format!("{source} > {name}"), entry, size, false)?;
            }
        }
        Ok(())
    }
}

fn is_receipt(name: &str) -> bool {
    matches!(Kind::of(Path::new(name)), Some(Kind::Receipt))
}

/// Links to folders are not followed, since they may lead in a circle.
fn is_entered(entry: &fs::DirEntry) -> bool {
    let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
    !(is_link && entry.path().is_dir())
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}
