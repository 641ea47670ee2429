//! What is shown, before anybody decides how: a report has parts, a part has sections.

pub mod comparison;
pub mod fleet;
pub mod history;
pub mod profile;
pub mod receipt;

use crate::chart::{Chart, Size};
use crate::profile::Folded;
pub use history::{Run, Series, Shift};

/// One page.
#[derive(Debug, Clone)]
pub struct Report {
    /// What it is about.
    pub title: String,
    /// Its parts: receipts, comparisons, histories, in the order they were asked for.
    pub parts: Vec<Part>,
}

/// One receipt, comparison or history.
#[derive(Debug, Clone)]
pub struct Part {
    /// Unique in a report; letters, digits and `-`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its name, for headings.
    pub title: String,
    /// When, where, of what: one line.
    pub subtitle: String,
    /// What follows from it.
    pub verdict: Verdict,
    /// In the order to read them.
    pub sections: Vec<Section>,
    /// The data behind it.
    pub raw: Raw,
}

/// Where a part comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `perf.json`.
    Receipt,
    /// `ab.json`.
    Comparison,
    /// Many runs.
    History,
    /// `fleet.json`, or a node of it.
    Fleet,
    /// What `bench profile` leaves.
    Profile,
}

/// The first thing to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How it is.
    pub tone: Tone,
    /// The same in one or two words, as on a badge.
    pub word: String,
    /// In one sentence.
    pub headline: String,
    /// What it rests on, a sentence each.
    pub reasons: Vec<String>,
}

/// Good news or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Met, faster, the same.
    Good,
    /// Missed, slower.
    Bad,
    /// Can't be told.
    Unsure,
    /// Nothing was judged.
    Neutral,
}

/// A heading and what stands below it.
#[derive(Debug, Clone)]
pub struct Section {
    /// Unique in its part.
    pub id: &'static str,
    /// The heading.
    pub heading: &'static str,
    /// How to read it; empty where nothing has to be said.
    pub note: String,
    /// What is shown.
    pub body: Vec<Body>,
}

/// A piece of a section.
#[derive(Debug, Clone)]
pub enum Body {
    /// A chart.
    Figure(Figure),
    /// Rows and columns.
    Table(Table),
    /// Names and values.
    Facts(Vec<Fact>),
    /// What a reader must know, each with its remedy.
    Warnings(Vec<String>),
    /// A sentence.
    Text(String),
    /// Of what follows in the section.
    Heading(String),
    /// What to type, with what it is for.
    Commands(Vec<Step>),
    /// Where time goes.
    Flame(Flame),
}

/// What a flame graph is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Flame {
    /// The benchmark.
    pub title: String,
    /// What was counted.
    pub unit: String,
    /// The stacks.
    pub folded: Folded,
    /// Those that colours compare them with.
    pub base: Option<Folded>,
}

/// What a chart is drawn from.
#[derive(Debug, Clone)]
pub enum Figure {
    /// Throughput.
    Rates(Rates),
    /// Distribution.
    Spread(Spread),
    /// Changes between two sides.
    Changes(Changes),
    /// One series of a history.
    Series(Series),
}

impl Figure {
    /// Draws it.
    #[must_use]
    pub fn chart(&self, size: Size) -> Chart {
        match self {
            Self::Rates(rates) => rates.chart(size),
            Self::Spread(spread) => spread.chart(size),
            Self::Changes(changes) => changes.chart(size),
            Self::Series(series) => series.chart(size),
        }
    }
}

/// Throughput of some benchmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Of the chart, unique in a report.
    pub id: String,
    /// Of the chart.
    pub title: String,
    /// In the order they ran.
    pub rows: Vec<Rate>,
}

/// One benchmark's throughput, MiB/s.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Its name.
    pub name: String,
    /// Mean.
    pub mean: f64,
    /// 95 % interval, low then high.
    pub interval: [f64; 2],
    /// What it must reach, if anything.
    pub floor: Option<f64>,
    /// What the baseline measured, if there is one.
    pub baseline: Option<f64>,
    /// The verdict on it.
    pub tone: Tone,
}

