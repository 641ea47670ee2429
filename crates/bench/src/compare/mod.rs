//! What the subcommands that compare have in common: reading receipts, showing ratios, exit codes.

pub(crate) mod read;
pub(crate) mod show;

use gate::ab::Verdict;

use crate::Outcome;

/// With `enforce`: the worst verdict. Without benchmarks nothing is known.
pub(crate) fn outcome(verdicts: impl Iterator<Item = Verdict>, enforce: bool) -> Outcome {
    match verdicts.max() {
        _ if !enforce => Outcome::Done,
        Some(Verdict::Same | Verdict::Faster) => Outcome::Done,
        Some(Verdict::Slower) => Outcome::Missed,
        Some(Verdict::Inconclusive) | None => Outcome::Inconclusive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_verdict_gates() {
        let gate = |verdicts: &[Verdict]| outcome(verdicts.iter().copied(), true);
        assert_eq!(gate(&[Verdict::Same, Verdict::Faster]), Outcome::Done);
        assert_eq!(
            gate(&[Verdict::Inconclusive, Verdict::Same]),
            Outcome::Inconclusive
        );
        assert_eq!(
            gate(&[Verdict::Slower, Verdict::Inconclusive]),
            Outcome::Missed
        );
        assert_eq!(gate(&[]), Outcome::Inconclusive);
        assert_eq!(outcome([Verdict::Slower].into_iter(), false), Outcome::Done);
    }
}
