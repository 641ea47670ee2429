//! The user's own records, with the rigour of our own: `--copybook`, `--data`, `--expect`.

#[path = "../../../copybook-decode/tests/support/real_data.rs"]
mod given;

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use receipt::Verdict;
use receipt::model::Against;
use tempfile::TempDir;
use workload::Workload;
use workload::lines::Style;

use crate::support::{exits, folder, names, run, sound};

/// Somebody's data: records whose answer is known.
struct Data {
    at: TempDir,
    workload: Workload,
}

impl Data {
    fn new(records: u64) -> Self {
        let (at, workload) = (folder(), Workload::customer(records));
        fs::write(at.path().join("customer.cpy"), workload.copybook()).expect("written");
        fs::write(at.path().join("customer.dat"), workload.data()).expect("written");
        fs::write(at.path().join("customer.jsonl"), expected(&workload)).expect("written");
        Self { at, workload }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.at.path().join(name)
    }

    fn output(&self) -> PathBuf {
        self.path("out")
    }

    fn run(&self) -> Command {
        let mut command = run(&self.output());
        command.arg("--copybook").arg(self.path("customer.cpy"));
        command.arg("--data").arg(self.path("customer.dat"));
        command
    }

    fn checked(&self) -> Command {
        let mut command = self.run();
        command.arg("--expect").arg(self.path("customer.jsonl"));
        command
    }

    /// Changes the byte at `at` of a file.
    fn flip(&self, name: &str, at: usize, byte: u8) {
        let mut bytes = fs::read(self.path(name)).expect("read");
        assert_ne!(bytes[at], byte, "no change");
        bytes[at] = byte;
        fs::write(self.path(name), bytes).expect("written");
    }

    /// Runs over an old receipt, which must survive; what it said.
    fn refused(&self, command: &mut Command) -> String {
        fs::create_dir(self.output()).expect("a folder");
        fs::write(self.output().join("perf.json"), "old").expect("written");
        let (stdout, stderr) = exits(command, 1);
        assert_eq!(stdout, "");
        assert_eq!(names(&self.output()), ["perf.json"]);
        assert_eq!(
            fs::read_to_string(self.output().join("perf.json")).expect("kept"),
            "old"
        );
        stderr
    }
}

fn expected(workload: &Workload) -> String {
    let (drawing, mut lines) = (workload.drawing(), String::new());
    for index in 0..workload.records {
        workload.expected_line(&drawing, index, Style::default(), &mut lines);
    }
    lines
}

#[test]
fn records_with_expected_values_are_verified_and_measured() {
    let data = Data::new(300);
    let (stdout, _) = exits(&mut data.checked(), 0);
    assert!(stdout.contains("No objective measured"), "{stdout}");
    let receipt = sound(&data.output());
    let [benchmark] = &receipt.benchmarks[..] else {
        panic!("one benchmark: {receipt:?}")
    };
    assert_eq!(benchmark.verified.against, Against::ExpectedFile);
    assert_eq!(benchmark.verified.records, 300);
    assert_eq!(benchmark.bytes_processed, data.workload.bytes());
    assert_eq!(receipt.status, Verdict::Inconclusive);
}

#[test]
fn records_without_expected_values_say_so() {
    let data = Data::new(100);
    exits(&mut data.run(), 0);
    let receipt = sound(&data.output());
    assert_eq!(receipt.benchmarks[0].verified.against, Against::DecodesOnly);
    assert_eq!(receipt.benchmarks[0].verified.records, 100);
}

#[test]
fn a_name_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt as _;
    let data = Data::new(100);
    let odd = data
        .path("x")
        .with_file_name(OsStr::from_bytes(b"K\xf6ln.dat"));
    fs::rename(data.path("customer.dat"), &odd).expect("renamed");
    let mut command = run(&data.output());
    command.arg("--copybook").arg(data.path("customer.cpy"));
    exits(command.arg("--data").arg(odd), 0);
    let receipt = sound(&data.output());
    assert_eq!(receipt.benchmarks[0].name, "custom/k_ln");
}

#[test]
fn the_kernels_are_those_of_what_was_timed() {
    let data = Data::new(100);
    let kernels = |flags: &[&str]| {
        exits(data.run().args(flags), 0);
        sound(&data.output()).environment.kernels
    };
    // What prints each field's own bytes has no kernel.
    assert_eq!(kernels(&["--raw", "hex"]), Some(vec!["reader".to_owned()]));
    assert_eq!(
        kernels(&["--kernel", "scalar"]),
        Some(vec!["scalar".to_owned()])
    );
}

