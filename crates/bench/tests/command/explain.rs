//! `bench decode --explain`: which field goes which way. How long each takes is the machine's business.

use std::fs;

use crate::support::{bench, ended};

/// A customer's records as files, of which one is damaged.
fn files() -> (tempfile::TempDir, String, String) {
    let at = tempfile::tempdir().expect("a folder");
    let output = at.path().to_str().expect("a name").to_owned();
    let (code, _, stderr) = ended(&mut bench([
        "workload", "customer", "--output", &output, "--size", "50kB",
    ]));
    assert_eq!(code, Some(0), "{stderr}");
    let path = |ending: &str| format!("{output}/customer.{ending}");
    (at, path("cpy"), path("dat"))
}

#[test]
fn every_field_has_a_row_and_a_way() {
    let (_at, copybook, data) = files();
    let explain = [
        "decode",
        "--explain",
        "--copybook",
        &copybook,
        "--data",
        &data,
    ];
    let (code, stdout, stderr) = ended(&mut bench(explain));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("ns a record"), "{stdout}");
    for field in ["ORDERS.ORDER-TOTAL", "CUSTOMER-NAME", "BALANCE"] {
        let row = stdout.lines().find(|line| line.contains(field));
        assert!(
            row.is_some_and(|row| row.contains(" kernel, ")),
            "{field}: {stdout}"
        );
    }
    let scalar = [&explain[..], &["--kernel", "scalar"]].concat();
    let (_, stdout, _) = ended(&mut bench(scalar));
    assert!(
        stdout.contains("scalar kernel, ") && !stdout.contains("avx"),
        "{stdout}"
    );
}

#[test]
fn records_for_the_reader_are_counted_at_their_field() {
    let (at, copybook, data) = files();
    let mut bytes = fs::read(&data).expect("records");
    // The first digit of a CUSTOMER-ID.
    bytes[0] = 0;
    let odd = at.path().join("odd.dat");
    fs::write(&odd, bytes).expect("a file");
    let odd = odd.to_str().expect("a name");
    let explain = [
        "decode",
        "--explain",
        "--copybook",
        &copybook,
        "--data",
        odd,
    ];
    let (code, _, stderr) = ended(&mut bench(explain));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("CUSTOMER-ID") && stderr.contains("record 1"),
        "{stderr}"
    );

    let tolerant = [&explain[..], &["--on-error", "null"]].concat();
    let (code, stdout, _) = ended(&mut bench(tolerant));
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("\n1 of 14"), "{stdout}");
    let row = stdout.lines().find(|line| line.ends_with("  CUSTOMER-ID"));
    assert!(
        row.is_some_and(|row| row.contains("        1  CUSTOMER-ID")),
        "{stdout}"
    );
}

#[test]
fn what_the_reader_prints_as_a_whole_has_no_parts() {
    let (_at, copybook, data) = files();
    let (code, _, stderr) = ended(&mut bench([
        "decode",
        "--explain",
        "--raw",
        "hex",
        "--copybook",
        &copybook,
        "--data",
        &data,
    ]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("leave out --raw"), "{stderr}");
}
