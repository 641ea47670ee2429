//! What the rounds so far say about each benchmark.

use serde::{Deserialize, Serialize};

use super::design::{Design, OUTSIDE};
use crate::holm;
use crate::ratio::{Bounds, Ratios};

/// The launches of one benchmark in one stage: one value a round, ns per iteration, from
/// [`quantile::low`](crate::quantile::low).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rounds {
    /// Base.
    pub base: Vec<f64>,
    /// Base again.
    pub control: Vec<f64>,
    /// The program in question.
    pub new: Vec<f64>,
}

/// All rounds of one benchmark.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The rounds that raise a suspicion.
    pub screening: Rounds,
    /// Fresh rounds that confirm it; empty where there is none.
    pub confirmation: Rounds,
}

/// Which way new differs from base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// New takes longer.
    Slower,
    /// New takes less.
    Faster,
}

/// What a comparison says of one benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The interval lies within 1 % of no change.
    Same,
    /// Found and confirmed: new takes less.
    Faster,
    /// Neither found nor excluded.
    Inconclusive,
    /// Found and confirmed: new takes longer.
    Slower,
}

/// What is known of one benchmark after the rounds so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What screening suspects.
    pub suspicion: Option<Direction>,
    /// Settled, or `None` while more rounds may come.
    pub verdict: Option<Verdict>,
    /// Time of new over base: of the confirming rounds where there are some, since the screening
    /// ones were picked for looking different.
    pub ratio: Option<f64>,
    /// 95 % interval of the ratio.
    pub interval: Bounds,
    /// Pairs behind ratio and interval.
    pub pairs: usize,
    /// The smallest change, as a share, that these launches would have shown at the last look.
    pub detectable: Option<f64>,
    /// The control arm differs from its equal: the method failed on this machine.
    pub control_differs: bool,
}

impl Finding {
    /// The interval's ends as a record has them: one that nothing bounds is null.
    #[must_use]
    pub fn ends(&self) -> [Option<f64>; 2] {
        let ends = [self.interval.low, self.interval.high];
        ends.map(|end| (end > 0.0 && end.is_finite()).then_some(end))
    }
}

impl Rounds {
    /// Complete rounds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.base.len().min(self.control.len()).min(self.new.len())
    }

    /// No round is complete.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn ratios(&self, rounds: usize) -> Ratios {
        Ratios::of(&self.base[..rounds], &self.new[..rounds])
    }

    fn control(&self, rounds: usize) -> Ratios {
        Ratios::of(&self.base[..rounds], &self.control[..rounds])
    }
}

/// Judges all benchmarks of a comparison, in their order.
///
/// Holm's procedure runs over all benchmarks in screening, for each direction, over the suspects in
/// confirmation, and over all benchmarks for the control arm. A p-value of several looks is the
/// least of p / share, which a stop at any look leaves valid.
#[must_use]
pub fn judge(design: &Design, states: &[State]) -> Vec<Finding> {
    let suspicions = suspicions(design, states);
    let confirmed = confirmed(design, states, &suspicions);
    let controls = controls(design, states);
    let mut findings = Vec::with_capacity(states.len());
    for (index, state) in states.iter().enumerate() {
        findings.push(finding(
            design,
            state,
            suspicions[index],
            confirmed[index],
            controls[index],
        ));
    }
    findings
}

fn suspicions(design: &Design, states: &[State]) -> Vec<Option<Direction>> {
    let find = |direction| {
        let p: Vec<f64> = states
            .iter()
            .map(|state| p_value(design, &state.screening, direction))
            .collect();
        holm::rejected(&p, design.level)
    };
    let (slower, faster) = (find(Direction::Slower), find(Direction::Faster));
    let either = slower.into_iter().zip(faster);
    // Both at once would need a benchmark that is at once slower and faster: the later look wins
    // nothing, so the slowdown, which costs more to miss, does.
    either
        .map(|pair| match pair {
            (true, _) => Some(Direction::Slower),
            (false, true) => Some(Direction::Faster),
            (false, false) => None,
        })
        .collect()
}

