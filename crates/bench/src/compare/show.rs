//! Comparisons as text for a terminal and as Markdown for a pull request.

use std::fmt::Write as _;

use gate::ab::Verdict;
use gate::compare::{Comparison, Row};
use receipt::words::percent;

use crate::table::{Align, aligned};

/// A sorted table, what only one side has, and why a verdict is not more than it is.
pub(crate) fn text(found: &Comparison) -> String {
    let head = [
        "benchmark",
        "base, MiB/s",
        "new, MiB/s",
        "change",
        "95 % interval",
        "verdict",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(found.rows.iter().map(cells));
    let columns = [
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Left,
    ];
    let mut out = aligned(columns, &rows);
    for line in remarks(found) {
        // Writing to a String can't fail.
        let _ = writeln!(out, "{line}");
    }
    out.trim_end().to_owned()
}

/// The same as a Markdown table with the remarks below it.
pub(crate) fn markdown(found: &Comparison) -> String {
    let mut out = String::from(
        "| benchmark | base, MiB/s | new, MiB/s | change | 95 % interval | verdict |\n|---|---:|---:|---:|---:|---|\n",
    );
    for row in &found.rows {
        let mut cells = cells(row);
        cells[0] = format!("`{}`", cells[0].replace('|', "\\|"));
        if row.verdict == Verdict::Slower {
            cells[5] = format!("**{}**", cells[5]);
        }
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    for line in remarks(found) {
        let _ = write!(out, "\n{line}\n");
    }
    out.trim_end().to_owned()
}

fn cells(row: &Row) -> [String; 6] {
    let interval = row.ci95.map_or_else(
        || "unknown".to_owned(),
        |[low, high]| format!("{} to {}", percent(low), percent(high)),
    );
    [
        if row.answers_checked {
            row.name.clone()
        } else {
            format!("{} (answers not checked)", row.name)
        },
        format!("{:.1}", row.base_mibps),
        format!("{:.1}", row.new_mibps),
        percent(row.ratio),
        interval,
        row.verdict.to_string(),
    ]
}

fn remarks(found: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    let mut reasons: Vec<&str> = Vec::new();
    for reason in found.rows.iter().filter_map(|row| row.reason.as_deref()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let verdict = |reason: &str| {
        let of = found
            .rows
            .iter()
            .find(|row| row.reason.as_deref() == Some(reason));
        of.map_or(Verdict::Inconclusive, |row| row.verdict)
    };
    for reason in reasons {
        lines.push(format!("{}: {reason}", verdict(reason)));
    }
    let sides = [
        ("the base", &found.only_base),
        ("the new side", &found.only_new),
    ];
    for (side, names) in sides {
        if !names.is_empty() {
            lines.push(format!(
                "only {side} has, so not compared: {}",
                names.join(", ")
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Comparison {
        let row = |name: &str, ratio: f64, verdict, reason: Option<&str>| Row {
            name: name.to_owned(),
            answers_checked: true,
            base_mibps: 100.0,
            new_mibps: 100.0 * ratio,
            ratio,
            ci95: reason.is_none().then_some([ratio - 0.01, ratio + 0.01]),
            verdict,
            reason: reason.map(str::to_owned),
        };
        Comparison {
            base_runs: 5,
            new_runs: 1,
            same_program: false,
            rows: vec![
                row("g/slow", 0.9, Verdict::Slower, None),
                row("g/open", 0.99, Verdict::Inconclusive, Some("one run each")),
            ],
            only_base: vec!["g/gone".to_owned()],
            only_new: Vec::new(),
        }
    }

    #[test]
    fn answers_that_nobody_checked_are_told() {
        let mut found = found();
        found.rows[1].answers_checked = false;
        for shown in [text(&found), markdown(&found)] {
            let mut lines = shown.lines();
            let told = lines.find(|line| line.contains("(answers not checked)"));
            assert!(told.is_some_and(|line| line.contains("g/open")), "{shown}");
        }
    }

    #[test]
    fn a_terminal_gets_columns_and_reasons() {
        let text = text(&found());
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("benchmark  base, MiB/s"), "{text}");
        assert_eq!(
            lines[1],
            "g/slow           100.0        90.0  -10.0 %  -11.0 % to -9.0 %  slower"
        );
        assert!(
            lines[2].ends_with("-1.0 %            unknown  inconclusive"),
            "{text}"
        );
        assert_eq!(lines[3], "inconclusive: one run each");
        assert_eq!(lines[4], "only the base has, so not compared: g/gone");
    }

    #[test]
    fn a_reason_is_told_once() {
        let mut found = found();
        let row = found.rows[1].clone();
        found.rows.insert(0, row);
        let text = text(&found);
        assert_eq!(
            text.matches("inconclusive: one run each").count(),
            1,
            "{text}"
        );
    }

    #[test]
    fn a_pull_request_gets_a_table() {
        let text = markdown(&found());
        assert!(
            text.contains("| `g/slow` | 100.0 | 90.0 | -10.0 % | -11.0 % to -9.0 % | **slower** |"),
            "{text}"
        );
        assert!(
            text.contains("\n\nonly the base has, so not compared: g/gone"),
            "{text}"
        );
    }
}
