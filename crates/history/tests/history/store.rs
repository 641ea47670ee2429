//! What goes into a history comes out of it again, once.

use std::fs;
use std::path::Path;

use history::{History, HistoryError, SCHEMA_VERSION};

use crate::common::{entry, key};

#[test]
fn points_come_back_in_the_order_of_time() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("history.db");
    let mut history = History::open(&path).expect("a new file");
    // Added backwards: a clock that went back, or old receipts that come late.
    for hour in [3, 1, 2] {
        history
            .append(&[entry(hour, 100.0 + f64::from(hour))])
            .expect("room");
    }
    let history = History::read(&path).expect("the file");
    let series = history.series().expect("sound");
    assert_eq!(series.len(), 1);
    assert_eq!((series[0].points, &series[0].key), (3, &key()));
    let points = history.points(series[0].id).expect("sound");
    let rates: Vec<f64> = points.iter().map(|point| point.mean_mibps).collect();
    assert_eq!(rates, [101.0, 102.0, 103.0]);
    assert_eq!(points[0].seal, entry(1, 0.0).seal);
    assert_eq!(points[2].time.to_string(), "2026-01-01T03:00:00Z");
    assert_eq!(history.newest(&key()).expect("sound"), Some(points[2].time));
    let newest = history.newest_points(series[0].id, 1).expect("sound");
    assert_eq!(newest, points[2..]);
}

#[test]
fn adding_twice_changes_nothing() {
    let at = tempfile::tempdir().expect("a folder");
    let mut history = History::open(&at.path().join("h.db")).expect("a new file");
    let first = history
        .append(&[entry(1, 5.0), entry(1, 5.0)])
        .expect("room");
    assert_eq!((first.new, first.known, first.points), (1, 1, 1));
    let again = history.append(&[entry(1, 5.0)]).expect("room");
    assert_eq!((again.new, again.known), (0, 1));
    assert_eq!(history.series().expect("sound")[0].points, 1);
}

#[test]
fn a_verified_receipt_takes_the_place_of_one_taken_on_trust() {
    let at = tempfile::tempdir().expect("a folder");
    let mut history = History::open(&at.path().join("h.db")).expect("a new file");
    let mut trusted = entry(1, 999.0);
    trusted.verified = false;
    history.append(&[trusted.clone()]).expect("room");
    let series = history.series().expect("sound")[0].id;
    assert!(!history.points(series).expect("sound")[0].verified);
    let done = history.append(&[entry(1, 5.0)]).expect("room");
    assert_eq!((done.new, done.known, done.verified), (0, 0, 1));
    let points = history.points(series).expect("sound");
    assert_eq!((points.len(), points[0].mean_mibps), (1, 5.0));
    assert!(points[0].verified);
    // Not the other way round.
    assert_eq!(history.append(&[trusted]).expect("room").known, 1);
    assert!(history.points(series).expect("sound")[0].verified);
}

#[test]
fn other_peoples_files_are_refused_and_left_alone() {
    let at = tempfile::tempdir().expect("a folder");
    let text = at.path().join("notes.txt");
    fs::write(
        &text,
        "a text that is long enough to be no database".repeat(50),
    )
    .expect("a file");
    let foreign = at.path().join("foreign.db");
    rusqlite::Connection::open(&foreign)
        .and_then(|connection| connection.execute_batch("CREATE TABLE t (x)"))
        .expect("a database");
    for path in [&text, &foreign] {
        let before = fs::read(path).expect("a file");
        for found in [History::open(path), History::read(path)] {
            let error = found.expect_err("refused");
            assert!(matches!(error, HistoryError::Foreign { .. }), "{error}");
        }
        assert_eq!(fs::read(path).expect("a file"), before);
    }
    let missing = History::read(Path::new("/nowhere/history.db")).expect_err("not there");
    assert!(matches!(missing, HistoryError::Missing { .. }), "{missing}");
}

