//! A receipt that lies consistently, once for each class: every derived number follows, and the hash
//! fits.

use receipt::model::Benchmark;
use receipt::{Receipt, stats};
use serde_json::Value;

use super::commands::{both, sealed};
use super::value;

/// A lie, and what follows from it computed again.
fn lie(change: impl FnOnce(&mut Receipt)) -> String {
    let mut receipt: Receipt = serde_json::from_value(value()).expect("a receipt");
    change(&mut receipt);
    receipt.benchmarks.iter_mut().for_each(derive);
    let means: Vec<(String, f64, [f64; 2])> = receipt
        .benchmarks
        .iter()
        .map(|one| (one.name.clone(), one.mean_mibps, one.ci95_mibps))
        .collect();
    let benchmarks = receipt.benchmarks.clone();
    for slo in &mut receipt.slo {
        let Some(floor) = slo.floor_mibps else {
            continue;
        };
        let (_, mean, interval) = means
            .iter()
            .find(|(name, ..)| *name == slo.benchmark)
            .expect("measured");
        slo.delta_pct = (mean / floor - 1.0) * 100.0;
        slo.ci95_mibps = Some(*interval);
        let judged = benchmarks.iter().find(|one| one.name == slo.benchmark);
        slo.verdict = receipt::slo::verdict(judged.expect("measured"), floor);
    }
    let of = |at: usize| Some(means[at].1);
    (receipt.display_mibps, receipt.comp3_mibps) = (of(0), of(1));
    (receipt.summary.display_mibps, receipt.summary.comp3_mibps) = (of(0), of(1));
    receipt.display_gibps = of(0).map(|rate| rate / 1024.0);
    let rss = receipt.environment.launches.iter();
    let rss = rss.map(|launch| launch.max_rss_bytes).max().unwrap_or(0);
    receipt.summary.max_rss_mib = rss as f64 / 1_048_576.0;
    for slo in &mut receipt.slo {
        if let Some(ceiling) = slo.ceiling_mib {
            let peak = receipt.summary.max_rss_mib;
            slo.delta_pct = (peak / ceiling - 1.0) * 100.0;
            slo.verdict = receipt::slo::under(peak, 3, ceiling);
        }
    }
    let verdicts = receipt.slo.iter().map(|slo| slo.verdict);
    receipt.status = verdicts.max().expect("objectives");
    sealed(receipt.to_value().expect("finite numbers"))
}

fn derive(benchmark: &mut Benchmark) {
    let Benchmark {
        name,
        bytes_processed,
        samples,
        launches,
        ..
    } = benchmark;
    let estimate = stats::estimate(name, *bytes_processed, samples, *launches).expect("samples");
    benchmark.percentiles_ns = stats::percentiles(samples);
    benchmark.mean_ns = estimate.mean_ns;
    benchmark.mean_mibps = estimate.mean_mibps;
    benchmark.ci95_mibps = estimate.ci95_mibps;
}

#[test]
fn each_is_refused_under_its_name_by_both() {
    let cases: Vec<(&str, String)> = vec![
        ("", lie(|_| {})),
        (
            "scaled-samples",
            lie(|receipt| {
                for ns in &mut receipt.benchmarks[0].samples {
                    *ns *= 0.97;
                }
            }),
        ),
        (
            "irregular-iterations",
            lie(|receipt| {
                let one = &mut receipt.benchmarks[0];
                one.iterations[12] = 7;
                one.samples[12] = (one.samples[12] * 7.0).round() / 7.0;
            }),
        ),
        (
            "irregular-iterations",
            lie(|receipt| {
                receipt.benchmarks[1].sampling[2] = receipt::model::Sampling::Flat;
            }),
        ),
        (
            "equal-samples",
            lie(|receipt| receipt.benchmarks[0].samples.fill(23_000_000.0)),
        ),
        (
            "copied-launch",
            lie(|receipt| receipt.benchmarks[0].samples.copy_within(0..10, 20)),
        ),
        (
            "replayed-launch",
            lie(|receipt| {
                let from = receipt.benchmarks[0].samples[10..20].to_vec();
                receipt.benchmarks[1].samples[..10].copy_from_slice(&from);
            }),
        ),
        (
            "unlike-settings",
            lie(|receipt| settings(receipt).launches = 5),
        ),
        (
            "unlike-settings",
            lie(|receipt| settings(receipt).samples = 30),
        ),
        (
            "unlike-settings",
            lie(|receipt| settings(receipt).filter = vec!["comp3".to_owned()]),
        ),
        (
            "impossible-memory",
            lie(|receipt| receipt.environment.launches[1].max_rss_bytes = 9_000_000_000),
        ),
        (
            "impossible-memory",
            lie(|receipt| receipt.environment.launches[1].max_rss_bytes = 700_000_000),
        ),
        (
            "foreign-kernel",
            lie(|receipt| {
                let kernels = vec!["neon".to_owned()];
                receipt.benchmarks.iter_mut().for_each(|one| {
                    one.kernels = Some(kernels.clone());
                });
                receipt.environment.kernels = Some(kernels);
            }),
        ),
        (
            "shared-digest",
            lie(|receipt| {
                let digest = receipt.benchmarks[0].verified.output_sha256.clone();
                receipt.benchmarks[1].verified.output_sha256 = digest;
                receipt.benchmarks[1].verified.output_bytes += 1;
            }),
        ),
        (
            "too-many-records",
            lie(|receipt| receipt.benchmarks[0].verified.records = 5_000_001),
        ),
        (
            "impossible-allocations",
            lie(|receipt| allocations(receipt).bytes = 1),
        ),
        (
            "impossible-allocations",
            lie(|receipt| {
                // 5 MB in 23 ms on two CPUs: no more than 4.7e8 requests.
                let found = allocations(receipt);
                (found.count, found.bytes) = (1_000_000_000, 8_000_000_000);
            }),
        ),
        (
            "foreign-task",
            lie(|receipt| task(receipt).node = "node-8.site".to_owned()),
        ),
        ("foreign-task", lie(|receipt| task(receipt).restart = 0)),
        (
            "foreign-task",
            lie(|receipt| receipt.environment.task = None),
        ),
        ("foreign-task", lie(|receipt| receipt.command.truncate(1))),
        (
            "foreign-task",
            lie(|receipt| {
                receipt
                    .command
                    .push("--fleet-task=41/4-1-2-node-7.site".to_owned())
            }),
        ),
        (
            "future-date",
            lie(|receipt| receipt.timestamp = "2999-01-01T00:00:00Z".to_owned()),
        ),
    ];
    let texts: Vec<String> = cases.iter().map(|(_, text)| text.clone()).collect();
    for ((name, _), (bench, python)) in cases.iter().zip(both(&texts)) {
        let expected: Vec<&str> = Some(*name)
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect();
        for said in [bench, python] {
            let found: Vec<&str> = said.classes.iter().map(String::as_str).collect();
            assert_eq!(found, expected, "{said:?}");
            assert_eq!(said.accepted, name.is_empty(), "{said:?}");
            // The lie is found by its class alone: everything that follows from it does follow.
            assert!(
                said.accepted || said.lines.iter().all(|line| line.ends_with(')')),
                "{said:?}"
            );
        }
    }
}

