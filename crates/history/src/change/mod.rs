//! Where a series changed its level.
//!
//! The search is narrowest-over-threshold (Baranowski, Chen & Fryzlewicz, "Narrowest-over-threshold
//! detection of multiple change points and change-point-like features", JRSS B 81(3), 2019) on seeded
//! intervals (Kovács, Bühlmann, Li & Munk, "Seeded binary segmentation", Biometrika 110(1), 2023), with
//! the CUSUM of ranks as the measure of a change. Ranks make its distribution without a change the same
//! for all series of one length, however their noise is shaped, so that the threshold is a table
//! (`thresholds.txt`, made by `examples/thresholds.rs`). docs/methodology.md, "Trend", says why each
//! rule is as it is and what error rates come of it.

mod autocorrelation;
mod blocks;
mod intervals;
mod locate;
mod rank;
mod search;
mod size;
mod threshold;

use std::convert::Infallible;

use jiff::Timestamp;
use serde::Serialize;

use crate::Point;

pub(crate) use blocks::Brief;
pub use blocks::{Block, blocks};
pub use rank::{LEAST_SIDE, Ranked};
pub use search::{Search, search};
pub use size::Size;
pub use threshold::{ALPHA, LENGTHS, LONGEST, SHORTEST, threshold};

/// A change of level smaller than this share is none that anybody has to look at.
pub const LEAST_SIZE: f64 = 0.02;

/// What was found in a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// Points that were searched: the newest ones, where there are more than [`LONGEST`] blocks.
    pub points: usize,
    /// Blocks that they make: runs of one revision on one day are one.
    pub blocks: usize,
    /// Autocorrelation of the blocks around their levels, 0 where it can't be told from none.
    pub autocorrelation: f64,
    /// Too few blocks for any change to be found.
    pub too_short: bool,
}

/// One change of level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Position, in the points that were given, of the first one behind the change.
    pub at: usize,
    /// The last point before it.
    pub before: Side,
    /// The first point behind it.
    pub after: Side,
    /// Throughput behind the change over that before it, with its 95 % interval; each side reaches to
    /// the next change.
    pub size: Size,
    /// Whether throughput fell.
    pub slowdown: bool,
}

/// The run on one side of a change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// Start of the run.
    pub time: Timestamp,
    /// Its revision. What changed lies behind that of the one side, up to that of the other.
    pub commit: Option<String>,
    /// Seal of the receipt.
    pub seal: String,
    /// Where the receipt was read.
    pub source: String,
}

/// The changes of a series, whose points are in the order of time.
#[must_use]
pub fn changes(points: &[Point]) -> Found {
    let runs: Vec<Brief<'_>> = points.iter().map(Point::brief).collect();
    let side = |at: usize| Ok(Side::of(&points[at]));
    let Ok(found) = of_runs::<Infallible>(&runs, side);
    found
}

/// The changes of a series, whose runs are in the order of time; `side` tells more of the run at a
/// position.
pub(crate) fn of_runs<E>(
    runs: &[Brief<'_>],
    side: impl Fn(usize) -> Result<Side, E>,
) -> Result<Found, E> {
    let all = blocks::of_runs(runs);
    let all = &all[all.len().saturating_sub(LONGEST)..];
    let values: Vec<f64> = all.iter().map(|block| block.value).collect();
    let found = search(&values);
    let change = |(at, size): (&usize, &Size)| {
        let first = all[*at].first;
        Ok(Change {
            at: first,
            before: side(first - 1)?,
            after: side(first)?,
            size: *size,
            slowdown: size.ratio < 1.0,
        })
    };
    let changes = found.at.iter().zip(&found.sizes).map(change);
    Ok(Found {
        changes: changes.collect::<Result<_, _>>()?,
        points: runs.len() - all.first().map_or(0, |block| block.first),
        blocks: all.len(),
        autocorrelation: found.autocorrelation,
        too_short: all.len() < SHORTEST,
    })
}

impl Side {
    pub(crate) fn of(point: &Point) -> Self {
        Self {
            time: point.time,
            commit: point.commit.clone(),
            seal: point.seal.clone(),
            source: point.source.clone(),
        }
    }
}
