//! The one picture of a document: decoders beside each other on every kind of record.

use std::path::{Path, PathBuf};

use super::receipts::first;
use super::{Picture, TableError, beside, sources};
use receipt::Receipt;

use crate::chart::Size;
use crate::chart::marks::{Marks, Row};

/// Endings of the receipts' names, and what the picture calls them.
const SUBJECTS: [(&str, &str); 5] = [
    ("copybook-decode", "copybook-decode"),
    ("copybook-decode-scalar", "without vectors"),
    ("gnucobol", "GnuCOBOL"),
    ("copybook-codec", "copybook-codec"),
    ("copy-of-output", "copying its output"),
];

/// The picture and the lines that show it.
pub(super) fn decoders(results: &Path) -> Result<(String, Picture), TableError> {
    const OURS: &str = "-copybook-decode";
    let mut rows = Vec::new();
    for source in sources(results, "workloads")? {
        let Some(run) = source.stem.strip_suffix(OURS) else {
            continue;
        };
        let mut values = Vec::new();
        for (subject, _) in SUBJECTS {
            let receipt = beside(&source.path, &format!("{run}-{subject}"))?;
            values.push(receipt.as_ref().map(rate).transpose()?);
        }
        rows.push(Row {
            name: run.to_owned(),
            values,
        });
    }
    let marks = Marks {
        id: "decoders".to_owned(),
        title: "Throughput by kind of record, MiB/s of input (each grid line ten times the last)"
            .to_owned(),
        names: SUBJECTS.map(|(_, name)| name.to_owned()).to_vec(),
        rows,
    };
    let path = PathBuf::from("docs/pictures/decoders.svg");
    let text = format!("![{}]({})\n", marks.alternative(), path.display());
    let svg = marks.chart(Size::Wide).svg();
    Ok((text, Picture { path, svg }))
}

fn rate(receipt: &Receipt) -> Result<f64, TableError> {
    Ok(first(receipt)?.mean_mibps)
}
