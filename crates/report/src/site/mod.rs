//! A folder that any web server can show: an index by machine and benchmark, a page for each series, the
//! newest receipt of each machine and decoder, and a badge of the last verdict.

mod badge;
mod index;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gate::fleet::Fleet;
use history::SeriesKey;
use history::acknowledged::Acknowledgements;
use receipt::file::write_whole;
use receipt::{FileError, Objectives, Receipt};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chart;
use crate::html::{self, Options};
use crate::model::{
    Part, Report, Tone, Verdict, fleet as of_fleet, history as over_time, receipt as shown,
};
use crate::number::said;
use crate::runs::Runs;

/// Lists what a site consists of, so that the next one can take away what it no longer has.
const MANIFEST: &str = "site.json";

/// Why there is no site.
#[derive(Debug, Error)]
pub enum SiteError {
    /// The folder has something in it, and no site of ours.
    #[error(
        "expected {0} to be empty or to hold a site made before, found other files in it: name another folder"
    )]
    Foreign(PathBuf),
    /// A page can't be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system refuses.
    #[error("can't write {path}: {reason}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    files: BTreeSet<String>,
}

/// A page of a site.
struct Page {
    file: String,
    /// The decoder.
    subject: String,
    /// Of the newest run.
    time: String,
    part: Part,
}

/// Writes the site; every file whole or not at all, the index last. Returns how many pages it has.
///
/// # Errors
/// The folder is somebody else's, or can't be written.
pub fn write(
    folder: &Path,
    runs: &Runs,
    objectives: &Objectives,
    known: &Acknowledgements,
) -> Result<usize, SiteError> {
    let mut site = Site::open(folder)?;
    let mut taken = BTreeSet::from(["index.html".to_owned()]);
    let series = series(runs, objectives, known, &mut taken);
    let receipts = receipts(runs, &mut taken);
    for page in series.iter().chain(&receipts) {
        site.put(&page.file, &alone(&page.part, "all series"))?;
    }
    let badge = badge::svg("decoding speed", &last(&series, &receipts));
    site.close(&badge, &index::render(runs, &series, &receipts))?;
    Ok(series.len() + receipts.len())
}

/// The same of a fleet: its own page, and one for each node. Returns how many pages it has.
///
/// # Errors
/// As [`write()`].
pub fn fleet(folder: &Path, fleet: &Fleet) -> Result<usize, SiteError> {
    let mut site = Site::open(folder)?;
    let whole = of_fleet::part(fleet);
    site.put("fleet.html", &alone(&whole, "all nodes"))?;
    let mut taken = BTreeSet::from(["index.html".to_owned(), "fleet.html".to_owned()]);
    let mut nodes = Vec::new();
    for node in of_fleet::found(fleet) {
        let part = of_fleet::node(fleet, &node);
        let file = name(&mut taken, &format!("node {}", node.name));
        site.put(&file, &alone(&part, "all nodes"))?;
        nodes.push(index::Node {
            of: node.number,
            name: said(node.name),
            file,
            verdict: part.verdict,
        });
    }
    let badge = badge::svg("fleet", &whole.verdict);
    site.close(&badge, &index::fleet(fleet, &whole, &nodes))?;
    Ok(nodes.len() + 1)
}

/// A folder that becomes a site; every file is written whole or not at all.
struct Site<'a> {
    folder: &'a Path,
    /// What the last site in it consisted of.
    before: BTreeSet<String>,
    files: BTreeSet<String>,
}

impl<'a> Site<'a> {
    fn open(folder: &'a Path) -> Result<Self, SiteError> {
        fs::create_dir_all(folder).map_err(failed(folder))?;
        Ok(Self {
            folder,
            before: before(folder)?,
            files: BTreeSet::new(),
        })
    }

    fn put(&mut self, name: &str, content: &str) -> Result<(), SiteError> {
        self.files.insert(name.to_owned());
        Ok(write_whole(&self.folder.join(name), content.as_bytes())?)
    }

