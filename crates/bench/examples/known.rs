//! A subject whose speed is known, for tests of what compares subjects: it decodes nothing and reports
//! times by a rule. It speaks the protocol of docs/protocol.md rightly, so that only what the test is
//! about is odd. Started hundreds of times a test: a script's interpreter would take most of the time.
//!
//! Its noise follows from the arm and the number of the launch, so that a test sees the same in every run. What
//! compares subjects errs now and then by its own definition, and a test of it would fail as often.
//!
//! Its arguments, in this order:
//! 1. the path it was started by, whose folder is called `ctrl` in the control arm;
//! 2. time of an iteration, in units of the base's;
//! 3. the same in the control arm;
//! 4. one hexadecimal digit of the answer's hash;
//! 5. how much launches scatter, as the standard deviation of their times' logarithms;
//! 6. seconds of real time that a launch takes;
//! 7. numbers that are added up in an iteration, which is then timed; 0 reports times by the rule;
//! 8. launches of an arm after which its answer is another;
//! 9. how many of the two benchmarks it has.

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::{self, BufRead as _, Seek as _, Write as _};
use std::path::Path;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const NAMES: [&str; 2] = ["slo_validation/display", "slo_validation/comp3"];

fn main() {
    let path: String = argument(1);
    let arm = arm(Path::new(&path));
    let factor: f64 = argument(if arm == "ctrl" { 3 } else { 2 });
    let burden = std::env::var("BENCH_BURDEN").map_or(0.0, |percent| number(&percent));
    let before = launches_before();
    let mut noise = Noise::of(&arm, before);
    let iteration = factor * noise.scattered(argument(5)) * (1.0 + burden / 100.0);

    say(&json!({
        "type": "hello", "protocol": 2, "subject": {"name": "known", "version": "1"},
        "toolchain": null, "rustc": null, "flags": null, "profile": null, "sources": null,
        "file_system": null, "takes": ["benchmarks"], "pid": std::process::id(),
        "benchmarks": NAMES[..argument(9)].iter()
            .map(|name| json!({"name": name, "bytes": 1000, "records": 10}))
            .collect::<Vec<_>>(),
    }));
    let right = before < argument(8);
    let answer = if right { argument(4) } else { 'f' };
    let answer = String::from(answer).repeat(64);

    let mut job = Value::Null;
    for line in io::stdin().lock().lines() {
        let order: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        match order["type"].as_str() {
            Some("job") => {
                say(&json!({
                    "type": "verified", "benchmark": order["benchmark"], "against": "values",
                    "bytes": 1000, "records": 10, "output_bytes": 100, "output_sha256": answer,
                    "kernels": null,
                }));
                job = order;
            }
            Some("measure") => {
                thread::sleep(Duration::from_secs_f64(argument(6)));
                let samples = job["samples"].as_u64().expect("a number");
                let (iterations, times) = measured(samples, iteration, &mut noise);
                say(&json!({
                    "type": "samples", "benchmark": job["benchmark"], "sampling": "flat",
                    "iterations": vec![iterations; times.len()], "elapsed_ns": times,
                    "output_sha256": answer,
                }));
            }
            _ => {
                say(&json!({"type": "end", "max_rss_bytes": 1 << 20}));
                break;
            }
        }
    }
}

fn argument<T: FromStr>(place: usize) -> T {
    let given = std::env::args().nth(place).unwrap_or_default();
    number(&given)
}

fn number<T: FromStr>(text: &str) -> T {
    let parsed = text.parse();
    parsed.unwrap_or_else(|_| panic!("`{text}` is none of what the head of this file lists"))
}

fn say(message: &Value) {
    // Whoever has stopped listening does not want it.
    let _ = writeln!(io::stdout(), "{message}");
}

/// `bench ab` lays its programs into folders called `base`, `ctrl` and `test`; elsewhere each has a name of its
/// own, and the folder is a temporary one.
fn arm(path: &Path) -> String {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let folder = path.parent().and_then(name);
    let folder = folder.filter(|name| ["base", "ctrl", "test"].contains(&name.as_str()));
    folder.or_else(|| name(path)).unwrap_or_default()
}

/// Of this arm, whose current folder is its own.
fn launches_before() -> u64 {
    let mut options = OpenOptions::new();
    let counter = options.append(true).create(true).open("launches");
    let mut counter = counter.expect("a folder that can be written");
    counter.write_all(b"x").expect("space");
    counter.stream_position().expect("a place") - 1
}

/// Iterations of each sample, and the nanoseconds that each took: real times of real work, which have in
/// them what the machine does meanwhile, or times by the rule.
fn measured(samples: u64, iteration: f64, noise: &mut Noise) -> (u64, Vec<u64>) {
    let work: u64 = argument(7);
    let sample = |_| {
        if work == 0 {
            return (1e6 * iteration * noise.scattered(0.002)) as u64;
        }
        let start = Instant::now();
        black_box((0..work).map(black_box).sum::<u64>());
        u64::try_from(start.elapsed().as_nanos()).expect("less than 584 years")
    };
    let times = (0..samples).map(sample).collect();
    (if work == 0 { 1000 } else { 1 }, times)
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Noise(u64);

impl Noise {
    fn of(arm: &str, launch: u64) -> Self {
        let mut noise = Self(launch);
        for byte in arm.bytes() {
            noise = Self(noise.drawn() ^ u64::from(byte));
        }
        noise
    }

    fn drawn(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A factor around 1 whose logarithm has this standard deviation: nearly normal, as the sum of twelve
    /// uniform numbers is.
    fn scattered(&mut self, spread: f64) -> f64 {
        let sum: f64 = (0..12)
            .map(|_| self.drawn() as f64 / 2.0_f64.powi(64) - 0.5)
            .sum();
        (spread * sum).exp()
    }
}
