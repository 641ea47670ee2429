//! A history as a part of a report: one series for each benchmark and machine.

use std::collections::{BTreeMap, BTreeSet};

use history::acknowledged::Acknowledgements;
use history::change::{Change, changes as found};
use history::{Point, SeriesKey};
use serde_json::{Value, json};

use crate::chart;

use super::{
    Body, Figure, Kind, Part, Raw, Section, Table, Tone, Verdict, date_column, number_column,
    text_column,
};
use crate::number::{self, said};

/// One benchmark on one machine over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its place among the series of its part.
    pub index: usize,
    /// Of the chart, unique in a report.
    pub id: String,
    /// The benchmark.
    pub name: String,
    /// The machine, where it is known.
    pub machine: Option<String>,
    /// What it must reach, if anything.
    pub floor: Option<f64>,
    /// At least one, in the order of their times.
    pub runs: Vec<Run>,
    /// Where its level changed, in the order of time.
    pub shifts: Vec<Shift>,
    /// Too few runs for any change to be found.
    pub too_short: bool,
    /// Of the decoder, where it is not ours, and of the kernel that was asked for.
    pub of: String,
}

/// One run's throughput, MiB/s.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Start, RFC 3339 in UTC.
    pub timestamp: String,
    /// Of the sources.
    pub commit: Option<String>,
    /// Mean.
    pub mean: f64,
    /// 95 % interval, low then high.
    pub interval: [f64; 2],
    /// Seal of the receipt.
    pub seal: String,
    /// What a reader must know of it, if anything.
    pub doubt: Option<&'static str>,
}

/// A change of level between two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// Index of the first run at the new level.
    pub at: usize,
    /// When that run was.
    pub timestamp: String,
    /// Throughput after over before.
    pub ratio: f64,
    /// 95 % interval of the ratio; `None` where nothing bounds an end.
    pub interval: [Option<f64>; 2],
    /// The last commit at the old level and the first at the new one.
    pub commits: [Option<String>; 2],
    /// Seals of the receipts on both sides.
    pub seals: [String; 2],
    /// The reason that somebody gave for it, where it is a known change.
    pub acknowledged: Option<String>,
}

impl Series {
    /// What a history says of a series: its points, and the changes found in them, of which `known` are
    /// acknowledged.
    #[must_use]
    pub fn of(
        key: &SeriesKey,
        points: &[Point],
        floor: Option<f64>,
        known: &Acknowledgements,
    ) -> Self {
        let found = found(points);
        let shift = |change: &Change| {
            let reason = known.of(change, points, &key.benchmark);
            Shift::of(change, reason.map(|one| one.reason.clone()))
        };
        Self {
            index: 0,
            id: chart::id(&format!("{}-{}", key.benchmark, key.machine)),
            name: key.benchmark.clone(),
            machine: Some(key.machine.clone()),
            floor,
            runs: points.iter().map(Run::of).collect(),
            shifts: found.changes.iter().map(shift).collect(),
            too_short: found.too_short,
            of: of(key),
        }
    }

    /// `benchmark on machine`, with the decoder and the kernel where they are not the usual ones.
    #[must_use]
    pub fn title(&self) -> String {
        let name = format!("{}{}", said(&self.name), said(&self.of));
        match &self.machine {
            Some(machine) => format!("{name} on {}", said(machine)),
            None => name,
        }
    }
}

fn of(key: &SeriesKey) -> String {
    let mut out = String::new();
    if key.subject != "copybook-decode" {
        out += &format!(" of {}", key.subject);
    }
    if let Some(kernel) = &key.kernel {
        out += &format!(" with kernel {kernel}");
    }
    out
}

impl Run {
    fn of(point: &Point) -> Self {
        let doubt = match point {
            Point {
                verified: false, ..
            } => Some("taken on trust"),
            Point { unfit: true, .. } => Some("host unfit to be judged on"),
            Point {
                answers_checked: false,
                ..
            } => Some("answers not checked"),
            _ => None,
        };
        Self {
            timestamp: point.time.to_string(),
            commit: point.commit.clone(),
            mean: point.mean_mibps,
            interval: point.ci95_mibps,
            seal: point.seal.clone(),
            doubt,
        }
    }
}

