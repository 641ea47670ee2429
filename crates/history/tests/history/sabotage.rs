//! What happens to a history: nothing that was acknowledged is lost, and nothing damaged is shown.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use history::{Entry, History, HistoryError};

use crate::common::entry;

/// Where the writer that will be killed writes.
const PLACE: &str = "HISTORY_OF_THE_KILLED";

fn seals(path: &Path) -> BTreeSet<String> {
    let history = History::open(path).expect("it opens again");
    assert_eq!(history.check().expect("readable").problems, [""; 0]);
    let series = history.series().expect("sound");
    let points = series
        .iter()
        .flat_map(|series| history.points(series.id).expect("sound"));
    points.map(|point| point.seal).collect()
}

fn numbered(number: u32) -> Entry {
    let mut entry = entry(number % 700, 5.0);
    entry.seal = format!("{number:064x}");
    entry
}

#[test]
fn two_writers_lose_nothing() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    thread::scope(|scope| {
        for writer in 0..2 {
            let path = &path;
            scope.spawn(move || {
                // Both make the file, or find it.
                let mut history = History::open(path).expect("a file");
                for batch in 0..20 {
                    let first = 1 + writer * 10_000 + batch * 10;
                    // The last of each batch is written by both.
                    let numbers = (first..first + 9).chain([100_000 + batch]);
                    let entries: Vec<_> = numbers.map(numbered).collect();
                    history.append(&entries).expect("room");
                }
            });
        }
    });
    assert_eq!(seals(&path).len(), 2 * 20 * 9 + 20);
}

/// Not a test: the writer that the next one kills.
#[test]
#[ignore = "started by a_writer_that_is_killed_keeps_what_it_acknowledged"]
fn writer() {
    let Some(path) = std::env::var_os(PLACE).map(PathBuf::from) else {
        return;
    };
    let mut history = History::open(&path).expect("a file");
    for batch in 0_u32.. {
        let entries: Vec<_> = (1 + batch * 7..8 + batch * 7).map(numbered).collect();
        history.append(&entries).expect("room");
        println!("acknowledged {}", 7 + batch * 7);
        std::io::stdout().flush().expect("a reader");
    }
}

#[test]
fn a_writer_that_is_killed_keeps_what_it_acknowledged() {
    let at = tempfile::tempdir().expect("a folder");
    for kill in [3, 10, 25] {
        let path = at.path().join(format!("{kill}.db"));
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["sabotage::writer", "--exact", "--ignored", "--nocapture"])
            .env(PLACE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // The first one stands behind the name of the test, on its line.
        let told = lines
            .map_while(Result::ok)
            .filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse().ok());
        let last: u32 = told.take(kill).last().expect("something was acknowledged");
        child.kill().expect("SIGKILL");
        child.wait().expect("it ends");
        let found = seals(&path);
        for number in 1..=last {
            assert!(
                found.contains(&numbered(number).seal),
                "{number} of {last} is lost"
            );
        }
        assert_eq!(found.len() % 7, 0, "half a batch");
    }
}

#[test]
fn a_full_disk_keeps_what_was_acknowledged_and_goes_on_when_there_is_room() {
    let at = tempfile::tempdir().expect("a folder");
    let mount = |arguments: &[&str]| {
        let done = Command::new(arguments[0])
            .args(&arguments[1..])
            .arg(at.path())
            .output();
        done.is_ok_and(|output| output.status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs"]) {
        println!("skipped: a full disk (mounting a small tmpfs needs root)");
        return;
    }
    let filler = at.path().join("filler");
    fs::write(&filler, vec![1; 150_000]).expect("room");
    let path = at.path().join("h.db");
    let mut history = History::open(&path).expect("a new file");
    let mut acknowledged = 0;
    let error = loop {
        let entries: Vec<_> = (acknowledged + 1..acknowledged + 51)
            .map(numbered)
            .collect();
        match history.append(&entries) {
            Ok(_) => acknowledged += 50,
            Err(error) => break error,
        }
    };
    let told = error.to_string();
    let is_full = matches!(error, HistoryError::Full { .. });
    drop(history);
    fs::remove_file(&filler).expect("it");
    let found = seals(&path);
    let more: Vec<_> = (acknowledged + 1..acknowledged + 51)
        .map(numbered)
        .collect();
    let again = History::open(&path).and_then(|mut history| history.append(&more));
    assert!(mount(&["umount"]));
    assert!(is_full, "{told}");
    assert!(
        told.contains("the disk is full; what was added before is kept"),
        "{told}"
    );
    assert!(acknowledged >= 50);
    assert_eq!(
        found,
        (1..=acknowledged)
            .map(|number| numbered(number).seal)
            .collect()
    );
    assert_eq!(again.expect("room").new, 50);
}

/// A page that the disk gave back as zeros: the check names what it hit, a problem a line.
#[test]
fn a_page_of_zeros_is_named() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let mut history = History::open(&path).expect("a new file");
    let entries: Vec<_> = (1..300).map(numbered).collect();
    history.append(&entries).expect("room");
    drop(history);
    let bytes = fs::read(&path).expect("the file");
    let page = 4096;
    for start in (page..bytes.len()).step_by(page) {
        let mut changed = bytes.clone();
        changed[start..start + page].fill(0);
        fs::write(&path, changed).expect("room");
        let problems = History::read(&path)
            .and_then(|history| history.check())
            .map(|checked| checked.problems)
            .unwrap_or_else(|error| vec![error.to_string()]);
        assert!(!problems.is_empty(), "page {}", start / page);
        for problem in problems {
            assert!(
                !problem.contains('\n') && !problem.starts_with('*'),
                "{problem:?}"
            );
        }
    }
}

/// One byte of the file is changed, again and again elsewhere: what is read is what was written, or an
/// error; and where anything that is read was changed, the check says so.
#[test]
fn a_damaged_file_shows_nothing_that_was_not_written() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    let mut history = History::open(&path).expect("a new file");
    let entries: Vec<_> = (1..300).map(numbered).collect();
    history.append(&entries).expect("room");
    drop(history);
    let read = |path: &Path| -> Result<_, HistoryError> {
        let history = History::read(path)?;
        let series = history.series()?;
        let points = series.iter().map(|series| history.points(series.id));
        Ok((series.clone(), points.collect::<Result<Vec<_>, _>>()?))
    };
    let written = read(&path).expect("sound");
    let bytes = fs::read(&path).expect("the file");
    let damaged = at.path().join("damaged.db");
    let (mut refused, mut noticed) = (0, 0);
    for round in 0..400 {
        let place = round * 7919 % bytes.len();
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (round % 8);
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{ending}", damaged.display()));
        }
        fs::write(&damaged, changed).expect("room");
        let found = read(&damaged);
        let problems = History::read(&damaged).and_then(|history| history.check());
        let sound = problems.is_ok_and(|checked| checked.problems.is_empty());
        noticed += usize::from(!sound);
        match found {
            Ok((series, points)) if points.concat().len() == written.1.concat().len() => {
                assert_eq!((series, points), written, "byte {place}");
            }
            // A row that can no longer be reached.
            Ok(_) => assert!(
                !sound,
                "byte {place}: points are missing, and nothing says so"
            ),
            Err(_) => {
                refused += 1;
                assert!(!sound, "byte {place}: not readable, and nothing says so");
            }
        }
    }
    assert!(
        refused > 50 && noticed >= refused,
        "{refused} refused, {noticed} noticed of 400"
    );
}
