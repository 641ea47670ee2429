//! The objectives: what `slo.toml` asks for, and (in `verdict`) how it went.

pub mod baseline;
mod ceiling;
mod instructions;
mod multiple;
mod objective;
mod verdict;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::seal;

pub use baseline::BaselineLimits;
pub(crate) use baseline::held;
pub use ceiling::{under, within};
pub use instructions::InstructionLimits;
pub use objective::Objective;
pub(crate) use objective::{is_group, is_metric, place};
pub(crate) use verdict::outcome;
pub use verdict::{Evidence, delta_pct, status, verdict};

/// Far more than any file of objectives has, bytes.
const MOST: u64 = 1 << 20;
/// The metric of the DISPLAY objective, `display_mibps` of the receipt.
pub const DISPLAY: &str = "display_mibps";
/// The metric of the COMP-3 objective, `comp3_mibps` of the receipt.
pub const COMP3: &str = "comp3_mibps";
/// The metric of an objective that bounds peak memory, `max_rss_mib` of the receipt.
pub const MEMORY: &str = "max_rss_mib";
/// The metric of an objective that bounds the time to the first launch, `environment.first_launch_s`.
pub const FIRST_LAUNCH: &str = "first_launch_s";

/// The content of `slo.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objectives {
    /// In the order of the file, which is the order of the summary.
    pub slo: Vec<Objective>,
    /// How much slower than its baseline a benchmark may be.
    #[serde(default)]
    pub baseline: BaselineLimits,
    /// How many instructions a benchmark may take (`bench ab --instructions`).
    #[serde(default)]
    pub instructions: InstructionLimits,
    /// SHA-256 of the file, where they come from one.
    #[serde(skip)]
    pub sha256: Option<String>,
}

/// Why the objectives can't be used.
#[derive(Debug, Error)]
pub enum SloError {
    /// Not readable.
    #[error("can't read the objectives in {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Not TOML, or not of the shape `[[slo]]`.
    #[error(
        "{path}: expected [[slo]] entries with metric, benchmark, label, one of floor_mibps, floor_times (with peer), ceiling_mib and ceiling_s, and why: {source}"
    )]
    Parse {
        /// The file.
        path: PathBuf,
        /// With line and column.
        source: Box<toml::de::Error>,
    },
    /// Limits that make no sense.
    #[error("{path}: {table}: {what}")]
    Limits {
        /// The file.
        path: PathBuf,
        /// Which table.
        table: String,
        /// What was expected and found.
        what: String,
    },
    /// An entry that makes no sense.
    #[error("{path}: objective {entry} ({label}): {what}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Position among the objectives, from 1.
        entry: usize,
        /// Its label.
        label: String,
        /// What was expected and found.
        what: String,
    },
}

