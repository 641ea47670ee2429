//! The rates of a self-test as a table, for a terminal and for a document.

use gate::ab::Verdict;
use gate::binomial;

use super::{Kept, Row, Trial, is_finding};
use crate::table::{Align, aligned};

const HEAD: [&str; 7] = [
    "extra work",
    "neighbour",
    "rows",
    "found",
    "95 % interval",
    "ratio's interval holds it",
    "time to decision",
];

/// For a terminal; what is found where nothing was injected is a false alarm.
pub(super) fn text(kept: &Kept) -> String {
    let mut table = vec![HEAD.map(str::to_owned)];
    table.extend(rows(kept));
    let (left, right) = (Align::Left, Align::Right);
    let columns = [left, left, right, right, right, right, right];
    aligned(columns, &table).trim_end().to_owned()
}

/// For a document, with what it is a table of.
pub(super) fn markdown(kept: &Kept) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&HEAD.map(str::to_owned));
    out.push_str("|---:|---|---:|---:|---:|---:|---:|\n");
    for row in rows(kept) {
        out.push_str(&line(&row));
    }
    out.push_str(&format!(
        "\nA row is one benchmark of one comparison of the suite with itself, on {} x {}; what is found at 0 % is a \
         false alarm. Intervals of shares are exact (Clopper and Pearson); the time is the median for one benchmark.",
        kept.host.cores, kept.host.cpu
    ));
    out
}

/// One row a condition, without a neighbour first.
fn rows(kept: &Kept) -> Vec<[String; 7]> {
    let mut conditions: Vec<(f64, bool)> = kept
        .trials
        .iter()
        .map(|trial| (trial.injected, trial.neighbour))
        .collect();
    conditions.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
    conditions.dedup();
    let row = |(percent, neighbour): (f64, bool)| {
        let of = |trial: &&Trial| trial.injected == percent && trial.neighbour == neighbour;
        let trials: Vec<&Trial> = kept.trials.iter().filter(of).collect();
        cells(percent, neighbour, &trials)
    };
    conditions.into_iter().map(row).collect()
}

fn cells(percent: f64, neighbour: bool, trials: &[&Trial]) -> [String; 7] {
    let rows: Vec<&Row> = trials.iter().flat_map(|trial| &trial.rows).collect();
    let all = rows.len();
    let is_found = |row: &&&Row| match percent == 0.0 {
        true => is_finding(row.verdict),
        false => row.verdict == Verdict::Slower,
    };
    let truth = 1.0 + percent / 100.0;
    let holds = |row: &&&Row| {
        let [low, high] = row.ci95;
        low.is_none_or(|low| low <= truth) && high.is_none_or(|high| high >= truth)
    };
    let (found, held) = (
        rows.iter().filter(is_found).count(),
        rows.iter().filter(holds).count(),
    );
    [
        format!("{percent} %"),
        if neighbour { "noisy" } else { "none" }.to_owned(),
        all.to_string(),
        found.to_string(),
        share(found, all),
        format!("{held} ({})", share(held, all)),
        median_seconds(trials),
    ]
}

/// The exact interval of a share.
fn share(found: usize, all: usize) -> String {
    let share = binomial::interval95(found as u64, all as u64);
    format!("{:.1} to {:.1} %", share.low * 100.0, share.high * 100.0)
}

/// The median over trials of what one benchmark took: the benchmarks of a trial share their launches.
fn median_seconds(trials: &[&Trial]) -> String {
    let one = |trial: &&Trial| trial.seconds / trial.rows.len().max(1) as f64;
    let mut seconds: Vec<f64> = trials.iter().map(one).collect();
    seconds.sort_by(f64::total_cmp);
    let (low, high) = ((seconds.len() - 1) / 2, seconds.len() / 2);
    format!("{:.0} s", f64::midpoint(seconds[low], seconds[high]))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, trial};
    use super::*;

    fn four() -> Kept {
        let around = |ratio: f64| [Some(ratio - 0.01), Some(ratio + 0.01)];
        let mut noisy = trial(5.0, Verdict::Inconclusive, [None, None]);
        (noisy.neighbour, noisy.seconds) = (true, 90.0);
        kept(vec![
            noisy,
            trial(0.0, Verdict::Same, around(1.0)),
            trial(0.0, Verdict::Faster, around(0.9)),
            trial(5.0, Verdict::Slower, around(1.05)),
        ])
    }

    #[test]
    fn rates_count_what_was_found_and_what_holds() {
        let [alarms, found, missed] = rows(&four()).try_into().expect("three conditions");
        assert_eq!(alarms[..4], ["0 %", "none", "2", "1"], "{alarms:?}");
        // Of 1 of 2: from 1 - sqrt(0.975) to its mirror image.
        assert_eq!(alarms[4..], ["1.3 to 98.7 %", "1 (1.3 to 98.7 %)", "40 s"]);
        assert_eq!(found[..4], ["5 %", "none", "1", "1"], "{found:?}");
        assert_eq!(missed[..4], ["5 %", "noisy", "1", "0"], "{missed:?}");
        assert_eq!(missed[4..], ["0.0 to 97.5 %", "1 (2.5 to 100.0 %)", "90 s"]);
    }

    #[test]
    fn a_document_gets_one_line_a_condition() {
        let out = markdown(&four());
        let lines: Vec<&str> = out.lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(lines.len(), 5, "{out}");
        assert!(
            lines
                .iter()
                .all(|line| line.matches(" | ").count() == 6 || line.starts_with("|--"))
        );
        assert!(lines[2].starts_with("| 0 % | none | 2 | 1 |"), "{out}");
        assert!(out.contains("false alarm"), "{out}");
    }
}
