//! The baseline and the peers that a run was held against.

use std::collections::BTreeSet;

use super::Problems;
use crate::model::{AgainstBaseline, Peer, Receipt};
use crate::stats::relative::MIN_RUNS;
use crate::{shape, slo};

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    if let Some(baseline) = &receipt.baseline {
        of_baseline(baseline, receipt, problems);
    }
    let mut seen = BTreeSet::new();
    for (index, peer) in receipt.peers.iter().enumerate() {
        let path = format!(".peers[{index}]");
        let once = seen.insert(&peer.name);
        problems.text(format!("{path}.name"), &peer.name);
        problems.require(once, format!("{path}.name"), "each peer once", &peer.name);
        of_peer(&path, peer, receipt, problems);
    }
}

/// Whether a peer of this name measured a benchmark.
pub(super) fn measured(receipt: &Receipt, peer: &str, benchmark: &str) -> bool {
    let mut peers = receipt.peers.iter().filter(|one| one.name == peer);
    peers.any(|one| one.benchmarks.iter().any(|one| one.name == benchmark))
}

fn of_baseline(baseline: &AgainstBaseline, receipt: &Receipt, problems: &mut Problems) {
    problems.sha256(".baseline.file_sha256", &baseline.file_sha256);
    problems.sha256(".baseline.program_sha256", &baseline.program_sha256);
    if let Some(hash) = &baseline.source_hash {
        let fits = shape::is_source_hash(hash);
        let expected = "64 lower-case hex digits or sha256-BASE64, or null";
        problems.require(fits, ".baseline.source_hash", expected, hash);
    }
    let names =
        |names: &mut dyn Iterator<Item = &String>| -> Vec<String> { names.cloned().collect() };
    let expected = names(&mut receipt.benchmarks.iter().map(|one| &one.name));
    let found = names(&mut baseline.benchmarks.iter().map(|row| &row.benchmark));
    let same = expected == found;
    let demanded = "the receipt's benchmarks, in their order";
    problems.require(same, ".baseline.benchmarks", demanded, &found);
    for (index, (row, benchmark)) in baseline
        .benchmarks
        .iter()
        .zip(&receipt.benchmarks)
        .enumerate()
    {
        let at = |field: &str| format!(".baseline.benchmarks[{index}].{field}");
        times(&at("runs_ns"), &row.runs_ns, problems);
        let limits = 0.0 < row.warn_pct && row.warn_pct <= row.fail_pct && row.fail_pct < 100.0;
        let expected = "above 0, at most fail_pct, and that below 100";
        problems.require(limits, at("warn_pct"), expected, row.warn_pct);
        let Some(expected) = slo::held(row, baseline, benchmark, &receipt.environment) else {
            let expected = format!("the values of at least {MIN_RUNS} runs");
            problems.add(at("runs_ns"), expected, row.runs_ns.len().to_string());
            continue;
        };
        problems.same(at("ratio"), expected.ratio, row.ratio);
        for (end, (expected, found)) in expected.ci95.into_iter().zip(row.ci95).enumerate() {
            problems.same(at(&format!("ci95[{end}]")), expected, found);
        }
        problems.same(at("verdict"), expected.verdict, row.verdict);
    }
}

fn of_peer(path: &str, peer: &Peer, receipt: &Receipt, problems: &mut Problems) {
    problems.text(format!("{path}.subject.name"), &peer.subject.name);
    problems.text(format!("{path}.subject.version"), &peer.subject.version);
    problems.sha256(format!("{path}.receipt_sha256"), &peer.receipt_sha256);
    let some = !peer.benchmarks.is_empty();
    problems.require(some, format!("{path}.benchmarks"), "at least one", 0);
    let mut seen = BTreeSet::new();
    for (index, one) in peer.benchmarks.iter().enumerate() {
        let at = |field: &str| format!("{path}.benchmarks[{index}].{field}");
        let known = receipt.benchmarks.iter().any(|own| own.name == one.name);
        let fits = known && seen.insert(&one.name);
        let expected = "a benchmark of the receipt, each once";
        problems.require(fits, at("name"), expected, &one.name);
        times(&at("lows_ns"), &one.lows_ns, problems);
        let launches = receipt.environment.launches.len();
        let place = format!("{} | length", at("lows_ns"));
        problems.same(place, launches, one.lows_ns.len());
    }
}

fn times(path: &str, list: &[f64], problems: &mut Problems) {
    for (index, ns) in list.iter().enumerate() {
        let path = format!("{path}[{index}]");
        problems.require(*ns > 0.0, path, "above 0", ns);
    }
}
