//! How sure a share is that was counted: 0 false alarms of 300 is not a rate of 0.
//!
//! Clopper & Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of the
//! Binomial", Biometrika 26(4), 1934: the exact interval, which never covers less than it says.

use crate::Bounds;

/// The exact 95 % interval of a share of which `found` of `tries` were seen.
///
/// # Panics
/// More were found than tried.
#[must_use]
pub fn interval95(found: u64, tries: u64) -> Bounds {
    assert!(found <= tries, "found {found} of {tries}");
    let low = if found == 0 {
        0.0
    } else {
        // P(X >= found) rises with the share.
        solve(|share| 1.0 - at_most(found - 1, tries, share) < 0.025)
    };
    let high = if found == tries {
        1.0
    } else {
        solve(|share| at_most(found, tries, share) > 0.025)
    };
    Bounds { low, high }
}

/// The share at which `below` turns false, by bisection to the last bit that matters.
fn solve(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// P(X <= found) of a binomial, each term from the one before, in logarithms: none underflows.
fn at_most(found: u64, tries: u64, share: f64) -> f64 {
    if share <= 0.0 {
        return 1.0;
    }
    if share >= 1.0 {
        return if found >= tries { 1.0 } else { 0.0 };
    }
    let odds = share.ln() - (-share).ln_1p();
    let mut term = tries as f64 * (-share).ln_1p();
    let mut sum = term.exp();
    for k in 0..found {
        term += ((tries - k) as f64 / (k + 1) as f64).ln() + odds;
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: u64, tries: u64, low: f64, high: f64) {
        let bounds = interval95(found, tries);
        assert!(
            (bounds.low - low).abs() < 5e-5 && (bounds.high - high).abs() < 5e-5,
            "{found} of {tries}: {bounds:?}"
        );
    }

    /// None of n: 1 - 0.025^(1/n) in closed form; the others from scipy's beta quantiles.
    #[test]
    fn known_intervals() {
        close(0, 300, 0.0, 1.0 - 0.025f64.powf(1.0 / 300.0));
        close(300, 300, 0.025f64.powf(1.0 / 300.0), 1.0);
        close(1, 2, 0.012579, 0.987421);
        close(95, 100, 0.887165, 0.983568);
    }

    #[test]
    fn nothing_tried_is_nothing_known() {
        let bounds = interval95(0, 0);
        assert_eq!((bounds.low, bounds.high), (0.0, 1.0));
    }
}
