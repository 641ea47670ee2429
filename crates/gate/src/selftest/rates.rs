//! How often the gate was wrong and how often it found what was there, condition by condition.

use super::record::{Row, SelfTest, Trial};
use crate::ab::Verdict;
use crate::{Bounds, binomial};

/// What was counted under one condition; a row is one benchmark of one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Per cent of extra work.
    pub injected: f64,
    /// Beside a noisy neighbour.
    pub neighbour: bool,
    /// Benchmarks times trials.
    pub rows: u64,
    /// Rows called slower; where nothing was injected, rows called slower or faster: false alarms.
    pub found: u64,
    /// Rows whose interval holds what was injected.
    pub held: u64,
    /// Wall time until a benchmark is decided, the mean over rows: the benchmarks of a trial share its
    /// launches, so each is given its part of the trial's time.
    pub seconds: f64,
}

impl Rates {
    /// The exact 95 % interval of the share of rows that were found.
    #[must_use]
    pub fn found95(&self) -> Bounds {
        binomial::interval95(self.found, self.rows)
    }

    /// The same of rows whose interval holds what was injected.
    #[must_use]
    pub fn held95(&self) -> Bounds {
        binomial::interval95(self.held, self.rows)
    }
}

/// The rates of every condition, without a neighbour first, by rising extra work.
#[must_use]
pub fn rates(test: &SelfTest) -> Vec<Rates> {
    let condition = |trial: &Trial| (trial.neighbour, trial.injected);
    let mut conditions: Vec<(bool, f64)> = test.trials.iter().map(condition).collect();
    conditions.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    conditions.dedup();
    let one = |of: (bool, f64)| {
        let trials = test.trials.iter().filter(|trial| condition(trial) == of);
        count(of.1, of.0, trials.collect())
    };
    conditions.into_iter().map(one).collect()
}

fn count(injected: f64, neighbour: bool, trials: Vec<&Trial>) -> Rates {
    let rows: Vec<&Row> = trials.iter().flat_map(|trial| &trial.rows).collect();
    let is_found = |row: &&&Row| match row.verdict {
        Verdict::Slower => true,
        Verdict::Faster => injected == 0.0,
        Verdict::Same | Verdict::Inconclusive => false,
    };
    let truth = 1.0 + injected / 100.0;
    let holds = |row: &&&Row| {
        let [low, high] = row.ci95;
        low.is_none_or(|low| low <= truth) && high.is_none_or(|high| high >= truth)
    };
    let seconds: f64 = trials.iter().map(|trial| trial.seconds).sum();
    Rates {
        injected,
        neighbour,
        rows: rows.len() as u64,
        found: rows.iter().filter(is_found).count() as u64,
        held: rows.iter().filter(holds).count() as u64,
        seconds: seconds / rows.len() as f64,
    }
}
