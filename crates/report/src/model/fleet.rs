//! A fleet's receipt (`fleet.json`) as a part of a report, or as a page a type and a page a node.

use std::fmt::Write as _;

use gate::fleet::{Benchmark, Comparison, Fleet, MachineType, Node, Outcome, Taken, TypeVerdict};
use receipt::Verdict as Judged;

use super::{
    Body, Change, Changes, Fact, Figure, Kind, Part, Raw, Section, Step, Table, Tone, Verdict,
    number_column, text_column,
};
use crate::number::{self, said};

/// Nodes of a type that are drawn and listed, the slowest: a page of ten thousand is no page.
const NODES: usize = 20;
/// Results that do not count, and runs that are lost, which are listed.
const LISTED: usize = 40;
/// Most results that a page has as its data.
const WHOLE: usize = 2_000;
/// What makes a node sick begins here: a ratio of throughputs.
const SAME: f64 = 1.0 - gate::fleet::PRACTICAL;

/// The part of a fleet.
#[must_use]
pub fn part(fleet: &Fleet) -> Part {
    let mut sections: Vec<Section> = vec![types(fleet), nodes(fleet)];
    sections.extend(missing(fleet));
    sections.push(reproduction(fleet));
    Part {
        id: "fleet".to_owned(),
        kind: Kind::Fleet,
        title: title(fleet),
        subtitle: subtitle(fleet),
        verdict: verdict(fleet),
        sections,
        raw: raw(fleet),
    }
}