fn settings(receipt: &mut Receipt) -> &mut receipt::model::Settings {
    receipt.settings.as_mut().expect("version 2")
}

fn allocations(receipt: &mut Receipt) -> &mut receipt::model::Allocations {
    let counted = receipt.benchmarks[0].allocations.as_mut();
    &mut counted.expect("version 6")[1]
}

fn task(receipt: &mut Receipt) -> &mut receipt::model::Task {
    receipt.environment.task.as_mut().expect("of a fleet")
}

/// Nothing that an honest run can leave is refused: few samples, a coarse clock, one sample a launch.
#[test]
fn honest_odd_runs_are_accepted() {
    // Three launches of two samples on a clock of 10 ms: two launches are alike by chance.
    let coarse = lie(|receipt| {
        settings(receipt).samples = 2;
        for one in &mut receipt.benchmarks {
            one.samples = [10e6, 20e6, 10e6, 20e6, 20e6, 10e6].to_vec();
            one.iterations = vec![1; 6];
            one.sampling = vec![receipt::model::Sampling::Flat; 3];
        }
    });
    // Modes that differ from launch to launch: Criterion chooses anew in each.
    let mixed = lie(|receipt| {
        let one = &mut receipt.benchmarks[0];
        one.sampling[1] = receipt::model::Sampling::Flat;
        for at in 10..20 {
            one.samples[at] = one.samples[at].round();
            one.iterations[at] = 1;
        }
    });
    // Launches that asked for memory as often as they could, or never, and as many as nothing counted.
    let often = lie(|receipt| {
        let found = allocations(receipt);
        (found.count, found.bytes) = (400_000_000, 400_000_000);
    });
    let never = lie(|receipt| {
        let found = allocations(receipt);
        (found.count, found.bytes) = (0, 0);
    });
    let uncounted = lie(|receipt| receipt.benchmarks[0].allocations = None);
    // Nobody's task, and a flag given twice, as a wrapper's and its caller's.
    let alone = lie(|receipt| {
        receipt.environment.task = None;
        receipt.command.truncate(1);
    });
    let twice = lie(|receipt| {
        task(receipt).task = 4;
        let flag = "--fleet-task=41/4-1-2-node-7.site";
        receipt.command.push(flag.to_owned());
    });
    for (bench, python) in both(&[coarse, mixed, often, never, uncounted, alone, twice]) {
        assert!(bench.accepted && python.accepted, "{bench:?} {python:?}");
    }
}

/// Receipts kept as evidence, all of version 1.
#[test]
fn kept_receipts_are_accepted() {
    let folder = crate::common::repository("results/epyc-2-cpus-kvm");
    let mut texts = Vec::new();
    for folder in [
        folder.clone(),
        folder.join("workloads"),
        folder.join("threads"),
    ] {
        for entry in std::fs::read_dir(folder).expect("results") {
            let path = entry.expect("entry").path();
            if path.is_file() {
                texts.push(std::fs::read_to_string(path).expect("readable"));
            }
        }
    }
    assert!(texts.len() > 30);
    // Written again as they were read.
    let first: Receipt = Receipt::parse(&texts[0], "kept".as_ref()).expect("a receipt");
    let again: Value = first.to_value().expect("finite numbers");
    let kept: Value = serde_json::from_str(&texts[0]).expect("JSON");
    assert_eq!(again, kept);
    for (bench, python) in both(&texts) {
        assert!(bench.accepted && python.accepted, "{bench:?} {python:?}");
    }
}