fn confirmed(design: &Design, states: &[State], suspicions: &[Option<Direction>]) -> Vec<bool> {
    let suspects: Vec<(usize, Direction)> = suspicions
        .iter()
        .enumerate()
        .filter_map(|(index, suspicion)| Some((index, (*suspicion)?)))
        .collect();
    let p: Vec<f64> = suspects
        .iter()
        .map(|&(index, direction)| p_value(design, &states[index].confirmation, direction))
        .collect();
    let mut confirmed = vec![false; states.len()];
    for ((index, _), rejected) in suspects.into_iter().zip(holm::rejected(&p, design.level)) {
        confirmed[index] = rejected;
    }
    confirmed
}

/// Over both stages: the control arm is base in either.
fn controls(design: &Design, states: &[State]) -> Vec<bool> {
    let p: Vec<f64> = states
        .iter()
        .map(|state| {
            let of = |rounds: &Rounds| {
                least(design, rounds, |rounds, n| {
                    let control = rounds.control(n);
                    let one = control
                        .slower(design.margin)
                        .min(control.faster(design.margin));
                    2.0 * one
                })
            };
            // Two stages are two chances.
            (2.0 * of(&state.screening).min(of(&state.confirmation))).min(1.0)
        })
        .collect();
    holm::rejected(&p, design.control_level)
}

fn p_value(design: &Design, rounds: &Rounds, direction: Direction) -> f64 {
    least(design, rounds, |rounds, n| {
        let ratios = rounds.ratios(n);
        match direction {
            Direction::Slower => ratios.slower(design.margin),
            Direction::Faster => ratios.faster(design.margin),
        }
    })
}

/// The least p / share over the looks that the rounds have reached; 1 before the first.
fn least(design: &Design, rounds: &Rounds, p: impl Fn(&Rounds, usize) -> f64) -> f64 {
    let mut least = 1.0f64;
    for (look, share) in design.looks.iter().zip(&design.spend) {
        if rounds.len() < *look as usize {
            break;
        }
        least = least.min(p(rounds, *look as usize) / share);
    }
    least
}

