//! A fleet's receipt (`fleet.json`) as a part of a report, and a node of it as a page.

mod missing;
mod node;
mod nodes;
mod verdict;

use std::fmt::Write as _;

use gate::fleet::Fleet;
use receipt::Verdict as Judged;

use super::{Body, Fact, Kind, Part, Raw, Section, Step, Table, number_column, text_column};
use crate::number::{self, said};
pub use node::{Found, found, node};
use nodes::rates;

/// Names, results and runs that are listed.
const LISTED: usize = 40;
/// Most results that a page has as its data.
const WHOLE: usize = 2_000;

/// The part of a fleet.
#[must_use]
pub fn part(fleet: &Fleet) -> Part {
    let mut sections: Vec<Section> = vec![types(fleet), nodes::section(fleet)];
    sections.extend(missing::section(fleet));
    sections.push(reproduction(fleet));
    Part {
        id: "fleet".to_owned(),
        kind: Kind::Fleet,
        title: title(fleet),
        subtitle: subtitle(fleet),
        verdict: verdict::of(fleet),
        sections,
        raw: raw(fleet),
    }
}

/// The whole receipt; of a great fleet all but its results, which no page has room for.
fn raw(fleet: &Fleet) -> Raw {
    let few = fleet.primary.results.len() <= WHOLE;
    let mut value = serde_json::to_value(fleet).unwrap_or_default();
    if let Some(fields) = value.as_object_mut().filter(|_| !few) {
        fields.remove("results");
    }
    Raw {
        file: if few {
            "fleet.json"
        } else {
            "fleet-without-results.json"
        }
        .to_owned(),
        json: value.to_string(),
    }
}

fn title(fleet: &Fleet) -> String {
    let jobs: Vec<String> = fleet
        .primary
        .jobs
        .iter()
        .map(|one| said(&one.job))
        .collect();
    match &jobs[..] {
        [one] => format!("Fleet, job {one}"),
        some => format!("Fleet, jobs {}", some.join(", ")),
    }
}

fn subtitle(fleet: &Fleet) -> String {
    let nodes: u64 = fleet.derived.types.iter().map(|one| one.nodes).sum();
    format!(
        "{}: {} {} on {} of {}",
        number::moment(&fleet.primary.timestamp),
        said(&fleet.primary.subject.name),
        said(&fleet.primary.subject.version),
        number::count(nodes as usize, "node", "nodes"),
        number::count(fleet.derived.types.len(), "type", "types"),
    )
}

/// Every type beside the others, and never averaged with them.
fn types(fleet: &Fleet) -> Section {
    let rows = fleet.derived.types.iter().flat_map(|of| {
        of.benchmarks.iter().map(|one| {
            let judged = of.slo.iter().find(|slo| slo.benchmark == one.name);
            vec![
                said(&of.name),
                said(&one.name),
                of.nodes.to_string(),
                number::rate(one.mibps),
                rates(one.ci95_mibps),
                judged.map_or_else(|| "–".to_owned(), |slo| number::rate(slo.floor_mibps)),
                judged.map_or_else(
                    || "not judged".to_owned(),
                    |slo| word(slo.verdict).to_owned(),
                ),
            ]
        })
    });
    let table = Table {
        caption: "Throughput by type of machine".to_owned(),
        head: vec![
            text_column("type"),
            text_column("benchmark"),
            number_column("nodes"),
            number_column("MiB/s"),
            number_column("95 % interval"),
            number_column("floor"),
            text_column("verdict"),
        ],
        rows: rows.collect(),
    };
    Section {
        id: "types",
        heading: "By type of machine",
        note: "The geometric mean over the nodes of a type, each with the same weight; types are never averaged."
            .to_owned(),
        body: vec![Body::Table(table)],
    }
}

fn reproduction(fleet: &Fleet) -> Section {
    let fact = |name: &str, value: String| Fact {
        name: name.to_owned(),
        value: Some(value),
    };
    let tasks = fleet.primary.jobs.iter().map(|one| {
        let tasks = one.tasks.map_or_else(
            || "an unknown number of".to_owned(),
            |tasks| tasks.to_string(),
        );
        fact(
            &format!("Job {}", said(&one.job)),
            format!("{tasks} tasks, runs of each: {}", one.runs),
        )
    });
    let mut facts: Vec<Fact> = tasks.collect();
    facts.push(fact(
        "Suite program, SHA-256",
        said(&fleet.primary.suite_sha256),
    ));
    facts.push(fact("Seal, SHA-256", said(&fleet.integrity.sha256)));
    let steps = vec![
        Step {
            why: "The same again, from the folder of the results:".to_owned(),
            command: "bench fleet collect FOLDER".to_owned(),
        },
        Step {
            why: "Whether every figure here follows from the results (`scripts/verify_receipt.py` asks a second time):"
                .to_owned(),
            command: "bench verify fleet.json".to_owned(),
        },
    ];
    Section {
        id: "reproduce",
        heading: "How to reproduce it",
        note: String::new(),
        body: vec![Body::Commands(steps), Body::Facts(facts)],
    }
}
/// Names, as many as one reads.
fn listed(names: &[String]) -> String {
    let mut out = names
        .iter()
        .take(LISTED)
        .map(|name| said(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > LISTED {
        let _ = write!(out, " and {} more", names.len() - LISTED);
    }
    out
}

fn word(verdict: Judged) -> &'static str {
    match verdict {
        Judged::Pass => "met",
        Judged::Fail => "missed",
        Judged::Inconclusive => "inconclusive",
    }
}