    /// The index comes last; then what the site of before had and this one has not is taken away.
    fn close(mut self, badge: &str, index: &str) -> Result<(), SiteError> {
        self.put("badge.svg", badge)?;
        // GitHub Pages would run the folder through Jekyll otherwise.
        self.put(".nojekyll", "")?;
        self.put("index.html", index)?;
        let manifest = Manifest {
            files: self.files.clone(),
        };
        let manifest = serde_json::to_string(&manifest).unwrap_or_default();
        write_whole(&self.folder.join(MANIFEST), manifest.as_bytes())?;
        let gone = self.before.difference(&self.files);
        for gone in gone.filter(|name| is_plain(name)) {
            let path = self.folder.join(gone);
            if let Err(reason) = fs::remove_file(&path)
                && reason.kind() != io::ErrorKind::NotFound
            {
                return Err(SiteError::Write { path, reason });
            }
        }
        Ok(())
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    move |reason| SiteError::Write { path, reason }
}

/// What the last site in this folder consisted of.
fn before(folder: &Path) -> Result<BTreeSet<String>, SiteError> {
    let read = fs::read_to_string(folder.join(MANIFEST)).ok();
    if let Some(manifest) = read.and_then(|text| serde_json::from_str::<Manifest>(&text).ok()) {
        return Ok(manifest.files);
    }
    let mut entries = fs::read_dir(folder).map_err(failed(folder))?;
    match entries.next() {
        None => Ok(BTreeSet::new()),
        Some(_) => Err(SiteError::Foreign(folder.to_owned())),
    }
}

/// A name in the folder itself: the manifest may come from anywhere.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && name != "." && name != ".."
}

fn series(
    runs: &Runs,
    objectives: &Objectives,
    known: &Acknowledgements,
    taken: &mut BTreeSet<String>,
) -> Vec<Page> {
    let keys = runs.series.iter().map(|(key, _)| key);
    let shown = runs.shown(objectives, known);
    let page = |(key, one): (&SeriesKey, over_time::Series)| Page {
        file: name(taken, &one.title()),
        subject: key.subject.clone(),
        time: one
            .runs
            .last()
            .map_or_else(String::new, |run| run.timestamp.clone()),
        part: over_time::part(&one.title(), vec![one]),
    };
    keys.zip(shown).map(page).collect()
}

fn receipts(runs: &Runs, taken: &mut BTreeSet<String>) -> Vec<Page> {
    let page = |(receipt, text): &(Receipt, String)| {
        let machine = gate::compare::alike::machine(receipt);
        let title = format!("newest {} on {machine}", receipt.subject.name);
        Page {
            file: name(taken, &title),
            subject: receipt.subject.name.clone(),
            time: receipt.timestamp.clone(),
            part: shown::alone(receipt, text),
        }
    };
    runs.newest.iter().map(page).collect()
}

/// A file's name that nobody else has.
fn name(taken: &mut BTreeSet<String>, title: &str) -> String {
    let id = chart::id(title);
    let mut name = format!("{id}.html");
    for number in 2.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = format!("{id}-{number}.html");
    }
    name
}

fn alone(part: &Part, back: &str) -> String {
    let options = Options {
        back: Some(("index.html".to_owned(), back.to_owned())),
        ..Options::default()
    };
    html::render(&Report::new(vec![part.clone()]), &options)
}

/// The verdict of the newest receipt that was judged, of our decoder where there are several; where none
/// was, that of the newest series.
fn last(series: &[Page], receipts: &[Page]) -> Verdict {
    let judged = || {
        receipts
            .iter()
            .filter(|page| page.part.verdict.tone != Tone::Neutral)
    };
    let newest = |pages: &mut dyn Iterator<Item = &Page>| {
        pages
            .max_by(|a, b| a.time.cmp(&b.time))
            .map(|page| page.part.verdict.clone())
    };
    newest(&mut judged().filter(|page| page.subject == "copybook-decode"))
        .or_else(|| newest(&mut judged()))
        .or_else(|| newest(&mut series.iter()))
        .unwrap_or_else(|| over_time::part("nothing", Vec::new()).verdict)
}
