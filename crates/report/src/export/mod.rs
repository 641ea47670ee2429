//! A history in the formats of other tools: one file a format, each a function from series to text.
//!
//! Throughput is in bytes per second where the format wants base units (OpenMetrics, OTLP) and in MiB/s
//! where people read it. Formats without times of their own (OpenMetrics as the text file collector and
//! the Pushgateway take it, Bencher, github-action-benchmark) get the newest run of each series.

mod actions;
mod bencher;
mod csv;
mod influx;
mod openmetrics;
mod otlp;

use history::change::Found;
use history::{Point, Series};
use receipt::stats::MIB;
use thiserror::Error;

pub use actions::actions;
pub use bencher::bencher;
pub use csv::csv;
pub use influx::influx;
pub use openmetrics::openmetrics;
pub use otlp::otlp;

/// A series with what there is to say about it.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Which one.
    pub series: Series,
    /// Its points, oldest first; at least one.
    pub points: Vec<Point>,
    /// Its changes.
    pub found: Found,
    /// Whether the newest change is a slowdown that nobody acknowledged.
    pub slowdown: bool,
}

/// The same points in pieces of at most so many, each series in as few of them as can be, in their order.
#[must_use]
pub fn pieces(all: Vec<Exported>, most: usize) -> Vec<Vec<Exported>> {
    let mut pieces: Vec<Vec<Exported>> = Vec::new();
    let mut room = 0;
    for mut one in all {
        while !one.points.is_empty() {
            if room == 0 {
                pieces.push(Vec::new());
                room = most.max(1);
            }
            let rest = one.points.split_off(one.points.len().min(room));
            room -= one.points.len();
            let next = one.with(rest);
            if let Some(piece) = pieces.last_mut() {
                piece.push(one);
            }
            one = next;
        }
    }
    pieces
}

/// A history that a format can't hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportError {
    /// The format knows benchmarks by name alone.
    #[error(
        "the benchmark {benchmark} was measured on several machines, which this format can't tell apart; choose one with --machine"
    )]
    Machines {
        /// Its name.
        benchmark: String,
    },
}

impl Exported {
    /// The same series with other points.
    fn with(&self, points: Vec<Point>) -> Self {
        Self {
            series: self.series.clone(),
            points,
            found: self.found.clone(),
            slowdown: self.slowdown,
        }
    }

    fn newest(&self) -> Option<&Point> {
        self.points.last()
    }

    /// The benchmark, with the decoder and the kernel where they are not the usual ones: a name for
    /// formats that know nothing else.
    fn name(&self) -> String {
        let mut key = self.series.key.clone();
        key.machine.clear();
        key.title().trim_end_matches(" on ").to_owned()
    }
}

/// Names and newest points, each name once.
fn newest(all: &[Exported]) -> Result<Vec<(String, &Point)>, ExportError> {
    let mut rows: Vec<(String, &Point)> = Vec::new();
    for one in all {
        let (name, Some(point)) = (one.name(), one.newest()) else {
            continue;
        };
        if rows.iter().any(|(other, _)| *other == name) {
            return Err(ExportError::Machines { benchmark: name });
        }
        rows.push((name, point));
    }
    Ok(rows)
}

fn bytes(mibps: f64) -> f64 {
    mibps * MIB
}

#[cfg(test)]
mod tests;
