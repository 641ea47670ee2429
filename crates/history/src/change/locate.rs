//! Where exactly a change lies between its neighbours: the split whose two medians leave the smallest
//! sum of absolute deviations (Bai, "Least absolute deviation estimation of a shift", Econometric
//! Theory 11(3), 1995). Ranks say that there is a change; a step of many sizes and one of few are the
//! same to them, so that a small drift before a large step would pull the place away from it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::rank::LEAST_SIDE;

/// The first position behind the best split of `values`, at least [`LEAST_SIDE`] from both ends; `None`
/// where there is no room.
pub(super) fn split(values: &[f64]) -> Option<usize> {
    let n = values.len();
    if n < 2 * LEAST_SIDE {
        return None;
    }
    let left = deviations(values.iter().copied());
    let right = deviations(values.iter().rev().copied());
    (LEAST_SIDE..=n - LEAST_SIDE).min_by(|&a, &b| {
        let cost = |at: usize| left[at] + right[n - at];
        cost(a).total_cmp(&cost(b))
    })
}

/// The sum of absolute deviations from their median of the first 0, 1, 2, ... values: upper half less
/// lower half, which two heaps keep apart.
fn deviations(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let (mut low, mut high) = (BinaryHeap::new(), BinaryHeap::new());
    let (mut low_sum, mut high_sum) = (0.0, 0.0);
    let mut all = vec![0.0];
    for value in values {
        low.push(Ordered(value));
        low_sum += value;
        if let Some(Ordered(greatest)) = low.pop() {
            low_sum -= greatest;
            high_sum += greatest;
            high.push(Reverse(Ordered(greatest)));
        }
        if high.len() > low.len() + 1
            && let Some(Reverse(Ordered(least))) = high.pop()
        {
            high_sum -= least;
            low_sum += least;
            low.push(Ordered(least));
        }
        let middle = match high.peek() {
            Some(Reverse(Ordered(middle))) if high.len() > low.len() => *middle,
            _ => 0.0,
        };
        all.push(high_sum - middle - low_sum);
    }
    all
}

#[derive(PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_are_those_of_the_definition() {
        let values = [3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0];
        let found = deviations(values.into_iter());
        for (count, found) in found.iter().enumerate().skip(1) {
            let level = super::super::blocks::median(&mut values[..count].to_vec());
            let expected: f64 = values[..count]
                .iter()
                .map(|value| (value - level).abs())
                .sum();
            assert!(
                (found - expected).abs() < 1e-12,
                "{count}: {found} {expected}"
            );
        }
    }

    #[test]
    fn a_large_step_wins_over_a_drift() {
        let mut values = vec![160.0; 20];
        values.extend([161.0; 10]);
        values.extend([175.0; 8]);
        assert_eq!(split(&values), Some(30));
        assert_eq!(split(&values[..7]), None);
    }
}