/// A page of one node: what it measured, and where it stands among the others of its type.
#[must_use]
pub fn node(fleet: &Fleet, of: &MachineType, name: &str) -> Part {
    let found: Vec<(&Benchmark, &Node)> = of
        .benchmarks
        .iter()
        .filter_map(|one| Some((one, one.nodes.iter().find(|node| node.node == name)?)))
        .collect();
    let results: Vec<&Taken> = fleet
        .primary
        .results
        .iter()
        .filter(|one| one.node == name && one.machine_type == of.name)
        .collect();
    let rows = found
        .iter()
        .map(|(benchmark, node)| [vec![said(&benchmark.name)], cells(node)].concat());
    let table = Table {
        caption: format!("Throughput of {} by benchmark", said(name)),
        head: [vec![text_column("benchmark")], columns()].concat(),
        rows: rows.collect(),
    };
    let mut sections = vec![Section {
        id: "node",
        heading: "Throughput, and against the others",
        note: note(of),
        body: vec![
            Body::Figure(Figure::Changes(against(
                format!("{} against the other nodes", said(name)),
                found.iter().map(|(one, node)| (said(&one.name), *node)),
            ))),
            Body::Table(table),
        ],
    }];
    sections.push(Section {
        id: "results",
        heading: "Results",
        note: String::new(),
        body: vec![Body::Table(results_table(
            format!("Results of {}", said(name)),
            results.iter().copied(),
        ))],
    });
    Part {
        id: "node".to_owned(),
        kind: Kind::Fleet,
        title: format!("{} in the fleet", said(name)),
        subtitle: format!("{}; {}", said(&of.name), subtitle(fleet)),
        verdict: node_verdict(name, &found),
        sections,
        raw: Raw {
            file: format!("{}.json", crate::chart::id(name)),
            json: serde_json::to_string(&results).unwrap_or_default(),
        },
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

/// Missed anywhere, or a sick node, is bad; then what can't be told.
fn verdict(fleet: &Fleet) -> Verdict {
    let derived = &fleet.derived;
    let of = |judged: Judged| -> Vec<&str> {
        let such = derived.types.iter().filter(|one| {
            let worst = one.slo.iter().map(|slo| slo.verdict).max();
            worst == Some(judged)
        });
        such.map(|one| one.name.as_str()).collect()
    };
    let names = |types: &[&str]| {
        types
            .iter()
            .map(|name| said(name))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let sick: usize = derived.types.iter().map(|one| one.sick.len()).sum();
    let (missed, open, met) = (of(Judged::Fail), of(Judged::Inconclusive), of(Judged::Pass));
    let lost = derived.counts.lost;
    let (tone, word, headline) = if !missed.is_empty() {
        (
            Tone::Bad,
            "missed",
            format!("Too slow on {}.", names(&missed)),
        )
    } else if sick > 0 {
        let nodes = number::count(sick, "node is", "nodes are");
        (Tone::Bad, "sick", format!("{nodes} sick."))
    } else if !open.is_empty() {
        (
            Tone::Unsure,
            "inconclusive",
            format!("Inconclusive on {}.", names(&open)),
        )
    } else if lost.is_some_and(|lost| lost > 0) {
        (
            Tone::Unsure,
            "lost",
            "Runs are lost: what they would have shown nobody knows.".to_owned(),
        )
    } else if met.is_empty() {
        (
            Tone::Neutral,
            "not judged",
            "No objective measured: nothing to pass or fail.".to_owned(),
        )
    } else {
        let all = number::count(met.len(), "type", "types");
        (
            Tone::Good,
            "met",
            format!("Fast enough: all objectives are met on {all} of machine."),
        )
    };
    let mut reasons: Vec<String> = derived.types.iter().map(type_reason).collect();
    reasons.push(counted(fleet));
    Verdict {
        tone,
        word: word.to_owned(),
        headline,
        reasons,
    }
}

fn type_reason(of: &MachineType) -> String {
    let mut out = format!("{}: ", said(&of.name));
    for (index, slo) in of.slo.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        // Writing to a String can't fail.
        let _ = write!(out, "{comma}{} {}", said(&slo.label), word(slo.verdict));
    }
    if of.slo.is_empty() {
        out.push_str("not judged");
    }
    match &of.sick[..] {
        [] => {}
        some => {
            let _ = write!(out, "; sick: {}", listed(some));
        }
    }
    out + "."
}

fn counted(fleet: &Fleet) -> String {
    let counts = fleet.derived.counts;
    let lost = counts.lost.map_or_else(
        || "how many runs were asked for is not known".to_owned(),
        |lost| {
            format!(
                "{} lost",
                number::count(lost as usize, "run is", "runs are")
            )
        },
    );
    format!(
        "Of {} {} count; {} superseded, {} duplicate, {} unsound, {} unreadable; {lost}.",
        number::count(counts.results as usize, "result", "results"),
        counts.used,
        counts.superseded,
        counts.duplicate,
        counts.unsound,
        counts.unreadable,
    )
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

fn nodes(fleet: &Fleet) -> Section {
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
        let mut rows: Vec<Vec<String>> = nodes
            .iter()
            .map(|node| [vec![said(&node.node)], cells(node)].concat())
            .collect();
        rows.shrink_to_fit();
        body.push(Body::Table(Table {
            caption: format!(
                "{} on {}, node by node",
                said(&benchmark.name),
                said(&of.name)
            ),
            head: [vec![text_column("node")], columns()].concat(),
            rows,
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

fn note(of: &MachineType) -> String {
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
fn against<'a>(title: String, nodes: impl Iterator<Item = (String, &'a Node)>) -> Changes {
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
        rows: nodes.filter_map(row).collect(),
    }
}

fn standing(node: &Node) -> (&'static str, Tone) {
    match node.sick {
        Some(true) => ("sick", Tone::Bad),
        Some(false) => ("well", Tone::Good),
        None => ("can't be told", Tone::Neutral),
    }
}

fn columns() -> Vec<super::Column> {
    vec![
        number_column("MiB/s"),
        number_column("95 % interval"),
        number_column("launches"),
        number_column("times the others"),
        number_column("z"),
        text_column("verdict"),
    ]
}

fn cells(node: &Node) -> Vec<String> {
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

fn ratio(of: Comparison) -> String {
    of.ci95.map_or_else(
        || format!("{:.3}", of.ratio),
        |[low, high]| format!("{:.3} ({low:.3} to {high:.3})", of.ratio),
    )
}

fn rates(interval: Option<[f64; 2]>) -> String {
    interval.map_or_else(
        || "unknown".to_owned(),
        |[low, high]| format!("{} to {}", number::rate(low), number::rate(high)),
    )
}

fn node_verdict(name: &str, found: &[(&Benchmark, &Node)]) -> Verdict {
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

/// What does not count, and why; none where everything does.
fn missing(fleet: &Fleet) -> Option<Section> {
    let mut body = Vec::new();
    let out: Vec<&Taken> = fleet
        .primary
        .results
        .iter()
        .filter(|one| one.outcome != Outcome::Used)
        .collect();
    if !out.is_empty() {
        let shown = out.iter().copied().take(LISTED);
        body.push(Body::Table(results_table(
            "Results that do not count".to_owned(),
            shown,
        )));
        body.extend(more(out.len(), "result", "results"));
    }
    let lost = &fleet.derived.lost;
    if !lost.is_empty() {
        let rows = lost.iter().take(LISTED);
        body.push(Body::Table(Table {
            caption: "Runs that are lost".to_owned(),
            head: vec![
                text_column("lost: job"),
                number_column("task"),
                number_column("run"),
            ],
            rows: rows
                .map(|one| vec![said(&one.job), one.task.to_string(), one.run.to_string()])
                .collect(),
        }));
        body.extend(more(lost.len(), "run", "runs"));
    }
    let unreadable = &fleet.primary.unreadable;
    if !unreadable.is_empty() {
        let rows = unreadable.iter().take(LISTED);
        body.push(Body::Table(Table {
            caption: "Files that are no result".to_owned(),
            head: vec![text_column("unreadable file"), text_column("why")],
            rows: rows
                .map(|one| vec![said(&one.file), said(&one.reason)])
                .collect(),
        }));
        body.extend(more(unreadable.len(), "file", "files"));
    }
    (!body.is_empty()).then(|| Section {
        id: "missing",
        heading: "What does not count, and what is lost",
        note: "Of several results of one run of a task the sound one of the latest start counts; a run without one is lost."
            .to_owned(),
        body,
    })
}

fn more(all: usize, one: &str, many: &str) -> Option<Body> {
    let rest = all.checked_sub(LISTED).filter(|rest| *rest > 0)?;
    let text = format!(
        "And {} more; `fleet.json` has all.",
        number::count(rest, one, many)
    );
    Some(Body::Text(text))
}

fn results_table<'a>(caption: String, results: impl Iterator<Item = &'a Taken>) -> Table {
    let row = |one: &Taken| {
        let outcome = match one.outcome {
            Outcome::Used => "counts",
            Outcome::Superseded => "superseded",
            Outcome::Duplicate => "duplicate",
            Outcome::Unsound => "unsound",
        };
        let why = one.reason.as_deref().map_or_else(String::new, said);
        vec![
            said(&one.job),
            one.task.to_string(),
            one.restart.to_string(),
            one.run.to_string(),
            said(&one.node),
            number::moment(&one.timestamp),
            outcome.to_owned(),
            why,
        ]
    };
    Table {
        caption,
        head: vec![
            text_column("job"),
            number_column("task"),
            number_column("restart"),
            number_column("run"),
            text_column("node"),
            super::date_column("measured"),
            text_column("outcome"),
            text_column("why"),
        ],
        rows: results.map(row).collect(),
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
