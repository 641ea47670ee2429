//! The changes of many series at once are those of each.

use history::change::{self, Found};
use history::{Entry, History, HistoryError, Series, trends};
use rusqlite::Connection;

use crate::common::entry;

const SERIES: u32 = 12;
const RUNS: u32 = 40;

/// Receipts of all series; in every third one throughput falls by a tenth halfway. Some runs share a
/// commit, had changes in their sources, or don't know their commit.
fn made(path: &std::path::Path) -> Vec<Series> {
    let mut history = History::open(path).expect("a new file");
    let run = |hour: u32| -> Entry {
        let mut entry = entry(hour, 1_000.0);
        entry.commit = match hour % 7 {
            0 => None,
            1 => Some(format!("{:040x}-dirty", hour)),
            _ => Some(format!("{:040x}", hour / 2)),
        };
        let first = entry.measurements[0].clone();
        entry.measurements = (0..SERIES)
            .map(|series| {
                let mut one = first.clone();
                one.series.benchmark = format!("group/{series:02}");
                let slower = series % 3 == 0 && hour >= RUNS / 2;
                let level = if slower { 900.0 } else { 1_000.0 };
                one.quiet_mibps = level + f64::from((hour * 7 + series) % 11);
                one
            })
            .collect();
        entry
    };
    let entries: Vec<Entry> = (0..RUNS).rev().map(run).collect();
    history.append(&entries).expect("room");
    history.series().expect("sound")
}

fn each(path: &std::path::Path, series: &[Series]) -> Vec<Found> {
    let history = History::read(path).expect("the file");
    let one = |series: &Series| change::changes(&history.points(series.id).expect("sound"));
    series.iter().map(one).collect()
}

#[test]
fn the_changes_of_many_series_are_those_of_each() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let series = made(&path);
    let expected = each(&path, &series);
    let changed = expected.iter().filter(|found| !found.changes.is_empty());
    assert_eq!(changed.count(), SERIES as usize / 3);
    assert_eq!(trends(&path, &series).expect("sound"), expected);
    assert_eq!(trends(&path, &[]).expect("sound"), []);
}

/// So many receipts of another benchmark that those of one series are looked up instead.
#[test]
fn the_changes_of_few_series_are_the_same() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let series = made(&path);
    let others: Vec<Entry> = (RUNS..RUNS * 12)
        .map(|hour| {
            let mut other = entry(hour % 700, 5.0);
            other.seal = format!("{hour:064x}");
            other
        })
        .collect();
    History::open(&path)
        .and_then(|mut history| history.append(&others))
        .expect("room");
    let found = trends(&path, &series[..1]).expect("sound");
    assert_eq!(found, each(&path, &series[..1]));
    assert_eq!(found[0].changes.len(), 1);
}

#[test]
fn a_receipt_that_was_changed_is_noticed() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let series = made(&path);
    Connection::open(&path)
        .and_then(|file| file.execute("UPDATE receipt SET revision = 'ffffffff' WHERE id = 7", []))
        .expect("one row");
    let error = trends(&path, &series).expect_err("damaged");
    assert!(matches!(error, HistoryError::Damaged { .. }), "{error}");
}
