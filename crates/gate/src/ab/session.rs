//! A comparison in progress: what runs next, and what is settled.
//!
//! The program that runs launches and the one that verifies a record walk through the same session,
//! so a record in which the order, the stage or the stopping is not as the rules have it is seen.

use serde::{Deserialize, Serialize};

use super::design::Design;
use super::judge::{self, Direction, Finding, State, Verdict};
use super::order::{Arm, Lots};

/// Which rounds are running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Every benchmark until it is settled or suspected.
    Screening,
    /// The suspects, with fresh launches.
    Confirmation,
}

/// The round that comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Its stage.
    pub stage: Stage,
    /// Its number within the stage, from 1.
    pub round: u32,
    /// Which program runs first, second, third.
    pub arms: [Arm; 3],
    /// Indices of the benchmarks that each launch measures.
    pub benchmarks: Vec<usize>,
}

/// The values of one round: one a benchmark of [`Next::benchmarks`], in that order; each the 10th
/// percentile of a launch's samples, ns per iteration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// Of the launch of base.
    pub base: Vec<f64>,
    /// Of base's second launch.
    pub control: Vec<f64>,
    /// Of new.
    pub new: Vec<f64>,
}

impl Values {
    /// Puts those of one launch in their place.
    pub(crate) fn set(&mut self, arm: Arm, values: Vec<f64>) {
        match arm {
            Arm::Base => self.base = values,
            Arm::Control => self.control = values,
            Arm::New => self.new = values,
        }
    }
}

/// All that was measured so far and what follows from it.
#[derive(Debug, Clone)]
pub struct Session {
    design: Design,
    lots: Lots,
    states: Vec<State>,
    suspected: Vec<bool>,
    settled: Vec<Option<Finding>>,
    next: Option<Next>,
}

impl Session {
    /// A comparison of so many benchmarks, before its first round.
    #[must_use]
    pub fn new(design: Design, seed: u64, benchmarks: usize) -> Self {
        let mut session = Self {
            design,
            lots: Lots::new(seed),
            states: vec![State::default(); benchmarks],
            suspected: vec![false; benchmarks],
            settled: vec![None; benchmarks],
            next: None,
        };
        session.next = session.plan();
        session
    }

    /// The round to run; `None` when everything is settled.
    #[must_use]
    pub fn next(&self) -> Option<&Next> {
        self.next.as_ref()
    }

    /// Takes the round that [`Session::next`] asked for. At a look, says what every benchmark looks
    /// like now.
    ///
    /// # Panics
    /// No round was asked for, or the values are not those of its benchmarks.
    pub fn push(&mut self, values: &Values) -> Option<Vec<Finding>> {
        let next = self.next.take().expect("a round was asked for");
        for (at, &index) in next.benchmarks.iter().enumerate() {
            let rounds = match next.stage {
                Stage::Screening => &mut self.states[index].screening,
                Stage::Confirmation => &mut self.states[index].confirmation,
            };
            rounds.base.push(values.base[at]);
            rounds.control.push(values.control[at]);
            rounds.new.push(values.new[at]);
        }
        let looked = self.design.looks.contains(&next.round).then(|| self.look());
        self.next = self.plan();
        looked
    }

