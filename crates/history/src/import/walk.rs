//! Finding receipts: files and folders; `archive` has what lies packed in them.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use super::archive::Kind;
use crate::Entry;

/// A longer receipt is refused before it is read: no run writes one, and an archive can claim any size.
pub const LARGEST: u64 = 64 << 20;
/// Stands for standard input.
const STDIN: &str = "-";
/// Lines of a list that are judged together.
const LINES: usize = 500;
/// Or as soon as they have so many bytes.
const BATCH: usize = 16 << 20;

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
    /// Lines that no history exported, decoded records for example, and that nobody named.
    Other,
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
            false if path == Path::new(STDIN) => {
                walker.guess("standard input", &mut io::stdin().lock(), true, 0)
            }
            false => walker.file(path, true),
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Nobody listens any more.
pub(super) struct Gone;

pub(super) struct Walker<'a>(&'a SyncSender<Item>);

impl Walker<'_> {
    pub(super) fn send(&self, item: Item) -> Result<(), Gone> {
        self.0.send(item).map_err(|_| Gone)
    }

    pub(super) fn unreadable(
        &self,
        source: impl Into<String>,
        reason: impl ToString,
    ) -> Result<(), Gone> {
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
                Ok(entry) if !is_entered(&entry) || is_device(&entry.path()) => {}
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
        let (mut file, size) = match open(path) {
            Ok(opened) => opened,
            Err(error) => return self.unreadable(source, error),
        };
        match Kind::of(path) {
            // It can be read from its end, where its list is: whatever its size.
            Some(Kind::Zip) => self.zip(&source, BufReader::new(file), 0)?,
            Some(kind) => self.read(&source, &mut file, kind, named, 0)?,
            // It was named, so that it is something.
            None => self.guess(&source, &mut file, true, 0)?,
        }
        self.send(Item::Bytes(size))
    }

    pub(super) fn receipt(
        &mut self,
        source: &str,
        from: &mut dyn Read,
        named: bool,
    ) -> Result<(), Gone> {
        let mut text = Vec::new();
        match from.take(LARGEST + 1).read_to_end(&mut text) {
            Ok(read) if read as u64 > LARGEST => self.unreadable(
                source,
                format!("expected at most {LARGEST} bytes, found more"),
            ),
            Ok(_) => self.send(Item::Receipt {
                source: source.to_owned(),
                text,
                named,
            }),
            Err(error) => self.unreadable(source, error),
        }
    }

    pub(super) fn lines(
        &mut self,
        source: &str,
        from: &mut dyn Read,
        named: bool,
    ) -> Result<(), Gone> {
        let mut from = BufReader::new(from);
        let (mut first, mut text, mut count) = (1, String::new(), 0);
        loop {
            match (&mut from).take(LARGEST).read_line(&mut text) {
                Ok(read) => {
                    count += u64::from(read > 0);
                    if read as u64 == LARGEST && !text.ends_with('\n') {
                        let line = first + count - 1;
                        let reason =
                            format!("line {line}: expected at most {LARGEST} bytes, found more");
                        return self.unreadable(source, reason);
                    }
                    if read > 0 && count < LINES as u64 && text.len() < BATCH {
                        continue;
                    }
                    let more = read > 0;
                    if !named && first == 1 && !is_exported(&text) {
                        return self.send(Item::Other);
                    }
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
}

/// Whether the first of these lines is one of [`crate::History::export`].
fn is_exported(text: &str) -> bool {
    let first = text.lines().next();
    first.is_some_and(|line| serde_json::from_str::<Entry>(line).is_ok())
}

/// Links to folders are not followed, since they may lead in a circle.
fn is_entered(entry: &fs::DirEntry) -> bool {
    let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
    !(is_link && entry.path().is_dir())
}

/// Whether it is neither a file nor a folder: a pipe would be waited for, and a device has no end. Whoever means one
/// names it.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|facts| !facts.is_file() && !facts.is_dir())
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}
