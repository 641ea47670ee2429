//! Receipts from wherever they lie, once each, and only if they are what they say.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use history::History;
use history::import::{self, Event, Fault, Options, Tally};
use receipt::Receipt;

use crate::common::entry;

/// Receipts that are kept as evidence: one of this project, one of a peer.
pub(crate) fn recorded() -> [PathBuf; 2] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/epyc-2-cpus-kvm");
    ["2026-11-27.json", "2026-11-27-gnucobol.json"].map(|name| folder.join(name))
}

pub(crate) fn options() -> Options {
    Options {
        trust: false,
        future: false,
        now: "2027-01-01T00:00:00Z".parse().expect("a time"),
        threads: 2,
    }
}

pub(crate) fn into(
    history: &mut History,
    paths: &[PathBuf],
    options: &Options,
) -> (Tally, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut on = |event: Event<'_>| {
        if let Event::Fault(fault) = event {
            faults.push(fault.clone());
        }
    };
    let tally = import::import(history, paths, options, &mut on).expect("room");
    (tally, faults)
}

pub(crate) fn fresh(at: &Path) -> History {
    History::open(&at.join("history.db")).expect("a new file")
}

#[test]
fn files_folders_and_archives_give_each_receipt_once() {
    let at = tempfile::tempdir().expect("a folder");
    let [ours, theirs] = recorded();
    let folder = at.path().join("artifacts");
    fs::create_dir_all(folder.join("deep/er")).expect("a folder");
    fs::copy(&ours, folder.join("deep/er/perf.json")).expect("a copy");
    fs::write(folder.join("deep/criterion.json"), "{\"mean\": 1}").expect("a file");
    fs::write(folder.join("deep/notes.txt"), "text").expect("a file");
    let tar = at.path().join("run.tar");
    let mut archive = tar::Builder::new(File::create(&tar).expect("a file"));
    archive
        .append_path_with_name(&theirs, "out/perf.json")
        .expect("a receipt");
    archive
        .append_path_with_name(&ours, "again.json")
        .expect("a receipt");
    archive.finish().expect("an archive");
    let gz = at.path().join("run.tar.gz");
    let mut packed = flate2::write::GzEncoder::new(
        File::create(&gz).expect("a file"),
        flate2::Compression::fast(),
    );
    packed
        .write_all(&fs::read(&tar).expect("the archive"))
        .expect("room");
    packed.finish().expect("room");
    let zip = at.path().join("artifact.zip");
    let mut archive = zip::ZipWriter::new(File::create(&zip).expect("a file"));
    for (name, from) in [("perf.json", &ours), ("x/perf.json", &theirs)] {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("room");
        archive
            .write_all(&fs::read(from).expect("a receipt"))
            .expect("room");
    }
    archive.finish().expect("an archive");

    let mut history = fresh(at.path());
    // One receipt each, then all of it at once: nothing more comes of it.
    for (path, new, others) in [(&folder, 1, 1), (&tar, 1, 0), (&gz, 0, 0), (&zip, 0, 0)] {
        let (tally, faults) = into(&mut history, std::slice::from_ref(path), &options());
        assert_eq!(
            (tally.appended.new, tally.others, faults.len()),
            (new, others, 0),
            "{path:?} {faults:?}"
        );
    }
    let (tally, _) = into(&mut history, &[folder, tar, gz, zip], &options());
    assert_eq!((tally.appended.new, tally.appended.known), (0, 7));
    assert!(tally.bytes > 0);

    let [receipt, peer] = recorded().map(|path| Receipt::load(&path).expect("a receipt"));
    let series = history.series().expect("sound");
    assert_eq!(
        series.len(),
        receipt.benchmarks.len() + peer.benchmarks.len(),
        "a peer has series of its own"
    );
    let of = series
        .iter()
        .find(|series| series.key.subject == receipt.subject.name)
        .expect("ours");
    let points = history.points(of.id).expect("sound");
    let benchmark = receipt
        .benchmarks
        .iter()
        .find(|one| one.name == of.key.benchmark)
        .expect("in it");
    assert_eq!(points[0].mean_mibps, benchmark.mean_mibps);
    assert_eq!(points[0].ci95_mibps, benchmark.ci95_mibps);
    assert_eq!(points[0].seal, receipt.integrity.sha256);
    assert!(
        points[0].verified && points[0].source.ends_with("deep/er/perf.json"),
        "{:?}",
        points[0]
    );
    assert_eq!(history.check().expect("readable").problems, [""; 0]);
}

