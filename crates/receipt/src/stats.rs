//! The statistics of one benchmark: mean, rate, and a 95 % interval that knows about launches.
//!
//! Samples of one process resemble each other more than samples of two: code and heap land
//! elsewhere in every process. So the interval comes from a two-level bootstrap, which draws
//! launches with replacement and then samples with replacement within each drawn launch (Kalibera
//! & Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013), read off as a
//! percentile interval (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).
//!
//! Everything is bit-for-bit reproducible in another language, see docs/receipt.md: one addition at
//! a time in the documented order, and a generator made of 64-bit integers.

use thiserror::Error;

/// Bootstrap replicates: (R + 1) p is a whole number for p = 0.025 and p = 0.975, so that both
/// quantiles are order statistics (Davison & Hinkley, "Bootstrap Methods and their Application",
/// 1997, chapter 5).
pub const RESAMPLES: usize = 1999;
/// Rank (from 1) of the replicate that bounds the interval below: (R + 1) x 0.025.
pub const LOW_RANK: usize = 50;
/// Rank (from 1) of the replicate that bounds the interval above: (R + 1) x 0.975.
pub const HIGH_RANK: usize = 1950;
/// Fewest launches that support a verdict. With three, a replicate of one launch only has a chance
/// of 1/27, more than 2.5 %, so the interval reaches out to the extreme launches; with two it says
/// next to nothing about the next process.
pub const MIN_LAUNCHES: u32 = 3;
/// Fewest samples of each launch that support a verdict; also the least that Criterion takes.
pub const MIN_SAMPLES_PER_LAUNCH: usize = 10;
/// Bytes of a MiB.
pub const MIB: f64 = 1_048_576.0;

/// ASCII `copybook`, big-endian: keeps our streams apart from others that hash the same name.
const SEED: u64 = 0x636f_7079_626f_6f6b;

/// What follows from one benchmark's samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean of the samples, ns per iteration.
    pub mean_ns: f64,
    /// Input bytes over `mean_ns`, MiB/s.
    pub mean_mibps: f64,
    /// 95 % interval of `mean_mibps`, low then high.
    pub ci95_mibps: [f64; 2],
}

/// Why samples don't support an estimate.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StatsError {
    /// No launches, or no samples.
    #[error(
        "expected at least one launch with one sample, found {launches} launches and {samples} samples"
    )]
    Empty {
        /// Launches claimed.
        launches: u32,
        /// Samples of all launches.
        samples: usize,
    },
    /// The samples don't divide into launches.
    #[error(
        "expected the same number of samples from each of {launches} launches, found {samples} samples in all"
    )]
    Uneven {
        /// Launches claimed.
        launches: u32,
        /// Samples of all launches.
        samples: usize,
    },
    /// A time that can't be one.
    #[error(
        "expected every sample to be a finite time above 0 ns, found {found} at sample {index}"
    )]
    NotATime {
        /// Position in the samples, from 0.
        index: usize,
        /// What stands there.
        found: f64,
    },
    /// No input.
    #[error("expected at least one input byte an iteration, found 0")]
    NoBytes,
    /// Beyond what a double holds.
    #[error("expected a finite mean and rate, found a mean of {mean_ns} ns and {mean_mibps} MiB/s")]
    OutOfRange {
        /// Mean computed.
        mean_ns: f64,
        /// Rate computed.
        mean_mibps: f64,
    },
}

/// Mean, rate and interval of a benchmark.
///
/// `samples` are ns per iteration, launch after launch, equally many of each; `bytes` are the input
/// bytes of one iteration; `name` seeds the bootstrap. One sample, or samples that are all the
/// same, give an interval without width: [`decisive`] says whether it may decide anything.
///
/// # Errors
/// The samples are not what the arguments claim, see [`StatsError`].
pub fn estimate(
    name: &str,
    bytes: u64,
    samples: &[f64],
    launches: u32,
) -> Result<Estimate, StatsError> {
    check(bytes, samples, launches)?;
    let mean_ns = mean(samples);
    let mean_mibps = mibps(bytes, mean_ns);
    let [low_ns, high_ns] = interval(name, samples, launches as usize);
    let ci95_mibps = [mibps(bytes, high_ns), mibps(bytes, low_ns)];
    let all = [mean_ns, mean_mibps, ci95_mibps[0], ci95_mibps[1]];
    if all.iter().any(|value| !value.is_finite() || *value <= 0.0) {
        return Err(StatsError::OutOfRange {
            mean_ns,
            mean_mibps,
        });
    }
    Ok(Estimate {
        mean_ns,
        mean_mibps,
        ci95_mibps,
    })
}

