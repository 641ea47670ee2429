//! SAP's labelled series (README.md beside them says whose they are), which are not in this repository.

use std::fs;
use std::path::{Path, PathBuf};

use history::change::Found;

use super::found;

/// A regression has to be found within so many rows.
const WITHIN: usize = 5;

/// A series, and what people judged.
pub(crate) struct Labelled {
    pub(crate) file: String,
    pub(crate) kind: String,
    /// The last row before the regression, 0 for none.
    pub(crate) last: usize,
    /// Build and throughput of each row: the reciprocal of the duration that was measured.
    rows: Vec<(u64, f64)>,
}

/// All of them; `None`, and said so, where they are not.
pub(crate) fn all() -> Option<Vec<Labelled>> {
    let Some(folder) = std::env::var_os("COPYBOOK_SERIES").map(PathBuf::from) else {
        println!("skipped: labelled series (COPYBOOK_SERIES names no folder)");
        return None;
    };
    let labels = fs::read_to_string(folder.join("labels.csv")).expect("labels.csv");
    let labelled = |line: &str| {
        let [file, kind, last] = fields(line);
        Labelled {
            file: file.to_owned(),
            kind: kind.to_owned(),
            last: last.parse().expect("a row"),
            rows: rows(&folder.join(file)),
        }
    };
    Some(labels.lines().skip(1).map(labelled).collect())
}

impl Labelled {
    pub(crate) fn found(&self) -> Found {
        found(&self.rows)
    }

    pub(crate) fn durations(&self) -> Vec<f64> {
        self.rows.iter().map(|(_, rate)| 1e6 / rate).collect()
    }

    /// Whether changes at these rows are what people judged: the regression, or nothing.
    pub(crate) fn is_right(&self, at: &[usize]) -> bool {
        let near = |at: &usize| at.abs_diff(self.last) <= WITHIN;
        match self.kind.as_str() {
            "regression" => !at.is_empty() && at.iter().all(near),
            _ => at.is_empty(),
        }
    }
}

#[test]
fn what_people_called_a_regression_is_found_and_nothing_else() {
    let Some(all) = all() else { return };
    let mut wrong = Vec::new();
    for one in &all {
        let found = one.found();
        let at: Vec<usize> = found.changes.iter().map(|change| change.at).collect();
        println!(
            "{} {}, {} rows, {} blocks, autocorrelation {:.2}: labelled {}, found {at:?}",
            one.file,
            one.kind,
            one.rows.len(),
            found.blocks,
            found.autocorrelation,
            one.last
        );
        if !one.is_right(&at) || found.changes.iter().any(|change| !change.slowdown) {
            wrong.push(&one.file);
        }
    }
    assert!(
        all.iter().any(|one| one.kind == "regression"),
        "no labelled regression"
    );
    assert!(wrong.is_empty(), "not as labelled: {wrong:?}");
}

fn rows(path: &Path) -> Vec<(u64, f64)> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let row = |line: &str| {
        let [_, build, measurement] = fields(line);
        let duration: f64 = measurement.parse().expect("a number");
        (build.parse().expect("a number"), 1e6 / duration)
    };
    text.lines().skip(1).map(row).collect()
}

fn fields(line: &str) -> [&str; 3] {
    let fields: Vec<_> = line.trim().split(',').collect();
    fields.try_into().expect("three fields")
}
