//! `bench decode` as a user calls it.

#[path = "../../copybook-decode/tests/support/real_data.rs"]
mod given;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const COPYBOOK: &str = "       01 REC.\n          05 ID PIC 9(4).\n          05 TAIL PIC X(76).\n";
const LENGTH: usize = 80;

/// A folder with a copybook and `count` records, those in `bad` with an invalid ID.
fn case(count: usize, bad: &[usize]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rec.cpy"), COPYBOOK).expect("a copybook");
    let data: Vec<u8> = (0..count)
        .flat_map(|index| record(index, bad.contains(&index)))
        .collect();
    fs::write(folder.path().join("rec.dat"), data).expect("records");
    folder
}

fn record(index: usize, bad: bool) -> Vec<u8> {
    let mut bytes = vec![0x40; LENGTH];
    for (byte, digit) in bytes
        .iter_mut()
        .zip(format!("{:04}", index % 10_000).bytes())
    {
        *byte = digit - b'0' + 0xF0;
    }
    if bad {
        bytes[2] = 0xC0;
    }
    bytes
}

fn bench(folder: &Path, flags: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command
        .args(["decode", "--copybook", "rec.cpy"])
        .args(flags.split_whitespace());
    command.current_dir(folder).env_remove("BENCH_KERNEL");
    command
}

fn output(folder: &Path, flags: &str) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = bench(folder, flags).output().expect("the command");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn line(index: usize) -> String {
    format!("{{\"ID\":\"{}\",\"TAIL\":\"\"}}\n", index % 10_000)
}

#[test]
fn several_files_are_decoded_one_after_the_other() {
    let folder = case(2, &[]);
    fs::write(folder.path().join("more.dat"), record(7, false)).expect("records");
    let flags = "--data rec.dat --data more.dat --select ID --with-file --with-position";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    let wanted = "{\"_file\":\"rec.dat\",\"_record\":1,\"_offset\":0,\"ID\":\"0\"}\n\
                  {\"_file\":\"rec.dat\",\"_record\":2,\"_offset\":80,\"ID\":\"1\"}\n\
                  {\"_file\":\"more.dat\",\"_record\":1,\"_offset\":0,\"ID\":\"7\"}\n";
    assert_eq!(lines, wanted);
    assert!(told.contains("3 records, 240 bytes in"), "{told}");
    // What came before a file that fails is there, and the message names the file.
    fs::write(folder.path().join("more.dat"), record(0, true)).expect("records");
    let (code, lines, told) = output(folder.path(), "--data rec.dat --data more.dat");
    assert_eq!((code, lines.lines().count()), (Some(1), 2));
    assert!(told.contains("more.dat: record 1, field REC.ID"), "{told}");
    let flags = "--data rec.dat --data more.dat --on-error null";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!((code, lines.lines().count()), (Some(0), 3));
    assert!(
        told.contains("the first one, in more.dat: record 1"),
        "{told}"
    );
    let (code, _, told) = output(folder.path(), "--data rec.dat --data nothing.dat");
    assert_eq!(code, Some(1));
    assert!(told.contains("cannot open nothing.dat"), "{told}");
}

/// A page of the user's for the record, another one for a field.
#[test]
fn code_pages_come_from_files_and_for_fields() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "<uconv_class> \"EBCDIC_STATEFUL\"\nCHARMAP\n<U0041> \\xC1 |0\n<U3042> \\x44\\x81 |0\n\
                END CHARMAP\n";
    fs::write(folder.path().join("mine.ucm"), page).expect("a page");
    let copybook = "01 REC. 05 A PIC X(5). 05 N PIC N. 05 B PIC X(2).";
    fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
    let data = b"\xC1\x0E\x44\x81\x0F\x44\x81AB";
    fs::write(folder.path().join("rec.dat"), data).expect("records");
    let flags = "--data rec.dat --code-page mine.ucm --code-page B=ascii --nsymbol dbcs";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(lines, "{\"A\":\"Aあ\",\"N\":\"あ\",\"B\":\"AB\"}\n");
    let (code, _, told) = output(folder.path(), "--data rec.dat --code-page X=ascii");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("the copybook has no field X"), "{told}");
}

