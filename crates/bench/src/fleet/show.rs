//! A fleet's receipt for a terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gate::fleet::{Expected, Fleet, Lost, MachineType, Node, Outcome, Taken, Unreadable};
use receipt::Verdict;

use crate::table::{Align, aligned};
use crate::words::count;

/// Nodes of one type and benchmark that are shown one by one, the slowest; also of other lists.
const NODES: usize = 20;

/// What was counted, then type by type.
pub(crate) fn text(fleet: &Fleet) -> String {
    let counts = fleet.derived.counts;
    let lost = match counts.lost {
        None => "how many were asked for is not known (--tasks)".to_owned(),
        Some(lost) => format!("{lost} lost"),
    };
    let mut out = format!(
        "{}: {} count, {} superseded, {} duplicate, {} unsound, {} unreadable; {lost}\n",
        count(counts.results, "result"),
        counts.used,
        counts.superseded,
        counts.duplicate,
        counts.unsound,
        counts.unreadable,
    );
    out.push_str(&crowded(fleet).unwrap_or_default());
    let lost = |one: &Lost| format!("job {}, task {}, run {}", one.job, one.task, one.run);
    list("lost", fleet.derived.lost.iter().map(lost), &mut out);
    let unreadable = |one: &Unreadable| format!("{}: {}", one.file, one.reason);
    list(
        "unreadable",
        fleet.primary.unreadable.iter().map(unreadable),
        &mut out,
    );
    let results = fleet.primary.results.iter();
    let unsound = results.filter(|one| one.outcome == Outcome::Unsound);
    list("unsound", unsound.map(refused), &mut out);
    for one in &fleet.derived.types {
        out.push('\n');
        machine_type(one, &mut out);
    }
    out.trim_end().to_owned()
}

/// The first of them, a line each, and how many more there are.
fn list(what: &str, mut lines: impl Iterator<Item = String>, out: &mut String) {
    for line in lines.by_ref().take(NODES) {
        // Writing to a String can't fail.
        let _ = writeln!(out, "{what}: {line}");
    }
    match lines.count() {
        0 => {}
        more => {
            let _ = writeln!(out, "{what}: ... and {more} more, in the fleet's receipt");
        }
    }
}

fn refused(one: &Taken) -> String {
    format!(
        "job {}, task {}, restart {}, run {} on {}: {}",
        receipt::words::printable(&one.job),
        one.task,
        one.restart,
        one.run,
        receipt::words::printable(&one.node),
        one.reason.as_deref().unwrap_or_default()
    )
}

/// Said where tasks shared nodes: a scheduler gives a node the next one where fewer are free than were asked
/// for, and then not every node was measured.
fn crowded(fleet: &Fleet) -> Option<String> {
    let used = || {
        let results = fleet.primary.results.iter();
        results.filter(|one| one.outcome == Outcome::Used)
    };
    let of_job = |job: &Expected| {
        let mine = || used().filter(|one| one.job == job.job);
        let tasks: BTreeSet<u64> = mine().map(|one| one.task).collect();
        let nodes: BTreeSet<&str> = mine().map(|one| one.node.as_str()).collect();
        (nodes.len() < tasks.len()).then(|| {
            format!(
                "job {}: {} ran on {}; fewer were free than were asked for\n",
                receipt::words::printable(&job.job),
                count(tasks.len() as u64, "task"),
                count(nodes.len() as u64, "node"),
            )
        })
    };
    let lines: Vec<String> = fleet.primary.jobs.iter().filter_map(of_job).collect();
    (!lines.is_empty()).then(|| lines.concat())
}

fn machine_type(of: &MachineType, out: &mut String) {
    let name = receipt::words::printable(&of.name);
    let _ = writeln!(out, "{name}: {}", count(of.nodes, "node"));
    for verdict in &of.slo {
        let word = match verdict.verdict {
            Verdict::Pass => "met",
            Verdict::Fail => "missed",
            Verdict::Inconclusive => "inconclusive",
        };
        let below = match verdict.below.as_slice() {
            [] => String::new(),
            nodes => format!("; below it: {}", nodes.join(", ")),
        };
        let is_measured = of
            .benchmarks
            .iter()
            .any(|one| one.name == verdict.benchmark);
        let word = if is_measured { word } else { "not measured" };
        let _ = writeln!(
            out,
            "{}, floor {} MiB/s: {word}{below}",
            verdict.label, verdict.floor_mibps
        );
    }
    for benchmark in &of.benchmarks {
        let mut rows = vec![
            [
                "node",
                "MiB/s",
                "95 % interval",
                "against the others",
                "z",
                "",
            ]
            .map(str::to_owned),
        ];
        let mut nodes: Vec<&Node> = benchmark.nodes.iter().collect();
        nodes.sort_by(|a, b| a.mibps.total_cmp(&b.mibps));
        rows.extend(nodes.iter().take(NODES).map(|node| cells(node)));
        let interval = interval(benchmark.ci95_mibps, 1);
        let _ = writeln!(
            out,
            "{}: {:.1} MiB/s ({interval})",
            benchmark.name, benchmark.mibps
        );
        if let Some(spread) = &benchmark.spread {
            let _ = writeln!(
                out,
                "the slowest, {}, has {:.3} times the throughput of the fastest, {} ({})",
                spread.slowest,
                spread.against.ratio,
                spread.fastest,
                self::interval(spread.against.ci95, 3)
            );
        }
        let columns = [
            Align::Left,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Right,
            Align::Left,
        ];
        out.push_str(&aligned(columns, &rows));
        if nodes.len() > NODES {
            let _ = writeln!(
                out,
                "... and {} faster",
                count((nodes.len() - NODES) as u64, "node")
            );
        }
    }
    match of.sick.as_slice() {
        [] if of
            .benchmarks
            .iter()
            .flat_map(|one| &one.nodes)
            .all(|node| node.sick.is_none()) =>
        {
            let _ = writeln!(out, "too few nodes, or launches, to tell a sick one");
        }
        [] => {
            let _ = writeln!(out, "no node is sick");
        }
        nodes => {
            let _ = writeln!(out, "sick: {}", nodes.join(", "));
        }
    }
}

fn cells(node: &Node) -> [String; 6] {
    let against = node.against_others.map_or_else(String::new, |against| {
        format!("{:.3} ({})", against.ratio, interval(against.ci95, 3))
    });
    [
        receipt::words::printable(&node.node),
        format!("{:.1}", node.mibps),
        interval(node.ci95_mibps, 1),
        against,
        node.modified_z
            .map_or_else(String::new, |z| receipt::words::signed(z, 1)),
        if node.sick == Some(true) {
            "sick".to_owned()
        } else {
            String::new()
        },
    ]
}

fn interval(of: Option<[f64; 2]>, places: usize) -> String {
    of.map_or_else(
        || "unknown".to_owned(),
        |[low, high]| format!("{low:.places$} to {high:.places$}"),
    )
}
