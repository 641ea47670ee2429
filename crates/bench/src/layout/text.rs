//! The layout as a table for people.

use super::{Field, Layout, Occurs, Record};
use crate::table::{Align, aligned};

const COLUMNS: [Align; 6] = [
    Align::Left,
    Align::Right,
    Align::Right,
    Align::Left,
    Align::Left,
    Align::Left,
];
const HEADING: [&str; 6] = ["field", "offset", "length", "picture", "usage", "clauses"];

/// A table for each record, with its total length in the line above.
pub(crate) fn text(layout: &Layout) -> String {
    let tables: Vec<String> = layout.records.iter().map(table).collect();
    tables.join("\n")
}

fn table(record: &Record) -> String {
    let mut rows = vec![HEADING.map(str::to_owned)];
    for field in &record.fields {
        rows.push(row(field));
        rows.extend(conditions(field));
    }
    format!(
        "{}: {}\n{}",
        record.name,
        total(record),
        aligned(COLUMNS, &rows)
    )
}

fn total(record: &Record) -> String {
    let bytes = |count| crate::words::count(count, "byte");
    if record.min_length == record.max_length {
        return bytes(record.max_length as u64);
    }
    let moves = if record.fields.iter().any(|field| field.moves) {
        "; an offset with ~ is that of the longest record"
    } else {
        ""
    };
    format!(
        "{} to {}{moves}",
        record.min_length,
        bytes(record.max_length as u64)
    )
}

fn row(field: &Field) -> [String; 6] {
    let indent = "  ".repeat(field.depth);
    let moves = if field.moves { "~" } else { "" };
    [
        format!("{indent}{:02} {}", field.level, field.name),
        format!("{moves}{}", field.offset),
        field.length.to_string(),
        field.picture.clone().unwrap_or_default(),
        field.usage.unwrap_or_default().to_owned(),
        notes(field).join("; "),
    ]
}

fn conditions(field: &Field) -> impl Iterator<Item = [String; 6]> {
    let indent = "  ".repeat(field.depth + 1);
    field.conditions.iter().map(move |condition| {
        let mut row: [String; 6] = Default::default();
        row[0] = format!("{indent}88 {}", condition.name);
        row[5] = format!("value {}", condition.values);
        row
    })
}

fn notes(field: &Field) -> Vec<String> {
    let mut notes: Vec<String> = field.occurs.iter().map(occurs).collect();
    notes.extend(
        field
            .redefines
            .as_ref()
            .map(|path| format!("redefines {}", last(path))),
    );
    notes.extend(field.renames.as_ref().map(|range| {
        if range.from == range.through {
            format!("renames {}", last(&range.from))
        } else {
            format!(
                "renames {} through {}",
                last(&range.from),
                last(&range.through)
            )
        }
    }));
    notes.extend(field.clauses.iter().map(|&clause| clause.to_owned()));
    notes
}

fn occurs(occurs: &Occurs) -> String {
    let Occurs {
        min, max, stride, ..
    } = occurs;
    let times = match &occurs.depending_on {
        Some(count) => format!("occurs {min} to {max} depending on {}", last(count)),
        None => format!("occurs {max}"),
    };
    format!(
        "{times}, every {}",
        crate::words::count(*stride as u64, "byte")
    )
}

/// The name alone: groups around it are in the table anyway.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