/// The samples of one benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Of the chart, unique in a report.
    pub id: String,
    /// Of the chart.
    pub title: String,
    /// Of the values.
    pub unit: String,
    /// A launch each, or an arm.
    pub groups: Vec<Group>,
    /// Of all, where the values have one.
    pub mean: Option<f64>,
    /// Of the mean.
    pub interval: Option<[f64; 2]>,
}

/// Values that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// A short name.
    pub name: String,
    /// In the order they were measured.
    pub values: Vec<f64>,
}

/// How two sides differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Of the chart, unique in a report.
    pub id: String,
    /// Of the chart.
    pub title: String,
    /// Within this share of no difference the two are the same.
    pub same: f64,
    /// What the difference is, in a word: a `change` from an older side, or a `difference` from others.
    pub what: &'static str,
    /// One a benchmark.
    pub rows: Vec<Change>,
}

/// How one benchmark differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Throughput of new over base.
    pub ratio: f64,
    /// 95 % interval, low then high; `None` where nothing bounds an end.
    pub interval: [Option<f64>; 2],
    /// In one word.
    pub verdict: String,
    /// The same for the eye.
    pub tone: Tone,
}

/// Rows and columns of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it holds, for those who can't see it.
    pub caption: String,
    /// The headings.
    pub head: Vec<Column>,
    /// As many cells as there are headings.
    pub rows: Vec<Vec<String>>,
}

/// A heading, and how its column is aligned.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// Numbers stand at the right.
    pub number: bool,
    /// Its cells stay on one line, as dates do.
    pub whole: bool,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What.
    pub name: String,
    /// `None` where it is not known.
    pub value: Option<String>,
}

/// A command and what it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// A sentence.
    pub why: String,
    /// A line for a shell.
    pub command: String,
}

/// The data of a part.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// The name to save it under.
    pub file: String,
    /// JSON.
    pub json: String,
}

pub(crate) fn text_column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        number: false,
        whole: false,
    }
}

pub(crate) fn date_column(name: &str) -> Column {
    Column {
        whole: true,
        ..text_column(name)
    }
}

pub(crate) fn number_column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        number: true,
        whole: true,
    }
}

impl Report {
    /// A page of these parts.
    #[must_use]
    pub fn new(mut parts: Vec<Part>) -> Self {
        let title = match &parts[..] {
            [one] => one.title.clone(),
            some => format!(
                "{} and {} more",
                some.first().map_or("Nothing", |part| &part.title),
                some.len().saturating_sub(1)
            ),
        };
        for (index, part) in parts.iter_mut().enumerate() {
            part.number(index + 1);
        }
        Self { title, parts }
    }

    /// Every chart, in the order of the page.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let sections = self.parts.iter().flat_map(|part| &part.sections);
        let bodies = sections.flat_map(|section| &section.body);
        bodies.filter_map(|body| match body {
            Body::Figure(figure) => Some(figure),
            _ => None,
        })
    }
}

impl Part {
    /// Makes its names unique in a report.
    fn number(&mut self, number: usize) {
        self.id = format!("{}-{number}", self.id);
        let bodies = self
            .sections
            .iter_mut()
            .flat_map(|section| &mut section.body);
        let mut at = 0;
        for body in bodies {
            if let Body::Figure(figure) = body {
                at += 1;
                let id = figure.id();
                *id = format!("{}-{at}-{id}", self.id);
            }
        }
    }
}

impl Figure {
    fn id(&mut self) -> &mut String {
        match self {
            Self::Rates(rates) => &mut rates.id,
            Self::Spread(spread) => &mut spread.id,
            Self::Changes(changes) => &mut changes.id,
            Self::Series(series) => &mut series.id,
        }
    }
}

/// JSON without the white space between its values: the same document to every reader, and to its seal.
/// What is no JSON stays as it is.
fn compact(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value.map_or_else(|_| text.to_owned(), |value| value.to_string())
}
