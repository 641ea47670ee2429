//! A fleet and a profile made up for pages.

use std::fs;
use std::io;
use std::path::Path;

use gate::fleet::{
    Expected, Fleet, Measured, Objective, Outcome, Primary, Taken, Unreadable, choose,
};
use receipt::model::Subject;
use report::profile::{
    BASE, FieldCost, Fields, KIND, Profile, SCHEMA_VERSION, STACKS, SUMMARY, Spread,
};

use super::Noise;

const BENCHMARKS: [(&str, u64, f64); 2] = [
    ("slo_validation/display_heavy_slo_80mbps", 5_000_000, 210.0),
    ("slo_validation/comp3_heavy_slo_40mbps", 600_000, 61.0),
];

/// `nodes` of one type, of which the fourth is sick, two of a type that is too slow, and one alone; a
/// task that was started again, one result that is unsound, and one run that is lost.
pub(crate) fn fleet(seed: u64, nodes: u64, name: &str) -> Fleet {
    let mut noise = Noise::new(seed);
    let mut results = Vec::new();
    for task in 0..nodes + 3 {
        let (kind, speed) = match task {
            task if task < nodes => ("4 x a fast CPU made up", 1.0),
            task if task < nodes + 2 => ("4 x a slow CPU made up", 0.31),
            _ => ("8 x another made up", 1.3),
        };
        let node = format!("{name}{task:02}");
        let speed = if task == 3 { 0.86 * speed } else { speed };
        results.push(result(&mut noise, task, &node, kind, speed));
    }
    let mut again = result(&mut noise, 1, "spare", "4 x a fast CPU made up", 1.0);
    again.restart = 1;
    results.push(again);
    results.push(Taken {
        outcome: Outcome::Unsound,
        reason: Some(
            "expected a receipt of 41/2-1-1-n2, as its place says, found one of 40/2-1-1-n2"
                .to_owned(),
        ),
        restart: 1,
        benchmarks: Vec::new(),
        ..result(&mut noise, 2, "astray", "4 x a fast CPU made up", 1.0)
    });
    let objectives = BENCHMARKS.iter().zip([("DISPLAY", 80.0), ("COMP-3", 40.0)]);
    Fleet::sealed(Primary {
        timestamp: "2026-11-27T23:00:00Z".to_owned(),
        subject: Subject {
            name: "copybook-decode".to_owned(),
            version: "0.1.0".to_owned(),
        },
        suite_sha256: "1f".repeat(32),
        jobs: vec![Expected {
            job: "41".to_owned(),
            tasks: Some(nodes + 4),
            runs: 1,
        }],
        objectives: objectives
            .map(|((benchmark, ..), (label, floor_mibps))| Objective {
                label: label.to_owned(),
                benchmark: (*benchmark).to_owned(),
                floor_mibps,
            })
            .collect(),
        results: choose(results),
        unreadable: vec![Unreadable {
            file: "41/9-0-1-n9.json".to_owned(),
            reason: "no result: EOF while parsing".to_owned(),
        }],
    })
    .expect("a fleet")
}

fn result(noise: &mut Noise, task: u64, node: &str, kind: &str, speed: f64) -> Taken {
    let own = 1.0 + 0.004 * noise.bell();
    let mut measured = |(name, bytes, rate): (&str, u64, f64)| {
        let ns = bytes as f64 / (rate * speed * own) / 1_048_576.0 * 1e9;
        Measured {
            name: name.to_owned(),
            bytes_processed: bytes,
            launch_means_ns: (0..5).map(|_| ns * (1.0 + 0.003 * noise.bell())).collect(),
        }
    };
    Taken {
        job: "41".to_owned(),
        task,
        run: 1,
        restart: 0,
        node: node.to_owned(),
        machine_type: kind.to_owned(),
        timestamp: format!("2026-11-27T22:{:02}:00Z", task % 60),
        receipt_sha256: format!("{task:064x}"),
        outcome: Outcome::Used,
        reason: None,
        unfit: false,
        benchmarks: BENCHMARKS.map(&mut measured).to_vec(),
    }
}

/// A folder as `bench profile` leaves it; `extra` is the name of a function.
pub(crate) fn profile(folder: &Path, extra: &str, with_base: bool) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let main = "_start;__libc_start_main;main;suite::serve;instrument::suite::measure";
    let decode = format!("{main};copybook_decode::decode::Decoder::decode");
    let kernel = format!("{decode};copybook_decode::kernel::avx2::run");
    let stacks = |packed: u32, text: u32| {
        format!(
            "{kernel};copybook_decode::kernel::vector::wide::packed {packed}\n\
             {kernel};copybook_decode::kernel::vector::text::text {text}\n{kernel} 310\n{decode} 120\n\
             {decode};copybook_decode::decode::reader::Reader::record;core::fmt::write 44\n\
             {decode};{extra} 61\n{main} 35\n{main};alloc::vec::Vec::reserve;[unknown] 12\n"
        )
    };
    fs::write(folder.join(STACKS), stacks(900, 280))?;
    if with_base {
        fs::write(folder.join(BASE), stacks(700, 410))?;
    }
    let spread = |median: f64| Spread {
        median,
        half: median / 50.0,
    };
    let cost = |fields: &[&str], kind: &str, ns: f64, values: f64| FieldCost {
        fields: fields.iter().map(|&name| name.to_owned()).collect(),
        kind: kind.to_owned(),
        printed_by: "avx2 kernel, 8 in a row".to_owned(),
        ns: spread(ns),
        values,
    };
    let profile = Profile {
        schema_version: SCHEMA_VERSION,
        kind: KIND.to_owned(),
        timestamp: "2026-11-27T22:00:00Z".to_owned(),
        benchmark: "slo_validation/comp3_heavy_slo_40mbps".to_owned(),
        unit: "samples".to_owned(),
        event: "the clock of the CPU".to_owned(),
        seconds: 10.0,
        subject: "copybook-decode".to_owned(),
        version: "0.1.0".to_owned(),
        records: 10_000,
        fields: Some(Fields {
            kernel: "avx2".to_owned(),
            records: 17_476,
            rounds: 41,
            whole: spread(61.0),
            frame: spread(9.0),
            parts: vec![
                cost(
                    &[
                        "AMOUNT-01",
                        "AMOUNT-02",
                        "AMOUNT-03",
                        "AMOUNT-04",
                        "AMOUNT-05",
                        "AMOUNT-06",
                        "AMOUNT-07",
                        extra,
                    ],
                    "packed decimal, 6 bytes",
                    41.0,
                    8.0,
                ),
                cost(&["ID"], "text, 12 bytes", 11.0, 1.0),
            ],
        }),
        command: vec!["bench".to_owned(), "profile".to_owned(), extra.to_owned()],
    };
    fs::write(folder.join(SUMMARY), serde_json::to_string(&profile)?)
}
