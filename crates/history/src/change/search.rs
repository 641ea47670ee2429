//! The search itself.

use super::rank::{Peak, Ranked, Room};
use super::size::{Size, size};
use super::{LEAST_SIZE, autocorrelation, intervals, locate, threshold};

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Search {
    /// The first position behind each change, ascending.
    pub at: Vec<usize>,
    /// The size of each.
    pub sizes: Vec<Size>,
    /// Autocorrelation around the levels; the threshold was raised for it.
    pub autocorrelation: f64,
}

/// The changes of level in `values`, which are above 0 and in the order of time; none where there are
/// too few or too many of them for the table.
///
/// Autocorrelation and changes depend on each other: a step looks like autocorrelation, and that like
/// steps. First everything over the plain threshold is taken for a change, so that phi is that of what
/// is left; then the search is made again with the threshold raised for it.
#[must_use]
pub fn search(values: &[f64]) -> Search {
    let Some(plain) = threshold(values.len()) else {
        return Search::default();
    };
    // Logarithms: so that a rate and the time behind it have their changes at the same places.
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let peaks = peaks(values);
    let first = narrowest(&peaks, plain);
    let phi = autocorrelation::phi(&logs, &place(&logs, first));
    let inflation = autocorrelation::inflation(phi);
    let found = narrowest(&peaks, plain * inflation);
    let (at, sizes) = sized(values, &logs, found, inflation);
    Search {
        at,
        sizes,
        autocorrelation: phi,
    }
}

/// An interval and the peak in it.
struct Interval {
    start: usize,
    end: usize,
    peak: Peak,
}

fn peaks(values: &[f64]) -> Vec<Interval> {
    let ranked = Ranked::of(values);
    let mut room = Room::default();
    let intervals = intervals::seeded(values.len()).into_iter();
    intervals
        .filter_map(|(start, end)| {
            let peak = ranked.peak(start, end, &mut room)?;
            Some(Interval { start, end, peak })
        })
        .collect()
}

/// Narrowest over threshold: of the intervals whose peak exceeds it the shortest one has a change, of
/// equally long ones that with the highest peak; those that contain its place are explained by it.
fn narrowest(peaks: &[Interval], threshold: f64) -> Vec<usize> {
    let over = |interval: &&Interval| interval.peak.height > threshold;
    let mut left: Vec<&Interval> = peaks.iter().filter(over).collect();
    left.sort_by(|a, b| {
        let length = |interval: &Interval| interval.end - interval.start;
        let higher = b.peak.height.total_cmp(&a.peak.height);
        length(a).cmp(&length(b)).then(higher)
    });
    let mut found = Vec::new();
    while let Some(&Interval { peak, .. }) = left.first() {
        found.push(peak.at);
        left.retain(|interval| !(interval.start < peak.at && peak.at < interval.end));
    }
    found.sort_unstable();
    found
}

/// Moves each change to the best place between its neighbours.
fn place(logs: &[f64], mut at: Vec<usize>) -> Vec<usize> {
    for index in 0..at.len() {
        let (start, end) = around(logs.len(), &at, index);
        if let Some(best) = locate::split(&logs[start..end]) {
            at[index] = start + best;
        }
    }
    at
}

/// Places the changes, and drops the smallest one until all are large enough.
fn sized(
    values: &[f64],
    logs: &[f64],
    mut at: Vec<usize>,
    inflation: f64,
) -> (Vec<usize>, Vec<Size>) {
    loop {
        at = place(logs, at);
        let sizes: Vec<Size> = (0..at.len())
            .map(|index| {
                let (start, end) = around(values.len(), &at, index);
                size(
                    &values[start..at[index]],
                    &values[at[index]..end],
                    inflation,
                )
            })
            .collect();
        let amount = |size: &Size| size.ratio.max(1.0 / size.ratio);
        let smallest =
            (0..at.len()).min_by(|&a, &b| amount(&sizes[a]).total_cmp(&amount(&sizes[b])));
        match smallest {
            Some(index) if amount(&sizes[index]) < 1.0 + LEAST_SIZE => {
                at.remove(index);
            }
            _ => return (at, sizes),
        }
    }
}

/// From the change before to the one behind.
fn around(n: usize, at: &[usize], index: usize) -> (usize, usize) {
    let start = index.checked_sub(1).map_or(0, |before| at[before]);
    let end = at.get(index + 1).copied().unwrap_or(n);
    (start, end)
}
