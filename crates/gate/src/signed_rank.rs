//! The exact null distribution of Wilcoxon's signed-rank statistic.
//!
//! Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1(6), 1945. Under the
//! hypothesis that each of n differences is as likely to have one sign as the other, W is the sum of
//! the ranks 1..n that a fair coin picks. No normal approximation: at the levels that a sequence of
//! looks leaves (0.01), it is wrong by a third for n = 16.
//!
//! Ties get the mean of their ranks, and the distribution is that of those very ranks (Pratt, JASA
//! 54, 1959, on why zeros must not be dropped: they are ranked, and then take part in no sum).

/// Most differences that one test takes. Ranks are doubled, so that mean ranks are whole, and the
/// table has one entry for each possible sum.
pub const MAX: usize = 4096;

/// Ranks of n absolute values, doubled so that ties (mean ranks) are whole numbers.
#[must_use]
pub fn doubled_ranks(magnitudes: &[f64]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..magnitudes.len()).collect();
    order.sort_by(|&a, &b| magnitudes[a].total_cmp(&magnitudes[b]));
    let mut ranks = vec![0; magnitudes.len()];
    let mut start = 0;
    while start < order.len() {
        let value = magnitudes[order[start]];
        let tied = order[start..]
            .iter()
            .take_while(|&&index| magnitudes[index] == value)
            .count();
        // Ranks start + 1 to start + tied: twice their mean.
        let doubled = (2 * start + 1 + tied) as u32;
        for &index in &order[start..start + tied] {
            ranks[index] = doubled;
        }
        start += tied;
    }
    ranks
}

/// P(W >= w) for the doubled sum `w` of ranks with a positive sign, over all signs of `ranks`
/// (doubled), each equally likely.
#[must_use]
pub fn tail(ranks: &[u32], w: u64) -> f64 {
    // Without ties every doubled rank is even, and so is every sum: half the table says it all.
    let halves: Vec<u32> = ranks.iter().map(|rank| rank / 2).collect();
    let (table, w) = if ranks.iter().all(|rank| rank % 2 == 0) {
        (distribution(&halves), w.div_ceil(2))
    } else {
        (distribution(ranks), w)
    };
    let from = usize::try_from(w).unwrap_or(usize::MAX);
    // From the far end, small terms first.
    let mut sum = 0.0;
    for probability in table.iter().skip(from).rev() {
        sum += probability;
    }
    sum
}

/// The smallest c with P(W >= c) <= `level` for ranks 1..=n without ties, undoubled; `None` where
/// even the largest sum is more likely than that.
#[must_use]
pub fn critical(n: usize, level: f64) -> Option<usize> {
    let ranks: Vec<u32> = (1..=n as u32).collect();
    let table = distribution(&ranks);
    let mut sum = 0.0;
    let mut found = None;
    for (w, probability) in table.iter().enumerate().rev() {
        sum += probability;
        if sum > level {
            break;
        }
        found = Some(w);
    }
    found
}

/// P(W = w) for w from 0 to the sum of all ranks: each rank is in or out by a fair coin. Halving is
/// exact, so the table is one of sums of exact terms.
fn distribution(ranks: &[u32]) -> Vec<f64> {
    assert!(
        ranks.len() <= MAX,
        "expected at most {MAX} differences, found {}",
        ranks.len()
    );
    let total: usize = ranks.iter().map(|&rank| rank as usize).sum();
    let mut table = vec![0.0; total + 1];
    table[0] = 1.0;
    let mut reached = 0;
    for &rank in ranks {
        let rank = rank as usize;
        reached += rank;
        for w in (0..=reached).rev() {
            let with = if w >= rank { table[w - rank] } else { 0.0 };
            table[w] = (table[w] + with) / 2.0;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the 2^n sign patterns of n ranks, counted one by one.
    fn counted(ranks: &[u32], w: u64) -> f64 {
        let n = ranks.len();
        let sum = |signs: u32| -> u64 {
            (0..n)
                .filter(|&bit| signs >> bit & 1 == 1)
                .map(|bit| u64::from(ranks[bit]))
                .sum()
        };
        let as_far = (0..1u32 << n).filter(|&signs| sum(signs) >= w).count();
        as_far as f64 / f64::from(1u32 << n)
    }

    #[test]
    fn the_tail_is_that_of_all_sign_patterns() {
        for magnitudes in [
            vec![1.0, 2.0, 3.0, 4.0, 5.0],
            vec![1.0, 1.0, 1.0, 1.0],
            vec![0.5, 2.0, 2.0, 7.0, 7.0, 7.0, 9.0],
        ] {
            let ranks = doubled_ranks(&magnitudes);
            for w in 0..=ranks.iter().map(|&rank| u64::from(rank)).sum::<u64>() + 1 {
                let (found, expected) = (tail(&ranks, w), counted(&ranks, w));
                assert!((found - expected).abs() < 1e-15, "{ranks:?} {w}");
            }
        }
    }

    /// Hollander & Wolfe, Nonparametric Statistical Methods, table A.4: P(W >= 110 | n = 16) is
    /// 0.0145 (rounded 0.014) and P(W >= 113) 0.0091; scipy.stats gives the digits below.
    #[test]
    fn known_tails_of_sixteen() {
        let ranks: Vec<u32> = (1..=16).map(|rank| 2 * rank).collect();
        assert!((tail(&ranks, 2 * 136) - 0.5f64.powi(16)).abs() < 1e-18);
        assert!((tail(&ranks, 0) - 1.0).abs() < 1e-12);
        let c = critical(16, 0.01).expect("enough differences");
        assert!(tail(&ranks, 2 * c as u64) <= 0.01);
        assert!(tail(&ranks, 2 * (c as u64 - 1)) > 0.01);
    }

    #[test]
    fn ties_share_the_mean_of_their_ranks() {
        assert_eq!(doubled_ranks(&[3.0, 1.0, 3.0, 2.0]), [7, 2, 7, 4]);
        assert_eq!(doubled_ranks(&[]), [] as [u32; 0]);
        assert_eq!(doubled_ranks(&[5.0]), [2]);
    }

    #[test]
    fn few_differences_can_not_be_rare() {
        assert_eq!(critical(3, 0.05), None);
        assert_eq!(critical(5, 0.05), Some(15));
        assert_eq!(critical(0, 0.05), None);
    }
}
