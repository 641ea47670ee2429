//! What the measurements say of the objectives; invariant 5: a verdict needs its interval.

use super::{Objective, Objectives};
use crate::model::{Benchmark, SloVerdict, Verdict};
use crate::stats::decisive;

impl Objectives {
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

#[cfg(test)]
mod tests {
    use super::super::DISPLAY;
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
        let objectives = Objectives::parse(text, "slo.toml".as_ref()).unwrap();
        let measured = [benchmark(3, [1.0, 2.0])];
        assert_eq!(objectives.missing(&measured, |_| true).len(), 1);
        assert!(objectives.missing(&measured, |_| false).is_empty());
        assert!(objectives.judge(&measured).is_empty());
    }
}
