//! What the measurements say of the objectives; invariant 5: a verdict needs its interval.

use super::ceiling::{under, within};
use super::multiple::times;
use super::{Objective, Objectives};
use crate::build::max_rss_mib;
use crate::model::{AgainstBaseline, Benchmark, Environment, NotJudged, Peer, SloVerdict, Verdict};
use crate::stats::decisive;

/// What a run has to be judged by.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What was measured.
    pub benchmarks: &'a [Benchmark],
    /// Greatest peak resident set, MiB.
    pub max_rss_mib: f64,
    /// Time to the first launch, seconds; `None` in receipts that do not tell.
    pub first_launch_s: Option<f64>,
    /// Processes.
    pub launches: usize,
    /// Whether the host was found unfit to be judged on.
    pub unfit: bool,
    /// Decoders that ran in turn.
    pub peers: &'a [Peer],
}

impl<'a> Evidence<'a> {
    /// What a run leaves.
    #[must_use]
    pub fn of(benchmarks: &'a [Benchmark], environment: &Environment, peers: &'a [Peer]) -> Self {
        Evidence {
            benchmarks,
            max_rss_mib: max_rss_mib(environment),
            first_launch_s: environment.first_launch_s,
            launches: environment.launches.len(),
            unfit: !environment.unfit.is_empty(),
            peers,
        }
    }
}

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
            .filter(|objective| objective.floor_mibps.is_some())
            .filter(|objective| selected(&objective.benchmark) && !ran(&objective.benchmark))
            .collect()
    }

    /// A verdict for each objective that the run says something of, in the order of the file.
    #[must_use]
    pub fn judge(&self, evidence: Evidence<'_>) -> Vec<SloVerdict> {
        self.slo
            .iter()
            .filter_map(|objective| objective.judge(evidence))
            .collect()
    }

    /// The others, each with the reason.
    #[must_use]
    pub fn not_judged(&self, evidence: Evidence<'_>) -> Vec<NotJudged> {
        self.slo
            .iter()
            .filter(|objective| objective.judge(evidence).is_none())
            .map(|objective| NotJudged {
                label: objective.label.clone(),
                benchmark: objective.benchmark.clone(),
                peer: objective.peer.clone(),
                reason: objective.why_not(evidence.benchmarks),
            })
            .collect()
    }
}

impl Objective {
    fn judge(&self, evidence: Evidence<'_>) -> Option<SloVerdict> {
        if !self.covers(names(evidence.benchmarks)) {
            return None;
        }
        let mut judged = SloVerdict {
            metric: self.metric.clone(),
            label: self.label.clone(),
            benchmark: self.benchmark.clone(),
            floor_mibps: self.floor_mibps,
            floor_times: self.floor_times,
            peer: self.peer.clone(),
            ceiling_mib: self.ceiling_mib,
            ceiling_s: self.ceiling_s,
            verdict: Verdict::Inconclusive,
            delta_pct: 0.0,
            ci95_mibps: None,
            ci95_times: None,
        };
        outcome(&judged, evidence)?.fill(&mut judged);
        Some(judged)
    }

    fn why_not(&self, measured: &[Benchmark]) -> String {
        let other = names(measured).find(|name| !name.starts_with(&self.benchmark));
        match (self.is_ceiling(), other, &self.peer) {
            (true, Some(other), _) if self.ceiling_s.is_some() => {
                format!("{other} ran too, and a run has one first launch")
            }
            (true, Some(other), _) => {
                format!("{other} ran in the same process, which has one peak")
            }
            (false, _, Some(peer)) if self.covers(names(measured)) => {
                format!("{peer} did not run in turn with it; --peers has it run")
            }
            _ => "its benchmark was not among those asked for".to_owned(),
        }
    }
}

/// What follows for an objective; `None` where what it names was not measured, or where it is
/// none of the four kinds.
pub(crate) fn outcome(entry: &SloVerdict, evidence: Evidence<'_>) -> Option<Judged> {
    let bounds = [
        entry.floor_mibps,
        entry.floor_times,
        entry.ceiling_mib,
        entry.ceiling_s,
    ];
    let mut judged = match bounds {
        [Some(floor), None, None, None] => {
            let mut all = evidence.benchmarks.iter();
            let benchmark = all.find(|one| one.name == entry.benchmark)?;
            Judged {
                verdict: verdict(benchmark, floor),
                delta_pct: delta_pct(benchmark.mean_mibps, floor),
                ci95_mibps: Some(benchmark.ci95_mibps),
                ci95_times: None,
            }
        }
        [None, Some(floor), None, None] => times(entry, floor, evidence)?,
        [None, None, Some(ceiling), None] => Judged::without_interval(
            under(evidence.max_rss_mib, evidence.launches, ceiling),
            delta_pct(evidence.max_rss_mib, ceiling),
        ),
        [None, None, None, Some(ceiling)] => {
            let found = evidence.first_launch_s?;
            Judged::without_interval(within(found, ceiling), delta_pct(found, ceiling))
        }
        _ => return None,
    };
    if evidence.unfit {
        judged.verdict = Verdict::Inconclusive;
    }
    Some(judged)
}

