//! Many runs: of a history's file, or of receipts in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use history::acknowledged::Acknowledgements;
use history::{Entry, EntryError, History, HistoryError, Point, SeriesKey};
use receipt::file::claims_to_be_one;
use receipt::{FileError, Objectives, Receipt};
use thiserror::Error;

use crate::model::history::Series;
use crate::read::{self, Document, ReadError};

/// The first bytes of every SQLite file (sqlite.org/fileformat.html, 1.3.1).
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// Why runs can't be read.
#[derive(Debug, Error)]
pub enum RunsError {
    /// A receipt, or the folder.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The history's file.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A receipt that can't be a point of a series.
    #[error("{path} has no place in a history: {reason}")]
    Entry {
        /// The receipt.
        path: PathBuf,
        /// What is wrong with it.
        reason: EntryError,
    },
    /// A folder in which nothing is a receipt.
    #[error("expected receipts in {0}, found only other files that end in .json")]
    None(PathBuf),
}

/// Runs of one or more benchmarks, on one or more machines.
#[derive(Debug, Default)]
pub struct Runs {
    /// Each with its points, oldest first.
    pub series: Vec<(SeriesKey, Vec<Point>)>,
    /// The newest receipt of each machine and decoder that was judged, and the newest that was not, with
    /// their texts: what only receipts tell. Empty where a history's file was read.
    pub newest: Vec<(Receipt, String)>,
    /// Files that end in .json and are no receipts.
    pub skipped: Vec<PathBuf>,
}

impl Runs {
    /// Of a history's file or of a folder of receipts, each of which is verified.
    ///
    /// # Errors
    /// It can't be read, or a receipt is not sound.
    pub fn of(path: &Path) -> Result<Self, RunsError> {
        if path.is_dir() {
            return Self::of_folder(path);
        }
        let history = History::read(path)?;
        let mut runs = Self::default();
        for series in history.series()? {
            let points = history.points(series.id)?;
            runs.series.push((series.key, points));
        }
        Ok(runs)
    }

    fn of_folder(folder: &Path) -> Result<Self, RunsError> {
        let mut all: BTreeMap<SeriesKey, Vec<Point>> = BTreeMap::new();
        let mut newest: BTreeMap<(String, String, bool), (Receipt, String)> = BTreeMap::new();
        let (mut seen, mut skipped) = (BTreeSet::new(), Vec::new());
        for path in read::files(folder)? {
            let Some((receipt, text)) = receipt(&path)? else {
                skipped.push(path);
                continue;
            };
            // A copy is the same run.
            if !seen.insert(receipt.integrity.sha256.clone()) {
                continue;
            }
            let entry = Entry::of(&receipt, &path.display().to_string(), true);
            let entry = entry.map_err(|reason| RunsError::Entry { path, reason })?;
            let key = (
                gate::compare::alike::machine(&receipt),
                receipt.subject.name.clone(),
                receipt.slo.is_empty(),
            );
            for (key, point) in points(entry) {
                all.entry(key).or_default().push(point);
            }
            match newest.get(&key) {
                Some((other, _)) if other.timestamp > receipt.timestamp => {}
                _ => {
                    newest.insert(key, (receipt, text));
                }
            }
        }
        if seen.is_empty() {
            return Err(RunsError::None(folder.to_owned()));
        }
        let mut series: Vec<_> = all.into_iter().collect();
        for (_, points) in &mut series {
            points.sort_by_key(|point| point.time);
        }
        Ok(Self {
            series,
            newest: newest.into_values().collect(),
            skipped,
        })
    }

    /// What is shown of each series.
    #[must_use]
    pub fn shown(&self, objectives: &Objectives, known: &Acknowledgements) -> Vec<Series> {
        let floor = |benchmark: &str| {
            let mut slo = objectives.slo.iter();
            slo.find(|one| one.benchmark == benchmark)?.floor_mibps
        };
        let shown = |(key, points): &(SeriesKey, Vec<Point>)| {
            Series::of(key, points, floor(&key.benchmark), known)
        };
        self.series.iter().map(shown).collect()
    }
}

/// `None` for a file that is no receipt at all; one that is unsound, or broke off, is an error.
fn receipt(path: &Path) -> Result<Option<(Receipt, String)>, ReadError> {
    let text = read::text(path)?;
    match read::parse(text.clone(), path) {
        Ok(Document::Receipt(receipt, text)) => Ok(Some((*receipt, text))),
        Ok(Document::Comparison(..) | Document::Fleet(_)) => Ok(None),
        Err(ReadError::Receipt(FileError::Parse { .. })) if !claims_to_be_one(&text) => Ok(None),
        Err(ReadError::Receipt(FileError::Kind { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn points(entry: Entry) -> Vec<(SeriesKey, Point)> {
    let Entry {
        seal,
        time,
        commit,
        source,
        verified,
        unfit,
        measurements,
    } = entry;
    let point = |one: history::Measurement| {
        let point = Point {
            time,
            commit: commit.clone(),
            mean_mibps: one.mean_mibps,
            ci95_mibps: one.ci95_mibps,
            quiet_mibps: one.quiet_mibps,
            answers_checked: one.answers_checked,
            unfit,
            verified,
            seal: seal.clone(),
            source: source.clone(),
        };
        (one.series, point)
    };
    measurements.into_iter().map(point).collect()
}

/// Whether a path holds many runs: a folder, or a history's file.
#[must_use]
pub fn is_many(path: &Path) -> bool {
    let head = || -> io::Result<bool> {
        let mut bytes = [0; SQLITE.len()];
        fs::File::open(path)?.read_exact(&mut bytes)?;
        Ok(&bytes == SQLITE)
    };
    path.is_dir() || head().unwrap_or(false)
}
