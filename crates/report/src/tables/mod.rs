//! A document's tables and its picture, made from the files under `results/`, the one place for figures.

mod error;
mod image;
mod picture;
mod receipts;
mod selftest;

use std::fs;
use std::path::{Path, PathBuf};

use receipt::Receipt;

pub use error::TableError;

const OPEN: &str = "<!-- table: ";
const CLOSE: &str = "<!-- /table -->";

/// A document made anew, and the pictures that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The whole text.
    pub document: String,
    /// What belongs beside it.
    pub pictures: Vec<Picture>,
}

/// A picture of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Seen from the document.
    pub path: PathBuf,
    /// Its content.
    pub svg: String,
}

/// The document with every table made anew, and the pictures that stand between such markers: from the
/// files below `results`, but for the tables of `others`, whose lines are given with their names.
///
/// # Errors
/// A marker without its counterpart, a table that nobody knows, none at all, or an unreadable file.
pub fn spliced(
    document: &str,
    results: &Path,
    others: &[(&str, String)],
) -> Result<Made, TableError> {
    let mut lines = document.lines();
    let (mut out, mut count, mut pictures) = (String::new(), 0, Vec::new());
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let Some(name) = line.strip_prefix(OPEN) else {
            if line == CLOSE {
                return Err(TableError::Unopened(CLOSE, OPEN));
            }
            continue;
        };
        let name = name.trim_end_matches("-->").trim();
        if !lines.by_ref().any(|line| line == CLOSE) {
            return Err(TableError::Unclosed(name.to_owned(), CLOSE));
        }
        match others.iter().find(|(other, _)| *other == name) {
            Some((_, lines)) => out += lines,
            None => {
                let table = table(name, results, &mut pictures);
                out += &table.map_err(|error| error.of(name))?;
            }
        }
        out += &format!("{CLOSE}\n");
        count += 1;
    }
    if count == 0 {
        return Err(TableError::None(OPEN));
    }
    Ok(Made {
        document: out,
        pictures,
    })
}

fn table(name: &str, results: &Path, pictures: &mut Vec<Picture>) -> Result<String, TableError> {
    match name {
        "slo" => receipts::objectives(results),
        "peers" => receipts::peers(results),
        "threads" => receipts::threads(results),
        "full" => receipts::full(results),
        "files" => receipts::files(results),
        "image" => image::table(results),
        "selftest" => selftest::table(results),
        "picture" => {
            let (text, picture) = picture::decoders(results)?;
            pictures.push(picture);
            Ok(text)
        }
        _ => Err(TableError::Unknown),
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
fn sources(results: &Path, folder: &str) -> Result<Vec<Source>, TableError> {
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
    if sources.is_empty() {
        return Err(TableError::Empty(results.join("*").join(folder)));
    }
    Ok(sources)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, TableError> {
    let failed = |reason| TableError::Read {
        path: folder.to_owned(),
        reason,
    };
    let read = fs::read_dir(folder).map_err(failed)?;
    let mut paths = read
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// The receipt of another subject of the same run, if it left one.
fn beside(path: &Path, name: &str) -> Result<Option<Receipt>, TableError> {
    let path = path.with_file_name(format!("{name}.json"));
    Ok(path.exists().then(|| Receipt::load(&path)).transpose()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{TableError, spliced};

    fn results() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results")
    }

    #[test]
    fn what_was_in_a_table_is_replaced_and_the_rest_stays() {
        let document = "before\n\n<!-- table: threads -->\nold\n<!-- /table -->\nafter\n";
        let made = spliced(document, &results(), &[]);
        let new = made.expect("tables").document;
        assert!(new.starts_with("before\n\n<!-- table: threads -->\n| machine |"));
        assert!(new.ends_with("\n<!-- /table -->\nafter\n"));
        assert!(!new.contains("old"));
        let again = spliced(&new, &results(), &[]).expect("tables");
        assert_eq!(again.document, new);
    }

    #[test]
    fn a_table_that_is_given_needs_no_results() {
        let document = "<!-- table: own -->\nold\n<!-- /table -->\n";
        let own = [("own", "| new |\n".to_owned())];
        let made = spliced(document, Path::new("absent"), &own).expect("a table");
        assert_eq!(made.document, document.replace("old", "| new |"));
    }

    #[test]
    fn a_picture_is_made_with_the_words_around_it() {
        let document = "<!-- table: picture -->\n<!-- /table -->\n";
        let made = spliced(document, &results(), &[]).expect("a picture");
        let [picture] = &made.pictures[..] else {
            panic!("expected one picture, found {:?}", made.pictures);
        };
        assert!(made.document.contains(&picture.path.display().to_string()));
        assert!(picture.svg.contains("copybook-decode"), "{}", picture.svg);
    }

    #[test]
    fn markers_that_do_not_fit_are_an_error() {
        for (document, expected) in [
            ("text\n", "found none"),
            ("<!-- table: slo -->\n", "behind it"),
            ("<!-- /table -->\n", "before it"),
            (
                "<!-- table: other -->\n<!-- /table -->\n",
                "the table other: expected slo, peers",
            ),
        ] {
            let error: TableError = spliced(document, &results(), &[]).expect_err(document);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