/// Whether an interval over so many samples of so many launches may decide an objective.
///
/// It may not below [`MIN_LAUNCHES`] or [`MIN_SAMPLES_PER_LAUNCH`]: it would not be an interval
/// between processes, whatever its width.
#[must_use]
pub fn decisive(samples: usize, launches: u32) -> bool {
    launches >= MIN_LAUNCHES && samples >= MIN_SAMPLES_PER_LAUNCH * launches as usize
}

/// MiB/s of so many bytes in so many ns; the order of the operations is part of the format.
#[must_use]
pub fn mibps(bytes: u64, ns: f64) -> f64 {
    // Below 2^53, as verify demands, the conversion is exact.
    bytes as f64 / (ns / 1e9) / MIB
}

/// Severe outliers among the samples: beyond three interquartile ranges from the quartiles of
/// their launch (Tukey, "Exploratory Data Analysis", 1977, the outer fences). They are counted to
/// warn, and never removed: a pause that happened is part of what was measured.
#[must_use]
pub fn severe_outliers(samples: &[f64], launches: u32) -> usize {
    let per_launch = samples.len() / (launches as usize).max(1);
    if per_launch == 0 {
        return 0;
    }
    samples.chunks(per_launch).map(beyond_outer_fences).sum()
}

fn check(bytes: u64, samples: &[f64], launches: u32) -> Result<(), StatsError> {
    let count = samples.len();
    if launches == 0 || count == 0 {
        return Err(StatsError::Empty {
            launches,
            samples: count,
        });
    }
    if !count.is_multiple_of(launches as usize) {
        return Err(StatsError::Uneven {
            launches,
            samples: count,
        });
    }
    if let Some(index) = samples.iter().position(|ns| !ns.is_finite() || *ns <= 0.0) {
        return Err(StatsError::NotATime {
            index,
            found: samples[index],
        });
    }
    if bytes == 0 {
        return Err(StatsError::NoBytes);
    }
    Ok(())
}

/// First to last, one rounding an addition; `Iterator::sum` promises no order.
fn mean(samples: &[f64]) -> f64 {
    let mut sum = 0.0;
    for ns in samples {
        sum += ns;
    }
    sum / samples.len() as f64
}

/// The 2.5 % and the 97.5 % quantile of the mean, ns.
fn interval(name: &str, samples: &[f64], launches: usize) -> [f64; 2] {
    let per_launch = samples.len() / launches;
    let mut random = SplitMix64::named(name);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| replicate(&mut random, samples, launches, per_launch))
        .collect();
    means.sort_by(f64::total_cmp);
    [means[LOW_RANK - 1], means[HIGH_RANK - 1]]
}

fn replicate(random: &mut SplitMix64, samples: &[f64], launches: usize, per_launch: usize) -> f64 {
    let mut sum = 0.0;
    for _ in 0..launches {
        let launch = random.below(launches) * per_launch;
        for _ in 0..per_launch {
            sum += samples[launch + random.below(per_launch)];
        }
    }
    sum / samples.len() as f64
}

fn beyond_outer_fences(launch: &[f64]) -> usize {
    let mut sorted = launch.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75));
    let reach = 3.0 * (high - low);
    launch
        .iter()
        .filter(|ns| **ns < low - reach || **ns > high + reach)
        .count()
}

/// Linear between order statistics (Hyndman & Fan 1996, type 7).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

/// Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    /// Seeded with the FNV-1a hash of the name's UTF-8 bytes, exclusive-or [`SEED`].
    fn named(name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash ^ SEED)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An index below `n`: the high word of the product. Its bias, at most n / 2^64, is far below
    /// what 1999 replicates can show.
    fn below(&mut self, n: usize) -> usize {
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
        assert_eq!(SplitMix64::named("").0 ^ SEED, 0xcbf2_9ce4_8422_2325);
        assert_eq!(SplitMix64::named("a").0 ^ SEED, 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn identical_samples_give_an_interval_without_width() {
        let got = estimate(NAME, 1_048_576, &[1e9; 30], 3).unwrap();
        assert_eq!(
            got,
            Estimate {
                mean_ns: 1e9,
                mean_mibps: 1.0,
                ci95_mibps: [1.0, 1.0]
            }
        );
    }

    #[test]
    fn one_sample_or_one_launch_estimates_but_never_decides() {
        let one = estimate(NAME, 1_048_576, &[5e8], 1).unwrap();
        assert_eq!(one.ci95_mibps, [2.0, 2.0]);
        assert!(!decisive(1, 1));
        assert!(!decisive(1000, 1));
        assert!(!decisive(1000, MIN_LAUNCHES - 1));
        assert!(!decisive(29, 3));
        assert!(decisive(30, 3));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, 0.0, -0.0, -1.0] {
            let error = estimate(NAME, 1, &[1.0, bad], 2).unwrap_err();
            assert!(
                matches!(error, StatsError::NotATime { index: 1, .. }),
                "{bad}: {error}"
            );
        }
        assert!(matches!(
            estimate(NAME, 1, &[], 1),
            Err(StatsError::Empty { .. })
        ));
        assert!(matches!(
            estimate(NAME, 1, &[1.0], 0),
            Err(StatsError::Empty { .. })
        ));
        assert!(matches!(
            estimate(NAME, 1, &[1.0; 3], 2),
            Err(StatsError::Uneven { .. })
        ));
        assert_eq!(estimate(NAME, 0, &[1.0], 1), Err(StatsError::NoBytes));
        assert!(matches!(
            estimate(NAME, 1, &[f64::MAX; 2], 1),
            Err(StatsError::OutOfRange { .. })
        ));
    }

    /// Launches that differ much and samples that don't: the interval must reach the extremes,
    /// which resampling single samples would miss by far.
    #[test]
    fn the_interval_sees_differences_between_launches() {
        let samples: Vec<f64> = [100.0, 110.0, 120.0]
            .iter()
            .flat_map(|&base| (0..30).map(move |i| base + f64::from(i) * 0.001))
            .collect();
        let [low, high] = interval(NAME, &samples, 3);
        assert!(low < 100.1 && high > 119.9, "{low} {high}");
        let [low, high] = interval(NAME, &samples, 1);
        assert!(low > 108.0 && high < 112.0, "{low} {high}");
    }

    /// How often the interval holds the true mean, for normal launch effects as large as the
    /// scatter within a launch, both from sums of twelve uniforms. docs/methodology.md quotes it.
    #[test]
    fn coverage_is_what_methodology_says() {
        let mut random = SplitMix64(7);
        let mut normal = || {
            (0..12)
                .map(|_| random.next() as f64 / 2f64.powi(64))
                .sum::<f64>()
                - 6.0
        };
        for (launches, least, most) in [(3, 0.68, 0.84), (5, 0.80, 0.92), (10, 0.86, 0.97)] {
            let mut held = 0;
            for trial in 0..200 {
                let samples: Vec<f64> = (0..launches)
                    .flat_map(|_| {
                        let launch = 1000.0 + normal();
                        (0..10).map(|_| launch + normal()).collect::<Vec<_>>()
                    })
                    .collect();
                let [low, high] = interval(&trial.to_string(), &samples, launches);
                held += u32::from(low <= 1000.0 && 1000.0 <= high);
            }
            let share = f64::from(held) / 200.0;
            println!("{launches} launches: {share}");
            assert!(
                (least..=most).contains(&share),
                "{launches} launches: {share}"
            );
        }
    }

    #[test]
    fn outliers_are_counted_within_their_launch() {
        let mut samples: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i % 20)).collect();
        assert_eq!(severe_outliers(&samples, 2), 0);
        samples[3] = 1000.0;
        assert_eq!(severe_outliers(&samples, 2), 1);
        // A slow launch is not an outlier: the bootstrap over launches deals with it.
        for ns in &mut samples[20..] {
            *ns += 10_000.0;
        }
        assert_eq!(severe_outliers(&samples, 2), 1);
        assert_eq!(severe_outliers(&[1.0], 1), 0);
        assert_eq!(severe_outliers(&[], 0), 0);
    }
}