#[test]
fn a_mapped_file_becomes_the_same_lines() {
    let folder = case(9000, &[]);
    let expected: String = (0..9000).map(line).collect();
    for threads in 1..=2 {
        let flags = format!("--data rec.dat --trim right --memory-map --threads {threads}");
        let (code, lines, told) = output(folder.path(), &flags);
        assert_eq!(code, Some(0), "{told}");
        assert!(lines == expected, "{threads} threads: other lines");
    }
    // An error is found where it lies, as in a file that is read.
    let folder = case(9000, &[8000]);
    for map in ["", "--memory-map"] {
        let flags = format!("--data rec.dat --trim right --threads 2 {map}");
        let (code, lines, told) = output(folder.path(), &flags);
        assert_eq!(code, Some(1), "{told}");
        assert_eq!(lines.lines().count(), 8000);
        assert!(told.contains("record 8001"), "{told}");
    }
    // Nothing can't be mapped, and is no record.
    fs::write(folder.path().join("rec.dat"), "").expect("an empty file");
    let (code, lines, told) = output(folder.path(), "--data rec.dat --memory-map");
    assert_eq!((code, lines.as_str()), (Some(0), ""), "{told}");
    let (code, _, told) = output(folder.path(), "--data - --memory-map");
    assert_eq!(code, Some(2), "{told}");
    let (code, _, told) = output(folder.path(), "--data /dev/null --memory-map");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("takes a file on a disk"), "{told}");
}

/// Each framing, with 3,000 records: several blocks of a file that is read.
#[test]
fn every_framing_gives_the_same_lines_read_and_mapped() {
    const COUNT: usize = 3000;
    type Frame = fn(&[u8], &dyn Fn(usize) -> [u8; 4]) -> Vec<u8>;
    let word = |length: usize| [(length >> 8) as u8, length as u8, 0, 0];
    let framed: [(&str, Frame); 7] = [
        ("fixed", |record, _| record.to_vec()),
        ("computed", |record, _| record.to_vec()),
        ("rdw", |record, word| [&word(84)[..], record].concat()),
        ("vb", |record, word| {
            [&word(88)[..], &word(84), record].concat()
        }),
        // Two segments, in a block each.
        ("vbs", |record, word| {
            let (first, last) = record.split_at(30);
            let segment = |part: &[u8], control| {
                let mut head = word(part.len() + 4);
                head[2] = control;
                [&word(part.len() + 8)[..], &head, part].concat()
            };
            [segment(first, 1), segment(last, 2)].concat()
        }),
        ("lines", |record, _| [record, b"\n"].concat()),
        ("length-field --length-field 0:2", |record, word| {
            [&word(82)[..2], record].concat()
        }),
    ];
    let expected: String = (0..COUNT).map(line).collect();
    for (flags, frame) in framed {
        let folder = case(1, &[]);
        let data: Vec<u8> = (0..COUNT)
            .flat_map(|index| frame(&record(index, false), &word))
            .collect();
        fs::write(folder.path().join("rec.dat"), data).expect("records");
        if flags.starts_with("length-field") {
            let copybook = COPYBOOK.replace(
                "          05 ID",
                "          05 FILLER PIC XX.\n          05 ID",
            );
            fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
        }
        for how in [
            "",
            "--memory-map",
            "--threads 2",
            "--memory-map --threads 2",
        ] {
            let flags = format!("--data rec.dat --trim right --format {flags} {how}");
            let (code, lines, told) = output(folder.path(), &flags);
            assert_eq!(code, Some(0), "{flags}: {told}");
            assert!(lines == expected, "{flags}: other lines");
        }
    }
}

#[test]
fn a_file_becomes_json_lines_on_any_number_of_threads() {
    let folder = case(9000, &[]);
    let expected: String = (0..9000).map(line).collect();
    for threads in 1..=4 {
        let flags = format!("--data rec.dat --trim right --threads {threads}");
        let (code, lines, told) = output(folder.path(), &flags);
        assert_eq!(code, Some(0), "{told}");
        assert!(
            lines == expected,
            "{threads} threads: the lines are not the expected ones"
        );
        assert!(
            told.starts_with("9000 records, 720000 bytes in, "),
            "{told}"
        );
        assert!(
            told.contains(&format!("{} bytes out", expected.len())),
            "{told}"
        );
    }
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let folder = case(3, &[]);
    let data = fs::File::open(folder.path().join("rec.dat")).expect("records");
    let out = bench(folder.path(), "--data - --trim right")
        .stdin(data)
        .output()
        .expect("the command");
    assert!(out.status.success());
    assert_eq!(
        String::from_utf8_lossy(&out.stdout),
        (0..3).map(line).collect::<String>()
    );
}

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

