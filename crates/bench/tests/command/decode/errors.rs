//! What ends a decoding early, and with which exit code.

use super::*;

/// The lines before the error are there, the error names everything, the exit code is 1.
#[test]
fn an_invalid_field_ends_it_with_its_place() {
    let folder = case(5000, &[4321, 4400]);
    let (code, lines, told) = output(folder.path(), "--data rec.dat --trim right --threads 3");
    assert_eq!(code, Some(1));
    assert!(lines == (0..4321).map(line).collect::<String>());
    let byte = 4321 * LENGTH + 2;
    let expected = format!(
        "bench: rec.dat: record 4322, field REC.ID, byte 2 (input byte {byte}): expected a digit"
    );
    assert!(told.contains(&expected), "{told}");
}

#[test]
fn invalid_records_are_left_out_and_counted_up_to_the_limit() {
    let folder = case(5000, &[7, 4321, 4400]);
    let skip = "--data rec.dat --trim right --on-error skip --skip-limit";
    let (code, lines, told) = output(folder.path(), &format!("{skip} 3"));
    assert_eq!(code, Some(0), "{told}");
    let valid = (0..5000).filter(|index| ![7, 4321, 4400].contains(index));
    assert!(lines == valid.map(line).collect::<String>());
    for part in [
        "3 invalid records left out",
        "3 x REC.ID",
        "the first one: record 8, field REC.ID",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let (code, _, told) = output(folder.path(), &format!("{skip} 2"));
    assert_eq!(code, Some(1));
    assert!(
        told.contains("record 4401, field REC.ID") && told.contains("more than the 2"),
        "{told}"
    );

    let (code, lines, told) = output(folder.path(), "--data rec.dat --on-error null");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        lines
            .lines()
            .filter(|line| line.starts_with("{\"ID\":null,"))
            .count(),
        3
    );
    assert!(told.contains("3 invalid fields written as null"), "{told}");
}

#[test]
fn a_truncated_file_is_an_error_or_a_warning() {
    let folder = case(2, &[]);
    let path = folder.path().join("rec.dat");
    fs::write(&path, &fs::read(&path).unwrap()[..100]).unwrap();
    let (code, lines, told) = output(folder.path(), "--data rec.dat");
    assert_eq!((code, lines.lines().count()), (Some(1), 1));
    let expected = "record 2, file byte 80: expected a record of at least 80 bytes, found the end of \
                    the records after 20";
    assert!(told.contains(expected), "{told}");
    let (code, lines, told) = output(folder.path(), "--data rec.dat --truncated warn");
    assert_eq!((code, lines.lines().count()), (Some(0), 1));
    assert!(told.contains(&format!("warning: {expected}")), "{told}");
}

#[test]
fn wrong_calls_have_their_exit_codes() {
    let folder = case(1, &[]);
    fs::write(folder.path().join("bad.cpy"), "       01 A PIC Q.\n").unwrap();
    fs::write(folder.path().join("page.txt"), "0xF0 0x0030 extra").unwrap();
    let cases = [
        ("--data missing.dat", 1, "cannot open missing.dat"),
        (
            "--data rec.dat --code-page cp1",
            2,
            "expected the name of a code page",
        ),
        (
            "--data rec.dat --code-page page.txt",
            1,
            "page.txt, line 1: expected one code point a byte",
        ),
        (
            "--data rec.dat --format lines --little-endian",
            2,
            "means nothing without --format rdw",
        ),
        ("--data rec.dat --kernel abacus", 1, "expected a kernel"),
        ("--data rec.dat --threads 0", 2, "--threads"),
        ("", 2, "--data"),
    ];
    for (flags, code, expected) in cases {
        let (found, lines, told) = output(folder.path(), flags);
        assert_eq!((found, lines.as_str()), (Some(code), ""), "{flags}: {told}");
        assert!(told.contains(expected), "{flags}: {told}");
    }
    let bad = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["decode", "--copybook", "bad.cpy", "--data", "rec.dat"])
        .current_dir(folder.path())
        .output()
        .expect("the command");
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("copybook bad.cpy"));
}

/// A reader that has seen enough is no error.
#[test]
fn a_closed_pipe_is_quiet() {
    let folder = case(50_000, &[]);
    let mut command = bench(folder.path(), "--data rec.dat");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut first = [0; 10];
    child
        .stdout
        .take()
        .expect("piped")
        .read_exact(&mut first)
        .expect("ten bytes");
    let out = child.wait_with_output().expect("a child that was started");
    assert_eq!(
        (
            out.status.code(),
            String::from_utf8_lossy(&out.stderr).as_ref()
        ),
        (Some(0), "")
    );
}

#[test]
fn a_packed_file_is_named_as_one() {
    let copybook = "01 R. 05 A PIC 9(4).";
    let gzip = decode_file(copybook, b"\x1f\x8b\x08\0\0\0\0\0", "").expect_err("no records");
    assert!(gzip.contains("is a gzip file: unpack it first"), "{gzip}");
    let zip = decode_file(copybook, b"PK\x03\x04\0\0\0\0", "").expect_err("no records");
    assert!(zip.contains("is a zip file: unpack it first"), "{zip}");
    let other = decode_file(copybook, b"\0\0\0\0\0\0\0\0", "").expect_err("no records");
    assert!(!other.contains("unpack"), "{other}");
    assert!(other.contains("1 record, 4 bytes in"), "{other}");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("r.cpy.gz");
    std::fs::write(&file, b"\x1f\x8b\x08\0\0\0\0\0").expect("a file");
    let layout = Command::new(env!("CARGO_BIN_EXE_bench"))
        .arg("layout")
        .arg("--copybook")
        .arg(&file)
        .output();
    let text = String::from_utf8(layout.expect("it starts").stderr).expect("text");
    assert!(
        text.contains("r.cpy.gz is a gzip file: unpack it first"),
        "{text}"
    );
}

#[test]
fn devices_without_an_end_and_threads_without_number_are_refused() {
    let at = case(1, &[]);
    let given = "--data rec.dat --format fixed";
    let (code, _, stderr) = output(at.path(), &format!("{given} --threads 1000000"));
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("expected at most 1024"), "{stderr}");
    let (code, _, stderr) = output(at.path(), &format!("{given} --code-page /dev/zero"));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("expected at most 8 MiB"), "{stderr}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    let ended = command.args(["layout", "--copybook", "/dev/zero"]).output();
    let ended = ended.expect("the command");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(stderr.contains("expected at most 8 MiB"), "{stderr}");
    let verify = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["verify", "/dev/zero"])
        .output()
        .expect("the command");
    let stderr = String::from_utf8_lossy(&verify.stderr);
    assert!(stderr.contains("expected at most 256 MiB"), "{stderr}");
}