impl Shift {
    fn of(change: &Change, acknowledged: Option<String>) -> Self {
        Self {
            at: change.at,
            timestamp: change.after.time.to_string(),
            ratio: change.size.ratio,
            interval: change.size.ci95.map(Some),
            commits: [change.before.commit.clone(), change.after.commit.clone()],
            seals: [change.before.seal.clone(), change.after.seal.clone()],
            acknowledged,
        }
    }

    /// In one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        let known = self
            .acknowledged
            .as_ref()
            .map_or_else(String::new, |reason| {
                format!(", acknowledged: {}", said(reason))
            });
        format!(
            "{} {} on {}, between commits {} and {}{known}.",
            if self.ratio < 1.0 {
                "slower by"
            } else {
                "faster by"
            },
            number::change(self.ratio).trim_start_matches(['+', '−']),
            said(self.timestamp.get(..10).unwrap_or(&self.timestamp)),
            commit(&self.commits[0]),
            commit(&self.commits[1]),
        )
    }

    pub(crate) fn role(&self) -> &'static str {
        match self.acknowledged {
            Some(_) => "muted",
            None if self.ratio < 1.0 => "bad",
            None => "good",
        }
    }
}

fn commit(commit: &Option<String>) -> String {
    commit
        .as_deref()
        .map_or_else(|| "unknown".to_owned(), number::short)
}

/// The part of a history. `name` is what to call it, such as the file's name.
///
/// A series without a run is left out.
#[must_use]
pub fn part(name: &str, mut series: Vec<Series>) -> Part {
    series.retain(|one| !one.runs.is_empty());
    for (index, one) in series.iter_mut().enumerate() {
        one.index = index;
    }
    let raw = Raw {
        file: "history.json".to_owned(),
        json: raw(&series),
    };
    let runs: BTreeSet<&str> = series
        .iter()
        .flat_map(|one| one.runs.iter().map(|run| run.seal.as_str()))
        .collect();
    let subtitle = format!(
        "{} of {}{}",
        number::count(runs.len(), "run", "runs"),
        number::count(series.len(), "series", "series"),
        span(&series)
    );
    Part {
        id: "history".to_owned(),
        kind: Kind::History,
        title: format!("Throughput over time: {}", said(name)),
        subtitle,
        verdict: verdict(&series),
        sections: {
            let (now, changes) = (overview(&series), changes(&series));
            vec![charts(series), changes, now]
        },
        raw,
    }
}

fn span(series: &[Series]) -> String {
    let all = || series.iter().flat_map(|one| &one.runs);
    let first = all().map(|run| run.timestamp.as_str()).min();
    let last = all().map(|run| run.timestamp.as_str()).max();
    match (first, last) {
        (Some(first), Some(last)) => {
            format!(", {} to {}", number::moment(first), number::moment(last))
        }
        _ => String::new(),
    }
}

/// What the newest change of each series says; one that somebody answered for is told and not held
/// against it.
fn verdict(series: &[Series]) -> Verdict {
    let newest = || {
        series
            .iter()
            .filter_map(|one| Some((one, one.shifts.last()?)))
    };
    let open = |shift: &Shift| shift.acknowledged.is_none();
    let worse: Vec<_> = newest()
        .filter(|(_, shift)| open(shift) && shift.ratio < 1.0)
        .collect();
    let better: Vec<_> = newest()
        .filter(|(_, shift)| open(shift) && shift.ratio >= 1.0)
        .collect();
    let of = |count| number::count(count, "series", "series");
    let (tone, word, headline) = match (worse.len(), better.len()) {
        _ if series.is_empty() => (
            Tone::Neutral,
            "empty",
            "The history holds no run yet.".to_owned(),
        ),
        (0, 0) if series.iter().all(|one| one.too_short) => (
            Tone::Neutral,
            "too short",
            "Too few runs to find a change.".to_owned(),
        ),
        (0, 0) if newest().next().is_none() => (
            Tone::Good,
            "steady",
            format!("Steady: no change was found in {}.", of(series.len())),
        ),
        (0, 0) => (
            Tone::Good,
            "known",
            "No new change: the newest ones are acknowledged.".to_owned(),
        ),
        (0, count) => (
            Tone::Good,
            "faster",
            format!("Faster: the newest change of {} is a gain.", of(count)),
        ),
        (count, _) => (
            Tone::Bad,
            "slower",
            format!(
                "Slower: the newest change of {} of {} is a loss.",
                count,
                of(series.len())
            ),
        ),
    };
    let some = worse.iter().chain(&better).take(8);
    let mut reasons: Vec<String> = some
        .map(|(one, shift)| format!("{}: {}", one.title(), shift.in_words()))
        .collect();
    reasons.extend(doubts(series));
    Verdict {
        tone,
        word: word.to_owned(),
        headline,
        reasons,
    }
}

