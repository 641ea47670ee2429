//! Counted instructions as a second witness: what time can't see beside a noisy neighbour.
//!
//! A count does not scatter as time does, so there is nothing to estimate: two counts of one program must
//! agree, and then a limit decides. But fewer instructions need not be less time (a division costs more than
//! twenty additions, and a count sees no cache), so where time could tell, time counts.

mod record;

use serde::{Deserialize, Serialize};

use crate::ab::Verdict;
pub use record::{Instructions, InstructionsError, Kind, Row, SCHEMA_VERSION};

/// The most that two counts of one program may differ, as a share.
pub const REPEATABLE: f64 = 0.0001;

/// How many more instructions than base a benchmark may take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Per cent more than base.
    pub soft_pct: f64,
    /// Of one iteration, whatever base takes.
    pub hard: Option<u64>,
}

/// What was counted of one benchmark, twice for either program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// `group/name`.
    pub benchmark: String,
    /// Instructions of one iteration of base.
    pub base: [u64; 2],
    /// Of new.
    pub new: [u64; 2],
    /// Kernels that decoded while base was counted: an emulated CPU need not have all that the real one
    /// has.
    pub kernels_base: Option<Vec<String>>,
    /// Of new.
    pub kernels_new: Option<Vec<String>>,
}

/// What the counts say.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// New over base; null where base took none.
    pub ratio: Option<f64>,
    /// `slower` means more instructions than a limit allows, `faster` fewer than the soft one.
    pub verdict: Verdict,
    /// Why, where it is not the soft limit.
    pub reason: Option<String>,
}

/// Judges one benchmark.
#[must_use]
pub fn judge(counts: &Counts, limits: Limits) -> Finding {
    let (base, new) = (least(counts.base), least(counts.new));
    let ratio = (base > 0).then(|| new as f64 / base as f64);
    let found = |verdict, reason| Finding {
        ratio,
        verdict,
        reason,
    };
    let Some(ratio) = ratio else {
        return found(
            Verdict::Inconclusive,
            Some("base took no instructions".to_owned()),
        );
    };
    for (side, pair) in [("base", counts.base), ("new", counts.new)] {
        if !repeats(pair) {
            let [one, other] = pair;
            let reason = format!(
                "two counts of {side} differ by more than {} %: {one} and {other}",
                REPEATABLE * 100.0
            );
            return found(Verdict::Inconclusive, Some(reason));
        }
    }
    if counts.kernels_base != counts.kernels_new {
        let reason = "the two programs decode with different kernels when they are counted";
        return found(Verdict::Inconclusive, Some(reason.to_owned()));
    }
    if let Some(hard) = limits.hard.filter(|hard| new > *hard) {
        let reason = format!("{new} instructions, at most {hard} allowed");
        return found(Verdict::Slower, Some(reason));
    }
    let soft = 1.0 + limits.soft_pct / 100.0;
    if ratio > soft {
        found(Verdict::Slower, None)
    } else if ratio < 1.0 / soft {
        found(Verdict::Faster, None)
    } else {
        found(Verdict::Same, None)
    }
}

/// The verdict of both witnesses, and whether they contradict each other. Time counts where it is
/// conclusive; where it is not, or was not taken, the instructions do.
#[must_use]
pub fn together(time: Option<Verdict>, counted: Verdict) -> (Verdict, bool) {
    match time {
        None | Some(Verdict::Inconclusive) => (counted, false),
        Some(time) => {
            let disagree = counted != Verdict::Inconclusive && counted != time;
            (time, disagree)
        }
    }
}

fn least([one, other]: [u64; 2]) -> u64 {
    one.min(other)
}

fn repeats([one, other]: [u64; 2]) -> bool {
    one.abs_diff(other) as f64 <= REPEATABLE * one.max(other) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        soft_pct: 1.0,
        hard: None,
    };

    fn counts(base: u64, new: u64) -> Counts {
        Counts {
            benchmark: "g/f".to_owned(),
            base: [base, base + 1],
            new: [new + 1, new],
            kernels_base: Some(vec!["avx2".to_owned()]),
            kernels_new: Some(vec!["avx2".to_owned()]),
        }
    }

    #[test]
    fn limits_decide() {
        let verdict = |new, limits| judge(&counts(1_000_000, new), limits).verdict;
        for (new, expected) in [
            (1_000_000, Verdict::Same),
            (1_009_900, Verdict::Same),
            (1_010_100, Verdict::Slower),
            (990_000, Verdict::Faster),
        ] {
            assert_eq!(verdict(new, LIMITS), expected, "{new}");
        }
        let hard = Limits {
            hard: Some(1_000_000),
            ..LIMITS
        };
        assert_eq!(verdict(1_000_000, hard), Verdict::Same);
        let above = judge(&counts(1_000_000, 1_000_001), hard);
        assert_eq!(above.verdict, Verdict::Slower);
        assert!(above.reason.expect("why").contains("at most 1000000"));
    }

    #[test]
    fn counts_that_do_not_repeat_decide_nothing() {
        let mut wild = counts(1_000_000, 2_000_000);
        wild.new[1] = 2_000_400;
        let found = judge(&wild, LIMITS);
        assert_eq!(found.verdict, Verdict::Inconclusive);
        assert!(found.reason.expect("why").contains("two counts of new"));
        assert_eq!(judge(&counts(0, 5), LIMITS).verdict, Verdict::Inconclusive);
        let mut kernels = counts(1_000_000, 2_000_000);
        kernels.kernels_new = Some(vec!["scalar".to_owned()]);
        assert_eq!(judge(&kernels, LIMITS).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn time_counts_where_it_can_tell() {
        use Verdict::{Faster, Inconclusive, Same, Slower};
        for (time, counted, expected) in [
            (None, Slower, (Slower, false)),
            (Some(Inconclusive), Slower, (Slower, false)),
            (Some(Inconclusive), Inconclusive, (Inconclusive, false)),
            (Some(Same), Slower, (Same, true)),
            (Some(Slower), Faster, (Slower, true)),
            (Some(Slower), Slower, (Slower, false)),
            (Some(Faster), Inconclusive, (Faster, false)),
        ] {
            assert_eq!(together(time, counted), expected, "{time:?} {counted:?}");
        }
    }
}
