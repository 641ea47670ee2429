//! A page of one node.

use std::collections::BTreeMap;

use gate::fleet::{Benchmark, Fleet, MachineType, Node, Taken};

use super::missing::results_table;
use super::nodes::{against, cells, columns, note, ratio, standing};
use super::subtitle;
use crate::model::{Body, Figure, Kind, Part, Raw, Section, Table, Tone, Verdict, text_column};
use crate::number::said;

/// A node, with all that a fleet's receipt says of it.
#[derive(Debug)]
pub struct Found<'a> {
    /// Position of its type among those of the fleet.
    pub number: usize,
    /// Its type.
    pub of: &'a MachineType,
    /// Its name.
    pub name: &'a str,
    /// Where it stands, by benchmark.
    benchmarks: Vec<(&'a Benchmark, &'a Node)>,
    /// Its results, those that do not count among them.
    results: Vec<&'a Taken>,
}

/// Every node that was measured, by type and name. Looks at each result once, so that a fleet of ten
/// thousand nodes has its pages in a time that grows with it.
#[must_use]
pub fn found(fleet: &Fleet) -> Vec<Found<'_>> {
    let mut results: BTreeMap<(&str, &str), Vec<&Taken>> = BTreeMap::new();
    for one in &fleet.primary.results {
        let node = (one.machine_type.as_str(), one.node.as_str());
        results.entry(node).or_default().push(one);
    }
    let mut all = Vec::new();
    for (number, of) in fleet.derived.types.iter().enumerate() {
        let mut nodes: BTreeMap<&str, Vec<(&Benchmark, &Node)>> = BTreeMap::new();
        for benchmark in &of.benchmarks {
            for node in &benchmark.nodes {
                nodes.entry(&node.node).or_default().push((benchmark, node));
            }
        }
        all.extend(nodes.into_iter().map(|(name, benchmarks)| {
            Found {
                number,
                of,
                name,
                benchmarks,
                results: results
                    .remove(&(of.name.as_str(), name))
                    .unwrap_or_default(),
            }
        }));
    }
    all
}

/// A page of one node: what it measured, and where it stands among the others of its type.
#[must_use]
pub fn node(fleet: &Fleet, found: &Found<'_>) -> Part {
    let Found {
        of,
        name,
        benchmarks,
        results,
        ..
    } = found;
    let rows = benchmarks
        .iter()
        .map(|(benchmark, node)| [vec![said(&benchmark.name)], cells(node)].concat());
    let table = Table {
        caption: format!("Throughput of {} by benchmark", said(name)),
        head: [vec![text_column("benchmark")], columns()].concat(),
        rows: rows.collect(),
    };
    let throughput = Section {
        id: "node",
        heading: "Throughput, and against the others",
        note: note(of),
        body: vec![
            Body::Figure(Figure::Changes(against(
                format!("{} against the other nodes", said(name)),
                benchmarks
                    .iter()
                    .map(|(one, node)| (said(&one.name), *node)),
            ))),
            Body::Table(table),
        ],
    };
    let list = Section {
        id: "results",
        heading: "Results",
        note: String::new(),
        body: vec![Body::Table(results_table(
            format!("Results of {}", said(name)),
            results.iter().copied(),
        ))],
    };
    Part {
        id: "node".to_owned(),
        kind: Kind::Fleet,
        title: format!("{} in the fleet", said(name)),
        subtitle: format!("{}; {}", said(&of.name), subtitle(fleet)),
        verdict: verdict(name, benchmarks),
        sections: vec![throughput, list],
        raw: Raw {
            file: format!("{}.json", crate::chart::id(name)),
            json: serde_json::to_string(results).unwrap_or_default(),
        },
    }
}

fn verdict(name: &str, found: &[(&Benchmark, &Node)]) -> Verdict {
    let name = said(name);
    let sick = found.iter().any(|(_, node)| node.sick == Some(true));
    let told = found.iter().any(|(_, node)| node.sick.is_some());
    let (tone, word, headline) = match (sick, told) {
        (true, _) => (
            Tone::Bad,
            "sick",
            format!("Sick: {name} is slower than its like."),
        ),
        (false, true) => (
            Tone::Good,
            "well",
            format!("Well: {name} is as fast as its like."),
        ),
        (false, false) => (
            Tone::Neutral,
            "can't be told",
            format!("Too few nodes, or launches, to tell whether {name} is sick."),
        ),
    };
    let reasons = found.iter().filter_map(|(benchmark, node)| {
        let against = node.against_others?;
        Some(format!(
            "{}: {} times the throughput of the others, {}.",
            said(&benchmark.name),
            ratio(against),
            standing(node).0
        ))
    });
    Verdict {
        tone,
        word: word.to_owned(),
        headline,
        reasons: reasons.collect(),
    }
}