/// The derived half of an entry.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) delta_pct: f64,
    pub(crate) ci95_mibps: Option<[f64; 2]>,
    pub(crate) ci95_times: Option<[f64; 2]>,
}

impl Judged {
    fn without_interval(verdict: Verdict, delta_pct: f64) -> Self {
        Self {
            verdict,
            delta_pct,
            ci95_mibps: None,
            ci95_times: None,
        }
    }

    fn fill(self, entry: &mut SloVerdict) {
        entry.verdict = self.verdict;
        entry.delta_pct = self.delta_pct;
        entry.ci95_mibps = self.ci95_mibps;
        entry.ci95_times = self.ci95_times;
    }
}

fn names(benchmarks: &[Benchmark]) -> impl Iterator<Item = &str> {
    benchmarks.iter().map(|benchmark| benchmark.name.as_str())
}

/// Pass if the interval lies at or above the floor, fail if it lies below, inconclusive where it
/// straddles the floor or rests on too little to decide anything ([`decisive`]).
#[must_use]
pub fn verdict(benchmark: &Benchmark, floor_mibps: f64) -> Verdict {
    let decides = decisive(benchmark.samples.len(), benchmark.launches);
    beyond(benchmark.ci95_mibps, floor_mibps, decides)
}

/// Where an interval lies, if enough stands behind it.
pub(super) fn beyond([low, high]: [f64; 2], floor: f64, decides: bool) -> Verdict {
    if !decides {
        Verdict::Inconclusive
    } else if low >= floor {
        Verdict::Pass
    } else if high < floor {
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

/// The worst verdict of the objectives and of the baseline; inconclusive where nothing was judged.
#[must_use]
pub fn status(slo: &[SloVerdict], baseline: Option<&AgainstBaseline>) -> Verdict {
    let rows = baseline.iter().flat_map(|baseline| &baseline.benchmarks);
    slo.iter()
        .map(|entry| entry.verdict)
        .chain(rows.map(|row| row.verdict.into()))
        .max()
        .unwrap_or(Verdict::Inconclusive)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::DISPLAY;
    use super::*;
    use crate::model::{Against, Verified};

    /// 10 samples of 1 ns in each launch.
    pub(crate) fn benchmark(launches: u32, ci95_mibps: [f64; 2]) -> Benchmark {
        Benchmark {
            name: "group/name".to_owned(),
            mean_ns: 1.0,
            bytes_processed: 1,
            mean_mibps: f64::midpoint(ci95_mibps[0], ci95_mibps[1]),
            samples: vec![1.0; 10 * launches as usize],
            iterations: vec![1; 10 * launches as usize],
            launches,
            sampling: Vec::new(),
            percentiles_ns: None,
            ci95_mibps,
            kernels: None,
            allocations: None,
            verified: Verified {
                against: Against::Values,
                records: 1,
                output_bytes: 1,
                output_sha256: String::new(),
            },
        }
    }

    pub(crate) fn evidence(benchmarks: &[Benchmark]) -> Evidence<'_> {
        Evidence {
            benchmarks,
            max_rss_mib: 10.0,
            first_launch_s: Some(2.0),
            launches: 3,
            unfit: false,
            peers: &[],
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
            floor_mibps: Some(floor),
            floor_times: None,
            peer: None,
            ceiling_mib: None,
            ceiling_s: None,
            why: "test".to_owned(),
        };
        let measured = [benchmark(3, [70.0, 90.0])];
        let judge = |floors: &[f64]| {
            let objectives = Objectives {
                slo: floors.iter().copied().map(slo).collect(),
                ..Objectives::default()
            };
            status(&objectives.judge(evidence(&measured)), None)
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
        assert!(objectives.judge(evidence(&measured)).is_empty());
        let [not] = &objectives.not_judged(evidence(&measured))[..] else {
            panic!("one is not judged")
        };
        assert_eq!(not.label, "A");
    }

    #[test]
    fn an_unfit_host_decides_nothing() {
        let text = "[[slo]]\nmetric = 'a_mibps'\nbenchmark = 'group/name'\nlabel = 'A'\nfloor_mibps = 1000\nwhy = 'x'";
        let objectives = Objectives::parse(text, "slo.toml".as_ref()).unwrap();
        let measured = [benchmark(3, [1.0, 2.0])];
        let mut evidence = evidence(&measured);
        assert_eq!(objectives.judge(evidence)[0].verdict, Verdict::Fail);
        evidence.unfit = true;
        assert_eq!(objectives.judge(evidence)[0].verdict, Verdict::Inconclusive);
    }
}
