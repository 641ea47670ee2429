//! What the image costs: sizes and times that `scripts/docker.sh figures` measured.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{TableError, sources};

#[derive(Deserialize)]
struct Figures {
    image_bytes: f64,
    archive_gzip_bytes: f64,
    first_launch_s: f64,
    run_s: f64,
    /// As in a receipt: who built the programs.
    environment: String,
}

pub(super) fn table(results: &Path) -> Result<String, TableError> {
    let mut out = String::from(
        "| programs from | size, MB | gzipped, MB | to the first launch, s | whole run, s | measured |\n\
         |---|---|---|---|---|---|\n",
    );
    for source in sources(results, "image")? {
        let text = fs::read_to_string(&source.path).map_err(|error| TableError::Read {
            path: source.path.clone(),
            reason: error,
        })?;
        let figures: Figures = serde_json::from_str(&text).map_err(|error| {
            TableError::lacks(&source.link, format!("figures of an image: {error}"))
        })?;
        let programs = match figures.environment.as_str() {
            "image" => "`image-archive`",
            "host" => "cargo",
            other => {
                let expected = format!("image or host as environment, found {other}");
                return Err(TableError::lacks(&source.link, expected));
            }
        };
        let _ = writeln!(
            out,
            "| {programs} | {:.0} | {:.0} | {:.2} | {:.0} | [{}]({}) |",
            figures.image_bytes / 1e6,
            figures.archive_gzip_bytes / 1e6,
            figures.first_launch_s,
            figures.run_s,
            source.stem,
            source.link
        );
    }
    out += "\nMeasured by `./scripts/docker.sh figures [ARCHIVE]`.\n";
    Ok(out)
}
