//! How much slower than its baseline a benchmark may be: the limits of `slo.toml`, and the rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{AgainstBaseline, BaselineRow, Benchmark, Environment, Verdict};
use crate::stats::{decisive, relative};

/// The table `[baseline]` of `slo.toml`: limits for every benchmark, and others for some.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BaselineLimits {
    /// Per cent of throughput lost that is worth a warning.
    pub warn_pct: f64,
    /// Per cent that fails the run.
    pub fail_pct: f64,
    /// By the name of the benchmark.
    pub benchmarks: BTreeMap<String, OfOne>,
}

/// Limits of one benchmark; what is not given is as for all.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfOne {
    /// As in [`BaselineLimits`].
    pub warn_pct: Option<f64>,
    /// As in [`BaselineLimits`].
    pub fail_pct: Option<f64>,
}

/// The limits that hold for one benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Per cent of throughput lost that is worth a warning.
    pub warn_pct: f64,
    /// Per cent that fails the run.
    pub fail_pct: f64,
}

/// How a benchmark stands to its baseline, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Not slower beyond drift and limits.
    Pass,
    /// Slower beyond the drift and the lower limit.
    Warn,
    /// The baseline drifts by more than the limit, so that neither can be told.
    Inconclusive,
    /// Slower beyond the drift and the upper limit.
    Fail,
}

/// A benchmark against its baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relative {
    /// Throughput over that of the baseline.
    pub ratio: f64,
    /// Its 95 % interval.
    pub ci95: [f64; 2],
    /// What follows.
    pub verdict: Standing,
}

impl Default for BaselineLimits {
    fn default() -> Self {
        Self {
            warn_pct: 5.0,
            fail_pct: 10.0,
            benchmarks: BTreeMap::new(),
        }
    }
}

impl BaselineLimits {
    /// Those of the benchmark of this name.
    #[must_use]
    pub fn of(&self, benchmark: &str) -> Limits {
        let own = self.benchmarks.get(benchmark);
        Limits {
            warn_pct: own.and_then(|own| own.warn_pct).unwrap_or(self.warn_pct),
            fail_pct: own.and_then(|own| own.fail_pct).unwrap_or(self.fail_pct),
        }
    }

    /// Where limits make no sense: the table, and what was expected and found.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let all = ("[baseline]".to_owned(), self.of(""));
        let each = self.benchmarks.keys();
        let each = each.map(|name| (format!("[baseline.benchmarks.\"{name}\"]"), self.of(name)));
        for (table, Limits { warn_pct, fail_pct }) in [all].into_iter().chain(each) {
            if !(0.0 < warn_pct && warn_pct <= fail_pct && fail_pct < 100.0) {
                let what = format!(
                    "expected warn_pct above 0 and at most fail_pct, and fail_pct below 100, found {warn_pct} and {fail_pct}"
                );
                return Err((table, what));
            }
        }
        Ok(())
    }
}

/// The rule: slower than the baseline beyond its drift (the whole interval lies below 1), and by more
/// than a limit. Where that is not so, and the interval does not exclude a loss beyond the upper limit
/// either, nothing is known.
///
/// `runs_ns` are the values of the baseline's runs and `value_ns` that of this one, see
/// [`relative::middle`]. `None` where there are fewer runs than [`relative::MIN_RUNS`].
#[must_use]
pub fn against(runs_ns: &[f64], value_ns: f64, limits: Limits) -> Option<Relative> {
    let half = relative::half_width(runs_ns, &[value_ns])?;
    let ratio = relative::mean(runs_ns) / value_ns;
    let ci95 = relative::around(ratio, half);
    let least = |per_cent: f64| 1.0 - per_cent / 100.0;
    let beyond_drift = ci95[1] < 1.0;
    let verdict = if beyond_drift && ratio < least(limits.fail_pct) {
        Standing::Fail
    } else if beyond_drift && ratio < least(limits.warn_pct) {
        Standing::Warn
    } else if !beyond_drift && ci95[0] < least(limits.fail_pct) {
        Standing::Inconclusive
    } else {
        Standing::Pass
    };
    Some(Relative {
        ratio,
        ci95,
        verdict,
    })
}

impl From<Standing> for Verdict {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Pass | Standing::Warn => Self::Pass,
            Standing::Inconclusive => Self::Inconclusive,
            Standing::Fail => Self::Fail,
        }
    }
}

/// Fills what follows for each benchmark that a run was held against its baseline by. Of a baseline with
/// too few runs, which none is made of, nothing follows.
pub(crate) fn held(
    row: &BaselineRow,
    baseline: &AgainstBaseline,
    benchmark: &Benchmark,
    environment: &Environment,
) -> Option<Relative> {
    let lows = relative::lows(&benchmark.samples, benchmark.launches);
    let limits = Limits {
        warn_pct: row.warn_pct,
        fail_pct: row.fail_pct,
    };
    let mut found = against(&row.runs_ns, relative::middle(&lows)?, limits)?;
    let source_hash = environment.source_hash.as_deref();
    if baseline.same_program(&environment.suite_sha256, source_hash) {
        // Equal, not measured to be: what differs is the machine.
        found.verdict = Standing::Pass;
    } else if !environment.unfit.is_empty()
        || !decisive(benchmark.samples.len(), benchmark.launches)
    {
        found.verdict = Standing::Inconclusive;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        warn_pct: 5.0,
        fail_pct: 10.0,
    };

    fn standing(runs: &[f64], value: f64) -> Standing {
        against(runs, value, LIMITS).unwrap().verdict
    }

    #[test]
    fn drift_and_limits_both_have_to_be_passed() {
        let quiet = [100.0, 100.5, 99.5, 100.2, 99.8];
        for (value, expected) in [
            (90.0, Standing::Pass),
            (100.0, Standing::Pass),
            (104.0, Standing::Pass),
            (107.0, Standing::Warn),
            (111.0, Standing::Warn),
            (112.0, Standing::Fail),
        ] {
            assert_eq!(standing(&quiet, value), expected, "{value}");
        }
        // This machine moves by more than what is asked.
        let noisy = [100.0, 110.0, 92.0, 104.0, 97.0];
        assert_eq!(standing(&noisy, 112.0), Standing::Inconclusive);
        assert_eq!(standing(&noisy, 100.0), Standing::Inconclusive);
        assert_eq!(standing(&noisy, 150.0), Standing::Fail);
        assert_eq!(standing(&noisy, 60.0), Standing::Pass);
        assert_eq!(against(&quiet[..2], 100.0, LIMITS), None);
    }

    #[test]
    fn a_benchmark_has_limits_of_its_own() {
        let text = "fail_pct = 20\n[benchmarks.'g/a']\nwarn_pct = 1\n";
        let limits: BaselineLimits = toml::from_str(text).unwrap();
        let of = |name| (limits.of(name).warn_pct, limits.of(name).fail_pct);
        assert_eq!((of("g/a"), of("g/b")), ((1.0, 20.0), (5.0, 20.0)));
        limits.check().unwrap();
        for text in [
            "warn_pct = 0",
            "warn_pct = 11",
            "fail_pct = 100",
            "fail_pct = nan",
            "[benchmarks.'g/a']\nfail_pct = 4",
        ] {
            let limits: BaselineLimits = toml::from_str(text).unwrap();
            let (table, what) = limits.check().unwrap_err();
            assert!(what.contains("expected warn_pct above 0"), "{what}");
            assert_eq!(table.contains("g/a"), text.contains("g/a"), "{table}");
        }
    }
}