#[test]
fn what_does_not_verify_is_named_and_keeps_nothing_else_out() {
    let at = tempfile::tempdir().expect("a folder");
    let [ours, theirs] = recorded();
    let text = fs::read_to_string(&ours).expect("a receipt");
    let changed = at.path().join("changed.json");
    fs::write(
        &changed,
        text.replacen("\"mean_ns\": ", "\"mean_ns\": 1", 1),
    )
    .expect("a file");
    let torn = at.path().join("torn.json");
    fs::write(&torn, &text[..text.len() - 40]).expect("a file");
    let tar = at.path().join("torn.tar");
    fs::write(&tar, [7; 700]).expect("a file");
    let missing = at.path().join("missing.json");
    let other = at.path().join("other.json");
    fs::write(&other, "{}").expect("a file");

    let mut history = fresh(at.path());
    let bad = [changed.clone(), torn, tar, missing, other];
    let paths: Vec<PathBuf> = bad.iter().cloned().chain([theirs]).collect();
    let (tally, mut faults) = into(&mut history, &paths, &options());
    assert_eq!((tally.appended.new, tally.faults), (1, 5), "{faults:?}");
    faults.sort_by(|a, b| a.source.cmp(&b.source));
    let named: Vec<&str> = faults.iter().map(|fault| &*fault.source).collect();
    for path in &bad {
        assert!(
            named.contains(&path.to_str().expect("UTF-8")),
            "{path:?} {named:?}"
        );
    }
    assert!(
        faults[0].reason.starts_with("no sound receipt: "),
        "{faults:?}"
    );

    // Taken on trust, the changed one goes in and is marked; verified, the true one replaces it.
    let trust = Options {
        trust: true,
        ..options()
    };
    let (tally, _) = into(&mut history, &[changed], &trust);
    assert_eq!(tally.appended.new, 1);
    assert_eq!(history.check().expect("readable").trusted, 1);
    let (tally, _) = into(&mut history, &[ours], &options());
    assert_eq!((tally.appended.new, tally.appended.verified), (0, 1));
    assert_eq!(history.check().expect("readable").trusted, 0);
}

#[test]
fn a_receipt_from_the_future_stays_out_until_somebody_says_otherwise() {
    let at = tempfile::tempdir().expect("a folder");
    let [ours, _] = recorded();
    let mut history = fresh(at.path());
    // The importing machine's clock went back to before the run.
    let back = Options {
        now: "2026-01-01T00:00:00Z".parse().expect("a time"),
        ..options()
    };
    let (tally, faults) = into(&mut history, std::slice::from_ref(&ours), &back);
    assert_eq!((tally.appended.new, tally.faults), (0, 1));
    assert!(
        faults[0]
            .reason
            .contains("after this machine's clock (2026-01-01T00:00:00Z)"),
        "{faults:?}"
    );
    assert!(faults[0].reason.contains("--future"));
    let (tally, _) = into(
        &mut history,
        &[ours],
        &Options {
            future: true,
            ..back
        },
    );
    assert_eq!(tally.appended.new, 1);
}

#[test]
fn an_export_is_read_again_on_trust() {
    let at = tempfile::tempdir().expect("a folder");
    let mut history = fresh(at.path());
    let entries: Vec<_> = (1..1_200)
        .map(|hour| entry(hour % 700, f64::from(hour)))
        .collect();
    let new = history.append(&entries).expect("room").new;
    let lines = at.path().join("h.jsonl");
    let count = history
        .export(&mut File::create(&lines).expect("a file"))
        .expect("room");
    assert_eq!((new, count), (700, 700));

    let mut other = History::open(&at.path().join("other.db")).expect("a new file");
    let (tally, faults) = into(&mut other, std::slice::from_ref(&lines), &options());
    assert_eq!((tally.appended.new, faults.len()), (0, 1), "{faults:?}");
    assert!(faults[0].reason.contains("--trust"), "{faults:?}");
    let trust = Options {
        trust: true,
        ..options()
    };
    let (tally, faults) = into(&mut other, std::slice::from_ref(&lines), &trust);
    assert_eq!((tally.appended.new, faults.len()), (700, 0), "{faults:?}");
    let points = |history: &History| {
        let series = history.series().expect("sound")[0].id;
        let mut points = history.points(series).expect("sound");
        points.iter_mut().for_each(|point| point.verified = false);
        points
    };
    assert_eq!(points(&history), points(&other));
    assert!(
        !other
            .points(other.series().expect("sound")[0].id)
            .expect("sound")[0]
            .verified
    );

    fs::write(
        &lines,
        format!(
            "{}\nno line\n",
            serde_json::to_string(&entry(1, f64::MIN_POSITIVE)).expect("finite")
        ),
    )
    .expect("a file");
    let (_, faults) = into(&mut other, &[lines], &trust);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].source.ends_with("h.jsonl:2"), "{faults:?}");
}

#[test]
fn pruning_takes_the_old_and_leaves_the_new() {
    let at = tempfile::tempdir().expect("a folder");
    let mut history = fresh(at.path());
    let entries: Vec<_> = (0..100).map(|hour| entry(hour, 5.0)).collect();
    history.append(&entries).expect("room");
    let before = "2026-01-02T00:00:00Z".parse().expect("a time");
    let would = history.prunable(before).expect("sound");
    let did = history.prune(before).expect("room");
    assert_eq!((would, did.receipts, did.points), (did, 24, 24));
    let series = history.series().expect("sound");
    assert_eq!((series[0].points, series[0].first), (76, before));
    assert_eq!(history.check().expect("readable").problems, [""; 0]);
    let all = history
        .prune("2027-01-01T00:00:00Z".parse().expect("a time"))
        .expect("room");
    assert_eq!(
        (all.receipts, history.series().expect("sound").len()),
        (76, 0)
    );
}

