//! In which order the launches of a round run: by lot, from a recorded seed.
//!
//! A fixed order, ABBA too, hands every drift and every periodic disturbance to the same program
//! each time. With lots, equal programs give differences that are as likely to have one sign as the
//! other, whatever the machine does: the test's level rests on that and on nothing else.

use serde::{Deserialize, Serialize};

/// Which program a launch runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arm {
    /// The program compared with.
    Base,
    /// The same program once more: what is found between it and base is an error of the method.
    Control,
    /// The program in question.
    New,
}

/// The lots of one comparison, round after round.
#[derive(Debug, Clone)]
pub struct Lots(u64);

impl Lots {
    /// From the seed that the comparison records.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The order of the next round: Fisher and Yates's shuffle of base, control, new.
    pub fn draw(&mut self) -> [Arm; 3] {
        let mut arms = [Arm::Base, Arm::Control, Arm::New];
        for last in [2, 1] {
            arms.swap(last, self.below(last + 1));
        }
        arms
    }

    /// SplitMix64: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
    /// 2014; then the high word of the product, whose bias is below 2^-60.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_lots() {
        let draw = |seed| {
            let mut lots = Lots::new(seed);
            (0..50).map(|_| lots.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    /// 6,000 rounds: each of the six orders about a thousand times (five standard deviations are 145).
    #[test]
    fn every_order_is_as_likely() {
        let mut lots = Lots::new(20_261_127);
        let mut seen = BTreeMap::new();
        for _ in 0..6000 {
            *seen.entry(lots.draw()).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(
            seen.values().all(|&count| (855..=1145).contains(&count)),
            "{seen:?}"
        );
    }
}