/// How many runs carry which doubt, and how many series are too short.
fn doubts(series: &[Series]) -> Vec<String> {
    let mut doubted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for run in series.iter().flat_map(|one| &one.runs) {
        if let Some(doubt) = run.doubt {
            doubted.entry(doubt).or_default().insert(&run.seal);
        }
    }
    let tell = |(doubt, runs): (&str, BTreeSet<&str>)| {
        format!("{}: {doubt}.", number::count(runs.len(), "run", "runs"))
    };
    let mut all: Vec<String> = doubted.into_iter().map(tell).collect();
    let short = series.iter().filter(|one| one.too_short).count();
    if short > 0 {
        let of = number::count(short, "series is", "series are");
        all.push(format!(
            "{of} too short for any change to be found (fewer than {} days or commits).",
            history::change::SHORTEST
        ));
    }
    all
}

fn overview(series: &[Series]) -> Section {
    let rows = series.iter().map(|one| {
        let last = one.runs.last();
        vec![
            said(&one.name),
            one.machine
                .as_deref()
                .map_or_else(|| "unknown".to_owned(), said),
            number::thousands(one.runs.len() as f64),
            last.map_or_else(String::new, |run| number::moment(&run.timestamp)),
            last.map_or_else(String::new, |run| number::rate(run.mean)),
            last.map_or_else(String::new, |run| number::range(run.interval)),
            match one.shifts.last() {
                Some(shift) => number::change(shift.ratio),
                None => "none".to_owned(),
            },
        ]
    });
    let table = Table {
        caption: "The newest run of each series".to_owned(),
        head: vec![
            text_column("benchmark"),
            text_column("machine"),
            number_column("runs"),
            date_column("newest"),
            number_column("MiB/s"),
            number_column("95 % interval"),
            number_column("newest change"),
        ],
        rows: rows.collect(),
    };
    Section {
        id: "overview",
        heading: "Newest runs",
        note: String::new(),
        body: vec![Body::Table(table)],
    }
}

fn changes(series: &[Series]) -> Section {
    let all = series
        .iter()
        .flat_map(|one| one.shifts.iter().rev().map(move |shift| (one, shift)));
    let rows: Vec<Vec<String>> = all
        .map(|(one, shift)| {
            let bounds = super::Change {
                name: String::new(),
                ratio: shift.ratio,
                interval: shift.interval,
                verdict: String::new(),
                tone: Tone::Neutral,
            };
            vec![
                number::moment(&shift.timestamp),
                one.title(),
                number::change(shift.ratio),
                bounds.bounds(),
                format!(
                    "{} to {}",
                    commit(&shift.commits[0]),
                    commit(&shift.commits[1])
                ),
                format!(
                    "{}, {}",
                    number::short(&shift.seals[0]),
                    number::short(&shift.seals[1])
                ),
                shift.acknowledged.as_deref().map_or_else(
                    || "open".to_owned(),
                    |reason| format!("acknowledged: {}", said(reason)),
                ),
            ]
        })
        .collect();
    let body = if rows.is_empty() {
        Body::Text("No change of level was found.".to_owned())
    } else {
        Body::Table(Table {
            caption: "Changes of level, the newest of each series first".to_owned(),
            head: vec![
                date_column("from"),
                text_column("series"),
                number_column("change"),
                number_column("95 % interval"),
                text_column("commits"),
                text_column("receipts"),
                text_column("state"),
            ],
            rows,
        })
    };
    Section {
        id: "changes",
        heading: "Changes",
        note: String::new(),
        body: vec![body],
    }
}

