//! The sections of a history: newest runs, changes, charts.

use crate::model::{
    Body, Change, Figure, Section, Table, Tone, date_column, number_column, text_column,
};
use crate::number::{self, said};

use super::{Series, commit};

pub(super) fn overview(series: &[Series]) -> Section {
    let rows = series.iter().map(|one| {
        let last = one.runs.last();
        vec![
            said(&one.name),
            one.machine
                .as_deref()
                .map_or_else(|| "unknown".to_owned(), said),
            number::thousands(one.runs.len() as f64),
            last.map_or_else(String::new, |run| number::day(&run.timestamp)),
            last.map_or_else(String::new, |run| number::rate(run.mean)),
            last.map_or_else(String::new, |run| number::range(run.interval)),
            match one.shifts.last() {
                Some(shift) => number::change(shift.ratio),
                None => "none".to_owned(),
            },
        ]
    });
    let table = Table {
        caption: "The newest run of each series".to_owned(),
        head: vec![
            text_column("benchmark"),
            text_column("machine"),
            number_column("runs"),
            date_column("newest"),
            number_column("MiB/s"),
            number_column("95 % interval"),
            number_column("newest change"),
        ],
        rows: rows.collect(),
    };
    Section {
        id: "overview",
        heading: "Newest runs",
        note: String::new(),
        body: vec![Body::Table(table)],
    }
}

pub(super) fn changes(series: &[Series]) -> Section {
    let all = series
        .iter()
        .flat_map(|one| one.shifts.iter().rev().map(move |shift| (one, shift)));
    let rows: Vec<Vec<String>> = all
        .map(|(one, shift)| {
            let bounds = Change {
                name: String::new(),
                ratio: shift.ratio,
                interval: shift.interval,
                verdict: String::new(),
                tone: Tone::Neutral,
            };
            vec![
                number::day(&shift.timestamp),
                one.title(),
                number::change(shift.ratio),
                bounds.bounds(),
                format!(
                    "{} to {}",
                    commit(&shift.commits[0]),
                    commit(&shift.commits[1])
                ),
                format!(
                    "{} and {}",
                    number::short(&shift.seals[0]),
                    number::short(&shift.seals[1])
                ),
                match &shift.acknowledged {
                    Some(reason) => format!("acknowledged: {}", said(reason)),
                    None if shift.ratio < 1.0 => "not acknowledged".to_owned(),
                    None => "a gain".to_owned(),
                },
            ]
        })
        .collect();
    let body = if rows.is_empty() {
        Body::Text("No change of level was found.".to_owned())
    } else {
        Body::Table(Table {
            caption: "Changes of level, the newest of each series first".to_owned(),
            head: vec![
                date_column("from"),
                text_column("series"),
                number_column("change"),
                number_column("95 % interval"),
                text_column("commits"),
                text_column("receipts"),
                text_column("state"),
            ],
            rows,
        })
    };
    Section {
        id: "changes",
        heading: "Changes",
        note: String::new(),
        body: vec![body],
    }
}

pub(super) fn charts(series: Vec<Series>) -> Section {
    Section {
        id: "series",
        heading: "Series",
        note: "Runs in the order of their times: the mean as a dot, its 95 % interval as a band. A line is a \
               change of level; a dashed grey one is acknowledged."
            .to_owned(),
        body: series.into_iter().map(|one| Body::Figure(Figure::Series(one))).collect(),
    }
}
