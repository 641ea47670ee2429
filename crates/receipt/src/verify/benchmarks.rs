//! Each benchmark: enough primary data of the right form, and what follows from it.

use std::collections::BTreeSet;

use super::Problems;
use crate::model::{Benchmark, Receipt};
use crate::stats;

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    problems.require(
        !receipt.benchmarks.is_empty(),
        ".benchmarks",
        "at least one benchmark",
        0,
    );
    let mut names = BTreeSet::new();
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        let path = format!(".benchmarks[{index}]");
        problems.text(format!("{path}.name"), &benchmark.name);
        problems.require(
            names.insert(benchmark.name.as_str()),
            format!("{path}.name"),
            "each name once",
            &benchmark.name,
        );
        let launches = receipt.environment.launches.len();
        problems.same(
            format!("{path}.launches"),
            launches,
            benchmark.launches as usize,
        );
        primary(&path, benchmark, problems);
        derived(&path, benchmark, problems);
    }
}

fn primary(path: &str, benchmark: &Benchmark, problems: &mut Problems) {
    let count = benchmark.samples.len();
    problems.same(
        format!("{path}.iterations | length"),
        count,
        benchmark.iterations.len(),
    );
    // A place is written out only where something is wrong: there are hundreds of numbers in a receipt.
    let none = |(_, iterations): &(usize, &u64)| **iterations == 0;
    for (index, _) in benchmark.iterations.iter().enumerate().filter(none) {
        problems.add(format!("{path}.iterations[{index}]"), "at least 1", "0");
    }
    let no_time = |(_, ns): &(usize, &f64)| ns.is_nan() || **ns <= 0.0;
    for (index, ns) in benchmark.samples.iter().enumerate().filter(no_time) {
        let place = format!("{path}.samples[{index}]");
        problems.add(place, "a time above 0", ns.to_string());
    }
    problems.texts(&format!("{path}.kernels"), benchmark.kernels.as_deref());
    let verified = &benchmark.verified;
    problems.require(
        benchmark.bytes_processed > 0,
        format!("{path}.bytes_processed"),
        "at least 1",
        benchmark.bytes_processed,
    );
    problems.require(
        verified.records > 0,
        format!("{path}.verified.records"),
        "at least 1",
        verified.records,
    );
    problems.require(
        verified.output_bytes > 0,
        format!("{path}.verified.output_bytes"),
        "at least 1",
        verified.output_bytes,
    );
    problems.sha256(
        format!("{path}.verified.output_sha256"),
        &verified.output_sha256,
    );
}

fn derived(path: &str, benchmark: &Benchmark, problems: &mut Problems) {
    let estimate = stats::estimate(
        &benchmark.name,
        benchmark.bytes_processed,
        &benchmark.samples,
        benchmark.launches,
    );
    let expected = match estimate {
        Ok(expected) => expected,
        Err(error) => {
            return problems.add(
                format!("{path}.samples"),
                "samples that support an estimate",
                error.to_string(),
            );
        }
    };
    problems.same(
        format!("{path}.mean_ns"),
        expected.mean_ns,
        benchmark.mean_ns,
    );
    problems.same(
        format!("{path}.mean_mibps"),
        expected.mean_mibps,
        benchmark.mean_mibps,
    );
    for (end, (expected, found)) in expected
        .ci95_mibps
        .iter()
        .zip(benchmark.ci95_mibps)
        .enumerate()
    {
        problems.same(format!("{path}.ci95_mibps[{end}]"), *expected, found);
    }
}
