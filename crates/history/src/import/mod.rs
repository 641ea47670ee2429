//! Receipts from wherever they lie into a history, on all cores.
//!
//! One thread reads (`walk`), several parse and verify (`judge`), and the
//! caller's writes, in batches. Queues between them are short, so that memory does not grow with what
//! there is to read.

mod archive;
mod judge;
mod walk;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::{Appended, Entry, History, HistoryError};
use judge::Judged;
pub use walk::{LARGEST, bytes};

/// Receipts of one transaction.
const BATCH: usize = 2_000;
/// A batch is written after this time, however few it has.
const PACE: Duration = Duration::from_millis(500);
/// Files that wait between two threads.
const QUEUE: usize = 64;

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// Take receipts as they are, without verifying them; each point says so from then on.
    pub trust: bool,
    /// Take receipts that are dated after `now`.
    pub future: bool,
    /// This machine's clock.
    pub now: Timestamp,
    /// Threads that verify.
    pub threads: usize,
}

/// What was done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// What is in the history, on the disk.
    pub appended: Appended,
    /// Files that could not be imported.
    pub faults: u64,
    /// JSON files in folders and archives that are no receipts.
    pub others: u64,
    /// Bytes of files that were read, archives as they lie on the disk.
    pub bytes: u64,
}

/// A receipt that was not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it was read.
    pub source: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What happens during an import.
#[derive(Debug)]
pub enum Event<'a> {
    /// Something could not be imported.
    Fault(&'a Fault),
    /// A batch was written.
    Written(&'a Tally),
}

/// Imports receipts from files (`.json`, `.json.gz`), folders with all below them, archives (`.tar`, `.tar.gz`,
/// `.tgz`, `.zip`, and those within them), and lines that [`History::export`] wrote (`.jsonl`, only with
/// [`Options::trust`]). A path that ends in none of these, and standard input for `-`, is recognised by its
/// first bytes. One that is there already is not added again, nor verified again where its
/// content is the one that was verified. What can't be imported is told to `on` and keeps nothing else
/// from being imported.
///
/// # Errors
/// The history can't be written. Every batch that was told before is in it, and importing again goes on
/// from there.
pub fn import(
    history: &mut History,
    paths: &[PathBuf],
    options: &Options,
    on: &mut dyn FnMut(Event<'_>),
) -> Result<Tally, HistoryError> {
    let (files, unread) = sync_channel(QUEUE);
    let unread = Arc::new(Mutex::new(unread));
    let (judged, entries) = sync_channel(QUEUE);
    let known = history.path().to_owned();
    thread::scope(|scope| {
        scope.spawn(move || walk::walk(paths, &files));
        for _ in 0..options.threads.max(1) {
            let (unread, judged, known) = (Arc::clone(&unread), judged.clone(), &known);
            scope.spawn(move || judge::judge(&unread, &judged, options, known));
        }
        drop((unread, judged));
        write(entries, Batch::new(history, on))
    })
}

/// Writes what comes until no more does. With an error the receiver is dropped, which ends the other
/// threads.
fn write(entries: Receiver<Judged>, mut batch: Batch<'_>) -> Result<Tally, HistoryError> {
    loop {
        match entries.recv_timeout(PACE) {
            Ok(judged) => batch.take(judged)?,
            Err(RecvTimeoutError::Timeout) => batch.write()?,
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    batch.write()?;
    Ok(batch.tally)
}

struct Batch<'a> {
    history: &'a mut History,
    on: &'a mut dyn FnMut(Event<'_>),
    entries: Vec<Entry>,
    since: Instant,
    tally: Tally,
}

impl<'a> Batch<'a> {
    fn new(history: &'a mut History, on: &'a mut dyn FnMut(Event<'_>)) -> Self {
        Self {
            history,
            on,
            entries: Vec::with_capacity(BATCH),
            since: Instant::now(),
            tally: Tally::default(),
        }
    }

    fn take(&mut self, judged: Judged) -> Result<(), HistoryError> {
        match judged {
            Judged::Entry(entry) => self.entries.push(*entry),
            Judged::Fault(fault) => {
                self.tally.faults += 1;
                (self.on)(Event::Fault(&fault));
            }
            Judged::Other => self.tally.others += 1,
            Judged::Bytes(bytes) => self.tally.bytes += bytes,
        }
        if self.entries.len() >= BATCH || self.since.elapsed() > PACE {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), HistoryError> {
        if !self.entries.is_empty() {
            let done = self.history.append(&self.entries)?;
            self.tally.appended.add(done);
            self.entries.clear();
        }
        self.since = Instant::now();
        (self.on)(Event::Written(&self.tally));
        Ok(())
    }
}
