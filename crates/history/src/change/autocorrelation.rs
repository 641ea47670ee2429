//! How much one value says about the next, around the levels of the series.
//!
//! Neighbours that resemble each other make every CUSUM larger: by the square root of (1 + phi) /
//! (1 - phi) for an autoregressive process of first order. Phi is taken from what is left when the
//! levels are gone; in the raw series each step looks like autocorrelation, and the more there is to
//! find the higher the threshold would become. Ranks again, so that a spike counts as one large value
//! and no more.

use super::blocks::median;
use super::rank::Ranked;

/// Largest that is believed: beyond it a series says nothing that a longer one would not say better.
const MOST: f64 = 0.9;

/// Phi of `values` around the medians of the segments that `at` divides them into, corrected for the
/// bias that comes of fitting them; 0 where it can't be told from none.
pub(super) fn phi(values: &[f64], at: &[usize]) -> f64 {
    let n = values.len();
    let mut residuals = Vec::with_capacity(n);
    let starts = std::iter::once(0).chain(at.iter().copied());
    let ends = at.iter().copied().chain([n]);
    for (start, end) in starts.zip(ends) {
        let level = median(&mut values[start..end].to_vec());
        residuals.extend(values[start..end].iter().map(|value| value - level));
    }
    let ranks = Ranked::of(&residuals).centred();
    let squares: f64 = ranks.iter().map(|rank| rank * rank).sum();
    if squares == 0.0 {
        return 0.0;
    }
    let products: f64 = ranks.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let raw = products / squares;
    // Kendall's bias of the first-order coefficient, once for each level that was fitted.
    let levels = at.len() as f64 + 1.0;
    let corrected = raw + levels * (1.0 + 3.0 * raw) / n as f64;
    if corrected < NOISE / (n as f64).sqrt() {
        return 0.0;
    }
    corrected.min(MOST)
}

/// Below so many standard errors an autocorrelation can't be told from none.
const NOISE: f64 = 1.0;

/// What the threshold is multiplied by.
pub(super) fn inflation(phi: f64) -> f64 {
    ((1.0 + phi) / (1.0 - phi)).sqrt()
}
