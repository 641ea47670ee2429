//! The README's tables, made from the files under `results/`, the one place for figures.

mod image;
mod receipts;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use receipt::Receipt;

const OPEN: &str = "<!-- table: ";
const CLOSE: &str = "<!-- /table -->";

/// The document with every table made anew from the files below `results`.
///
/// # Errors
/// A marker without its counterpart, a table that nobody knows, none at all, or an unreadable file.
pub(crate) fn spliced(document: &str, results: &Path) -> Result<String> {
    let mut lines = document.lines();
    let (mut out, mut count) = (String::new(), 0);
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let Some(name) = line.strip_prefix(OPEN) else {
            ensure!(line != CLOSE, "{CLOSE}: expected {OPEN}NAME --> before it");
            continue;
        };
        let name = name.trim_end_matches("-->").trim();
        ensure!(
            lines.by_ref().any(|line| line == CLOSE),
            "the table {name}: expected {CLOSE} behind it"
        );
        out += &table(name, results).with_context(|| format!("the table {name}"))?;
        out += &format!("{CLOSE}\n");
        count += 1;
    }
    ensure!(count > 0, "expected a line `{OPEN}NAME -->`, found none");
    Ok(out)
}

fn table(name: &str, results: &Path) -> Result<String> {
    match name {
        "slo" => receipts::objectives(results),
        "peers" => receipts::peers(results),
        "threads" => receipts::threads(results),
        "files" => receipts::files(results),
        "image" => image::table(results),
        _ => bail!("expected slo, peers, threads, files or image"),
    }
}

/// A file that a row is made from.
struct Source {
    path: PathBuf,
    /// As a link in the document.
    link: String,
    /// Its name without `.json`.
    stem: String,
}

/// The JSON files of a folder of every machine, by name. `folder` is empty for the machine's own.
///
/// # Errors
/// There is none: a table without rows is a mistake.
fn sources(results: &Path, folder: &str) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for machine in entries(results)? {
        let at = machine.join(folder);
        if at.is_dir() {
            found.extend(entries(&at)?);
        }
    }
    found.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    let beside = results.parent().unwrap_or(Path::new(""));
    let sources: Vec<Source> = found
        .into_iter()
        .map(|path| Source {
            link: path
                .strip_prefix(beside)
                .unwrap_or(&path)
                .display()
                .to_string(),
            stem: path.file_stem().unwrap_or_default().display().to_string(),
            path,
        })
        .collect();
    ensure!(
        !sources.is_empty(),
        "{}: expected receipts in */{folder}",
        results.display()
    );
    Ok(sources)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = read
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The receipt of another subject of the same run, if it left one.
fn beside(path: &Path, name: &str) -> Result<Option<Receipt>> {
    let path = path.with_file_name(format!("{name}.json"));
    Ok(path.exists().then(|| Receipt::load(&path)).transpose()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::spliced;

    fn results() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results")
    }

    #[test]
    fn what_was_in_a_table_is_replaced_and_the_rest_stays() {
        let document = "before\n\n<!-- table: threads -->\nold\n<!-- /table -->\nafter\n";
        let new = spliced(document, &results()).expect("tables");
        assert!(new.starts_with("before\n\n<!-- table: threads -->\n| machine |"));
        assert!(new.ends_with("\n<!-- /table -->\nafter\n"));
        assert!(!new.contains("old"));
        assert_eq!(spliced(&new, &results()).expect("tables"), new);
    }

    #[test]
    fn markers_that_do_not_fit_are_an_error() {
        for (document, expected) in [
            ("text\n", "found none"),
            ("<!-- table: slo -->\n", "behind it"),
            ("<!-- /table -->\n", "before it"),
            (
                "<!-- table: other -->\n<!-- /table -->\n",
                "expected slo, peers",
            ),
        ] {
            let error = spliced(document, &results()).expect_err(document);
            assert!(format!("{error:#}").contains(expected), "{error:#}");
        }
    }
}
