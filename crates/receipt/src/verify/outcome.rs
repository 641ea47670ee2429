//! Objectives, status and summary: all follow from the benchmarks and the launches.

use std::collections::BTreeSet;

use super::Problems;
use crate::build::{gibps, max_rss_mib, metric};
use crate::model::{Receipt, SloVerdict};
use crate::slo::{self, Evidence};

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    let evidence = Evidence::of(&receipt.benchmarks, &receipt.environment, &receipt.peers);
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
            let place = slo::place(field, text, &entry.metric, entry.peer.as_deref());
            let once = seen.insert(place);
            problems.require(once, path, "each one once", text);
        }
        bound(&path, entry, problems);
        judged(&path, entry, evidence, receipt, problems);
    }
    totals(receipt, problems);
    summary(receipt, problems);
}

/// A floor of a throughput or of its multiple of a peer's, or a ceiling of peak memory or of the time to
/// the first launch.
fn bound(path: &str, entry: &SloVerdict, problems: &mut Problems) {
    let bounds = [
        ("floor_mibps", entry.floor_mibps),
        ("floor_times", entry.floor_times),
        ("ceiling_mib", entry.ceiling_mib),
        ("ceiling_s", entry.ceiling_s),
    ];
    problems.require(
        bounds.iter().filter(|(_, value)| value.is_some()).count() == 1,
        format!("{path}.floor_mibps"),
        "one of floor_mibps, floor_times, ceiling_mib and ceiling_s, and null for the others",
        entry.floor_mibps,
    );
    problems.require(
        entry.floor_times.is_some() == entry.peer.is_some(),
        format!("{path}.peer"),
        "a name beside floor_times, else null",
        &entry.peer,
    );
    if let Some(peer) = &entry.peer {
        problems.text(format!("{path}.peer"), peer);
    }
    for (field, value) in bounds {
        let fits = value.is_none_or(|value| value > 0.0);
        problems.require(fits, format!("{path}.{field}"), "above 0, or null", value);
    }
    let ends = |end| slo::is_metric(&entry.metric, end);
    let metric = &entry.metric;
    let (fits, expected) = match (entry.floor_mibps, entry.floor_times, entry.ceiling_s) {
        (Some(_), ..) => (ends("_mibps"), "a name that ends in _mibps"),
        (None, Some(_), _) => (ends("_times"), "a name that ends in _times"),
        (None, None, Some(_)) => (metric == slo::FIRST_LAUNCH, slo::FIRST_LAUNCH),
        (None, None, None) => (metric == slo::MEMORY, slo::MEMORY),
    };
    problems.require(fits, format!("{path}.metric"), expected, metric);
}

fn judged(
    path: &str,
    entry: &SloVerdict,
    evidence: Evidence<'_>,
    receipt: &Receipt,
    problems: &mut Problems,
) {
    let group = &entry.benchmark;
    let is_ceiling = entry.ceiling_mib.is_some() || entry.ceiling_s.is_some();
    if is_ceiling {
        let outside = receipt.benchmarks.iter();
        let outside = outside.filter(|one| !one.name.starts_with(group));
        let alone = slo::is_group(group) && outside.count() == 0;
        let expected = "a group that every benchmark is in, such as slo_validation/";
        problems.require(alone, format!("{path}.benchmark"), expected, group);
    }
    let Some(expected) = slo::outcome(entry, evidence) else {
        // What a ceiling is over is missing elsewhere in the receipt, and is named there.
        if !is_ceiling {
            let path = format!("{path}.benchmark");
            let expected = match entry.peer {
                Some(_) => "the name of a benchmark that the peer measured too",
                None => "the name of a benchmark",
            };
            problems.add(path, expected, format!("{group:?}"));
        }
        return;
    };
    interval(
        &format!("{path}.ci95_times"),
        expected.ci95_times,
        entry.ci95_times,
        problems,
    );
    interval(
        &format!("{path}.ci95_mibps"),
        expected.ci95_mibps,
        entry.ci95_mibps,
        problems,
    );
    let (verdict, delta) = (expected.verdict, expected.delta_pct);
    problems.same(format!("{path}.verdict"), verdict, entry.verdict);
    problems.same(format!("{path}.delta_pct"), delta, entry.delta_pct);
}

/// The interval that follows, or none.
fn interval(
    path: &str,
    expected: Option<[f64; 2]>,
    found: Option<[f64; 2]>,
    problems: &mut Problems,
) {
    match (expected, found) {
        (Some(expected), Some(found)) => {
            for (end, (expected, found)) in expected.into_iter().zip(found).enumerate() {
                problems.same(format!("{path}[{end}]"), expected, found);
            }
        }
        (None, None) => {}
        (Some(_), None) => problems.add(path, "an interval", "null"),
        (None, found) => problems.require(false, path, "null for such a bound", found),
    }
}

fn totals(receipt: &Receipt, problems: &mut Problems) {
    let status = slo::status(&receipt.slo, receipt.baseline.as_ref());
    problems.same(".status", status, receipt.status);
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
