//! What the image costs: sizes and times that `scripts/docker.sh figures` measured.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::sources;

#[derive(Deserialize)]
struct Figures {
    image_bytes: f64,
    archive_gzip_bytes: f64,
    first_launch_s: f64,
    run_s: f64,
    /// As in a receipt: who built the programs.
    environment: String,
}

pub(super) fn table(results: &Path) -> Result<String> {
    let mut out = String::from(
        "| programs from | size, MB | gzipped, MB | to the first launch, s | whole run, s | measured |\n\
         |---|---|---|---|---|---|\n",
    );
    for source in sources(results, "image")? {
        let text = fs::read_to_string(&source.path)?;
        let figures: Figures = serde_json::from_str(&text).with_context(|| source.link.clone())?;
        let programs = match figures.environment.as_str() {
            "image" => "`image-archive`",
            "host" => "cargo",
            other => bail!("{}: expected image or host, found {other}", source.link),
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
