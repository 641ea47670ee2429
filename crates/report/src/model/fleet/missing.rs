//! What does not count, and what is lost.

use gate::fleet::{Fleet, Outcome, Taken};

use super::LISTED;
use crate::model::{Body, Section, Table, date_column, number_column, text_column};
use crate::number::{self, said};

/// What does not count, and why; none where everything does.
pub(super) fn section(fleet: &Fleet) -> Option<Section> {
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

pub(super) fn results_table<'a>(
    caption: String,
    results: impl Iterator<Item = &'a Taken>,
) -> Table {
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
            date_column("measured"),
            text_column("outcome"),
            text_column("why"),
        ],
        rows: results.map(row).collect(),
    }
}
