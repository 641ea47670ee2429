//! Every node against the others of its type.

use gate::fleet::{Benchmark, Comparison, Fleet, MachineType, Node, TypeVerdict};

use super::listed;
use crate::model::{
    Body, Change, Changes, Column, Figure, Section, Table, Tone, number_column, text_column,
};
use crate::number::{self, said};

/// Nodes of a type that are drawn and listed, the slowest: a page of ten thousand is no page.
const NODES: usize = 20;
/// What makes a node sick begins here: a ratio of throughputs.
const SAME: f64 = 1.0 - gate::fleet::PRACTICAL;

pub(super) fn section(fleet: &Fleet) -> Section {
    Section {
        id: "nodes",
        heading: "Node by node",
        note: format!(
            "Each node against the others of its type. A node is sick if its modified z-score is below −{} and it is \
             certainly more than {:.0}\u{a0}% slower than they are.",
            gate::fleet::THRESHOLD,
            SAME * 100.0
        ),
        body: fleet.derived.types.iter().flat_map(machine_type).collect(),
    }
}

fn machine_type(of: &MachineType) -> Vec<Body> {
    let mut body = vec![Body::Heading(said(&of.name)), Body::Text(note(of))];
    for benchmark in &of.benchmarks {
        let mut nodes: Vec<&Node> = benchmark.nodes.iter().collect();
        nodes.sort_by(|a, b| a.mibps.total_cmp(&b.mibps));
        let hidden = nodes.len().saturating_sub(NODES);
        nodes.truncate(NODES);
        body.push(Body::Text(spread(benchmark)));
        if nodes.iter().any(|node| node.against_others.is_some()) {
            body.push(Body::Figure(Figure::Changes(against(
                format!("{}: nodes against the others", said(&benchmark.name)),
                nodes.iter().map(|node| (said(&node.node), *node)),
            ))));
        }
        let rows = nodes
            .iter()
            .map(|node| [vec![said(&node.node)], cells(node)].concat());
        body.push(Body::Table(Table {
            caption: format!(
                "{} on {}, node by node",
                said(&benchmark.name),
                said(&of.name)
            ),
            head: [vec![text_column("node")], columns()].concat(),
            rows: rows.collect(),
        }));
        if hidden > 0 {
            let nodes = number::count(hidden, "node is", "nodes are");
            body.push(Body::Text(format!(
                "{nodes} faster than these and not listed."
            )));
        }
    }
    body
}

pub(super) fn note(of: &MachineType) -> String {
    let told = of.benchmarks.iter().flat_map(|one| &one.nodes);
    let below: Vec<String> = of.slo.iter().filter_map(below).collect();
    let sick = match &of.sick[..] {
        [] if told.clone().all(|node| node.sick.is_none()) => {
            "Too few nodes, or launches, to tell a sick one".to_owned()
        }
        [] => "No node is sick".to_owned(),
        some => format!("Sick: {}", listed(some)),
    };
    format!("{sick}{}.", below.concat())
}

fn below(slo: &TypeVerdict) -> Option<String> {
    let nodes = &slo.below;
    (!nodes.is_empty()).then(|| {
        format!(
            "; below the floor of {}: {}",
            said(&slo.label),
            listed(nodes)
        )
    })
}

fn spread(of: &Benchmark) -> String {
    let mean = format!(
        "{}: {} MiB/s ({})",
        said(&of.name),
        number::rate(of.mibps),
        rates(of.ci95_mibps)
    );
    let Some(spread) = &of.spread else {
        return mean + ".";
    };
    format!(
        "{mean}; the slowest node, {}, has {} times the throughput of the fastest, {}.",
        said(&spread.slowest),
        ratio(spread.against),
        said(&spread.fastest)
    )
}

/// Each node's ratio to the others of its type.
pub(super) fn against<'a>(
    title: String,
    nodes: impl Iterator<Item = (String, &'a Node)>,
) -> Changes {
    let row = |(name, node): (String, &Node)| {
        let Comparison { ratio, ci95 } = node.against_others?;
        let (verdict, tone) = standing(node);
        Some(Change {
            name,
            ratio,
            interval: ci95.map_or([None; 2], |ends| ends.map(Some)),
            verdict: verdict.to_owned(),
            tone,
        })
    };
    Changes {
        id: "nodes".to_owned(),
        title,
        same: SAME,
        what: "difference",
        rows: nodes.filter_map(row).collect(),
    }
}

pub(super) fn standing(node: &Node) -> (&'static str, Tone) {
    match node.sick {
        Some(true) => ("sick", Tone::Bad),
        Some(false) => ("well", Tone::Good),
        None => ("can't be told", Tone::Neutral),
    }
}

pub(super) fn columns() -> Vec<Column> {
    vec![
        number_column("MiB/s"),
        number_column("95 % interval"),
        number_column("launches"),
        number_column("times the others"),
        number_column("z"),
        text_column("verdict"),
    ]
}

pub(super) fn cells(node: &Node) -> Vec<String> {
    vec![
        number::rate(node.mibps),
        rates(node.ci95_mibps),
        node.launches.to_string(),
        node.against_others.map_or_else(|| "–".to_owned(), ratio),
        node.modified_z.map_or_else(
            || "–".to_owned(),
            |z| receipt::words::signed(z, 1).replace('-', "−"),
        ),
        standing(node).0.to_owned(),
    ]
}

pub(super) fn ratio(of: Comparison) -> String {
    of.ci95.map_or_else(
        || format!("{:.3}", of.ratio),
        |[low, high]| format!("{:.3} ({low:.3} to {high:.3})", of.ratio),
    )
}

pub(super) fn rates(interval: Option<[f64; 2]>) -> String {
    interval.map_or_else(
        || "unknown".to_owned(),
        |[low, high]| format!("{} to {}", number::rate(low), number::rate(high)),
    )
}
