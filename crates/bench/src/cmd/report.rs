//! `bench report`: a receipt or a comparison to look at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use gate::compare::Field;
use receipt::Receipt;
use receipt::file::write_whole;
use report::chart::Size;
use report::model::{Part, comparison, receipt as shown};
use report::read::{self, Document};
use report::{Report, html, markdown};

use super::file;
use crate::Outcome;
use crate::compare::read::receipts;
use crate::streams::{note, say};
use crate::suite::locate;

/// Make a page of receipts and comparisons: one HTML file that needs nothing else.
///
/// It says the verdict in words, then shows throughput with intervals against floors and a baseline,
/// every launch and sample, the host with what may have spoilt the measurement and its remedies, and
/// how to reproduce it; the raw data are in it. Every file is verified first, and one that does not
/// verify is refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Receipts (`perf.json`) and comparisons (`ab.json`), in the order to show them;
    /// `output/perf.json` by default. `-` reads standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// A receipt, or a folder of receipts, to show each receipt beside: an earlier release, another
    /// machine. Repeatable.
    #[arg(long, value_name = "FILE")]
    baseline: Vec<PathBuf>,

    /// Overlook a difference to the baseline, when it is the one that you want to see: machine,
    /// container, subject, flags, kernels, workload, verification. Repeatable.
    #[arg(long, value_name = "FIELD", requires = "baseline")]
    across: Vec<Field>,

    /// Where to write the page, `report.html` in the output folder by default; `-` prints it.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print Markdown instead, for a pull request or a step summary; with --output write it there.
    #[arg(long)]
    markdown: bool,

    /// Write every chart as an SVG file into this folder, for a document: it follows the reader's
    /// setting of light or dark. No page is written then unless --output names one.
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,

    /// Write every chart as a PNG file into this folder, for slides. No page is written then unless
    /// --output names one.
    #[arg(long, value_name = "DIR")]
    png: Option<PathBuf>,
}

/// # Errors
/// A file can't be read, does not verify, or measured something else than the baseline; or something
/// can't be written.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let report = Report::new(parts(args)?);
    pictures(args, &report)?;
    let only_pictures = args.svg.is_some() || args.png.is_some();
    let text = match args.markdown {
        true => markdown::render(&report),
        false => html::render(&report, &html::Options::default()),
    };
    match &args.output {
        Some(path) if path.as_os_str() == "-" => say!("{}", text.trim_end())?,
        Some(path) => write(path, text.as_bytes())?,
        None if args.markdown => say!("{}", text.trim_end())?,
        None if only_pictures => {}
        None => write(&locate::output(None).join("report.html"), text.as_bytes())?,
    }
    Ok(Outcome::Done)
}

fn parts(args: &Args) -> Result<Vec<Part>> {
    file::stdin_once(&args.files)?;
    let mut baseline = Vec::new();
    for path in &args.baseline {
        baseline.extend(receipts(path)?);
    }
    let mut files = args.files.clone();
    if files.is_empty() {
        files.push(locate::output(None).join("perf.json"));
    }
    files
        .iter()
        .map(|path| part(path, &baseline, &args.across))
        .collect()
}

fn part(path: &Path, baseline: &[Receipt], across: &[Field]) -> Result<Part> {
    let name = file::name(path);
    let text = file::read(path).with_context(|| name.clone())?;
    match read::parse(text, Path::new(&name))? {
        Document::Receipt(receipt, text) => {
            shown::part(&receipt, &text, baseline, across).with_context(|| name.clone())
        }
        Document::Comparison(record, text) => Ok(comparison::part(&record, &text)),
    }
}

fn pictures(args: &Args, report: &Report) -> Result<()> {
    for folder in [&args.svg, &args.png].into_iter().flatten() {
        fs::create_dir_all(folder)
            .with_context(|| format!("can't make the folder {}", folder.display()))?;
    }
    for figure in report.figures() {
        let chart = figure.chart(Size::Wide);
        if let Some(folder) = &args.svg {
            write(
                &folder.join(&chart.id).with_extension("svg"),
                chart.svg().as_bytes(),
            )?;
        }
        if let Some(folder) = &args.png {
            let png = chart.png().with_context(|| chart.title.clone())?;
            write(&folder.join(&chart.id).with_extension("png"), &png)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole(path, bytes).with_context(|| format!("can't write {}", path.display()))?;
    note!("wrote {}", path.display());
    Ok(())
}
