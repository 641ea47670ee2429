//! The two lines that an operator reads; the first form is the predecessor's, character by
//! character, since its consumers grep for it.

use crate::model::{Benchmark, Receipt, SloVerdict, Verdict};
use crate::slo;
use crate::stats::{self, MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH};
use crate::words;

impl Receipt {
    /// The rates on one line, peak memory on the next where an objective bounds it, then the outcome
    /// on one line for each verdict that occurs; no newline at the end. Where no objective was
    /// measured: one line a benchmark, and a last one that says so.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut lines = Vec::new();
        if self.slo.is_empty() {
            lines.extend(self.benchmarks.iter().map(rate));
            lines.push("? No objective measured: nothing to pass or fail".to_owned());
        } else {
            let floors = self.slo.iter().filter_map(|slo| self.against_floor(slo));
            let floors = floors.collect::<Vec<_>>();
            if !floors.is_empty() {
                lines.push(floors.join(" | "));
            }
            lines.extend(self.slo.iter().filter_map(|slo| self.against_ceiling(slo)));
            lines.extend(self.outcome());
        }
        // Labels and names come from files and subjects.
        let lines: Vec<_> = lines.iter().map(|line| words::printable(line)).collect();
        lines.join("\n")
    }

    fn against_floor(&self, slo: &SloVerdict) -> Option<String> {
        let floor = slo.floor_mibps?;
        let mean = self
            .judged(slo)
            .map_or(f64::NAN, |benchmark| benchmark.mean_mibps);
        let caveat = self.judged(slo).map_or("", |found| found.verified.caveat());
        Some(format!(
            "{}: {mean:.1} MiB/s (SLO {floor} MiB/s, {:+.1}%){caveat}",
            slo.label, slo.delta_pct
        ))
    }

    fn against_ceiling(&self, slo: &SloVerdict) -> Option<String> {
        let ceiling = slo.ceiling_mib?;
        Some(format!(
            "{}: {:.1} MiB (SLO at most {ceiling} MiB, {:+.1}%)",
            slo.label, self.summary.max_rss_mib, slo.delta_pct
        ))
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
        let mut undecided = self
            .slo
            .iter()
            .filter(|slo| slo.verdict == Verdict::Inconclusive)
            .peekable();
        if undecided.peek().is_some() && !self.environment.unfit.is_empty() {
            // One reason for all of them.
            lines.push(format!(
                "? Inconclusive: this host is unfit to be judged on: {}",
                self.environment.unfit.join("; ")
            ));
        } else {
            lines.extend(undecided.map(|slo| self.undecided(slo)));
        }
        lines
    }

    /// "All" only where every objective was judged. A receipt of version 1 does not tell which others
    /// there were: there, where both objectives that operators know were judged.
    fn all_met(&self) -> String {
        if self.schema_version >= 2 {
            return match &self.not_judged[..] {
                [] => "✓ All SLOs met".to_owned(),
                some => {
                    let labels: Vec<_> = some.iter().map(|one| one.label.as_str()).collect();
                    format!("✓ All measured SLOs met; not judged: {}", labels.join(", "))
                }
            };
        }
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
        if slo.ceiling_mib.is_some() {
            return format!(
                "? Inconclusive: {}: {} launches, a verdict needs {MIN_LAUNCHES}: run again with at least --launches {MIN_LAUNCHES}",
                slo.label,
                self.environment.launches.len()
            );
        }
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
        let [low, high] = slo.ci95_mibps.unwrap_or([f64::NAN; 2]);
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
