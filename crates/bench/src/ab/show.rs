//! A comparison as it goes on and as it ended, for a terminal and for a pull request.

use std::fmt::Write as _;
use std::time::Duration;

use gate::ab::judge::Finding;
use gate::ab::record::{Record, Row};
use gate::ab::{Direction, Next, Stage, Verdict};
use receipt::words::percent;

use super::Plan;
use crate::table::{Align, aligned};
use crate::words;

/// What is known after a look, one line a benchmark.
pub(crate) fn look(next: &Next, names: &[String], findings: &[Finding]) -> String {
    let stage = match next.stage {
        Stage::Screening => "screening",
        Stage::Confirmation => "confirmation",
    };
    let mut out = format!("{stage}, {}:", words::count(next.round.into(), "round"));
    for (name, finding) in names.iter().zip(findings) {
        // Writing to a String can't fail.
        let _ = write!(out, "\n  {name}: {}", state(finding));
    }
    out
}

/// The most that is still to come.
pub(crate) fn at_most(rounds: u32, one: Duration) -> String {
    let launches = 3 * rounds;
    let whole = one * launches;
    format!("at most {launches} launches more, {}", duration(whole))
}

/// Two commits between which there is nothing to measure, for a terminal or a pull request.
pub(crate) fn equal(plan: &Plan, why: &str) -> String {
    let Plan { base, new, .. } = plan;
    let line = format!("{new} is equal to {base} and was not measured: {why}");
    match plan.markdown {
        true => format!("**{line}**"),
        false => line,
    }
}

/// The end of it: a table, why a verdict is not more, and the whole in one line.
pub(crate) fn text(record: &Record) -> String {
    let head = ["benchmark", "change", "95 % interval", "pairs", "verdict"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(record.benchmarks.iter().map(cells));
    let columns = [
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Left,
    ];
    let mut out = aligned(columns, &rows);
    for line in remarks(record) {
        let _ = writeln!(out, "{line}");
    }
    let _ = write!(out, "{}", summary(record));
    out
}

/// The same for a pull request.
pub(crate) fn markdown(record: &Record) -> String {
    let mut out = format!("**{}**\n\n", summary(record));
    out.push_str("| benchmark | change in throughput | 95 % interval | pairs | verdict |\n|---|---:|---:|---:|---|\n");
    for row in &record.benchmarks {
        let mut cells = cells(row);
        cells[0] = format!("`{}`", cells[0].replace('|', "\\|"));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    for line in remarks(record) {
        let _ = write!(out, "\n{line}\n");
    }
    for warning in &record.warnings {
        let _ = write!(out, "\nwarning: {warning}\n");
    }
    let subjects = &record.subjects;
    let _ = write!(
        out,
        "\n{} against {}, on {} x {}, {} launches, seed {}.",
        subjects.new.asked,
        subjects.base.asked,
        record.host.cores,
        record.host.cpu,
        record.launches.len(),
        record.seed
    );
    out
}

fn summary(record: &Record) -> String {
    let (base, new) = (&record.subjects.base.asked, &record.subjects.new.asked);
    match record.verdict {
        Verdict::Same => format!("✓ {new} is as fast as {base}"),
        Verdict::Faster => format!("✓ {new} is faster than {base}"),
        Verdict::Slower => format!("✗ {new} is slower than {base}"),
        Verdict::Inconclusive => format!("? inconclusive: {new} against {base}"),
    }
}

fn cells(row: &Row) -> [String; 5] {
    // Throughput is the inverse of time, and so is its interval.
    let end =
        |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| percent(1.0 / end));
    [
        row.name.clone(),
        percent(1.0 / row.ratio),
        format!("{} to {}", end(row.ci95[1]), end(row.ci95[0])),
        row.pairs.to_string(),
        row.verdict.to_string(),
    ]
}

fn remarks(record: &Record) -> Vec<String> {
    let mut lines = Vec::new();
    if record.benchmarks.iter().any(|row| row.control_differs) {
        lines.push(
            "inconclusive: the control arm, base against a copy of itself, was found to differ, so this machine disturbs launches in a way that lots do not even out; run it again when the machine is quiet, or elsewhere"
                .to_owned(),
        );
        return lines;
    }
    for row in &record.benchmarks {
        if row.verdict != Verdict::Inconclusive {
            continue;
        }
        let seen = match row.detectable {
            Some(share) => format!(
                "launches that spread like these show a change of {:.1} % or more",
                share * 100.0
            ),
            None => "launches that spread like these show no change at all".to_owned(),
        };
        let what = match row.suspicion {
            Some(direction) => {
                format!("screening suspected {direction}, fresh launches did not confirm it")
            }
            None => "no difference was found, and none excluded".to_owned(),
        };
        lines.push(format!("inconclusive: {}: {what}; {seen}", row.name));
    }
    lines
}

fn state(finding: &Finding) -> String {
    let ratio = finding.ratio.map_or_else(
        || "nothing measured".to_owned(),
        |ratio| percent(1.0 / ratio),
    );
    match (finding.verdict, finding.suspicion) {
        (Some(verdict), _) => format!("{ratio}, {verdict}"),
        (None, Some(Direction::Slower)) => {
            format!("{ratio}, seems slower; fresh launches will tell")
        }
        (None, Some(Direction::Faster)) => {
            format!("{ratio}, seems faster; fresh launches will tell")
        }
        (None, None) => format!("{ratio}, not settled"),
    }
}

fn duration(whole: Duration) -> String {
    match whole.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
