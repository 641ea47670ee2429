//! How runs compare with each other: the value of a launch, of a run, and the drift between runs.
//!
//! Every operation is one that IEEE 754 rounds correctly, so that a second verifier finds the same
//! bits: relative deviations stand for differences of logarithms, which they equal to first order.

use super::quantile::quantile;
use super::t975;

/// The share of samples at or below the value of a launch.
pub const LOW: f64 = 0.1;
/// Fewest runs whose spread may bound anything.
pub const MIN_RUNS: usize = 3;

/// The value of a launch: the 10th percentile of its samples (Hyndman & Fan 1996, type 7), in their
/// unit. Interference only ever adds time, and to some samples more than to others. `None` without
/// samples.
#[must_use]
pub fn low(samples: &[f64]) -> Option<f64> {
    if samples.is_empty() {
        return None;
    }
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(quantile(&sorted, LOW))
}

/// The value of a run: the median of its launches' values. `None` without launches.
#[must_use]
pub fn middle(lows: &[f64]) -> Option<f64> {
    if lows.is_empty() {
        return None;
    }
    let mut sorted = lows.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(quantile(&sorted, 0.5))
}

/// The values of the launches of samples that stand launch after launch; empty where they don't
/// divide into launches.
#[must_use]
pub fn lows(samples: &[f64], launches: u32) -> Vec<f64> {
    let launches = launches as usize;
    if launches == 0 || samples.is_empty() || !samples.len().is_multiple_of(launches) {
        return Vec::new();
    }
    let each = samples.chunks(samples.len() / launches);
    each.filter_map(low).collect()
}

/// First to last, one rounding an addition; 0 / 0 without values.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    let mut sum = 0.0;
    for value in values {
        sum += value;
    }
    sum / values.len() as f64
}

/// Sum of the squared deviations from the mean, as shares of the mean.
#[must_use]
pub fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    let mut sum = 0.0;
    for value in values {
        let share = (value - mean) / mean;
        sum += share * share;
    }
    sum
}

/// Half the width of the 95 % interval of the ratio of two sides' means, as a share of the ratio:
/// Student's, pooled over sides of several runs. `None` where the base has fewer than [`MIN_RUNS`].
#[must_use]
pub fn half_width(base: &[f64], new: &[f64]) -> Option<f64> {
    if base.len() < MIN_RUNS || new.is_empty() {
        return None;
    }
    let freedom = base.len() + new.len() - 2;
    let variance = (squares(base) + squares(new)) / freedom as f64;
    let means = 1.0 / base.len() as f64 + 1.0 / new.len() as f64;
    Some(t975(freedom) * (variance * means).sqrt())
}

/// The interval around a ratio, low then high: as far below as above by factor, and never below 0.
#[must_use]
pub fn around(ratio: f64, half: f64) -> [f64; 2] {
    [ratio / (1.0 + half), ratio * (1.0 + half)]
}

/// Mean and 95 % interval of ratios that were measured pair by pair: Student's, symmetric about the
/// mean. `None` for fewer than two.
#[must_use]
pub fn of_pairs(ratios: &[f64]) -> Option<(f64, [f64; 2])> {
    if ratios.len() < 2 {
        return None;
    }
    let count = ratios.len() as f64;
    let mean = mean(ratios);
    let mut sum = 0.0;
    for ratio in ratios {
        sum += (ratio - mean) * (ratio - mean);
    }
    let half = t975(ratios.len() - 1) * (sum / (count - 1.0) / count).sqrt();
    Some((mean, [mean - half, mean + half]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_the_median_of_its_launches_low_samples() {
        let eleven: Vec<f64> = (1..=11).map(f64::from).collect();
        assert_eq!(low(&eleven), Some(2.0));
        assert_eq!((low(&[7.0]), low(&[])), (Some(7.0), None));
        let two: Vec<f64> = eleven.iter().map(|ns| ns * 10.0).collect();
        let launches = lows(&[eleven, two].concat(), 2);
        assert_eq!(launches, [2.0, 20.0]);
        assert_eq!((middle(&launches), middle(&[])), (Some(11.0), None));
        assert!(lows(&[1.0, 2.0, 3.0], 2).is_empty());
        assert!(lows(&[], 1).is_empty() && lows(&[1.0], 0).is_empty());
    }

    /// scipy: ttest_ind of 97, 100, 103 (as shares of 100) and 100 has t(2) = 4.3027 and a pooled
    /// standard deviation of 0.03; 4.302652729749464 * 0.03 * sqrt(4 / 3).
    #[test]
    fn the_spread_of_the_base_is_the_width() {
        let half = half_width(&[97.0, 100.0, 103.0], &[100.0]).unwrap();
        assert!((half - 0.149_048_262_7).abs() < 1e-9, "{half}");
        let [low, high] = around(0.5, half);
        assert!((low * high - 0.25).abs() < 1e-15, "even by factor");
        assert_eq!(half_width(&[97.0, 103.0], &[100.0]), None);
        assert_eq!(half_width(&[97.0, 100.0, 103.0], &[]), None);
        assert_eq!(half_width(&[100.0; 3], &[100.0]), Some(0.0));
    }

    /// t(2) * 0.1 / sqrt(3) around 1.
    #[test]
    fn pairs_have_students_interval() {
        let (mean, [low, high]) = of_pairs(&[0.9, 1.0, 1.1]).unwrap();
        assert!((mean - 1.0).abs() < 1e-15);
        assert!(
            (high - low - 2.0 * 0.248_413_771_2).abs() < 1e-9,
            "{low} {high}"
        );
        assert_eq!(of_pairs(&[1.0]), None);
    }
}
