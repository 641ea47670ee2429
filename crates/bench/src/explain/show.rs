//! What fields cost, as a table for a terminal.

use std::fmt::Write as _;

use copybook_decode::decode::{Part, PrintedBy};
use report::profile;

use super::{Cost, Explained, Spread};
use crate::table::{Align, aligned};
use crate::words::count;

/// Most characters of the names of one part.
const NAMES: usize = 40;

/// The dearest part first, then what they are parts of.
pub(crate) fn text(found: &Explained) -> String {
    let head = [
        "ns a record",
        "",
        "ns a value",
        "values",
        "kind",
        "printed by",
        "to the reader",
        "fields",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(found.parts.iter().map(|cost| cells(cost, found)));
    let mut columns = [Align::Right; 8];
    columns[4..6].fill(Align::Left);
    columns[7] = Align::Left;
    let mut out = aligned(columns, &rows);
    let alone: f64 = found.parts.iter().map(|cost| cost.ns.median).sum();
    let mibps = found.bytes as f64 / found.records as f64 / found.whole.median * 1e9 / 1_048_576.0;
    // Writing to a String can't fail.
    let _ = write!(
        out,
        "\nall fields together: {} ns a record, {mibps:.0} MiB/s of input on one thread ({} kernel)\n\
         no field at all: {} ns a record, for telling records apart, counts and braces\n\
         the parts alone come to {alone:.1} ns; beside each other they overlap, or get in each other's way\n\
         {} of {} {} left to the reader, which takes many times as long\n\
         medians of {} in turn, and half the distance between their quartiles; a diagnosis, not a measurement\n",
        spread(found.whole),
        found.kernel,
        spread(found.frame),
        found.to_reader,
        count(found.records, "record"),
        if found.records == 1 { "is" } else { "are" },
        count(found.rounds as u64, "round"),
    );
    if let Some(advice) = advice(found) {
        let _ = writeln!(out, "{advice}");
    }
    out
}

/// The same for a file.
pub(crate) fn summary(found: &Explained) -> profile::Fields {
    let spread = |of: Spread| profile::Spread {
        median: of.median,
        half: of.half,
    };
    let part = |cost: &Cost| profile::FieldCost {
        fields: cost.part.fields.clone(),
        kind: kind(&cost.part),
        printed_by: printed_by(&cost.part, found.kernel),
        ns: spread(cost.ns),
        values: cost.values,
    };
    profile::Fields {
        kernel: found.kernel.to_owned(),
        records: found.records,
        rounds: found.rounds,
        whole: spread(found.whole),
        frame: spread(found.frame),
        parts: found.parts.iter().map(part).collect(),
    }
}

fn cells(cost: &Cost, found: &Explained) -> [String; 8] {
    let Cost {
        part, ns, values, ..
    } = cost;
    [
        format!("{:.1}", ns.median),
        format!("± {:.1}", ns.half),
        if *values > 0.0 {
            format!("{:.2}", ns.median / values)
        } else {
            "-".to_owned()
        },
        format!("{values:.1}"),
        kind(part),
        printed_by(part, found.kernel),
        match cost.to_reader {
            0 => String::new(),
            some => some.to_string(),
        },
        names(part),
    ]
}

fn kind(part: &Part) -> String {
    format!("{}, {}", part.kind, count(part.bytes as u64, "byte"))
}

fn printed_by(part: &Part, kernel: &str) -> String {
    match (part.by, part.together) {
        (PrintedBy::Reader, _) => "reader, value by value".to_owned(),
        (PrintedBy::Scalar, _) => "scalar kernel".to_owned(),
        (PrintedBy::Kernel, 1) => format!("{kernel} kernel, alone"),
        (PrintedBy::Kernel, many) => format!("{kernel} kernel, {many} in a row"),
    }
}

/// As many names as fit, and how many there are.
fn names(part: &Part) -> String {
    let all = &part.fields;
    let mut shown = String::new();
    for (index, name) in all.iter().enumerate() {
        if index > 0 && shown.len() + name.len() > NAMES {
            let _ = write!(shown, ", ... ({} fields)", all.len());
            break;
        }
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(shown, "{comma}{}", receipt::words::printable(name));
    }
    shown
}

/// What to do about the worst of it.
fn advice(found: &Explained) -> Option<String> {
    if found.to_reader * 10 > found.records {
        return Some(
            "hint: more than a tenth of the records go to the reader; --on-error null counts their invalid fields by name"
                .to_owned(),
        );
    }
    let reader = |cost: &&Cost| cost.part.by != PrintedBy::Kernel;
    let slow: f64 = found
        .parts
        .iter()
        .filter(reader)
        .map(|cost| cost.ns.median)
        .sum();
    (slow * 4.0 > found.whole.median).then(|| {
        "hint: fields that no loop of this kernel knows take more than a quarter of the time; where nobody needs them, name them FILLER in a copy of the copybook"
            .to_owned()
    })
}

fn spread(of: Spread) -> String {
    format!("{:.1} ± {:.1}", of.median, of.half)
}
