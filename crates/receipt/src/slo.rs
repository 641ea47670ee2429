//! The objectives: what `slo.toml` asks for, and the verdict on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::model::{Benchmark, SloVerdict, Verdict};
use crate::stats::decisive;

/// The metric of the DISPLAY objective, `display_mibps` of the receipt.
pub const DISPLAY: &str = "display_mibps";
/// The metric of the COMP-3 objective, `comp3_mibps` of the receipt.
pub const COMP3: &str = "comp3_mibps";

/// The content of `slo.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objectives {
    /// In the order of the file, which is the order of the summary.
    #[serde(default)]
    pub slo: Vec<Objective>,
}

/// A floor under one benchmark.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name of the metric, lower case, ends in `_mibps`; [`DISPLAY`] and [`COMP3`] also fill the
    /// receipt's fields of that name.
    pub metric: String,
    /// Criterion's `group/name`.
    pub benchmark: String,
    /// Short name for the summary line.
    pub label: String,
    /// Least throughput, MiB/s of input.
    pub floor_mibps: f64,
    /// Where the floor comes from.
    pub why: String,
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
        "{path}: expected [[slo]] entries with metric, benchmark, label, floor_mibps and why: {source}"
    )]
    Parse {
        /// The file.
        path: PathBuf,
        /// With line and column.
        source: Box<toml::de::Error>,
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
        let text = fs::read_to_string(path).map_err(|source| SloError::Read {
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
        let objectives: Self = toml::from_str(text).map_err(|source| SloError::Parse {
            path: path.to_owned(),
            source: Box::new(source),
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

    /// Objectives whose benchmark the run selects but did not measure: each one fails the run.
    /// `selected` answers whether the run's filter chooses a benchmark.
    #[must_use]
    pub fn missing(
        &self,
        measured: &[Benchmark],
        selected: impl Fn(&str) -> bool,
    ) -> Vec<&Objective> {
        let ran = |name: &str| measured.iter().any(|benchmark| benchmark.name == name);
        self.slo
            .iter()
            .filter(|objective| selected(&objective.benchmark) && !ran(&objective.benchmark))
            .collect()
    }

    /// A verdict for each objective whose benchmark was measured, in the order of the file.
    #[must_use]
    pub fn judge(&self, measured: &[Benchmark]) -> Vec<SloVerdict> {
        let find = |name: &str| measured.iter().find(|benchmark| benchmark.name == name);
        self.slo
            .iter()
            .filter_map(|slo| Some(slo.judge(find(&slo.benchmark)?)))
            .collect()
    }
}

impl Objective {
    fn check<'a>(&'a self, seen: &mut BTreeSet<(&'static str, &'a str)>) -> Result<(), String> {
        if !is_metric(&self.metric) {
            return Err(format!(
                "expected a metric of lower-case letters, digits and _ that ends in _mibps, found `{}`",
                self.metric
            ));
        }
        if !self.floor_mibps.is_finite() || self.floor_mibps <= 0.0 {
            return Err(format!(
                "expected floor_mibps above 0, found {}",
                self.floor_mibps
            ));
        }
        let named = [
            ("metric", &self.metric),
            ("benchmark", &self.benchmark),
            ("label", &self.label),
        ];
        if let Some((field, _)) = named
            .iter()
            .chain([&("why", &self.why)])
            .find(|(_, text)| text.trim().is_empty())
        {
            return Err(format!("expected {field} to say something, found nothing"));
        }
        for (field, text) in named {
            if !seen.insert((field, text)) {
                return Err(format!("expected each {field} once, found `{text}` again"));
            }
        }
        Ok(())
    }

    fn judge(&self, benchmark: &Benchmark) -> SloVerdict {
        SloVerdict {
            metric: self.metric.clone(),
            label: self.label.clone(),
            benchmark: self.benchmark.clone(),
            floor_mibps: self.floor_mibps,
            verdict: verdict(benchmark, self.floor_mibps),
            delta_pct: delta_pct(benchmark.mean_mibps, self.floor_mibps),
            ci95_mibps: benchmark.ci95_mibps,
        }
    }
}

/// Pass if the interval lies at or above the floor, fail if it lies below, inconclusive where it
/// straddles the floor or rests on too little to decide anything ([`decisive`]).
#[must_use]
pub fn verdict(benchmark: &Benchmark, floor_mibps: f64) -> Verdict {
    let [low, high] = benchmark.ci95_mibps;
    if !decisive(benchmark.samples.len(), benchmark.launches) {
        Verdict::Inconclusive
    } else if low >= floor_mibps {
        Verdict::Pass
    } else if high < floor_mibps {
        Verdict::Fail
    } else {
        Verdict::Inconclusive
    }
}

/// Mean over floor minus one, per cent; the order of the operations is part of the format.
#[must_use]
pub fn delta_pct(mean_mibps: f64, floor_mibps: f64) -> f64 {
    (mean_mibps / floor_mibps - 1.0) * 100.0
}

/// The worst verdict; inconclusive where nothing was judged.
#[must_use]
pub fn status(slo: &[SloVerdict]) -> Verdict {
    slo.iter()
        .map(|entry| entry.verdict)
        .max()
        .unwrap_or(Verdict::Inconclusive)
}

/// Lower case, digits, underscores, ends in `_mibps`.
pub(crate) fn is_metric(text: &str) -> bool {
    let word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    text.len() > "_mibps".len()
        && text.ends_with("_mibps")
        && text.as_bytes()[0].is_ascii_lowercase()
        && text.bytes().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Against, Verified};

    fn benchmark(launches: u32, ci95_mibps: [f64; 2]) -> Benchmark {
        Benchmark {
            name: "group/name".to_owned(),
            mean_ns: 1.0,
            bytes_processed: 1,
            mean_mibps: f64::midpoint(ci95_mibps[0], ci95_mibps[1]),
            samples: vec![1.0; 10 * launches as usize],
            iterations: vec![1; 10 * launches as usize],
            launches,
            ci95_mibps,
            verified: Verified {
                against: Against::Values,
                records: 1,
                output_bytes: 1,
                output_sha256: String::new(),
            },
        }
    }

    fn parse(text: &str) -> Result<Objectives, SloError> {
        Objectives::parse(text, Path::new("slo.toml"))
    }

    #[test]
    fn the_committed_file_has_the_two_objectives() {
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
                    o.floor_mibps,
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
            ]
        );
    }

    #[test]
    fn the_whole_interval_decides() {
        let floor = 80.0;
        for (interval, expected) in [
            ([80.0, 90.0], Verdict::Pass),
            ([79.999, 90.0], Verdict::Inconclusive),
            ([70.0, 80.0], Verdict::Inconclusive),
            ([70.0, 79.999], Verdict::Fail),
        ] {
            assert_eq!(
                verdict(&benchmark(3, interval), floor),
                expected,
                "{interval:?}"
            );
        }
    }

    #[test]
    fn too_few_launches_decide_nothing() {
        for interval in [[800.0, 900.0], [1.0, 2.0]] {
            assert_eq!(
                verdict(&benchmark(2, interval), 80.0),
                Verdict::Inconclusive
            );
        }
    }

    #[test]
    fn the_worst_verdict_is_the_status_and_nothing_judged_is_no_pass() {
        let slo = |floor| Objective {
            metric: DISPLAY.to_owned(),
            benchmark: "group/name".to_owned(),
            label: "D".to_owned(),
            floor_mibps: floor,
            why: "test".to_owned(),
        };
        let measured = [benchmark(3, [70.0, 90.0])];
        let judge = |floors: &[f64]| {
            let objectives = Objectives {
                slo: floors.iter().copied().map(slo).collect(),
            };
            status(&objectives.judge(&measured))
        };
        assert_eq!(judge(&[60.0]), Verdict::Pass);
        assert_eq!(judge(&[60.0, 80.0]), Verdict::Inconclusive);
        assert_eq!(judge(&[100.0, 60.0, 80.0]), Verdict::Fail);
        assert_eq!(judge(&[]), Verdict::Inconclusive);
    }

    #[test]
    fn a_selected_benchmark_that_is_absent_is_missing() {
        let text = "[[slo]]\nmetric = 'a_mibps'\nbenchmark = 'group/gone'\nlabel = 'A'\nfloor_mibps = 1\nwhy = 'x'";
        let objectives = parse(text).unwrap();
        let measured = [benchmark(3, [1.0, 2.0])];
        assert_eq!(objectives.missing(&measured, |_| true).len(), 1);
        assert!(objectives.missing(&measured, |_| false).is_empty());
        assert!(objectives.judge(&measured).is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_named() {
        let entry = |metric: &str, floor: &str| {
            format!(
                "[[slo]]\nmetric = '{metric}'\nbenchmark = 'b'\nlabel = 'L'\nfloor_mibps = {floor}\nwhy = 'x'\n"
            )
        };
        for (text, says) in [
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
                entry("a_mibps", "1") + "floor = 1\n",
                "unknown field `floor`",
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