#[test]
fn a_file_of_a_later_release_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    drop(History::open(&path).expect("a new file"));
    let connection = rusqlite::Connection::open(&path).expect("the file");
    connection
        .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .expect("room");
    drop(connection);
    for found in [History::open(&path), History::read(&path)] {
        let error = found.expect_err("refused").to_string();
        let expected = format!("found version {}", SCHEMA_VERSION + 1);
        assert!(
            error.contains(&expected) && error.contains("release that wrote it"),
            "{error}"
        );
    }
}

/// Files outlive releases: one of the first version, as it was written then, is read, found sound, and added to.
#[test]
fn a_file_of_the_first_version_is_read_and_added_to() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("old.db");
    rusqlite::Connection::open(&path)
        .and_then(|connection| connection.execute_batch(include_str!("version-1.sql")))
        .expect("room");
    let mut history = History::open(&path).expect("it is brought up to date");
    assert_eq!(history.check().expect("readable").problems, [""; 0]);

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let receipt = root.join("results/epyc-2-cpus-kvm/2026-11-27.json");
    let receipt = receipt::Receipt::load(&receipt).expect("a receipt");
    let series = history.series().expect("sound");
    assert_eq!(series.len(), receipt.benchmarks.len());
    for one in &series {
        let points = history.points(one.id).expect("sound");
        let [point] = &points[..] else {
            panic!("expected one point, found {points:?}")
        };
        let measured = receipt
            .benchmarks
            .iter()
            .find(|benchmark| benchmark.name == one.key.benchmark)
            .expect("in the receipt");
        assert_eq!(
            (point.mean_mibps, point.ci95_mibps),
            (measured.mean_mibps, measured.ci95_mibps)
        );
        assert_eq!(
            (&point.seal, point.verified),
            (&receipt.integrity.sha256, true)
        );
    }
    assert_eq!(history.append(&[entry(1, 5.0)]).expect("room").new, 1);
    drop(history);
    assert_eq!(
        History::read(&path)
            .and_then(|history| history.series())
            .expect("sound")
            .len(),
        3
    );
}

#[test]
fn an_empty_file_is_told_from_none() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("empty.db");
    fs::write(&path, "").expect("a file");
    let error = History::read(&path).expect_err("nothing in it").to_string();
    assert!(error.contains("found version 0"), "{error}");
}

/// As on a volume that is mounted read-only: no log, no index, no lock file can be written. (Root may
/// write all the same.)
#[test]
fn a_closed_history_is_read_where_nothing_can_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("100% ?#.db");
    let mut history = History::open(&path).expect("a new file");
    history.append(&[entry(1, 5.0)]).expect("room");
    drop(history);
    let mode = |mode| fs::set_permissions(at.path(), fs::Permissions::from_mode(mode));
    mode(0o555).expect("ours");
    let found = History::read(&path).and_then(|history| history.series());
    mode(0o755).expect("ours");
    assert_eq!(found.expect("readable").len(), 1);
}

/// Each says what the user got wrong and what to do, and none of them SQLite's numbers.
#[test]
fn a_place_where_no_history_can_be_is_named() {
    let at = tempfile::tempdir().expect("a folder");
    let told = |found: Result<History, HistoryError>| found.expect_err("refused").to_string();
    let expect = |error: String, words: &[&str]| {
        for words in words {
            assert!(error.contains(words), "{error}");
        }
        assert!(!error.contains("rror code"), "{error}");
    };
    expect(
        told(History::open(&at.path().join("none/h.db"))),
        &["can't make it", "No such file or directory"],
    );
    for found in [History::open(at.path()), History::read(at.path())] {
        expect(
            told(found),
            &[
                "expected a history, found a folder",
                "`bench history import ",
            ],
        );
    }
    // A disk that is mounted read-only is closed to root, too.
    if !mounted(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"], at.path()) {
        println!("skipped: a disk that is read-only (mounting one needs root)");
        return;
    }
    let path = at.path().join("h.db");
    let mut history = History::open(&path).expect("a new file");
    history.append(&[entry(1, 5.0)]).expect("room");
    drop(history);
    let closed = mounted(&["-o", "remount,ro"], at.path());
    let (written, read) = (History::open(&path), History::read(&path));
    let read = read.and_then(|history| history.series());
    let done = std::process::Command::new("umount").arg(at.path()).status();
    assert!(closed && done.is_ok_and(|status| status.success()));
    expect(told(written), &["can't be written", "read-only"]);
    assert_eq!(read.expect("readable").len(), 1);
}

