//! Paired launches of two programs: the ratio between them, its interval, and a test of it.
//!
//! Everything is done on ratios instead of differences of logarithms, which is the same statistic:
//! the size of a difference is max(r, 1/r), its sign is on which side of 1 the ratio lies, and the
//! mean of two logarithms is the square root of a product. Division and square root are correctly
//! rounded by IEEE 754, a logarithm is not, so a second implementation finds the same bits.
//!
//! Estimate and interval: Hodges & Lehmann, "Estimates of Location Based on Rank Tests", Annals of
//! Mathematical Statistics 34(2), 1963; Hollander & Wolfe, Nonparametric Statistical Methods, 3.2
//! and 3.3: the median of all Walsh averages, and the order statistics that invert the test.

use crate::signed_rank;

/// new over base, one for each pair of launches; every one finite and above 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    ratios: Vec<f64>,
    /// Walsh averages sqrt(r_i * r_j), i <= j, sorted.
    walsh: Vec<f64>,
}

/// An interval of a ratio; 0 or infinity where so few pairs bound nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Bounds {
    /// Both ends are within `share` of 1 (0.01: from 1/1.01 to 1.01).
    #[must_use]
    pub fn within(self, share: f64) -> bool {
        self.low >= 1.0 / (1.0 + share) && self.high <= 1.0 + share
    }
}

impl Ratios {
    /// Of times of pairs: `new[i]` was measured beside `base[i]`.
    ///
    /// # Panics
    /// The two have different lengths, or hold what is no time: both come from
    /// [`quantile::low`](crate::quantile::low), which refuses that.
    #[must_use]
    pub fn of(base: &[f64], new: &[f64]) -> Self {
        assert_eq!(base.len(), new.len(), "pairs have two launches each");
        let ratios: Vec<f64> = base.iter().zip(new).map(|(base, new)| new / base).collect();
        assert!(
            ratios.iter().all(|ratio| ratio.is_finite() && *ratio > 0.0),
            "times are finite and above 0"
        );
        let mut walsh = Vec::with_capacity(ratios.len() * (ratios.len() + 1) / 2);
        for (index, one) in ratios.iter().enumerate() {
            walsh.extend(ratios[index..].iter().map(|other| (one * other).sqrt()));
        }
        walsh.sort_by(f64::total_cmp);
        Self { ratios, walsh }
    }

    /// Number of pairs.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.ratios.len()
    }

    /// The Hodges-Lehmann ratio: above 1 where new takes longer. `None` without pairs.
    #[must_use]
    pub fn estimate(&self) -> Option<f64> {
        let middle = self.walsh.len() / 2;
        match self.walsh.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(self.walsh[middle]),
            _ => Some((self.walsh[middle - 1] * self.walsh[middle]).sqrt()),
        }
    }

    /// The interval that holds the ratio with probability 1 - `outside` at least, half of `outside`
    /// on either side.
    #[must_use]
    pub fn interval(&self, outside: f64) -> Bounds {
        match self.depth(outside / 2.0) {
            None => Bounds {
                low: 0.0,
                high: f64::INFINITY,
            },
            Some(depth) => Bounds {
                low: self.walsh[depth],
                high: self.walsh[self.walsh.len() - 1 - depth],
            },
        }
    }

    /// One-sided exact p-value of "new takes no longer than `margin` (a share: 0.005) more than
    /// base"; a small one says that it does.
    #[must_use]
    pub fn slower(&self, margin: f64) -> f64 {
        one_sided(self.ratios.iter().map(|ratio| ratio / (1.0 + margin)))
    }

    /// The same of "new is no more than `margin` faster than base": small where it is.
    #[must_use]
    pub fn faster(&self, margin: f64) -> f64 {
        one_sided(
            self.ratios
                .iter()
                .map(|ratio| 1.0 / (ratio * (1.0 + margin))),
        )
    }

    /// The smallest slowdown or speed-up, as a share, that a one-sided test of `level` would have
    /// found in launches that spread like these: how far the estimate lies from its own one-sided
    /// bound, plus the margin. `None` where no change would have been found.
    #[must_use]
    pub fn detectable(&self, level: f64, margin: f64) -> Option<f64> {
        let depth = self.depth(level)?;
        let estimate = self.estimate()?;
        let below = estimate / self.walsh[depth];
        let above = self.walsh[self.walsh.len() - 1 - depth] / estimate;
        Some(below.max(above) * (1.0 + margin) - 1.0)
    }

    /// How many Walsh averages lie outside on one side for a one-sided level.
    fn depth(&self, level: f64) -> Option<usize> {
        let critical = signed_rank::critical(self.ratios.len(), level)?;
        // W counts Walsh averages on one side of the hypothesis: P(W >= critical) <= level.
        Some(self.walsh.len() - critical)
    }
}