impl Objectives {
    /// Reads a file such as `slo.toml`.
    ///
    /// # Errors
    /// The file can't be read, or [`Objectives::parse`] refuses it.
    pub fn load(path: &Path) -> Result<Self, SloError> {
        let read = || -> io::Result<String> {
            let mut text = String::new();
            // A device without an end must not fill the memory; what is cut off is no TOML.
            let file = File::open(path)?;
            file.take(MOST).read_to_string(&mut text)?;
            Ok(text)
        };
        let text = read().map_err(|source| SloError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads the text of a file; `path` is for messages only.
    ///
    /// # Errors
    /// Not the expected shape; a floor that is not above 0; an empty text; a metric, label or
    /// benchmark given twice.
    pub fn parse(text: &str, path: &Path) -> Result<Self, SloError> {
        let mut objectives: Self = toml::from_str(text).map_err(|source| SloError::Parse {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        objectives.sha256 = Some(seal::hex(text.as_bytes()));
        objectives
            .baseline
            .check()
            .and_then(|()| objectives.instructions.check())
            .map_err(|(table, what)| SloError::Limits {
                path: path.to_owned(),
                table,
                what,
            })?;
        let mut seen = BTreeSet::new();
        for (index, objective) in objectives.slo.iter().enumerate() {
            objective
                .check(&mut seen)
                .map_err(|what| SloError::Invalid {
                    path: path.to_owned(),
                    entry: index + 1,
                    label: objective.label.clone(),
                    what,
                })?;
        }
        Ok(objectives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Objectives, SloError> {
        Objectives::parse(text, Path::new("slo.toml"))
    }

    #[test]
    fn the_committed_file_has_the_objectives() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../slo.toml");
        let read = Objectives::load(&path).unwrap();
        let short: Vec<_> = read
            .slo
            .iter()
            .map(|o| {
                (
                    o.metric.as_str(),
                    o.benchmark.as_str(),
                    o.label.as_str(),
                    o.floor_mibps.or(o.floor_times).or(o.ceiling_mib).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                (
                    DISPLAY,
                    "slo_validation/display_heavy_slo_80mbps",
                    "DISPLAY",
                    80.0
                ),
                (
                    COMP3,
                    "slo_validation/comp3_heavy_slo_40mbps",
                    "COMP-3",
                    40.0
                ),
                (MEMORY, "slo_validation/", "peak RSS", 256.0),
                (
                    "display_times",
                    "slo_validation/display_heavy_slo_80mbps",
                    "DISPLAY over copybook-codec",
                    100.0
                ),
                (
                    "comp3_times",
                    "slo_validation/comp3_heavy_slo_40mbps",
                    "COMP-3 over copybook-codec",
                    70.0
                ),
            ]
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_named() {
        let entry = |metric: &str, floor: &str| {
            format!(
                "[[slo]]\nmetric = '{metric}'\nbenchmark = 'b'\nlabel = 'L'\nfloor_mibps = {floor}\nwhy = 'x'\n"
            )
        };
        for (text, says) in [
            (String::new(), "missing field `slo`"),
            (entry("a_mibps", "0"), "floor_mibps above 0, found 0"),
            (entry("a_mibps", "-1"), "found -1"),
            (entry("a_mibps", "nan"), "found NaN"),
            (entry("a_mbps", "1"), "found `a_mbps`"),
            (
                entry("a_mibps", "1").repeat(2),
                "objective 2 (L): expected each metric once",
            ),
            (entry("a_mibps", "'fast'"), "line 5"),
            (
                entry("a_mibps", "1").replace("why = 'x'", ""),
                "missing field `why`",
            ),
            (
                entry("a_mibps", "1").replace("'x'", "' '"),
                "expected why to say something",
            ),
            (
                entry("a_mibps", "1") + "ceiling_mib = 1\n",
                "expected one of floor_mibps, floor_times, ceiling_mib and ceiling_s",
            ),
            (
                entry("a_mibps", "1").replace("floor_mibps", "ceiling_mib"),
                "expected the metric max_rss_mib",
            ),
            (
                entry("max_rss_mib", "1").replace("floor_mibps", "ceiling_mib"),
                "with a group of benchmarks",
            ),
            (
                entry("max_rss_mib", "1").replace("floor_mibps", "ceiling_s"),
                "expected the metric first_launch_s with ceiling_s",
            ),
            (
                entry("first_launch_s", "1").replace("floor_mibps", "ceiling_s"),
                "expected ceiling_s with a group of benchmarks",
            ),
            (
                entry("max_rss_mib", "1"),
                "ends in _mibps, found `max_rss_mib`",
            ),
            (
                entry("max_rss_mib", "0")
                    .replace("floor_mibps", "ceiling_mib")
                    .replace("'b'", "'b/'"),
                "ceiling_mib above 0, found 0",
            ),
            (
                entry("a_mibps", "1") + "floor = 1\n",
                "unknown field `floor`",
            ),
            (
                entry("a_mibps", "1").replace("floor_mibps", "floor_times"),
                "ends in _times, found `a_mibps`",
            ),
            (
                entry("a_times", "1").replace("floor_mibps", "floor_times"),
                "expected peer with floor_times",
            ),
            (
                entry("a_mibps", "1") + "peer = 'codec'\n",
                "expected peer with floor_times",
            ),
            (
                entry("a_times", "0").replace("floor_mibps", "floor_times") + "peer = 'codec'\n",
                "floor_times above 0, found 0",
            ),
            (
                entry("a_times", "1").replace("floor_mibps", "floor_times") + "peer = ''\n",
                "expected peer to say something",
            ),
            (
                entry("a_mibps", "1") + "[baseline]\nfail_pct = 0\n",
                "[baseline]: expected warn_pct above 0",
            ),
        ] {
            let error = parse(&text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert!(error.starts_with("slo.toml: "), "{error}");
        }
        let error = Objectives::load(Path::new("absent.toml"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("absent.toml"), "{error}");
    }
}