/// Whether `mount` did so.
pub(crate) fn mounted(arguments: &[&str], at: &Path) -> bool {
    let done = std::process::Command::new("mount")
        .args(arguments)
        .arg(at)
        .output();
    done.is_ok_and(|output| output.status.success())
}

/// A file that leaves so many bytes of its disk.
fn fill(path: &Path, left: u64) {
    let mut file = fs::File::create(path).expect("room");
    let mut length: u64 = 0;
    while let Ok(written @ 1..) = std::io::Write::write(&mut file, &[1; 4096]) {
        length += written as u64;
    }
    file.set_len(length - left).expect("shorter");
}

/// SQLite makes the log and its index anew before it reads. Where it can't, an empty log says that there is
/// nothing to look up in it.
#[test]
fn an_empty_log_keeps_nobody_from_reading() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    if !mounted(&["-t", "tmpfs", "-o", "size=1m", "tmpfs"], at.path()) {
        println!("skipped: a disk that is full or read-only (mounting one needs root)");
        return;
    }
    let mut history = History::open(&path).expect("a new file");
    history.append(&[entry(1, 5.0)]).expect("room");
    drop(history);
    let filler = at.path().join("filler");
    fill(&filler, 0);
    let read = || History::read(&path).and_then(|history| history.series());
    let full = read();
    let written = History::open(&path).and_then(|mut history| history.append(&[entry(2, 5.0)]));
    fs::remove_file(&filler).expect("it");
    fs::write(at.path().join("h.db-wal"), "").expect("room");
    let _ = fs::remove_file(at.path().join("h.db-shm"));
    let closed = mounted(&["-o", "remount,ro"], at.path());
    let left = read();
    let done = std::process::Command::new("umount").arg(at.path()).status();
    assert!(closed && done.is_ok_and(|status| status.success()));
    assert_eq!(full.expect("readable").len(), 1);
    assert_eq!(left.expect("readable").len(), 1);
    let written = written.expect_err("no room");
    assert!(matches!(written, HistoryError::Full { .. }), "{written}");
}

/// What is taken out is out, also where there is no room to write the file anew.
#[test]
fn pruning_on_a_full_disk_says_what_it_did() {
    let at = tempfile::tempdir().expect("a folder");
    if !mounted(&["-t", "tmpfs", "-o", "size=2m", "tmpfs"], at.path()) {
        println!("skipped: a full disk (mounting a small tmpfs needs root)");
        return;
    }
    let path = at.path().join("h.db");
    let mut history = History::open(&path).expect("a new file");
    let entries: Vec<_> = (0..700).map(|hour| entry(hour, 5.0)).collect();
    history.append(&entries).expect("room");
    drop(history);
    // Room for what is taken out, and not for all that is left.
    fill(&at.path().join("filler"), 150_000);
    let before = "2026-01-02T00:00:00Z".parse().expect("a time");
    let pruned = History::open(&path).and_then(|mut history| history.prune(before));
    fs::remove_file(at.path().join("filler")).expect("it");
    let left = History::read(&path).and_then(|history| history.series());
    let size = || fs::metadata(&path).expect("the file").len();
    let long = size();
    let again = History::open(&path).and_then(|mut history| history.prune(before));
    let short = size();
    let done = std::process::Command::new("umount").arg(at.path()).status();
    assert!(done.is_ok_and(|status| status.success()));
    let error = pruned.expect_err("no room").to_string();
    assert!(
        error.contains(
            "24 receipts and 24 points are taken out, but the file could not be made smaller"
        ),
        "{error}"
    );
    assert_eq!(left.expect("readable")[0].points, 676);
    assert_eq!(again.expect("room").receipts, 0);
    assert!(short < long, "{short} {long}");
}
