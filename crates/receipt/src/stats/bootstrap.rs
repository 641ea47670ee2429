//! Quantiles of the mean, by a two-level bootstrap.
//!
//! Samples of one process resemble each other more than samples of two: code and heap land
//! elsewhere in every process. So launches are drawn with replacement, and then samples with
//! replacement within each drawn launch (Kalibera & Jones, "Rigorous Benchmarking in Reasonable
//! Time", ISMM 2013); the quantiles of their means bound a percentile interval (Efron & Tibshirani, "An
//! Introduction to the Bootstrap", 1993, chapter 13), which is too narrow for few launches until
//! `widen` corrects it.

use super::draws::{Draws, Shape};

/// Bootstrap replicates: (R + 1) p is a whole number for p = 0.025 and p = 0.975, so that both
/// quantiles are order statistics (Davison & Hinkley, "Bootstrap Methods and their Application",
/// 1997, chapter 5).
pub const RESAMPLES: usize = 1999;
/// Rank (from 1) of the replicate that is the 2.5 % quantile: (R + 1) x 0.025.
pub const LOW_RANK: usize = 50;
/// Rank (from 1) of the replicate that is the 97.5 % quantile: (R + 1) x 0.975.
pub const HIGH_RANK: usize = 1950;

/// ASCII `copybook`, big-endian: keeps our streams apart from others that hash the same name.
const SEED: u64 = 0x636f_7079_626f_6f6b;

/// The 2.5 % and the 97.5 % quantile of the mean, ns.
pub(super) fn quantiles(name: &str, samples: &[f64], launches: usize) -> [f64; 2] {
    let shape = Shape {
        seed: seed(name),
        launches,
        per_launch: samples.len() / launches,
    };
    let mut sums = match Draws::of(shape) {
        Some(draws) => draws.sums(samples),
        None => sums(shape, samples),
    };
    // Sums are in the order of their means: rounding a quotient keeps it.
    let (below, high, _) = sums.select_nth_unstable_by(HIGH_RANK - 1, f64::total_cmp);
    let (_, low, _) = below.select_nth_unstable_by(LOW_RANK - 1, f64::total_cmp);
    [*low, *high].map(|sum| sum / samples.len() as f64)
}

/// The sum of each replicate, one after another.
fn sums(shape: Shape, samples: &[f64]) -> Vec<f64> {
    let mut random = SplitMix64(shape.seed);
    (0..RESAMPLES)
        .map(|_| replicate(&mut random, samples, shape.launches, shape.per_launch))
        .collect()
}

fn replicate(random: &mut SplitMix64, samples: &[f64], launches: usize, per_launch: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..launches {
        let launch = random.below(launches) * per_launch;
        for _ in 0..per_launch {
            sum += samples[launch + random.below(per_launch)];
        }
    }
    sum
}

/// Seeds the generator: the FNV-1a hash of the name's UTF-8 bytes, exclusive-or [`SEED`].
fn seed(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash ^ SEED
}

/// Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
pub(super) struct SplitMix64(pub(super) u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An index below `n`: the high word of the product. Its bias, at most n / 2^64, is far below
    /// what 1999 replicates can show.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "slo_validation/display_heavy_slo_80mbps";

    /// Reference output for seed 0, as in the Java and C sources of the generator.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = SplitMix64(0);
        assert_eq!(random.next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(random.next(), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(random.next(), 0x06c4_5d18_8009_454f);
    }

    /// FNV-1a of the empty text is its offset basis, of `a` the published test vector.
    #[test]
    fn the_seed_is_fnv1a_of_the_name() {
        assert_eq!(seed("") ^ SEED, 0xcbf2_9ce4_8422_2325);
        assert_eq!(seed("a") ^ SEED, 0xaf63_dc4c_8601_ec8c);
    }

    /// Kept draws and draws one after another: the same sums, bit for bit.
    #[test]
    fn kept_draws_are_those_of_the_definition() {
        for (launches, per_launch) in [
            (1, 1),
            (3, 10),
            (5, 30),
            (16, 16),
            (1, 257),
            (7, 100),
            (2, 513),
        ] {
            let shape = Shape {
                seed: seed(NAME),
                launches,
                per_launch,
            };
            let samples: Vec<f64> = (0..launches * per_launch)
                .map(|at| 1e6 / (at % 17 + 3) as f64)
                .collect();
            let expected = sums(shape, &samples);
            let mut means: Vec<f64> = expected
                .iter()
                .map(|sum| sum / samples.len() as f64)
                .collect();
            means.sort_by(f64::total_cmp);
            // The second time from the table that the first one left.
            for _ in 0..2 {
                if let Some(draws) = Draws::of(shape) {
                    assert_eq!(draws.sums(&samples), expected, "{launches} x {per_launch}");
                }
                let found = quantiles(NAME, &samples, launches);
                assert_eq!(found, [means[LOW_RANK - 1], means[HIGH_RANK - 1]]);
            }
        }
    }

    /// Launches that differ much and samples that don't: the quantiles must reach the extremes,
    /// which resampling single samples would miss by far.
    #[test]
    fn the_quantiles_see_differences_between_launches() {
        let samples: Vec<f64> = [100.0, 110.0, 120.0]
            .iter()
            .flat_map(|&base| (0..30).map(move |i| base + f64::from(i) * 0.001))
            .collect();
        let [low, high] = quantiles(NAME, &samples, 3);
        assert!(low < 100.1 && high > 119.9, "{low} {high}");
        let [low, high] = quantiles(NAME, &samples, 1);
        assert!(low > 108.0 && high < 112.0, "{low} {high}");
    }
}
