//! Receipts in archives, in archives within archives, and in what nobody here can unpack.

use std::fs;
use std::io::Write as _;

use history::import::Options;

use crate::import::{fresh, into, options, recorded};

/// Services pack what is packed already (an artifact of `receipts.tar.gz` is a `.zip` around it), and programs
/// such as `docker cp` write archives to wherever they are told to.
#[test]
fn what_is_packed_twice_or_has_no_ending_is_read_too() {
    let at = tempfile::tempdir().expect("a folder");
    let receipt = fs::read(&recorded()[0]).expect("a receipt");
    let tar = tarred(&[("out/perf.json", &receipt)]);
    let zip = zipped(&[("perf.json", &receipt)]);
    for (name, bytes) in [
        (
            "artifact.zip",
            zipped(&[("receipts.tar.gz", &gzipped(&tar))]),
        ),
        ("job.tar", tarred(&[("artifact.zip", &zip)])),
        ("all.tgz", gzipped(&tarred(&[("one/run.tar", &tar)]))),
        ("perf.json.gz", gzipped(&receipt)),
        ("copied", tar.clone()),
        ("download", zip.clone()),
        ("packed", gzipped(&tar)),
        ("receipt", gzipped(&receipt)),
    ] {
        let path = at.path().join(name);
        fs::write(&path, bytes).expect("room");
        let mut history = fresh(tempfile::tempdir().expect("a folder").path());
        let (tally, faults) = into(&mut history, &[path], &options());
        assert_eq!(
            (tally.appended.new, faults.len()),
            (1, 0),
            "{name}: {faults:?}"
        );
    }
}

/// A container that measured, kept as an image: its layers have hashes for names.
#[test]
fn an_image_is_read_layer_by_layer() {
    let at = tempfile::tempdir().expect("a folder");
    let receipt = fs::read(&recorded()[0]).expect("a receipt");
    let layer = tarred(&[("workspace/output/perf.json", &receipt)]);
    let name = |digit: &str| format!("blobs/sha256/{}", digit.repeat(64));
    let image = |layer: &[u8]| {
        tarred(&[
            (&name("a"), layer),
            (&name("b"), b"{\"architecture\": \"amd64\"}"),
            ("index.json", b"{\"schemaVersion\": 2}"),
            ("manifest.json", b"[]"),
            ("oci-layout", b"{\"imageLayoutVersion\": \"1.0.0\"}"),
        ])
    };
    for layer in [layer.clone(), gzipped(&layer)] {
        let path = at.path().join("image.tar");
        fs::write(&path, image(&layer)).expect("room");
        let mut history = fresh(tempfile::tempdir().expect("a folder").path());
        let (tally, faults) = into(&mut history, &[path], &options());
        assert_eq!((tally.appended.new, tally.others), (1, 3), "{faults:?}");
        assert_eq!(faults.len(), 0, "{faults:?}");
    }
}

/// What can't be read may hold receipts: it is named, wherever it lies. What holds none is left alone.
#[test]
fn what_is_packed_otherwise_is_a_fault_and_other_lines_are_none() {
    let at = tempfile::tempdir().expect("a folder");
    let folder = at.path().join("output");
    fs::create_dir(&folder).expect("a folder");
    let receipt = fs::read(&recorded()[0]).expect("a receipt");
    fs::write(folder.join("perf.json"), &receipt).expect("room");
    fs::write(folder.join("customer.jsonl"), "{\"ID\": 1}\n".repeat(1_200)).expect("room");
    for trust in [false, true] {
        let mut history = fresh(tempfile::tempdir().expect("a folder").path());
        let options = Options { trust, ..options() };
        let (tally, faults) = into(&mut history, std::slice::from_ref(&folder), &options);
        assert_eq!(
            (tally.appended.new, tally.others, faults.len()),
            (1, 1, 0),
            "{faults:?}"
        );
    }
    let xz = b"\xfd7zXZ\0 and so on".to_vec();
    fs::write(folder.join("run.tar.xz"), &xz).expect("room");
    fs::write(at.path().join("stream"), &xz).expect("room");
    let mut deep = tarred(&[("perf.json", &receipt)]);
    for _ in 0..3 {
        deep = tarred(&[("inner.tar", &deep)]);
    }
    fs::write(at.path().join("deep.tar"), deep).expect("room");
    let mut history = fresh(at.path());
    for (path, words) in [
        (folder, "unpack it first"),
        (at.path().join("stream"), "unpack it first"),
        (at.path().join("deep.tar"), "3 deep"),
    ] {
        let (_, faults) = into(&mut history, &[path], &options());
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].reason.contains(words), "{faults:?}");
    }
}

/// A `.tar` with these files in it.
fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, name, *bytes)
            .expect("room");
    }
    archive.into_inner().expect("room")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("room");
    packed.finish().expect("room")
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("room");
        archive.write_all(bytes).expect("room");
    }
    archive.finish().expect("room").into_inner()
}
