//! The CUSUM of ranks: how far the mean rank of the values before a place lies from that of those
//! behind it, in standard deviations (the standardised Wilcoxon-Mann-Whitney statistic of every split;
//! Pettitt, "A non-parametric approach to the change-point problem", Applied Statistics 28(2), 1979).

/// Fewest values on either side of a change.
pub const LEAST_SIDE: usize = 4;

/// The values of a series by their rank, so that an interval sorts small integers.
pub struct Ranked {
    /// Equal values have equal numbers.
    order: Vec<u32>,
}

/// The greatest statistic of an interval, and where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    pub(super) height: f64,
    /// The first position behind the split, in the series.
    pub(super) at: usize,
}

impl Ranked {
    /// Of values that are finite.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<usize> = (0..values.len()).collect();
        sorted.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut order = vec![0; values.len()];
        let mut number = 0;
        for pair in 0..sorted.len() {
            if pair > 0 && values[sorted[pair]] != values[sorted[pair - 1]] {
                number += 1;
            }
            order[sorted[pair]] = number;
        }
        Self { order }
    }

    /// Midranks less their mean, in the order of time.
    pub(super) fn centred(&self) -> Vec<f64> {
        let mut room = Room::default();
        room.rank(&self.order);
        room.ranks
    }

    /// The greatest statistic over all splits of `start..end`; `None` where it is too short, or all its
    /// values are equal.
    pub(super) fn peak(&self, start: usize, end: usize, room: &mut Room) -> Option<Peak> {
        let n = end - start;
        if n < 2 * LEAST_SIDE {
            return None;
        }
        let squares = room.rank(&self.order[start..end]);
        if squares == 0.0 {
            return None;
        }
        // With the finite population's correction, so that ties count as what they are.
        let variance = squares / (n - 1) as f64;
        let (mut sum, mut peak) = (0.0, None::<Peak>);
        for (before, rank) in (1..).zip(&room.ranks[..n - LEAST_SIDE]) {
            sum += rank;
            if before < LEAST_SIDE {
                continue;
            }
            let spread = (before * (n - before)) as f64 / n as f64 * variance;
            let height = f64::abs(sum) / spread.sqrt();
            if peak.is_none_or(|peak| height > peak.height) {
                let at = start + before;
                peak = Some(Peak { height, at });
            }
        }
        peak
    }

    /// The greatest statistic over all seeded intervals: what the threshold is a quantile of.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        let mut room = Room::default();
        super::intervals::seeded(self.order.len())
            .into_iter()
            .filter_map(|(start, end)| self.peak(start, end, &mut room))
            .map(|peak| peak.height)
            .fold(0.0, f64::max)
    }
}

/// Memory that is used again for every interval.
#[derive(Default)]
pub(super) struct Room {
    sorted: Vec<u64>,
    /// Ranks less their mean, in the order of time.
    ranks: Vec<f64>,
}

impl Room {
    /// Midranks of an interval less their mean; returns the sum of their squares.
    fn rank(&mut self, order: &[u32]) -> f64 {
        self.sorted.clear();
        let number = |(at, &order): (usize, &u32)| u64::from(order) << 32 | at as u64;
        self.sorted.extend(order.iter().enumerate().map(number));
        self.sorted.sort_unstable();
        self.ranks.clear();
        self.ranks.resize(order.len(), 0.0);
        let mean = (order.len() - 1) as f64 / 2.0;
        let (mut first, mut squares) = (0, 0.0);
        for ties in self.sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
            let rank = first as f64 + (ties.len() - 1) as f64 / 2.0 - mean;
            for &value in ties {
                self.ranks[(value & u64::from(u32::MAX)) as usize] = rank;
            }
            squares += rank * rank * ties.len() as f64;
            first += ties.len();
        }
        squares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peak(values: &[f64]) -> Option<Peak> {
        Ranked::of(values).peak(0, values.len(), &mut Room::default())
    }

    #[test]
    fn a_clean_step_is_found_where_it_is() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 11.0, 12.0, 13.0, 14.0, 15.0];
        let found = peak(&values).expect("a peak");
        // Wilcoxon's z for 5 against 5 without overlap, by hand: 12.5 / sqrt(5 * 5 * 11 / 12).
        assert_eq!(found.at, 5);
        assert!(
            (found.height - 12.5 / f64::sqrt(275.0 / 12.0)).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn equal_values_and_short_series_have_none() {
        assert_eq!(peak(&[7.0; 20]), None);
        assert_eq!(peak(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), None);
    }

    /// Midranks: of 0 0 0 0 1 1 1 1 they are 2.5 and 6.5, z = 8 / sqrt(2 * 32 / 7).
    #[test]
    fn ties_share_their_rank() {
        let found = peak(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]).expect("a peak");
        assert_eq!(found.at, 4);
        assert!(
            (found.height - 8.0 / f64::sqrt(64.0 / 7.0)).abs() < 1e-12,
            "{found:?}"
        );
    }
}
