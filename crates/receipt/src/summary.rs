//! The two lines that an operator reads; the first form is the predecessor's, character by
//! character, since its consumers grep for it.

use crate::model::{BaselineRow, Benchmark, Receipt, SloVerdict, Verdict};
use crate::slo;
use crate::slo::baseline::Standing;
use crate::stats::{self, MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH};
use crate::words;

impl Receipt {
    /// The rates on one line, the outcome on one for each verdict that occurs, then what else was judged
    /// (against peers, peak memory, time to the first launch) or was not, a line each, and last the task of
    /// a fleet that the run was; no newline at the end. Where no objective was measured: one line a
    /// benchmark, and another that says so.
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
            // The two lines that people know stand together; what else was judged comes after them.
            lines.extend(self.outcome());
            lines.extend(self.slo.iter().filter_map(against_peer));
            lines.extend(self.slo.iter().filter_map(|slo| self.against_ceiling(slo)));
            lines.extend(self.slo.iter().filter_map(|slo| self.first_launch(slo)));
            lines.extend(self.without_peers());
        }
        lines.extend(self.against_baseline());
        let task = self.environment.task.as_ref();
        lines.extend(task.map(|task| format!("· Fleet: {}", task.in_words())));
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
            "{}: {mean:.1} MiB/s (SLO {floor} MiB/s, {}%){caveat}",
            slo.label,
            words::signed(slo.delta_pct, 1)
        ))
    }

    fn against_ceiling(&self, slo: &SloVerdict) -> Option<String> {
        let ceiling = slo.ceiling_mib?;
        Some(format!(
            "{}: {:.1} MiB (SLO at most {ceiling} MiB, {}%)",
            slo.label,
            self.summary.max_rss_mib,
            words::signed(slo.delta_pct, 1)
        ))
    }

    fn first_launch(&self, slo: &SloVerdict) -> Option<String> {
        let ceiling = slo.ceiling_s?;
        let found = self.environment.first_launch_s?;
        Some(format!(
            "{}: {found:.2} s (SLO at most {ceiling} s, {}%)",
            slo.label,
            words::signed(slo.delta_pct, 1)
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
        let worst = self.slo.iter().map(|slo| slo.verdict).max();
        let mut lines = Vec::new();
        match worst {
            Some(Verdict::Pass) => lines.push(self.all_met()),
            Some(Verdict::Fail) => lines.push(format!("✗ SLO missed: {}", labels(Verdict::Fail))),
            Some(Verdict::Inconclusive) | None => {}
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
            let own = self.not_judged.iter().filter(|one| one.peer.is_none());
            let labels: Vec<_> = own.map(|one| one.label.as_str()).collect();
            return match &labels[..] {
                [] => "✓ All SLOs met".to_owned(),
                some => format!("✓ All measured SLOs met; not judged: {}", some.join(", ")),
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

    /// What needs another decoder, and was not asked for. Its own line, since operators' scripts look for
    /// the one that says that all is met.
    fn without_peers(&self) -> Option<String> {
        let measured = |name: &str| self.benchmarks.iter().any(|one| one.name == name);
        let some = self.not_judged.iter();
        let some = some.filter(|one| one.peer.is_some() && measured(&one.benchmark));
        let labels: Vec<_> = some.map(|one| one.label.as_str()).collect();
        (!labels.is_empty()).then(|| format!("· Not judged without --peers: {}", labels.join(", ")))
    }

    /// One line a benchmark; one in all where the baseline is of the very program.
    fn against_baseline(&self) -> Vec<String> {
        let Some(baseline) = &self.baseline else {
            return Vec::new();
        };
        let source_hash = self.environment.source_hash.as_deref();
        if baseline.same_program(&self.environment.suite_sha256, source_hash) {
            return vec![
                "✓ The baseline is of the same program: equal, not measured to be".to_owned(),
            ];
        }
        baseline.benchmarks.iter().map(standing).collect()
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
        if let (Some([low, high]), Some(peer)) = (slo.ci95_times, &slo.peer) {
            return format!(
                "? Inconclusive: {}: the 95 % interval straddles the floor ({low:.1} to {high:.1} times {peer}): quiet the \
                 host (`bench doctor`) and run again with --thorough",
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

fn against_peer(slo: &SloVerdict) -> Option<String> {
    let (floor, peer) = (slo.floor_times?, slo.peer.as_ref()?);
    let [low, high] = slo.ci95_times?;
    let times = floor * (1.0 + slo.delta_pct / 100.0);
    Some(format!(
        "{}: {times:.1} times {peer} (95 % interval {low:.1} to {high:.1}; SLO {floor} times, {}%)",
        slo.label,
        words::signed(slo.delta_pct, 1)
    ))
}

fn standing(row: &BaselineRow) -> String {
    let [low, high] = row.ci95.map(words::percent);
    let told = format!(
        "{}: {} to its baseline (95 % interval {low} to {high})",
        row.benchmark,
        words::percent(row.ratio)
    );
    match row.verdict {
        Standing::Pass => format!("✓ {told}"),
        Standing::Warn => format!(
            "! {told}: slower, by more than {} % and less than {} %",
            row.warn_pct, row.fail_pct
        ),
        Standing::Fail => format!("✗ {told}: slower, by more than {} %", row.fail_pct),
        Standing::Inconclusive => format!(
            "? Inconclusive: {told}: a loss of {} % is not excluded: `bench ab` decides",
            row.fail_pct
        ),
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