fn charts(series: Vec<Series>) -> Section {
    Section {
        id: "series",
        heading: "Series",
        note: "Runs in the order of their times: mean as a dot, 95 % interval as a band. A line is a change of \
               level, a dashed grey one is acknowledged. Drag over a stretch to zoom into it, or use the buttons \
               or the keys + and −, arrows and 0."
            .to_owned(),
        body: series.into_iter().map(|one| Body::Figure(Figure::Series(one))).collect(),
    }
}

/// The data as columns, which is what ten thousand runs fit into: `runs` and `commits` once, and for
/// each series the positions in `runs` of what it holds. A seal is cut to 16 digits, which tell the
/// receipts of one history apart.
fn raw(series: &[Series]) -> String {
    let mut runs: Vec<&Run> = series.iter().flat_map(|one| &one.runs).collect();
    runs.sort_by(|a, b| (&a.timestamp, &a.seal).cmp(&(&b.timestamp, &b.seal)));
    runs.dedup_by(|a, b| a.seal == b.seal);
    let place: BTreeMap<&str, usize> = (0..)
        .zip(&runs)
        .map(|(at, run)| (run.seal.as_str(), at))
        .collect();
    let commits: BTreeSet<&str> = runs
        .iter()
        .filter_map(|run| run.commit.as_deref())
        .collect();
    let commits: Vec<&str> = commits.into_iter().collect();
    let commit = |run: &&Run| {
        run.commit
            .as_deref()
            .and_then(|commit| commits.binary_search(&commit).ok())
    };
    json!({
        "commits": commits,
        "runs": {
            "timestamp": runs.iter().map(|run| &run.timestamp).collect::<Vec<_>>(),
            "commit": runs.iter().map(commit).collect::<Vec<_>>(),
            "seal": runs.iter().map(|run| run.seal.get(..16)).collect::<Vec<_>>(),
        },
        "series": series.iter().map(|one| columns(one, &place)).collect::<Vec<_>>(),
    })
    .to_string()
}

fn columns(one: &Series, place: &BTreeMap<&str, usize>) -> Value {
    let of = |get: fn(&Run) -> f64| {
        one.runs
            .iter()
            .map(|run| figure(get(run)))
            .collect::<Vec<_>>()
    };
    let doubts = one.runs.iter().enumerate();
    let doubts: BTreeMap<usize, &str> = doubts
        .filter_map(|(at, run)| Some((at, run.doubt?)))
        .collect();
    let changes = one.shifts.iter().map(|shift| {
        json!({
            "at": shift.at,
            "ratio": shift.ratio,
            "ci95": shift.interval,
            "commits": shift.commits,
            "acknowledged": shift.acknowledged,
        })
    });
    json!({
        "benchmark": one.name,
        "machine": one.machine,
        "of": one.of.trim_start(),
        "doubts": doubts,
        "floor_mibps": one.floor,
        "run": one.runs.iter().map(|run| place[run.seal.as_str()]).collect::<Vec<_>>(),
        "mean_mibps": of(|run| run.mean),
        "low_mibps": of(|run| run.interval[0]),
        "high_mibps": of(|run| run.interval[1]),
        "changes": changes.collect::<Vec<_>>(),
    })
}

/// A rate in six digits: no interval here is so narrow that more would tell anything.
fn figure(value: f64) -> Value {
    let digits = (5.0 - value.abs().max(1e-9).log10().floor()).clamp(0.0, 15.0) as usize;
    let rounded: Result<f64, _> = format!("{value:.digits$}").parse();
    rounded.map_or(Value::Null, |value| json!(value))
}