#[test]
fn a_flipped_byte_of_the_expected_output_names_record_and_field() {
    let data = Data::new(50);
    let text = fs::read_to_string(data.path("customer.jsonl")).expect("read");
    let start: usize = text.lines().take(6).map(|line| line.len() + 1).sum();
    let digit = text[start..].find("\"ORDER-TOTAL\":\"").expect("the field") + start + 15;
    let digit = digit + usize::from(text.as_bytes()[digit] == b'-');
    data.flip("customer.jsonl", digit, text.as_bytes()[digit] ^ 1);
    let stderr = data.refused(&mut data.checked());
    assert!(stderr.contains("record 7"), "{stderr}");
    assert!(stderr.contains("ORDERS(1).ORDER-TOTAL"), "{stderr}");
}

#[test]
fn a_missing_expected_line_is_refused() {
    let data = Data::new(20);
    let text = fs::read_to_string(data.path("customer.jsonl")).expect("read");
    let last = text.trim_end().rfind('\n').expect("lines") + 1;
    fs::write(data.path("customer.jsonl"), &text[..last]).expect("written");
    let stderr = data.refused(&mut data.checked());
    assert!(stderr.contains("20"), "the record is not named: {stderr}");
}

#[test]
fn an_undecodable_byte_names_record_field_and_offset() {
    let data = Data::new(50);
    // CUSTOMER-ID is zoned and comes first; X'00' is no digit.
    let third = 2 * data.workload.record_length();
    data.flip("customer.dat", third + 4, 0x00);
    for command in [&mut data.checked(), &mut data.run()] {
        let _ = fs::remove_dir_all(data.output());
        let stderr = data.refused(command);
        for part in ["customer.dat: record 3", "CUSTOMER-ID", "launch 1 of 3"] {
            assert!(stderr.contains(part), "no `{part}` in {stderr}");
        }
    }
}

#[test]
fn a_packed_file_is_named_as_one() {
    let data = Data::new(1);
    fs::write(data.path("customer.dat"), b"\x1f\x8b\x08\0\0\0\0\0").expect("a file");
    let stderr = data.refused(&mut data.run());
    assert!(
        stderr.contains("customer.dat is a gzip file: unpack it"),
        "{stderr}"
    );
}

#[test]
fn files_that_are_not_there_are_named() {
    let data = Data::new(1);
    for name in ["customer.jsonl", "customer.dat", "customer.cpy"] {
        fs::remove_file(data.path(name)).expect("removed");
        let (_, stderr) = exits(&mut data.checked(), 1);
        assert!(stderr.contains(name), "{stderr}");
    }
}

#[test]
fn memory_grows_with_the_data_only() {
    let small = Data::new(200);
    exits(&mut small.run(), 0);
    let large = Data::new(20_000);
    exits(&mut large.run(), 0);
    let peak = |data: &Data| sound(&data.output()).summary.max_rss_mib;
    let (small_peak, large_peak) = (peak(&small), peak(&large));
    let grown = (large.workload.bytes() - small.workload.bytes()) as f64 / (1 << 20) as f64;
    assert!(
        large_peak > small_peak + 0.9 * grown,
        "{small_peak} to {large_peak} MiB"
    );
    assert!(
        large_peak < 64.0 + 16.0 * grown,
        "{large_peak} MiB for {grown} MiB more"
    );
}

#[test]
fn real_records_have_their_expected_values() {
    let Some(data) = given::real_data("occurs-depending") else {
        return;
    };
    // The program that wrote the expected values trims text and fills up null (its README).
    const FLAGS: [&str; 6] = [
        "--trim",
        "both",
        "--on-error",
        "null",
        "--expect-trimmed",
        "--expect-nulls-filled",
    ];
    let at = folder();
    let mut command = run(at.path());
    command.arg("--copybook").arg(data.join("copybook.cob"));
    command.arg("--data").arg(data.join("records.dat"));
    command.arg("--expect").arg(data.join("expected.jsonl"));
    exits(command.args(FLAGS), 0);
    let receipt = sound(at.path());
    assert_eq!(
        receipt.benchmarks[0].verified.against,
        Against::ExpectedFile
    );
    assert_eq!(receipt.benchmarks[0].verified.records, 10);
    assert_eq!(receipt.benchmarks[0].bytes_processed, 22_020);
}
