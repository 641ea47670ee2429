//! Runs that belong together.
//!
//! Two runs of one build share what that build is, and two runs of one hour what the machine was busy
//! with: they differ less than runs of two builds do, and a test that takes them for independent finds
//! changes where there are none.

use jiff::Timestamp;

use crate::Point;

/// What a search for changes asks of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brief<'a> {
    pub(crate) time: Timestamp,
    pub(crate) commit: Option<&'a str>,
    pub(crate) quiet_mibps: f64,
}

impl Point {
    pub(crate) fn brief(&self) -> Brief<'_> {
        Brief {
            time: self.time,
            commit: self.commit.as_deref(),
            quiet_mibps: self.quiet_mibps,
        }
    }
}

/// Runs of one revision on one day (UTC), one after another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// Position of its first point.
    pub first: usize,
    /// How many points it has.
    pub len: usize,
    /// Their median, MiB/s.
    pub value: f64,
}

/// The blocks of a series, whose points are in the order of time. A run whose sources had changes, or
/// whose revision is unknown, is a block of its own.
#[must_use]
pub fn blocks(points: &[Point]) -> Vec<Block> {
    let runs: Vec<Brief<'_>> = points.iter().map(Point::brief).collect();
    of_runs(&runs)
}

pub(super) fn of_runs(runs: &[Brief<'_>]) -> Vec<Block> {
    let mut all = Vec::new();
    for run in runs.chunk_by(together) {
        let first = all.last().map_or(0, |last: &Block| last.first + last.len);
        let mut values: Vec<f64> = run.iter().map(|run| run.quiet_mibps).collect();
        all.push(Block {
            first,
            len: run.len(),
            value: median(&mut values),
        });
    }
    all
}

/// The median of values that are not empty, which are put in order.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

fn together(one: &Brief<'_>, next: &Brief<'_>) -> bool {
    let day = |run: &Brief<'_>| run.time.as_second().div_euclid(86_400);
    let clean = one.commit.filter(|text| !text.ends_with("-dirty"));
    clean.is_some() && one.commit == next.commit && day(one) == day(next)
}