/// P(W >= w) where w is the sum of ranks of ratios above 1. A ratio of exactly 1 has a rank and no
/// sign, so that it speaks for neither side.
fn one_sided(ratios: impl Iterator<Item = f64>) -> f64 {
    let ratios: Vec<f64> = ratios.collect();
    let sizes: Vec<f64> = ratios.iter().map(|ratio| ratio.max(1.0 / ratio)).collect();
    let ranks = signed_rank::doubled_ranks(&sizes);
    let mut w = 0;
    let mut signed = Vec::with_capacity(ranks.len());
    for (ratio, rank) in ratios.iter().zip(ranks) {
        if *ratio > 1.0 {
            w += u64::from(rank);
        }
        if *ratio != 1.0 {
            signed.push(rank);
        }
    }
    signed_rank::tail(&signed, w)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(ratio: f64, pairs: usize) -> Ratios {
        Ratios::of(&vec![100.0; pairs], &vec![100.0 * ratio; pairs])
    }

    #[test]
    fn equal_launches_are_equal_and_never_different() {
        let ratios = alike(1.0, 16);
        assert_eq!(ratios.estimate(), Some(1.0));
        assert_eq!(
            ratios.interval(0.05),
            Bounds {
                low: 1.0,
                high: 1.0
            }
        );
        assert_eq!((ratios.slower(0.0), ratios.faster(0.0)), (1.0, 1.0));
        assert_eq!(ratios.detectable(0.01, 0.0), Some(0.0));
    }

    #[test]
    fn no_pairs_bound_nothing() {
        let ratios = Ratios::of(&[], &[]);
        assert_eq!(ratios.estimate(), None);
        assert_eq!(ratios.interval(0.05).high, f64::INFINITY);
        assert_eq!((ratios.slower(0.0), ratios.faster(0.0)), (1.0, 1.0));
        assert_eq!(ratios.detectable(0.01, 0.0), None);
    }

    #[test]
    fn five_pairs_of_one_kind_are_one_in_thirty_two() {
        let ratios = alike(1.02, 5);
        assert!((ratios.slower(0.005) - 1.0 / 32.0).abs() < 1e-15);
        assert_eq!(ratios.faster(0.005), 1.0);
        // Their two-sided 95 % interval needs six.
        assert_eq!(ratios.interval(0.05).low, 0.0);
        assert!(alike(1.02, 6).interval(0.05).low > 1.01);
    }

    #[test]
    fn a_change_below_the_margin_is_none() {
        let ratios = alike(1.004, 40);
        assert!(ratios.slower(0.0) < 1e-9);
        assert_eq!(ratios.slower(0.005), 1.0);
        assert!(ratios.interval(0.05).within(0.01));
    }

    #[test]
    fn base_and_new_exchanged_are_the_inverse() {
        let base = [100.0, 103.0, 99.0, 104.0, 101.0, 98.0, 100.5, 102.0];
        let new = [103.0, 104.0, 103.0, 103.0, 106.0, 100.0, 101.5, 107.0];
        let (there, back) = (Ratios::of(&base, &new), Ratios::of(&new, &base));
        assert!((there.slower(0.0) - back.faster(0.0)).abs() < 1e-15);
        let (one, other) = (there.estimate().unwrap(), back.estimate().unwrap());
        assert!((one * other - 1.0).abs() < 1e-12);
    }
}
