//! `bench decode` as a user calls it.

mod errors;
mod flags;
mod framings;
mod memory;

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

/// Records of a shop, read with the flags that suit them.
#[test]
fn real_records_decode() {
    let Some(odo) = crate::given::real_data("occurs-depending") else {
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
