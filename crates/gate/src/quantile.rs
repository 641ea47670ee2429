//! The value of one launch: a low quantile of its samples.
//!
//! Interference from other processes only ever adds time, and it adds it to some samples of a launch
//! more than to others. The 10th percentile is what the launch reaches when it is left alone, and it
//! does not depend on a single lucky sample as the minimum does.

use receipt::stats::relative;
use thiserror::Error;

/// Samples that have no quantile.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum QuantileError {
    /// Nothing was measured.
    #[error("expected at least one sample, found none")]
    Empty,
    /// A time that can't be one.
    #[error(
        "expected every sample to be a finite time above 0 ns, found {found} at sample {index}"
    )]
    NotATime {
        /// Position, from 0.
        index: usize,
        /// What stands there.
        found: f64,
    },
}

/// The 10th percentile of a launch's samples, in their unit (ns per iteration).
///
/// Type 7 of Hyndman & Fan ("Sample Quantiles in Statistical Packages", The American Statistician
/// 50(4), 1996): linear between order statistics, position (n - 1) * 0.1 counting from 0.
///
/// # Errors
/// There is no sample, or one that is no time.
pub fn low(samples: &[f64]) -> Result<f64, QuantileError> {
    if samples.is_empty() {
        return Err(QuantileError::Empty);
    }
    let wrong = |ns: &f64| !ns.is_finite() || *ns <= 0.0;
    if let Some(index) = samples.iter().position(wrong) {
        let found = samples[index];
        return Err(QuantileError::NotATime { index, found });
    }
    relative::low(samples).ok_or(QuantileError::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sample_is_its_own_quantile() {
        assert_eq!(low(&[7.0]), Ok(7.0));
        assert_eq!(low(&[7.0, 7.0, 7.0]), Ok(7.0));
    }

    #[test]
    fn it_lies_between_order_statistics() {
        // Eleven samples: position 1 exactly. Six: half way from the first to the second.
        let eleven: Vec<f64> = (1..=11).rev().map(f64::from).collect();
        assert_eq!(low(&eleven), Ok(2.0));
        assert_eq!(low(&[10.0, 60.0, 20.0, 50.0, 30.0, 40.0]), Ok(15.0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        assert_eq!(low(&[]), Err(QuantileError::Empty));
        for bad in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            let error = low(&[1.0, bad]).expect_err("refused");
            assert!(matches!(error, QuantileError::NotATime { index: 1, .. }));
        }
    }
}