/// Peak memory does not depend on the length of the stream.
#[test]
fn memory_is_constant() {
    let peak = |mib: usize| {
        let folder = case(1, &[]);
        let mut child = bench(folder.path(), "--data - --threads 2")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let mut input = child.stdin.take().expect("piped");
        let block: Vec<u8> = (0..(1 << 20) / LENGTH)
            .flat_map(|index| record(index, false))
            .collect();
        for _ in 0..mib {
            input.write_all(&block).expect("the child reads");
        }
        // All but what a pipe holds was read, and the child waits for more.
        let peak = peak_kib(&child);
        drop(input);
        assert!(child.wait().expect("a child that was started").success());
        peak
    };
    let (short, long) = (peak(8), peak(64));
    assert!(
        long < short + 2048,
        "8 MiB: {short} KiB, 64 MiB: {long} KiB"
    );
    assert!(long < 32 << 10, "{long} KiB");
}

fn peak_kib(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a peak");
    line.split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("in KiB")
}

/// A record in two blocks, and an error that says which block and segment it is in.
#[test]
fn spanned_records_are_put_together() {
    let folder = case(1, &[]);
    let copybook = "       01 R.\n          05 A PIC X(4).\n          05 B PIC 9.\n";
    fs::write(folder.path().join("rec.cpy"), copybook).unwrap();
    let first = b"\0\x0b\0\0\0\x07\x01\0abc";
    let last = b"\0\x0a\0\0\0\x06\x02\0d7";
    fs::write(folder.path().join("rec.dat"), [&first[..], last].concat()).unwrap();
    let flags = "--data rec.dat --code-page ascii --format vbs";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(lines, "{\"A\":\"abcd\",\"B\":\"7\"}\n");
    fs::write(folder.path().join("rec.dat"), [&first[..], first].concat()).unwrap();
    let (code, _, told) = output(folder.path(), flags);
    assert_eq!(code, Some(1));
    let expected = "record 1, block 2, segment 2, file byte 15: expected the next segment";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn an_id_picks_the_segment() {
    let folder = case(1, &[]);
    let copybook = "       01 R.\n          05 KIND PIC X.\n          05 A PIC 9(3).\n          \
                    05 B REDEFINES A PIC X(3).\n";
    fs::write(folder.path().join("rec.cpy"), copybook).unwrap();
    fs::write(folder.path().join("rec.dat"), "1007\n2xyz\n").unwrap();
    let flags = "--data rec.dat --code-page ascii --format lines --segment-field KIND \
                 --segment 1=A --segment 2=R.B";
    let (code, lines, told) = output(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        lines,
        "{\"KIND\":\"1\",\"A\":\"7\"}\n{\"KIND\":\"2\",\"B\":\"xyz\"}\n"
    );
}

/// Records of a shop, read with the flags that suit them.
#[test]
fn real_records_decode() {
    let Some(odo) = given::real_data("occurs-depending") else {
        return;
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args([
        "decode",
        "--trim",
        "both",
        "--names",
        "snake",
        "--decimals",
        "number",
    ]);
    command
        .arg("--copybook")
        .arg(odo.join("copybook.cob"))
        .arg("--data")
        .arg(odo.join("records.dat"));
    let out = command.output().expect("the command");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let expected = fs::read_to_string(odo.join("expected.jsonl")).expect("expected values");
    // The keys of the expected values are upper case; values have no letters that this changes
    // differently on both sides. Whoever made them took LOW-VALUES for spaces.
    let found = String::from_utf8_lossy(&out.stdout).to_uppercase();
    let mut unpadded = String::new();
    for part in found.split_inclusive("\\U00") {
        // Two digits of the escape before this part are still to be dropped.
        let rest = match unpadded.strip_suffix("\\U00").map(str::len) {
            Some(length) => {
                unpadded.truncate(length);
                &part[2..]
            }
            None => part,
        };
        unpadded.push_str(rest);
    }
    assert_eq!(unpadded, expected.to_uppercase());
}

/// Copybook, records and flags; the lines, or a part of the error.
fn decode_file(copybook: &str, data: &[u8], flags: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
    fs::write(folder.path().join("rec.dat"), data).expect("records");
    let (code, out, err) = output(folder.path(), &format!("--data rec.dat {flags}"));
    match code {
        Some(0) => Ok(out.lines().map(str::to_owned).collect()),
        _ => Err(err),
    }
}

#[test]
fn flags_reach_the_decoder() {
    let counted = "01 R. 05 N PIC 9. 05 T PIC X OCCURS 1 TO 2 DEPENDING ON N.";
    let ascii = "--code-page ascii";
    let cases: &[(&str, &[u8], &str, &[&str])] = &[
        (
            counted,
            b"2ab1c",
            "--format computed",
            &[r#"{"N":"2","T":["a","b"]}"#, r#"{"N":"1","T":["c"]}"#],
        ),
        (
            counted,
            b"01a",
            "--format computed --counts lenient --tables full",
            &[r#"{"N":"0","T":[]}"#],
        ),
        (
            "01 R. 05 L PIC 9. 05 T PIC X.",
            b"2a2b",
            "--format length-field --length-field L",
            &[r#"{"L":"2","T":"a"}"#, r#"{"L":"2","T":"b"}"#],
        ),
        (
            "01 R. 05 L PIC 9. 05 T PIC X.",
            b"1a1b",
            "--format length-field --length-field R.L --length-adjust 1",
            &[r#"{"L":"1","T":"a"}"#, r#"{"L":"1","T":"b"}"#],
        ),
        (
            "01 R. 05 T PIC X(2). 05 N PIC 9.",
            b"ab1\r\ncd\n",
            "--format lines --line-end auto --short-records null",
            &[r#"{"T":"ab","N":"1"}"#, r#"{"T":"cd","N":null}"#],
        ),
        (
            "01 R. 05 K PIC X. 05 A PIC X. 05 B REDEFINES A PIC 9.",
            b"A1Zx",
            "--segment-field K --segment A=A --segment B=B --segment-default none",
            &[r#"{"K":"A","A":"1"}"#, r#"{"K":"Z"}"#],
        ),
        (
            "01 R. 05 N PIC 9(2).",
            b"  12",
            "--blank-numbers null",
            &[r#"{"N":null}"#, r#"{"N":"12"}"#],
        ),
        (
            "01 R. 05 A PIC X.",
            b"axby",
            "--record-length 2",
            &[r#"{"A":"a"}"#, r#"{"A":"b"}"#],
        ),
        (
            "01 R. 05 A PIC X(2). 05 B PIC 9.",
            b"axby",
            "--record-length 2 --short-records cut",
            &[r#"{"A":"ax","B":null}"#, r#"{"A":"by","B":null}"#],
        ),
        (
            "       01 :P:-R.\n      >>IF N = 2\n           05 :P:-A PIC X.\n      >>END-IF\n",
            b"x",
            "--define N=2 --replace :P:=C",
            &[r#"{"C-A":"x"}"#],
        ),
        (
            "01 R. 05 A PIC X.",
            b"\x00\x0a\x00\x00\x00\x01\x00\x00a\x00\x01\x00\x00b",
            "--format vb --bdw-excludes-itself --rdw-excludes-itself",
            &[r#"{"A":"a"}"#, r#"{"A":"b"}"#],
        ),
    ];
    for (copybook, data, flags, lines) in cases {
        let found = decode_file(copybook, data, &format!("{flags} {ascii}"));
        assert_eq!(
            found,
            Ok(lines.iter().map(|line| (*line).to_owned()).collect()),
            "{flags}"
        );
    }
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

/// 128 KiB of blank lines print four gigabytes against `PIC X(32000)`: what of that waits is bounded.
/// The limit is of addresses, which threads and programs take too.
#[test]
fn a_short_file_that_prints_much_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let copybook = "       01 R.\n          05 A PIC X(32000).\n";
    fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
    // In an unoptimised build a tenth of it takes long enough: 400 MB.
    fs::write(folder.path().join("rec.dat"), "\n".repeat(12_800)).expect("records");
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -v 204800; exec \"$0\" \"$@\" >/dev/null"])
        .arg(env!("CARGO_BIN_EXE_bench"))
        .args(["decode", "--copybook", "rec.cpy", "--data", "rec.dat"])
        .args([
            "--format",
            "lines",
            "--code-page",
            "ascii",
            "--threads",
            "2",
        ])
        .current_dir(folder.path())
        .env("MALLOC_ARENA_MAX", "2");
    let ended = limited.output().expect("the command");
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{:?}: {stderr}", ended.status);
    assert!(stderr.contains("12800 records"), "{stderr}");
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
