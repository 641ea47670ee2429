//! How large a change is: the Hodges-Lehmann estimate of the ratio of two sides, the median over all
//! pairs, with the interval that the Wilcoxon-Mann-Whitney test gives (Hodges & Lehmann, "Estimates of
//! location based on rank tests", Annals of Mathematical Statistics 34(2), 1963; Hollander, Wolfe &
//! Chicken, "Nonparametric Statistical Methods", 3rd ed., section 4.3, large samples).

use serde::Serialize;

/// So many values next to the change are compared on either side: what lies farther away says little
/// about this change, and the number of pairs is their product.
const MOST: usize = 200;
/// The normal distribution's 97.5 % quantile.
const Z: f64 = 1.959_963_984_540_054;

/// A ratio of levels, behind over before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Size {
    /// The estimate.
    pub ratio: f64,
    /// Its 95 % interval, low then high.
    pub ci95: [f64; 2],
}

/// Of two sides with at least one value above 0 each; `inflation` widens the interval for
/// autocorrelation.
pub(super) fn size(before: &[f64], after: &[f64], inflation: f64) -> Size {
    let before = &before[before.len().saturating_sub(MOST)..];
    let after = &after[..after.len().min(MOST)];
    let mut ratios = Vec::with_capacity(before.len() * after.len());
    for old in before {
        ratios.extend(after.iter().map(|new| new / old));
    }
    ratios.sort_unstable_by(f64::total_cmp);
    let pairs = ratios.len();
    let (old, new) = (before.len() as f64, after.len() as f64);
    let spread = (old * new * (old + new + 1.0) / 12.0).sqrt() * inflation;
    let outside = (old * new / 2.0 - Z * spread).max(0.0) as usize;
    Size {
        ratio: (ratios[(pairs - 1) / 2] + ratios[pairs / 2]) / 2.0,
        ci95: [
            ratios[outside.min(pairs - 1)],
            ratios[pairs - 1 - outside.min(pairs - 1)],
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_median_of_all_ratios() {
        let found = size(&[1.0, 2.0, 4.0], &[2.0, 4.0, 8.0], 1.0);
        assert_eq!(found.ratio, 2.0);
        assert!(found.ci95[0] < 2.0 && found.ci95[1] > 2.0, "{found:?}");
        assert_eq!(size(&[5.0; 9], &[5.0; 7], 1.0).ci95, [1.0, 1.0]);
    }

    #[test]
    fn autocorrelation_widens_the_interval() {
        let before: Vec<f64> = (0..40).map(|at| 100.0 + f64::from(at * 7 % 11)).collect();
        let after: Vec<f64> = before.iter().map(|value| value * 0.9).collect();
        let [one, two] = [1.0, 2.0].map(|inflation| size(&before, &after, inflation));
        assert_eq!(one.ratio, two.ratio);
        assert!(two.ci95[0] < one.ci95[0] && one.ci95[1] < two.ci95[1]);
    }
}
