//! Launch within node within type: logarithms of throughput, Student's t, and the outlier rule.
//!
//! Sources: Welch, "The generalization of 'Student's' problem when several different population
//! variances are involved", Biometrika 34 (1947), with Satterthwaite's degrees of freedom, Biometrics
//! Bulletin 2 (1946); Iglewicz & Hoaglin, "How to Detect and Handle Outliers", ASQC Basic References in
//! Quality Control 16 (1993), for the modified z-score and its threshold of 3.5.

use receipt::stats::t975;

/// Beyond this modified z-score a node is an outlier.
pub const THRESHOLD: f64 = 3.5;
/// Fewest nodes of a type that show what is usual.
pub const LEAST_NODES: usize = 5;
/// A node is not sick as long as it may be this close to the others: a ratio of throughputs.
pub const PRACTICAL: f64 = 0.98;

/// 75 % quantile of the standard normal distribution: what makes the median of absolute deviations
/// comparable with a standard deviation.
const TO_SIGMA: f64 = 0.6745;
/// The same for their mean: sqrt(pi / 2).
const MEAN_TO_SIGMA: f64 = 1.253_314;

/// A mean of values, the square of its standard error, and the degrees of freedom of that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    /// 0 where there is one value.
    pub(super) squared_error: f64,
    /// Number of values less one.
    pub(super) freedom: usize,
}

impl Estimate {
    /// Of at least one value. Added up first to last.
    pub(super) fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum();
        let freedom = values.len() - 1;
        Self {
            mean,
            squared_error: if freedom == 0 {
                0.0
            } else {
                squares / freedom as f64 / count
            },
            freedom,
        }
    }

    /// This less another.
    pub(super) fn less(self, other: Self) -> Self {
        let sum = Sum::default().and(self).and(other);
        Self {
            mean: self.mean - other.mean,
            squared_error: sum.squared_error,
            freedom: sum.freedom(),
        }
    }

    /// The mean out of logarithms.
    pub(super) fn ratio(self) -> f64 {
        self.mean.exp()
    }

    /// Its 95 % interval out of logarithms; `None` without a degree of freedom.
    pub(super) fn ci95(self) -> Option<[f64; 2]> {
        let half = t975(self.freedom) * self.squared_error.sqrt();
        (self.freedom > 0).then(|| [(self.mean - half).exp(), (self.mean + half).exp()])
    }
}

/// Estimates added up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    count: usize,
    mean: f64,
    squared_error: f64,
    /// Of squared errors over their degrees of freedom, squared.
    below: f64,
    /// The fewest degrees of freedom.
    least: usize,
}

impl Sum {
    /// With one more.
    pub(super) fn and(self, one: Estimate) -> Self {
        let squared = one.squared_error * one.squared_error;
        self.with(Self {
            count: 1,
            mean: one.mean,
            squared_error: one.squared_error,
            below: if one.freedom == 0 {
                0.0
            } else {
                squared / one.freedom as f64
            },
            least: one.freedom,
        })
    }

    /// With what another adds up.
    pub(super) fn with(self, other: Self) -> Self {
        let least = match (self.count, other.count) {
            (0, _) => other.least,
            (_, 0) => self.least,
            _ => self.least.min(other.least),
        };
        Self {
            count: self.count + other.count,
            mean: self.mean + other.mean,
            squared_error: self.squared_error + other.squared_error,
            below: self.below + other.below,
            least,
        }
    }

    /// The mean of all, each with the same weight, with the error that they bring along; `None` of none.
    pub(super) fn together(self) -> Option<Estimate> {
        let count = self.count as f64;
        (self.count > 0).then(|| Estimate {
            mean: self.mean / count,
            squared_error: self.squared_error / count / count,
            freedom: self.freedom(),
        })
    }

    /// Satterthwaite's degrees of freedom, rounded down; none where a part has none. What is whole but
    /// for rounding counts as whole.
    fn freedom(self) -> usize {
        if self.least == 0 {
            return 0;
        }
        // Without any spread the fewest of them are as good as any.
        if self.below <= 0.0 {
            return self.least;
        }
        let freedom = self.squared_error * self.squared_error / self.below;
        ((freedom + 1e-6).floor() as usize).max(1)
    }
}

/// The modified z-score of each value: 0.6745 times its distance from the median, over the median of the
/// absolute distances; where that is 0, the distance over 1.253314 times their mean; 0 where all values
/// are the same.
pub(super) fn modified_z(values: &[f64]) -> Vec<f64> {
    let centre = median(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    let middle = median(&distances);
    let mean = distances.iter().sum::<f64>() / distances.len() as f64;
    let score = |value: &f64| match (middle > 0.0, mean > 0.0) {
        (true, _) => TO_SIGMA * (value - centre) / middle,
        (false, true) => (value - centre) / (MEAN_TO_SIGMA * mean),
        (false, false) => 0.0,
    };
    values.iter().map(score).collect()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[half]
    } else {
        (sorted[half - 1] + sorted[half]) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values 1 to 5: variance 2.5, error sqrt(0.5), t with 4 degrees of freedom 2.776.
    #[test]
    fn one_sample_is_students() {
        let one = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((one.squared_error - 0.5).abs() < 1e-15);
        let [low, high] = one.ci95().expect("an interval");
        assert!((low.ln() - (3.0 - 2.776_445 * 0.5_f64.sqrt())).abs() < 1e-5);
        assert!((high.ln() - (3.0 + 2.776_445 * 0.5_f64.sqrt())).abs() < 1e-5);
        assert_eq!(Estimate::of(&[1.0]).ci95(), None);
    }

    /// Welch's own form with equal variances and sizes: n + n - 2 degrees of freedom.
    #[test]
    fn two_samples_alike_have_the_freedom_of_both() {
        let one = Estimate::of(&[1.0, 2.0, 3.0, 4.0]);
        let other = Estimate::of(&[2.0, 3.0, 4.0, 5.0]);
        let apart = one.less(other);
        assert_eq!(apart.freedom, 6);
        assert!((apart.mean + 1.0).abs() < 1e-15);
        assert!((apart.squared_error - 2.0 * one.squared_error).abs() < 1e-15);
        assert_eq!(one.less(Estimate::of(&[1.0])).ci95(), None);
    }

    /// Two of ten far from the rest; the deviation of a mean and a standard deviation would hide both.
    #[test]
    fn outliers_do_not_hide_each_other() {
        let values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3];
        let scores = modified_z(&values);
        let out: Vec<_> = scores.iter().map(|score| score.abs() > THRESHOLD).collect();
        let expected = [[false; 8].as_slice(), &[true, true]].concat();
        assert_eq!(out, expected, "{scores:?}");
    }

    #[test]
    fn values_that_are_mostly_the_same_have_a_scale_all_the_same() {
        assert_eq!(modified_z(&[1.0; 5]), [0.0; 5]);
        let scores = modified_z(&[1.0, 1.0, 1.0, 1.0, 2.0]);
        assert!(scores[4] > THRESHOLD && scores[0] == 0.0, "{scores:?}");
    }
}
