//! How long a history of a million points takes: import on trust, import of verified receipts, reading
//! every series with its changes, and the most memory that was needed.
//!
//! ```sh
//! cargo run --release -p history --example million -- FOLDER results/epyc-2-cpus-kvm/2026-11-27.json
//! ```
//!
//! FOLDER needs 2 GB. The receipt is varied in its time and sealed anew for each of `RECEIPTS`; what a
//! million of them would take is that time by proportion. The last line is JSON.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use history::import::{self, Options};
use history::{Entry, History, Measurement, SeriesKey, change};
use jiff::{Timestamp, ToSpan as _};
use receipt::Receipt;

const POINTS: u32 = 1_000_000;
const SERIES: u32 = 1_000;
const RECEIPTS: u32 = 4_000;

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (folder, receipt) = (arguments.next(), arguments.next());
    let (folder, receipt) = folder.zip(receipt).expect("arguments: FOLDER RECEIPT");
    let lines = folder.join("million.jsonl");
    write_lines(&lines);
    let tar = folder.join("receipts.tar");
    write_receipts(&tar, &receipt);

    let (seconds, points) = timed(|| imported(&folder.join("million.db"), &lines, true));
    println!("import of {points} points on trust: {seconds:.1} s");
    let (verified, receipts) = timed(|| imported(&folder.join("verified.db"), &tar, false));
    println!("import of {receipts} points of {RECEIPTS} verified receipts: {verified:.1} s");
    let (all, changes) = timed(|| trends(&folder.join("million.db")));
    println!("changes of all {SERIES} series: {all:.1} s, {changes} found");
    let (one, _) = timed(|| newest(&folder.join("million.db")));
    println!("changes of one series: {one:.3} s");
    let memory = peak_mib();
    println!("peak memory: {memory:.0} MiB");
    println!(
        "{{\"points\": {points}, \"import_s\": {seconds:.1}, \"verified_receipts\": {RECEIPTS}, \"verified_s\": {verified:.1}, \
         \"trends_s\": {all:.2}, \"one_trend_s\": {one:.4}, \"peak_mib\": {memory:.0}}}"
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}

fn imported(history: &Path, from: &Path, trust: bool) -> u64 {
    let _ = fs::remove_file(history);
    let mut history = History::open(history).expect("a new file");
    let options = Options {
        trust,
        future: true,
        now: Timestamp::now(),
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    let tally = import::import(&mut history, &[from.to_owned()], &options, &mut |_| {});
    let tally = tally.expect("room");
    assert_eq!(tally.faults, 0);
    tally.appended.points
}

/// On all cores, as `bench trend` does.
fn trends(path: &Path) -> usize {
    let series = History::read(path)
        .and_then(|history| history.series())
        .expect("sound");
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let work = |some: &[history::Series]| {
            let some = some.to_vec();
            scope.spawn(move || {
                let history = History::read(path).expect("sound");
                let found = |series: &history::Series| {
                    change::changes(&history.points(series.id).expect("sound"))
                        .changes
                        .len()
                };
                some.iter().map(found).sum::<usize>()
            })
        };
        let running: Vec<_> = series
            .chunks(series.len().div_ceil(threads))
            .map(work)
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    })
}

fn newest(path: &Path) -> usize {
    let history = History::read(path).expect("sound");
    let series = history.series().expect("sound");
    change::changes(&history.points(series[0].id).expect("sound")).blocks
}

fn write_lines(path: &Path) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    let start: Timestamp = "2000-01-01T00:00:00Z".parse().expect("a time");
    for number in 0..POINTS {
        let (series, run) = (number % SERIES, number / SERIES);
        let noise = uniform(number);
        let mibps = 1_000.0 + 20.0 * noise
            - if run > 900 && series % 10 == 0 {
                60.0
            } else {
                0.0
            };
        let entry = Entry {
            seal: format!("{number:064x}"),
            time: start + (i64::from(run) * 86_400 + i64::from(series)).seconds(),
            commit: Some(format!("{:040x}", 0xabc_0000 + run)),
            source: format!("runs/{run}/{series}/perf.json"),
            verified: false,
            unfit: false,
            measurements: vec![Measurement {
                series: SeriesKey {
                    machine: format!("machine {}", series % 10),
                    benchmark: format!("group/{}", series / 10),
                    subject: "copybook-decode".to_owned(),
                    kernel: None,
                },
                mean_mibps: mibps,
                ci95_mibps: [mibps * 0.99, mibps * 1.01],
                quiet_mibps: mibps,
                answers_checked: true,
            }],
        };
        serde_json::to_writer(&mut out, &entry).expect("room");
        out.write_all(b"\n").expect("room");
    }
    out.flush().expect("room");
}

/// From 0 to 1, without a pattern from one run of a series to the next: `splitmix64`'s mixing.
fn uniform(number: u32) -> f64 {
    let mut mixed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 40) as f64 / f64::from(1 << 24)
}

fn write_receipts(path: &Path, from: &Path) {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(path).expect("a file")));
    let mut receipt = Receipt::load(from).expect("a receipt");
    for number in 0..RECEIPTS {
        receipt.timestamp = format!(
            "2026-01-01T{:02}:{:02}:{:02}Z",
            number / 3600,
            number / 60 % 60,
            number % 60
        );
        receipt.seal().expect("finite");
        let text = receipt.to_json().expect("finite");
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, format!("{number}/perf.json"), text.as_bytes())
            .expect("room");
    }
    archive.finish().expect("room");
}

/// `VmHWM` of this process.
fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("VmHWM");
    let kib: f64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number");
    kib / 1024.0
}
