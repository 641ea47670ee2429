//! The two lines that an operator reads; the first form is the predecessor's, character by
//! character, since its consumers grep for it.

use crate::model::{Benchmark, Receipt, SloVerdict, Verdict};
use crate::slo;
use crate::stats::{self, MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH};

impl Receipt {
    /// The rates on one line, then the outcome on one line for each verdict that occurs; no
    /// newline at the end. Where no objective was measured: one line a benchmark, and a last one
    /// that says so.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut lines = Vec::new();
        if self.slo.is_empty() {
            lines.extend(self.benchmarks.iter().map(rate));
            lines.push("? No objective measured: nothing to pass or fail".to_owned());
        } else {
            lines.push(
                self.slo
                    .iter()
                    .map(|slo| self.against_floor(slo))
                    .collect::<Vec<_>>()
                    .join(" | "),
            );
            lines.extend(self.outcome());
        }
        lines.join("\n")
    }

    fn against_floor(&self, slo: &SloVerdict) -> String {
        let mean = self
            .judged(slo)
            .map_or(f64::NAN, |benchmark| benchmark.mean_mibps);
        let caveat = self.judged(slo).map_or("", |found| found.verified.caveat());
        format!(
            "{}: {mean:.1} MiB/s (SLO {} MiB/s, {:+.1}%){caveat}",
            slo.label, slo.floor_mibps, slo.delta_pct
        )
    }

    fn outcome(&self) -> Vec<String> {
        let labels = |verdict| {
            let some: Vec<_> = self
                .slo
                .iter()
                .filter(|slo| slo.verdict == verdict)
                .map(|slo| slo.label.as_str())
                .collect();
            some.join(", ")
        };
        let mut lines = Vec::new();
        match self.status {
            Verdict::Pass => lines.push(self.all_met()),
            Verdict::Fail => lines.push(format!("✗ SLO missed: {}", labels(Verdict::Fail))),
            Verdict::Inconclusive => {}
        }
        lines.extend(
            self.slo
                .iter()
                .filter(|slo| slo.verdict == Verdict::Inconclusive)
                .map(|slo| self.undecided(slo)),
        );
        lines
    }

    /// "All" only where both objectives that operators know were judged. Where neither was, they are
    /// another suite's, and a receipt does not tell which else that suite has.
    fn all_met(&self) -> String {
        let known = [(slo::DISPLAY, "DISPLAY"), (slo::COMP3, "COMP-3")];
        let absent: Vec<_> = known
            .iter()
            .filter(|(metric, _)| self.slo.iter().all(|slo| slo.metric != *metric))
            .map(|(_, label)| *label)
            .collect();
        if absent.is_empty() {
            "✓ All SLOs met".to_owned()
        } else if absent.len() == known.len() {
            "✓ All measured SLOs met".to_owned()
        } else {
            format!(
                "✓ All measured SLOs met; not measured: {}",
                absent.join(", ")
            )
        }
    }

    fn undecided(&self, slo: &SloVerdict) -> String {
        let (count, launches) = self
            .judged(slo)
            .map_or((0, 0), |found| (found.samples.len(), found.launches));
        if !stats::decisive(count, launches) {
            return format!(
                "? Inconclusive: {} has {count} samples of {launches} launches, a verdict needs {MIN_LAUNCHES} launches of \
                 {MIN_SAMPLES_PER_LAUNCH}: run again with at least --launches {MIN_LAUNCHES} --samples {MIN_SAMPLES_PER_LAUNCH}",
                slo.label
            );
        }
        let [low, high] = slo.ci95_mibps;
        format!(
            "? Inconclusive: {}: the 95 % interval straddles the floor ({low:.2} to {high:.2} MiB/s): quiet the host \
             (`bench doctor`) and run again with --thorough",
            slo.label
        )
    }

    pub(crate) fn judged(&self, slo: &SloVerdict) -> Option<&Benchmark> {
        self.benchmarks
            .iter()
            .find(|benchmark| benchmark.name == slo.benchmark)
    }
}

fn rate(benchmark: &Benchmark) -> String {
    let [low, high] = benchmark.ci95_mibps;
    format!(
        "{}: {:.1} MiB/s (95 % interval {low:.1} to {high:.1}){}",
        benchmark.name,
        benchmark.mean_mibps,
        benchmark.verified.caveat()
    )
}
