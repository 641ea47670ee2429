//! What the newest changes say in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Tone, Verdict};
use crate::number;

use super::{Series, Shift};

/// So many series are told of; the table below has all.
const MOST: usize = 8;

/// What the newest change of each series says; one that somebody answered for is told and not held
/// against it.
pub(super) fn verdict(series: &[Series]) -> Verdict {
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
            format!(
                "Faster: the newest change of {count} of {} is a gain.",
                of(series.len())
            ),
        ),
        (count, _) => (
            Tone::Bad,
            "slower",
            format!(
                "Slower: the newest change of {count} of {} is a loss.",
                of(series.len())
            ),
        ),
    };
    let known: Vec<_> = newest().filter(|(_, shift)| !open(shift)).collect();
    let some = worse.iter().chain(&known).chain(&better).take(MOST);
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

/// How many runs carry which doubt, how far back was searched, and how many series are too short.
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
    for one in series.iter().filter(|one| one.searched < one.runs.len()) {
        let [searched, runs] =
            [one.searched, one.runs.len()].map(|count| number::thousands(count as f64));
        let told = format!("The newest {searched} of {runs} runs were searched for changes.");
        if !all.contains(&told) {
            all.push(told);
        }
    }
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
