//! What follows from the results that count.

use std::collections::{BTreeMap, BTreeSet};

use receipt::Verdict;
use receipt::stats::mibps;

use super::model::{
    Benchmark, Comparison, Counts, Derived, Lost, MachineType, Node, Objective, Outcome, Primary,
    Spread, Taken, TypeVerdict,
};
use super::stats::{Estimate, LEAST_NODES, PRACTICAL, Sum, THRESHOLD, modified_z};

/// Logarithms of the throughput of every launch, by benchmark and node.
type Launches<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<f64>>>;

/// Everything that is derived.
#[must_use]
pub fn derive(primary: &Primary) -> Derived {
    let lost = lost(primary);
    let counts = counts(primary, lost.as_ref().map(|lost| lost.len() as u64));
    let mut by_type: BTreeMap<&str, Vec<&Taken>> = BTreeMap::new();
    for one in primary
        .results
        .iter()
        .filter(|one| one.outcome == Outcome::Used)
    {
        by_type.entry(&one.machine_type).or_default().push(one);
    }
    let types = by_type.into_iter();
    Derived {
        counts,
        lost: lost.unwrap_or_default(),
        types: types
            .map(|(name, results)| machine_type(name, &results, &primary.objectives))
            .collect(),
    }
}

/// What was asked for and is not there; `None` where nobody said how much that was.
fn lost(primary: &Primary) -> Option<Vec<Lost>> {
    let used: BTreeSet<_> = primary
        .results
        .iter()
        .filter(|one| one.outcome == Outcome::Used)
        .map(|one| (one.job.as_str(), one.task, one.run))
        .collect();
    let mut lost = Vec::new();
    for expected in &primary.jobs {
        for task in 0..expected.tasks? {
            for run in 1..=expected.runs {
                if !used.contains(&(expected.job.as_str(), task, run)) {
                    let job = expected.job.clone();
                    lost.push(Lost { job, task, run });
                }
            }
        }
    }
    Some(lost)
}

fn counts(primary: &Primary, lost: Option<u64>) -> Counts {
    let of = |outcome| {
        let such = primary.results.iter().filter(|one| one.outcome == outcome);
        such.count() as u64
    };
    Counts {
        results: primary.results.len() as u64,
        used: of(Outcome::Used),
        superseded: of(Outcome::Superseded),
        duplicate: of(Outcome::Duplicate),
        unsound: of(Outcome::Unsound),
        unreadable: primary.unreadable.len() as u64,
        lost,
    }
}

fn machine_type(name: &str, results: &[&Taken], objectives: &[Objective]) -> MachineType {
    let mut launches: Launches<'_> = BTreeMap::new();
    for one in results {
        for measured in &one.benchmarks {
            let nodes = launches.entry(&measured.name).or_default();
            let means = measured.launch_means_ns.iter();
            let logs = means.map(|&ns| mibps(measured.bytes_processed, ns).ln());
            nodes.entry(&one.node).or_default().extend(logs);
        }
    }
    let names: BTreeSet<&str> = results.iter().map(|one| one.node.as_str()).collect();
    let benchmarks: Vec<Benchmark> = launches
        .iter()
        .map(|(name, nodes)| benchmark(name, nodes))
        .collect();
    let nodes = benchmarks.iter().flat_map(|one| &one.nodes);
    let sick: BTreeSet<&String> = nodes
        .filter(|node| node.sick == Some(true))
        .map(|node| &node.node)
        .collect();
    let unfit = results.iter().any(|one| one.unfit);
    MachineType {
        name: name.to_owned(),
        nodes: names.len() as u64,
        sick: sick.into_iter().cloned().collect(),
        slo: verdicts(objectives, &benchmarks, unfit),
        benchmarks,
    }
}

fn benchmark(name: &str, nodes: &BTreeMap<&str, Vec<f64>>) -> Benchmark {
    let names: Vec<&str> = nodes.keys().copied().collect();
    let each: Vec<Estimate> = nodes.values().map(|logs| Estimate::of(logs)).collect();
    let means: Vec<f64> = each.iter().map(|one| one.mean).collect();
    // Nodes are what the type is a sample of; one node has only its launches.
    let whole = match each.as_slice() {
        [one] => *one,
        _ => Estimate::of(&means),
    };
    let scores = (means.len() >= LEAST_NODES).then(|| modified_z(&means));
    let before = sums(each.iter());
    let behind = sums(each.iter().rev());
    let node = |index: usize| {
        // All but this one, without taking it out of a sum again, which would lose digits.
        let others = before[index]
            .with(behind[each.len() - 1 - index])
            .together();
        let against = others.map(|others| each[index].less(others));
        let score = scores.as_ref().map(|scores| scores[index]);
        Node {
            node: names[index].to_owned(),
            launches: each[index].freedom as u64 + 1,
            mibps: each[index].ratio(),
            ci95_mibps: each[index].ci95(),
            against_others: against.map(comparison),
            modified_z: score,
            sick: score
                .zip(against.and_then(Estimate::ci95))
                .map(|(score, [_, high])| score < -THRESHOLD && high < PRACTICAL),
        }
    };
    Benchmark {
        name: name.to_owned(),
        mibps: whole.ratio(),
        ci95_mibps: whole.ci95(),
        spread: spread(&names, &each),
        nodes: (0..names.len()).map(node).collect(),
    }
}

/// Of the first none, one, two, ...
fn sums<'a>(each: impl Iterator<Item = &'a Estimate>) -> Vec<Sum> {
    let mut sums = vec![Sum::default()];
    for (index, one) in each.enumerate() {
        sums.push(sums[index].and(*one));
    }
    sums
}

fn comparison(of: Estimate) -> Comparison {
    Comparison {
        ratio: of.ratio(),
        ci95: of.ci95(),
    }
}

fn spread(names: &[&str], each: &[Estimate]) -> Option<Spread> {
    let by_mean = |a: &usize, b: &usize| each[*a].mean.total_cmp(&each[*b].mean);
    let slowest = (0..each.len()).min_by(by_mean)?;
    let fastest = (0..each.len()).max_by(by_mean)?;
    (each.len() > 1).then(|| Spread {
        slowest: names[slowest].to_owned(),
        fastest: names[fastest].to_owned(),
        against: comparison(each[slowest].less(each[fastest])),
    })
}

fn verdicts(objectives: &[Objective], benchmarks: &[Benchmark], unfit: bool) -> Vec<TypeVerdict> {
    let judged = objectives.iter().map(|objective| {
        // A type on which it was not measured is undecided by it.
        let found = benchmarks
            .iter()
            .find(|one| one.name == objective.benchmark);
        let nodes = found.map_or(&[][..], |found| &found.nodes);
        let floor = objective.floor_mibps;
        let below = |node: &&Node| node.ci95_mibps.is_some_and(|[_, high]| high < floor);
        TypeVerdict {
            label: objective.label.clone(),
            benchmark: objective.benchmark.clone(),
            floor_mibps: floor,
            verdict: match found.and_then(|found| found.ci95_mibps) {
                _ if unfit => Verdict::Inconclusive,
                Some([low, _]) if low >= floor => Verdict::Pass,
                Some([_, high]) if high < floor => Verdict::Fail,
                _ => Verdict::Inconclusive,
            },
            below: nodes
                .iter()
                .filter(below)
                .map(|node| node.node.clone())
                .collect(),
        }
    });
    judged.collect()
}
