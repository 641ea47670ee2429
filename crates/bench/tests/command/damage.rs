//! `bench history check` of files that are not what was written.

use std::fs;
use std::path::Path;

use history::History;

use crate::history::{made, run};
use crate::support::{bench, ended};

/// Everything that a history tells, and how `check` ended.
fn told(path: &Path) -> (Option<i32>, [String; 2]) {
    let said = |args: &[&str]| {
        let (code, text, _) = ended(bench(args.iter().copied()).env("BENCH_HISTORY", path));
        format!("{code:?} {text}")
    };
    let (code, text, error) = ended(bench(["history", "check"]).env("BENCH_HISTORY", path));
    assert_eq!(text.contains("sound"), code == Some(0), "{text}{error}");
    (
        code,
        [
            said(&["history", "list"]),
            said(&["history", "export", "-"]),
        ],
    )
}

/// A copy in which one bit of a byte is another, with the log that lies beside it.
fn changed(bytes: &[u8], place: usize, to: &Path) {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1 << (place % 8);
    fs::write(to, bytes).expect("room");
}

/// One byte of a closed file, again and again elsewhere. Where `check` finds nothing wrong, the byte
/// held nothing: whatever the history tells is what was written.
#[test]
fn a_sound_file_tells_what_was_written() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    made(&path, 60, 40);
    let bytes = fs::read(&path).expect("the file");
    let (code, written) = told(&path);
    assert_eq!(code, Some(0));
    let check = |place: usize| {
        let copy = at.path().join(format!("{place}.db"));
        changed(&bytes, place, &copy);
        let (code, found) = told(&copy);
        if code == Some(0) {
            assert_eq!(
                found, written,
                "byte {place}: sound, and not what was written"
            );
        }
        code
    };
    for step in 0..60 {
        check(step * bytes.len() / 60 + step % 13);
    }
    // A page that was split keeps the old bytes of the rows that moved; the row itself is in one of the
    // places where its text is found, and no change of it is sound.
    for stored in [
        "00000abc0007",
        "runs/17.json",
        "group/name",
        "copybook-decode",
    ] {
        let places = 0..bytes.len() - stored.len();
        let mut places = places.filter(|&at| bytes[at..].starts_with(stored.as_bytes()));
        assert!(
            places.any(|place| check(place + 1) == Some(1)),
            "{stored}: changed everywhere, and never told"
        );
    }
}

/// SQLite takes a log as ended where a checksum does not fit.
#[test]
fn a_damaged_log_of_a_killed_writer_is_told() {
    let at = tempfile::tempdir().expect("a folder");
    let path = at.path().join("h.db");
    // Its tables in the file itself, and then two transactions that are in the log only, since the
    // writer does not end.
    drop(History::open(&path).expect("a new file"));
    let mut writer = History::open(&path).expect("a file");
    for day in [3, 4] {
        writer.append(&[run(day, 1_000.0)]).expect("room");
    }
    let log = fs::read(at.path().join("h.db-wal")).expect("a log");
    let copy = |name: &str| {
        let copy = at.path().join(name);
        fs::copy(&path, &copy).expect("room");
        (copy.clone(), at.path().join(format!("{name}-wal")))
    };
    let (left, its_log) = copy("left.db");
    fs::write(its_log, &log).expect("room");
    let (code, [_, written]) = told(&left);
    assert_eq!((code, written.lines().count()), (Some(0), 2), "{written}");
    // Half a frame more, which a killed writer leaves, is nothing that was acknowledged.
    let (cut, its_log) = copy("cut.db");
    fs::write(its_log, [&log[..], &log[32..1_000]].concat()).expect("room");
    assert_eq!(told(&cut).0, Some(0));
    for step in 0..40 {
        // The header, a frame's header, and everywhere.
        let place = match step {
            0..8 => step * 4,
            8..14 => 32 + (step - 8) * 4,
            _ => step * log.len() / 40,
        };
        let (damaged, its_log) = copy(&format!("{step}.db"));
        changed(&log, place, &its_log);
        let (code, text, error) = ended(bench(["history", "check"]).env("BENCH_HISTORY", &damaged));
        assert_eq!(code, Some(1), "byte {place} of the log: {text}{error}");
        assert!(error.contains("the write-ahead log: "), "{error}");
    }
}