/// What was verified before is not verified again; its seal on another content, or on a receipt that
/// was taken on trust, vouches for nothing.
#[test]
fn a_known_seal_vouches_only_for_the_content_that_was_verified() {
    let at = tempfile::tempdir().expect("a folder");
    let [ours, _] = recorded();
    let mut receipt = Receipt::load(&ours).expect("a receipt");
    let seal = receipt.integrity.sha256.clone();
    let changed = at.path().join("changed.json");
    receipt.benchmarks[0].mean_mibps *= 2.0;
    fs::write(&changed, receipt.to_json().expect("finite")).expect("a file");
    let paths = [changed];
    let refused = |history: &mut History| {
        let (tally, faults) = into(history, &paths, &options());
        assert_eq!((tally.appended.known, faults.len()), (0, 1), "{faults:?}");
        assert!(faults[0].reason.contains("no sound receipt"), "{faults:?}");
    };
    let mut history = fresh(at.path());
    let trust = Options {
        trust: true,
        ..options()
    };
    into(&mut history, &paths, &trust);
    assert!(!history.has_verified(&seal), "taken on trust");
    refused(&mut history);

    let (tally, _) = into(&mut history, std::slice::from_ref(&ours), &options());
    assert_eq!(tally.appended.verified, 1);
    assert!(history.has_verified(&seal));
    let (tally, faults) = into(&mut history, &[ours], &options());
    assert_eq!((tally.appended.known, faults.len()), (1, 0), "{faults:?}");
    refused(&mut history);
}

/// A list is read line by line, so a line without an end would fill the memory.
#[test]
fn a_line_without_an_end_is_refused() {
    let at = tempfile::tempdir().expect("a folder");
    let lines = at.path().join("h.jsonl");
    let file = File::create(&lines).expect("a file");
    file.set_len(import::LARGEST + 1).expect("room for a hole");
    let (tally, faults) = into(&mut fresh(at.path()), &[lines], &options());
    assert_eq!(tally.faults, 1, "{tally:?}");
    let [fault] = &faults[..] else {
        panic!("{faults:?}");
    };
    assert!(
        fault.reason.contains("line 1: expected at most"),
        "{fault:?}"
    );
}

/// What broke off is a fault, however little of it there is and whoever named it: a disk that was full, an upload
/// that was cut, leave receipts that end before their seal.
#[test]
fn a_receipt_that_broke_off_is_named_in_folders_and_archives() {
    let at = tempfile::tempdir().expect("a folder");
    let [ours, theirs] = recorded();
    let text = fs::read_to_string(&ours).expect("a receipt");
    let folder = at.path().join("output");
    fs::create_dir(&folder).expect("a folder");
    fs::copy(theirs, folder.join("sound.json")).expect("a copy");
    fs::write(folder.join("criterion.json"), "{\"mean\": 1").expect("a file");
    let mut unsealed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    unsealed
        .as_object_mut()
        .and_then(|receipt| receipt.remove("integrity"))
        .expect("a seal");
    let broken = [
        text[..60].to_owned(),
        text[..text.len() / 2].to_owned(),
        text[..text.len() - 40].to_owned(),
        unsealed.to_string(),
    ];
    for text in broken {
        fs::write(folder.join("perf.json"), &text).expect("a file");
        let tar = at.path().join("output.tar");
        let mut archive = tar::Builder::new(File::create(&tar).expect("a file"));
        archive
            .append_dir_all("output", &folder)
            .and_then(|()| archive.finish())
            .expect("an archive");
        for path in [&folder, &tar] {
            let mut history = fresh(tempfile::tempdir().expect("a folder").path());
            let (tally, faults) = into(&mut history, std::slice::from_ref(path), &options());
            assert_eq!((tally.appended.new, tally.others), (1, 1), "{faults:?}");
            let [fault] = &faults[..] else {
                panic!("{} bytes in {path:?}: {faults:?}", text.len());
            };
            assert!(fault.source.ends_with("perf.json"), "{fault:?}");
        }
    }
}

/// Nobody ever writes to it, so whoever opens it waits for ever.
#[test]
fn a_pipe_in_a_folder_is_left_alone() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("output");
    fs::create_dir(&folder).expect("a folder");
    fs::copy(&recorded()[0], folder.join("perf.json")).expect("a copy");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("pipe.json"))
        .status();
    assert!(made.expect("mkfifo").success());
    let (told, done) = std::sync::mpsc::channel();
    let database = at.path().to_owned();
    std::thread::spawn(move || told.send(into(&mut fresh(&database), &[folder], &options())));
    let (tally, faults) = done
        .recv_timeout(std::time::Duration::from_secs(60))
        .expect("an import that ends");
    assert_eq!(tally.appended.new, 1, "{faults:?}");
}
