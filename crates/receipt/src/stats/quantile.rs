//! Quantiles of samples.

use crate::model::Percentiles;

/// Percentiles of one benchmark's samples of all launches, ns; `None` without samples. They are
/// never taken over several benchmarks, whose times have nothing to do with each other.
#[must_use]
pub fn percentiles(samples: &[f64]) -> Option<Percentiles> {
    if samples.is_empty() {
        return None;
    }
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(Percentiles {
        p50: quantile(&sorted, 0.5),
        p90: quantile(&sorted, 0.9),
        p99: quantile(&sorted, 0.99),
    })
}

/// Linear between order statistics (Hyndman & Fan 1996, type 7).
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_order_statistics_it_is_linear() {
        let samples: Vec<f64> = (1..=11).rev().map(f64::from).collect();
        let found = percentiles(&samples).unwrap();
        assert_eq!((found.p50, found.p90, found.p99), (6.0, 10.0, 10.9));
        let one = percentiles(&[7.0]).unwrap();
        assert_eq!((one.p50, one.p90, one.p99), (7.0, 7.0, 7.0));
        assert_eq!(percentiles(&[]), None);
    }
}
