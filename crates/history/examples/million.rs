//! How long a history of a million points takes: import on trust, import of verified receipts, the
//! changes of every series and of one, and the most memory that was needed.
//!
//! ```sh
//! cargo run --release -p history --example million -- FOLDER results/epyc-2-cpus-kvm/2026-11-27.json 1000000
//! ```
//!
//! FOLDER needs 1 GB, and 17 KB for each of so many receipts: one is varied in its time and sealed anew. Fewer
//! are soon measured; the time of a million is then their time by proportion.
//! Times are printed as they come, and at the end all of them as JSON. CPU time is that of all threads in
//! user mode, which a busy machine changes least.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use history::import::{self, Options};
use history::{Entry, History, Measurement, SeriesKey};
use jiff::{Timestamp, ToSpan as _};
use receipt::Receipt;
use serde_json::{Value, json};

const POINTS: u32 = 1_000_000;
const SERIES: u32 = 1_000;

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (folder, receipt) = (arguments.next(), arguments.next());
    let (folder, receipt) = folder
        .zip(receipt)
        .expect("arguments: FOLDER RECEIPT COUNT");
    let count = arguments
        .next()
        .and_then(|text| text.to_str()?.parse().ok());
    let count: u32 = count.expect("how many receipts to verify");
    let load = load();
    let (lines, points) = (folder.join("million.jsonl"), folder.join("million.db"));
    write_lines(&lines);
    let tar = folder.join("receipts.tar");
    write_receipts(&tar, &receipt, count);

    let verified = measured("verified receipts", || {
        imported(&folder.join("verified.db"), &tar, false)
    });
    let on_trust = measured("points on trust", || imported(&points, &lines, true));
    let all = measured("changes of all series", || trends(&points));
    let one = measured("changes of one series", || newest(&points));
    let a_million = 1e6 / f64::from(count);
    let shown = format!("{} {count}", receipt.display());
    let result = json!({
        "command": format!("cargo run --release -p history --example million -- FOLDER {shown}"),
        "cpu": cpu(),
        "cpus": threads(),
        "load_before": load,
        "points": POINTS,
        "series": SERIES,
        "import": on_trust,
        "verified_receipts": count,
        "verified": verified,
        "a_million_verified": {
            "wall_s": rounded(verified["wall_s"].as_f64().unwrap_or(f64::NAN) * a_million),
            "cpu_s": rounded(verified["cpu_s"].as_f64().unwrap_or(f64::NAN) * a_million),
        },
        "trends": all,
        "trend": one,
        "peak_mb": (peak_bytes() / 1e6).round(),
        "aims": {
            "import_wall_s": 60,
            "a_million_verified_wall_s": 300,
            "trends_wall_s": 2,
            "peak_mb": 200,
        },
    });
    println!("{result:#}");
}

/// How long `work` takes, and the CPU time of all threads, in seconds; `work` counts what it did.
fn measured(what: &str, work: impl FnOnce() -> u64) -> Value {
    let (start, before) = (Instant::now(), user_seconds());
    let count = work();
    let (wall, cpu) = (start.elapsed().as_secs_f64(), user_seconds() - before);
    println!("{what}: {wall:.2} s, {cpu:.2} s of CPU time, {count} in all");
    json!({"wall_s": rounded(wall), "cpu_s": rounded(cpu), "count": count})
}

/// Two digits behind the point.
fn rounded(seconds: f64) -> f64 {
    (seconds * 100.0).round() / 100.0
}

/// CPU time of this process in user mode so far, seconds: field 14 of its `stat`, in hundredths.
fn user_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, behind_name) = stat.rsplit_once(')').expect("a name");
    let ticks = behind_name.split_whitespace().nth(11).expect("utime");
    ticks.parse::<f64>().expect("a number") / 100.0
}

/// The model of the first CPU.
fn cpu() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The one-minute load average.
fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn imported(history: &Path, from: &Path, trust: bool) -> u64 {
    let _ = fs::remove_file(history);
    let mut history = History::open(history).expect("a new file");
    let options = Options {
        trust,
        future: true,
        now: Timestamp::now(),
        threads: threads(),
    };
    let tally = import::import(&mut history, &[from.to_owned()], &options, &mut |_| {});
    let tally = tally.expect("room");
    assert_eq!(tally.faults, 0);
    tally.appended.points
}

/// As `bench trend` does.
fn trends(path: &Path) -> u64 {
    let series = History::read(path).and_then(|history| history.series());
    let found = history::trends(path, &series.expect("sound")).expect("sound");
    found.iter().map(|found| found.changes.len() as u64).sum()
}

fn newest(path: &Path) -> u64 {
    let history = History::read(path).expect("sound");
    let series = history.series().expect("sound");
    let found = history::trends(path, &series[..1]).expect("sound");
    found[0].blocks as u64
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

fn write_receipts(path: &Path, from: &Path, count: u32) {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(path).expect("a file")));
    let mut receipt = Receipt::load(from).expect("a receipt");
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    for number in 0..count {
        receipt.timestamp = (start + i64::from(number).seconds()).to_string();
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
fn peak_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse::<f64>().ok()).expect("VmHWM") * 1024.0
}
