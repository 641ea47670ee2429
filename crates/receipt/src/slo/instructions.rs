//! How many instructions a benchmark may take: the table `[instructions]` of `slo.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A limit for every benchmark, and others for some.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InstructionLimits {
    /// Per cent more than the base of a comparison.
    pub soft_pct: f64,
    /// By the name of the benchmark.
    pub benchmarks: BTreeMap<String, OfOne>,
}

/// Limits of one benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfOne {
    /// Per cent more than base; as for all where it is not given.
    pub soft_pct: Option<f64>,
    /// Instructions of one iteration, whatever base takes.
    pub hard: Option<u64>,
}

impl Default for InstructionLimits {
    fn default() -> Self {
        Self {
            soft_pct: 1.0,
            benchmarks: BTreeMap::new(),
        }
    }
}

impl InstructionLimits {
    /// The soft limit of a benchmark, per cent, and its hard one.
    #[must_use]
    pub fn of(&self, benchmark: &str) -> (f64, Option<u64>) {
        let own = self.benchmarks.get(benchmark);
        let soft = own.and_then(|own| own.soft_pct).unwrap_or(self.soft_pct);
        (soft, own.and_then(|own| own.hard))
    }

    /// Where limits make no sense: the table, and what was expected and found.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let all = [("[instructions]".to_owned(), self.of(""))];
        let each = self.benchmarks.keys();
        let each = each.map(|name| {
            (
                format!("[instructions.benchmarks.\"{name}\"]"),
                self.of(name),
            )
        });
        for (table, (soft, hard)) in all.into_iter().chain(each) {
            if !(0.0 < soft && soft < 100.0) {
                let what = format!("expected soft_pct above 0 and below 100, found {soft}");
                return Err((table, what));
            }
            if hard == Some(0) {
                let what = "expected hard to be a number of instructions, found 0".to_owned();
                return Err((table, what));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_has_limits_of_its_own() {
        let parse = |text: &str| toml::from_str::<InstructionLimits>(text).unwrap();
        let limits = parse("soft_pct = 2\n[benchmarks.'g/a']\nhard = 1000\n");
        assert_eq!(
            (limits.of("g/a"), limits.of("g/b")),
            ((2.0, Some(1000)), (2.0, None))
        );
        limits.check().unwrap();
        for text in [
            "soft_pct = 0",
            "soft_pct = nan",
            "[benchmarks.'g/a']\nhard = 0",
        ] {
            assert!(parse(text).check().is_err(), "{text}");
        }
    }
}
