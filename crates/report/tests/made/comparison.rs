//! A comparison of two programs, made up.

use gate::ab::derive::{derive, walk};
use gate::ab::record::{self, Kind, Program, Record, Subjects};
use gate::ab::{Arm, Design, Session};
use receipt::model::{Against, Integrity, Verified};

use super::{CPU, Noise};

/// A comparison of named benchmarks, each slower by a factor of time in new.
pub(crate) fn comparison(seed: u64, factors: &[(&str, f64)]) -> Record {
    let names: Vec<&str> = factors.iter().map(|(name, _)| *name).collect();
    let design = Design::default();
    let mut session = Session::new(design.clone(), seed, names.len());
    let mut noise = Noise::new(seed);
    let mut launches: Vec<record::Launch> = Vec::new();
    while let Some(next) = session.next().cloned() {
        for arm in next.arms {
            let measured = next.benchmarks.iter().map(|&index| {
                let factor = if arm == Arm::New {
                    factors[index].1
                } else {
                    1.0
                };
                samples(names[index], factor, &mut noise)
            });
            let measured = measured.collect();
            launches.push(record::Launch {
                stage: next.stage,
                round: next.round,
                arm,
                measured,
            });
        }
        session = walk(&design, seed, &names, &launches)
            .expect("as asked for")
            .0;
    }
    let benchmarks: Vec<record::Benchmark> = names.iter().map(|name| benchmark(name)).collect();
    let (benchmarks, verdict) = derive(&design, seed, &benchmarks, &launches).expect("complete");
    let record = Record {
        kind: Kind::Comparison,
        schema_version: record::SCHEMA_VERSION,
        timestamp: "2026-01-02T03:04:05Z".to_owned(),
        verdict,
        subjects: Subjects {
            base: program("main", 1),
            new: program("HEAD", 2),
        },
        benchmarks,
        design,
        seed,
        settings: record::Settings {
            warm_up_s: 0.02,
            measure_s: 0.1,
            samples: 5,
        },
        launches,
        host: record::Host {
            cpu: CPU.to_owned(),
            cores: 8,
            kernel: "6.1.0".to_owned(),
            os: "Linux".to_owned(),
            virtualized: Some(false),
            cpu_limit: None,
            memory_limit_bytes: None,
        },
        warnings: Vec::new(),
        command: ["bench", "ab", "--base", "main", "--new", "HEAD"]
            .map(str::to_owned)
            .to_vec(),
        integrity: Integrity {
            sha256: String::new(),
        },
    };
    record.sealed().expect("finite figures").0
}

fn samples(benchmark: &str, factor: f64, noise: &mut Noise) -> record::Measured {
    let level = 1e6 * factor * (1.0 + 0.004 * noise.bell());
    let mut time = |count: u64| (level * (1.0 + 0.002 * noise.unit())) as u64 * count;
    record::Measured {
        benchmark: benchmark.to_owned(),
        iterations: (1..=5).collect(),
        elapsed_ns: (1..=5).map(&mut time).collect(),
    }
}

fn benchmark(name: &str) -> record::Benchmark {
    record::Benchmark {
        name: name.to_owned(),
        bytes: 600_000,
        verified: Verified {
            against: Against::Values,
            records: 5000,
            output_bytes: 2_000_000,
            output_sha256: "ab".repeat(32),
        },
        kernels_base: Some(vec!["avx2".to_owned()]),
        kernels_new: Some(vec!["avx2".to_owned()]),
    }
}

fn program(asked: &str, which: u8) -> Program {
    Program {
        asked: asked.to_owned(),
        name: "copybook-decode".to_owned(),
        version: "0.1.0".to_owned(),
        commit: Some(format!("{which:02x}").repeat(20)),
        program_sha256: format!("c{which:x}").repeat(32),
        source_hash: Some(format!("d{which:x}").repeat(32)),
        toolchain: Some("rustc 1.89.0 (29483883e 2025-08-04)".to_owned()),
        flags: Some("opt-level=3".to_owned()),
        profile: Some("bench".to_owned()),
    }
}