    /// What every benchmark looks like now, settled ones as they were when they were settled.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let now = judge::judge(&self.design, &self.states);
        self.settled
            .iter()
            .zip(now)
            .map(|(settled, now)| settled.clone().unwrap_or(now))
            .collect()
    }

    /// The control arm differed from its equal, so that nothing here can be believed.
    #[must_use]
    pub fn control_differs(&self) -> bool {
        let mut settled = self.settled.iter().flatten();
        settled.any(|finding| finding.control_differs)
    }

    /// The most rounds that can still come: all of screening and all of confirmation.
    #[must_use]
    pub fn most_rounds(&self) -> u32 {
        match &self.next {
            None => 0,
            Some(next) => {
                let stages = match next.stage {
                    Stage::Screening => 2,
                    Stage::Confirmation => 1,
                };
                stages * self.design.most() - (next.round - 1)
            }
        }
    }

    fn look(&mut self) -> Vec<Finding> {
        let now = judge::judge(&self.design, &self.states);
        if now.iter().any(|finding| finding.control_differs) {
            for (settled, finding) in self.settled.iter_mut().zip(&now) {
                let mut finding = finding.clone();
                finding.verdict = Some(Verdict::Inconclusive);
                *settled = Some(finding);
            }
            return self.findings();
        }
        for (index, finding) in now.into_iter().enumerate() {
            if self.settled[index].is_some() {
                continue;
            }
            let fresh = !self.states[index].confirmation.is_empty();
            if finding.suspicion.is_some() {
                self.suspected[index] = true;
            }
            // A suspect of this very look waits for fresh rounds.
            if finding.verdict.is_some() && self.suspected[index] == fresh {
                self.settled[index] = Some(finding);
            }
        }
        self.findings()
    }

    fn plan(&mut self) -> Option<Next> {
        let open = |suspected: bool| -> Vec<usize> {
            (0..self.states.len())
                .filter(|&index| {
                    self.settled[index].is_none() && self.suspected[index] == suspected
                })
                .collect()
        };
        let (screening, suspects) = (open(false), open(true));
        let (stage, benchmarks) = match (screening.first(), suspects.first()) {
            (Some(_), _) => (Stage::Screening, screening),
            (None, Some(_)) => (Stage::Confirmation, suspects),
            (None, None) => return None,
        };
        let state = &self.states[benchmarks[0]];
        let done = match stage {
            Stage::Screening => state.screening.len(),
            Stage::Confirmation => state.confirmation.len(),
        };
        Some(Next {
            stage,
            round: done as u32 + 1,
            arms: self.lots.draw(),
            benchmarks,
        })
    }
}

/// The verdict of a whole comparison: the worst of its benchmarks.
#[must_use]
pub fn overall(findings: &[Finding]) -> Option<Verdict> {
    findings.iter().filter_map(|finding| finding.verdict).max()
}

/// Which way a suspect differs, in words.
impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
        })
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Faster => "faster",
            Self::Inconclusive => "inconclusive",
            Self::Slower => "slower",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a session to its end; `factor` of each benchmark, and a control that differs by its own.
    fn run(factors: &[f64], control: f64) -> (Session, Vec<Next>) {
        let mut session = Session::new(Design::default(), 7, factors.len());
        let mut rounds = Vec::new();
        while let Some(next) = session.next().cloned() {
            let n = rounds.len();
            let noise = |salt: usize| 1000.0 + ((n * 37 + salt * 11) % 17) as f64 / 4.0;
            let each = |salt: usize, factor: &dyn Fn(usize) -> f64| -> Vec<f64> {
                next.benchmarks
                    .iter()
                    .map(|&b| noise(salt + b) * factor(b))
                    .collect()
            };
            let values = Values {
                base: each(1, &|_| 1.0),
                control: each(6, &|_| control),
                new: each(10, &|b| factors[b]),
            };
            session.push(&values);
            rounds.push(next);
        }
        (session, rounds)
    }

    #[test]
    fn what_is_settled_is_measured_no_more() {
        let (session, rounds) = run(&[1.0, 1.05], 1.0);
        assert_eq!(rounds.len(), 32);
        assert_eq!(rounds[15].benchmarks, [0, 1]);
        assert_eq!(
            (rounds[16].stage, rounds[16].round),
            (Stage::Confirmation, 1)
        );
        assert_eq!(rounds[16].benchmarks, [1]);
        let verdicts: Vec<_> = session
            .findings()
            .iter()
            .map(|found| found.verdict)
            .collect();
        assert_eq!(verdicts, [Some(Verdict::Same), Some(Verdict::Slower)]);
        assert_eq!(overall(&session.findings()), Some(Verdict::Slower));
    }

    #[test]
    fn a_control_that_differs_ends_it_all() {
        let (session, rounds) = run(&[1.0, 1.05], 1.05);
        assert_eq!(rounds.len(), 16);
        assert!(session.control_differs());
        assert_eq!(overall(&session.findings()), Some(Verdict::Inconclusive));
    }

    #[test]
    fn the_most_that_can_come_shrinks_to_nothing() {
        let mut session = Session::new(Design::default(), 7, 1);
        assert_eq!(session.most_rounds(), 160);
        let equal = Values {
            base: vec![100.0],
            control: vec![100.0],
            new: vec![100.0],
        };
        session.push(&equal);
        assert_eq!(session.most_rounds(), 159);
        for _ in 0..15 {
            session.push(&equal);
        }
        assert_eq!(session.most_rounds(), 0);
        assert_eq!(Session::new(Design::default(), 7, 0).next(), None);
    }
}
