//! Objectives, status and summary: all follow from the benchmarks and the launches.

use std::collections::BTreeSet;

use super::Problems;
use crate::build::{gibps, max_rss_mib, metric};
use crate::model::{Benchmark, Receipt, SloVerdict};
use crate::slo;

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for (index, entry) in receipt.slo.iter().enumerate() {
        let path = format!(".slo[{index}]");
        let named = [
            ("metric", &entry.metric),
            ("label", &entry.label),
            ("benchmark", &entry.benchmark),
        ];
        for (field, text) in named {
            let path = format!("{path}.{field}");
            problems.text(path.as_str(), text);
            problems.require(seen.insert((field, text)), path, "each one once", text);
        }
        let metric = &entry.metric;
        problems.require(
            slo::is_metric(metric),
            format!("{path}.metric"),
            "a name that ends in _mibps",
            metric,
        );
        problems.require(
            entry.floor_mibps > 0.0,
            format!("{path}.floor_mibps"),
            "above 0",
            entry.floor_mibps,
        );
        match receipt
            .benchmarks
            .iter()
            .find(|benchmark| benchmark.name == entry.benchmark)
        {
            Some(benchmark) => judged(&path, entry, benchmark, problems),
            None => problems.add(
                format!("{path}.benchmark"),
                "the name of a benchmark",
                format!("{:?}", entry.benchmark),
            ),
        }
    }
    totals(receipt, problems);
    summary(receipt, problems);
}

fn judged(path: &str, entry: &SloVerdict, benchmark: &Benchmark, problems: &mut Problems) {
    for (end, (expected, found)) in benchmark
        .ci95_mibps
        .iter()
        .zip(entry.ci95_mibps)
        .enumerate()
    {
        problems.same(format!("{path}.ci95_mibps[{end}]"), *expected, found);
    }
    let expected = slo::verdict(benchmark, entry.floor_mibps);
    problems.same(format!("{path}.verdict"), expected, entry.verdict);
    let expected = slo::delta_pct(benchmark.mean_mibps, entry.floor_mibps);
    problems.same(format!("{path}.delta_pct"), expected, entry.delta_pct);
}

fn totals(receipt: &Receipt, problems: &mut Problems) {
    problems.same(".status", slo::status(&receipt.slo), receipt.status);
    let display = metric(&receipt.slo, &receipt.benchmarks, slo::DISPLAY);
    let comp3 = metric(&receipt.slo, &receipt.benchmarks, slo::COMP3);
    problems.same(".display_mibps", display, receipt.display_mibps);
    problems.same(".display_gibps", display.map(gibps), receipt.display_gibps);
    problems.same(".comp3_mibps", comp3, receipt.comp3_mibps);
    problems.same(
        ".summary.display_mibps",
        display,
        receipt.summary.display_mibps,
    );
    problems.same(".summary.comp3_mibps", comp3, receipt.summary.comp3_mibps);
}

fn summary(receipt: &Receipt, problems: &mut Problems) {
    let summary = &receipt.summary;
    problems.same(
        ".summary.max_rss_mib",
        max_rss_mib(&receipt.environment),
        summary.max_rss_mib,
    );
    problems.same(
        ".summary.host_cpu",
        receipt.environment.cpu.model.as_str(),
        summary.host_cpu.as_str(),
    );
    problems.require(
        summary.host_cores > 0,
        ".summary.host_cores",
        "at least 1",
        summary.host_cores,
    );
    problems.text(".summary.host_kernel", &summary.host_kernel);
    problems.text(".summary.host_os", &summary.host_os);
}
