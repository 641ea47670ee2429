//! Memory that the length of the input does not change.

use super::*;

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

/// Whatever a record prints, and however many threads there should be: 16 of them held 16 records of a
/// wide copybook with raw bytes and as many that waited, which was gigabytes.
#[test]
fn memory_is_bounded_beyond_one_record_whatever_the_threads() {
    const BOUND: u64 = 64 << 10;
    let wide = "       01 R.\n          05 A PIC X(400000).\n";
    let long = "       01 R.\n          05 A PIC X(32000).\n";
    let hidden = "       01 R.\n          05 FILLER PIC X(3000000).\n          05 A PIC X.\n";
    // Copybook, flags, one record, how many of them, and KiB that one of them prints.
    let cases = [
        (wide, "--raw hex", vec![0; 400_000], 48, 8 * 400),
        (wide, "--raw base64", vec![b'"'; 400_000], 48, 4 * 400),
        (long, "--format lines", vec![b'\n'], 4_000, 32),
        (hidden, "", vec![b'x'; 3_000_001], 24, 1),
    ];
    for (copybook, flags, record, count, one) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("rec.cpy"), copybook).expect("a copybook");
        for threads in [1, 16, 1024] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_bench"))
                .args(["decode", "--copybook", "rec.cpy", "--data", "-"])
                .args(["--code-page", "ascii", "--threads", &threads.to_string()])
                .args(flags.split_whitespace())
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("a child");
            let mut input = child.stdin.take().expect("piped");
            for _ in 0..count {
                input.write_all(&record).expect("the child reads");
            }
            // All but what a pipe holds was read, and the child waits for more.
            let peak = peak_kib(&child);
            drop(input);
            assert!(child.wait().expect("a child that was started").success());
            let what = format!("{flags} on {threads} threads: {peak} KiB");
            assert!(peak < BOUND + one, "{what}");
        }
    }
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
