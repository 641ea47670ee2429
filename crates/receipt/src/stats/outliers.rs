//! Samples far from the rest of their launch.

use super::quantile::quantile;

/// Severe outliers among the samples: beyond three interquartile ranges from the quartiles of
/// their launch (Tukey, "Exploratory Data Analysis", 1977, the outer fences). They are counted to
/// warn, and never removed: a pause that happened is part of what was measured.
#[must_use]
pub fn severe_outliers(samples: &[f64], launches: u32) -> usize {
    let per_launch = samples.len() / (launches as usize).max(1);
    if per_launch == 0 {
        return 0;
    }
    samples.chunks(per_launch).map(beyond_outer_fences).sum()
}

fn beyond_outer_fences(launch: &[f64]) -> usize {
    let mut sorted = launch.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75));
    let reach = 3.0 * (high - low);
    launch
        .iter()
        .filter(|ns| **ns < low - reach || **ns > high + reach)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_are_counted_within_their_launch() {
        let mut samples: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i % 20)).collect();
        assert_eq!(severe_outliers(&samples, 2), 0);
        samples[3] = 1000.0;
        assert_eq!(severe_outliers(&samples, 2), 1);
        // A slow launch is not an outlier: the bootstrap over launches deals with it.
        for ns in &mut samples[20..] {
            *ns += 10_000.0;
        }
        assert_eq!(severe_outliers(&samples, 2), 1);
        assert_eq!(severe_outliers(&[1.0], 1), 0);
        assert_eq!(severe_outliers(&[], 0), 0);
    }
}
