//! How high the CUSUM of ranks gets without any change, by the length of the series.

use std::sync::LazyLock;

/// The share of series without a change in which one is found all the same.
pub const ALPHA: f64 = 0.01;
/// Shortest series in which a change can be found.
pub const SHORTEST: usize = LENGTHS[0];
/// Longest series that is searched.
pub const LONGEST: usize = LENGTHS[LENGTHS.len() - 1];
/// The lengths that the table has.
pub const LENGTHS: [usize; 26] = [
    10, 12, 14, 17, 20, 24, 28, 34, 40, 50, 60, 75, 100, 130, 170, 220, 300, 400, 550, 750, 1000,
    1400, 2000, 2800, 4000, 5600,
];

/// Length and threshold, a line each: made by `examples/thresholds.rs`, which says how.
const TABLE: &str = include_str!("thresholds.txt");

static PARSED: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let (length, height) = line.split_once(' ')?;
        Some((length.parse().ok()?, height.parse().ok()?))
    };
    lines.filter_map(row).collect()
});

/// The height that [`ALPHA`] of all series of `n` values without a change exceed: between lengths of
/// the table, linear in the logarithm of the length; `None` for a series shorter than [`SHORTEST`] or
/// longer than [`LONGEST`].
#[must_use]
pub fn threshold(n: usize) -> Option<f64> {
    let n = n as f64;
    let above = PARSED.iter().position(|&(length, _)| length >= n)?;
    let (high, top) = PARSED[above];
    if high == n {
        return Some(top);
    }
    let (low, bottom) = *PARSED.get(above.checked_sub(1)?)?;
    let part = (n / low).ln() / (high / low).ln();
    Some(bottom + part * (top - bottom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_length_once() {
        let lengths: Vec<usize> = PARSED.iter().map(|&(length, _)| length as usize).collect();
        assert_eq!(lengths, LENGTHS);
        let rising = PARSED
            .iter()
            .all(|&(_, height)| (2.0..6.0).contains(&height));
        assert!(rising, "{PARSED:?}");
    }

    #[test]
    fn between_two_lengths_it_lies_between_their_heights() {
        let [low, middle, high] = [100, 115, 130].map(|n| threshold(n).expect("in the table"));
        assert!(low < middle && middle < high, "{low} {middle} {high}");
        assert_eq!(threshold(SHORTEST - 1), None);
        assert_eq!(threshold(LONGEST + 1), None);
    }
}