fn finding(
    design: &Design,
    state: &State,
    suspicion: Option<Direction>,
    confirmed: bool,
    control_differs: bool,
) -> Finding {
    let rounds = match state.confirmation.is_empty() {
        true => &state.screening,
        false => &state.confirmation,
    };
    let pairs = rounds.len();
    let ratios = rounds.ratios(pairs);
    let interval = ratios.interval(OUTSIDE);
    let looked = design.looks.iter().any(|look| *look as usize == pairs);
    let last = pairs >= design.most() as usize;
    let last_share = design.spend.last().copied().unwrap_or(0.0);
    let settled = match suspicion {
        _ if control_differs => Some(Verdict::Inconclusive),
        Some(Direction::Slower) if confirmed => Some(Verdict::Slower),
        Some(Direction::Faster) if confirmed => Some(Verdict::Faster),
        // A suspicion is settled by fresh rounds alone.
        Some(_) if state.confirmation.is_empty() => None,
        _ if looked && interval.within(design.same) => Some(Verdict::Same),
        _ if last => Some(Verdict::Inconclusive),
        _ => None,
    };
    Finding {
        suspicion,
        verdict: settled,
        ratio: ratios.estimate(),
        interval,
        pairs,
        detectable: ratios.detectable(design.level * last_share, design.margin),
        control_differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Launches around 1000 ns that spread by some 0.2 %, in no particular order.
    fn launches(count: usize, factor: f64, salt: usize) -> Vec<f64> {
        (0..count)
            .map(|n| (1000.0 + ((n * 37 + salt * 11) % 17) as f64 / 4.0) * factor)
            .collect()
    }

    fn rounds(count: usize, factor: f64, salt: usize) -> Rounds {
        Rounds {
            base: launches(count, 1.0, salt),
            control: launches(count, 1.0, salt + 5),
            new: launches(count, factor, salt + 9),
        }
    }

    fn one(screening: Rounds, confirmation: Rounds) -> Finding {
        let state = State {
            screening,
            confirmation,
        };
        judge(&Design::default(), &[state]).remove(0)
    }

    #[test]
    fn nothing_is_known_before_the_first_look() {
        for count in [0, 1, 15] {
            let found = one(rounds(count, 1.5, 1), Rounds::default());
            assert_eq!((found.suspicion, found.verdict), (None, None), "{count}");
        }
    }

    #[test]
    fn equal_programs_are_the_same_at_the_first_look() {
        let found = one(rounds(16, 1.0, 1), Rounds::default());
        assert_eq!(
            (found.suspicion, found.verdict),
            (None, Some(Verdict::Same))
        );
        assert!(found.detectable.expect("enough rounds") < 0.02);
    }

    #[test]
    fn a_suspicion_is_settled_by_fresh_rounds_only() {
        let suspected = one(rounds(16, 1.03, 1), Rounds::default());
        assert_eq!(suspected.suspicion, Some(Direction::Slower));
        assert_eq!(suspected.verdict, None);
        let confirmed = one(rounds(16, 1.03, 1), rounds(16, 1.03, 2));
        assert_eq!(confirmed.verdict, Some(Verdict::Slower));
        assert!((confirmed.ratio.expect("pairs") - 1.03).abs() < 0.002);
        assert_eq!(confirmed.pairs, 16);
        let gone = one(rounds(16, 1.03, 1), rounds(16, 1.0, 2));
        assert_eq!(gone.verdict, Some(Verdict::Same));
        let faster = one(rounds(16, 0.97, 1), rounds(16, 0.97, 2));
        assert_eq!(faster.verdict, Some(Verdict::Faster));
    }

    #[test]
    fn a_control_that_differs_spoils_every_verdict() {
        let mut spoilt = rounds(16, 1.03, 1);
        spoilt.control = launches(16, 1.05, 3);
        let found = one(spoilt, rounds(16, 1.03, 2));
        assert!(found.control_differs);
        assert_eq!(found.verdict, Some(Verdict::Inconclusive));
    }

    /// Spread of a factor of two: nothing can be found, and the last look says so.
    #[test]
    fn a_loud_neighbour_leaves_it_open_until_the_last_look() {
        let loud = |count: usize, salt: usize| -> Vec<f64> {
            (0..count)
                .map(|n| 1000.0 * (1.0 + ((n * 61 + salt * 29) % 23) as f64 / 23.0))
                .collect()
        };
        let state = |count| Rounds {
            base: loud(count, 1),
            control: loud(count, 2),
            new: loud(count, 3),
        };
        assert_eq!(one(state(40), Rounds::default()).verdict, None);
        let last = one(state(80), Rounds::default());
        assert_eq!(last.verdict, Some(Verdict::Inconclusive));
        assert!(last.detectable.expect("80 rounds") > 0.02, "{last:?}");
    }

    /// The same launches seen between many others: Holm asks for more than this pair can show.
    #[test]
    fn many_benchmarks_ask_for_stronger_evidence() {
        let mut weak = rounds(16, 1.0, 1);
        for (index, (new, base)) in weak.new.iter_mut().zip(&weak.base).enumerate() {
            *new = base
                * if index < 3 {
                    0.999
                } else {
                    1.02 + index as f64 / 1e4
                };
        }
        let alone = State {
            screening: weak,
            ..State::default()
        };
        let design = Design::default();
        assert!(
            judge(&design, std::slice::from_ref(&alone))[0]
                .suspicion
                .is_some()
        );
        let mut many = vec![alone];
        many.resize_with(60, || State {
            screening: rounds(16, 1.0, 4),
            ..State::default()
        });
        assert_eq!(judge(&design, &many)[0].suspicion, None);
    }
}
