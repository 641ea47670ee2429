//! A history as a part of a report: one series for each benchmark and machine.

mod raw;
mod sections;
mod verdict;

use std::collections::BTreeSet;

use history::acknowledged::Acknowledgements;
use history::change::{Change, changes as found};
use history::{Point, SeriesKey};

use crate::chart;

use super::{Kind, Part, Raw};
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
    /// Runs that were searched for changes: the newest ones, where there are very many.
    pub searched: usize,
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
            searched: found.points,
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
            number::day(&self.timestamp),
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
        json: raw::raw(&series),
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
        verdict: verdict::verdict(&series),
        sections: {
            let (now, changes) = (sections::overview(&series), sections::changes(&series));
            vec![sections::charts(series), changes, now]
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
