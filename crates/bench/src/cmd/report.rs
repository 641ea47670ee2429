//! `bench report`: receipts, comparisons, histories, fleets and profiles to look at.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ::history::acknowledged::Acknowledgements;
use anyhow::{Context as _, Result, bail};
use gate::compare::Field;
use receipt::Receipt;
use receipt::file::write_whole;
use report::chart::Size;
use report::model::{Part, comparison, fleet, history, profile, receipt as shown};
use report::profile::Profile;
use report::read::{self, Document};
use report::runs::{Runs, is_many};
use report::serve::Listener;
use report::{Report, html, markdown, site};

use super::file;
use crate::Outcome;
use crate::compare::read::receipts;
use crate::run::objectives;
use crate::streams::{document, note, say};
use crate::suite::locate;

/// Make a page of receipts, comparisons, histories, fleets and profiles: one HTML file that needs nothing
/// else.
///
/// It says the verdict in words, then shows throughput with intervals against floors and a baseline,
/// every launch and sample, the host with what may have spoilt the measurement and its remedies, and
/// how to reproduce it; the raw data are in it. Every file is verified first, and one that does not
/// verify is refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to show, in this order: receipts (`perf.json`), comparisons (`ab.json`), fleets (`fleet.json`),
    /// a history's file, the folder that `bench profile` left, or a folder of receipts, which are then
    /// shown over time; `output/perf.json` by default. `-` reads standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Changes of a history that are known and accepted: a file with a commit, a benchmark and a reason
    /// on each line. They are shown as acknowledged.
    #[arg(long, value_name = "FILE")]
    acknowledged: Option<PathBuf>,

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

    /// Write no file, but show the page at an address of this machine until it is stopped, and renew
    /// it while runs come in. It can only be read.
    #[arg(long, conflicts_with_all = ["output", "markdown", "svg", "png", "site"])]
    serve: bool,

    /// Where --serve listens. Anybody who reaches an address that is not of loopback can read the page:
    /// in a container, give 0.0.0.0:8417 and publish the port on the host's loopback only.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8417",
        requires = "serve"
    )]
    listen: SocketAddr,

    /// Make a static site in this folder, of one history or folder of receipts: an index by machine and
    /// benchmark, a page for each, and `badge.svg` with the last verdict. Of a fleet (`fleet.json`): an
    /// index by type of machine, and a page for each node. What a site of before has and this one has not is
    /// taken away.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "markdown", "svg", "png"])]
    site: Option<PathBuf>,
}

/// # Errors
/// A file can't be read, does not verify, or measured something else than the baseline; or something
/// can't be written.
pub(crate) fn run(args: &Args) -> Result<Outcome> {
    file::stdin_once(&args.files)?;
    if let Some(folder) = &args.site {
        return site(args, folder);
    }
    if args.serve {
        return serve(args);
    }
    let report = Report::new(parts(args)?);
    pictures(args, &report)?;
    let only_pictures = args.svg.is_some() || args.png.is_some();
    let text = match args.markdown {
        true => markdown::render(&report),
        false => html::render(&report, &html::Options::default()),
    };
    match &args.output {
        Some(path) if path.as_os_str() == "-" => document(&text)?,
        Some(path) => write(path, text.as_bytes())?,
        None if args.markdown => say!("{}", text.trim_end())?,
        None if only_pictures => {}
        None => {
            let folder = locate::output(None);
            fs::create_dir_all(&folder)
                .with_context(|| format!("can't make the folder {}", folder.display()))?;
            write(&folder.join("report.html"), text.as_bytes())?;
        }
    }
    Ok(Outcome::Done)
}

fn site(args: &Args, folder: &Path) -> Result<Outcome> {
    let [source] = &args.files[..] else {
        bail!(
            "expected one history, folder of receipts or fleet.json to make a site of, found {}",
            args.files.len()
        );
    };
    if !is_many(source) {
        let Document::Fleet(fleet) = read::document(source)? else {
            bail!(
                "{}: expected a history, a folder of receipts or a fleet's receipt to make a site of; a page of one \
                 file needs no --site",
                source.display()
            );
        };
        let pages = site::fleet(folder, &fleet)?;
        note!(
            "wrote {pages} pages, an index and a badge to {}",
            folder.display()
        );
        return Ok(Outcome::Done);
    }
    let runs = runs(source)?;
    let pages = site::write(folder, &runs, &objectives::load(None)?, &known(args)?)?;
    note!(
        "wrote {pages} pages, an index and a badge to {}",
        folder.display()
    );
    Ok(Outcome::Done)
}

fn serve(args: &Args) -> Result<Outcome> {
    let files = files(args);
    if files.iter().any(|path| path.as_os_str() == "-") {
        bail!("standard input does not change: give --serve a file or a folder");
    }
    // What can't be shown at all is said before anything is served.
    parts(args)?;
    let listener = Listener::bind(args.listen)?;
    if !listener.address().ip().is_loopback() {
        note!(
            "warning: whoever reaches {} can read the page",
            listener.address()
        );
    }
    note!(
        "showing it at http://{}/ until it is stopped with Ctrl-C",
        listener.address()
    );
    let live = html::Options {
        live: true,
        ..html::Options::default()
    };
    let page = || match parts(args) {
        Ok(parts) => Ok(html::render(&Report::new(parts), &live)),
        Err(error) => Err(crate::words::error(&error)),
    };
    let watched: Vec<PathBuf> = files.into_iter().chain(args.acknowledged.clone()).collect();
    listener.run(&watched, page)?;
    Ok(Outcome::Done)
}

fn files(args: &Args) -> Vec<PathBuf> {
    match &args.files[..] {
        [] => vec![locate::output(None).join("perf.json")],
        some => some.to_vec(),
    }
}

fn parts(args: &Args) -> Result<Vec<Part>> {
    let mut baseline = Vec::new();
    for path in &args.baseline {
        baseline.extend(receipts(path)?);
    }
    let part = |path: &PathBuf| {
        if Profile::is_in(path) {
            let (found, text, folded, base) = Profile::read(path)?;
            return Ok(profile::part(&found, &text, folded, base));
        }
        if is_many(path) {
            return over_time(path, args);
        }
        part(path, &baseline, &args.across)
    };
    files(args).iter().map(part).collect()
}

fn over_time(path: &Path, args: &Args) -> Result<Part> {
    let shown = runs(path)?.shown(&objectives::load(None)?, &known(args)?);
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(history::part(&name.to_string_lossy(), shown))
}

fn runs(path: &Path) -> Result<Runs> {
    let runs = Runs::of(path)?;
    for skipped in &runs.skipped {
        let name = skipped.display().to_string();
        note!(
            "{}: not a receipt, left out",
            receipt::words::printable(&name)
        );
    }
    Ok(runs)
}

fn known(args: &Args) -> Result<Acknowledgements> {
    let read = args.acknowledged.as_deref().map(Acknowledgements::load);
    Ok(read.transpose()?.unwrap_or_default())
}

fn part(path: &Path, baseline: &[Receipt], across: &[Field]) -> Result<Part> {
    let name = file::name(path);
    let text = file::read(path).with_context(|| name.clone())?;
    match read::parse(text, Path::new(&name))? {
        Document::Receipt(receipt, text) => {
            shown::part(&receipt, &text, baseline, across).with_context(|| name.clone())
        }
        Document::Comparison(record, text) => Ok(comparison::part(&record, &text)),
        Document::Fleet(found) => Ok(fleet::part(&found)),
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
    write_whole(path, bytes)?;
    note!("wrote {}", path.display());
    Ok(())
}
