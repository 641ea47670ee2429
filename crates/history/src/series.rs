//! One series for each benchmark and machine, and the points of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A series in one file; another file numbers them otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub(crate) i64);

/// What must be equal for two figures to stand in one series: the benchmark and the machine key, and
/// what else makes another question of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeriesKey {
    /// The machine, see [`gate::compare::alike::machine`].
    pub machine: String,
    /// Criterion's `group/name`.
    pub benchmark: String,
    /// The decoder.
    pub subject: String,
    /// The kernel that was asked for (`--kernel`); `None` where the CPU's best was taken.
    pub kernel: Option<String>,
}

/// A series without its points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Series {
    /// Asks for its points.
    #[serde(skip)]
    pub id: SeriesId,
    /// What it is of.
    #[serde(flatten)]
    pub key: SeriesKey,
    /// How many points it has, at least one.
    pub points: u64,
    /// The time of its oldest point.
    pub first: Timestamp,
    /// The time of its newest point.
    pub last: Timestamp,
}

/// What one run measured of one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Start of the run.
    pub time: Timestamp,
    /// Revision of the sources, `-dirty` behind it where they had changes.
    pub commit: Option<String>,
    /// Throughput as the receipt states it, MiB/s.
    pub mean_mibps: f64,
    /// Its 95 % interval, low then high, MiB/s.
    pub ci95_mibps: [f64; 2],
    /// Throughput of the run at the 10th percentiles of its launches, MiB/s: what `bench compare`
    /// compares and change points are found in, since a busy machine moves it least.
    pub quiet_mibps: f64,
    /// Whether the answer was compared with a known one before anything was timed.
    pub answers_checked: bool,
    /// Whether the host was found unfit to be judged on.
    pub unfit: bool,
    /// Whether the receipt was verified when it was imported; `false` if it was taken on trust.
    pub verified: bool,
    /// Seal of the receipt, SHA-256 in lower-case hex.
    pub seal: String,
    /// Where the receipt was read, as it was named then.
    pub source: String,
}

impl SeriesKey {
    /// In one line, for people: `group/name on 2 x CPU (x86_64)`, with the decoder and the kernel where
    /// they are not the usual ones.
    #[must_use]
    pub fn title(&self) -> String {
        let mut title = self.benchmark.clone();
        if self.subject != "copybook-decode" {
            title = format!("{title} of {}", self.subject);
        }
        if let Some(kernel) = &self.kernel {
            title = format!("{title} with kernel {kernel}");
        }
        format!("{title} on {}", self.machine)
    }
}
