//! Seeded intervals (Kovács et al., definition 1): layers of intervals of one length, each layer's
//! shorter by the square root of one half, spread evenly over the series so that they overlap by half.

use std::f64::consts::FRAC_1_SQRT_2;

/// Shortest interval that is searched.
pub(super) const SHORTEST: usize = 10;

/// Every interval of a series of `n` values, as start and end, the shortest first, each once.
pub(super) fn seeded(n: usize) -> Vec<(usize, usize)> {
    let mut all = vec![(0, n)];
    let mut length = n as f64 * FRAC_1_SQRT_2;
    while length.ceil() as usize >= SHORTEST {
        let whole = length.ceil() as usize;
        let count = 2 * (n as f64 / length).ceil() as usize - 1;
        let step = (n - whole) as f64 / (count - 1).max(1) as f64;
        for index in 0..count {
            let start = (index as f64 * step) as usize;
            all.push((start, start + whole));
        }
        length *= FRAC_1_SQRT_2;
    }
    all.sort_unstable_by_key(|&(start, end)| (end - start, start));
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_lie_inside_and_cover_everything() {
        for n in [10, 11, 27, 100, 1000] {
            let all = seeded(n);
            assert!(all.contains(&(0, n)));
            assert!(all.iter().all(|&(a, b)| a < b && b <= n), "{n}: {all:?}");
            let shortest = all[0].1 - all[0].0;
            let covered = |at| {
                all.iter()
                    .any(|&(a, b)| b - a == shortest && (a..b).contains(&at))
            };
            assert!((0..n).all(covered), "{n}: {all:?}");
        }
    }
}
