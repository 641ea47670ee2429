//! The statistics of one benchmark: mean, rate, and a 95 % interval that knows about launches.
//!
//! Everything is bit-for-bit reproducible in another language, see docs/receipt.md: one operation
//! at a time in the documented order, and a generator made of 64-bit integers.

mod bootstrap;
mod draws;
mod outliers;
mod quantile;
pub mod relative;
mod widen;

use thiserror::Error;

pub use bootstrap::{HIGH_RANK, LOW_RANK, RESAMPLES};
pub use outliers::severe_outliers;
pub use quantile::percentiles;
pub use widen::{OPEN, t975};

/// Fewest launches that support a verdict. The spread of two launches says so little about the next
/// one that the interval would be nine times the bootstrap's.
pub const MIN_LAUNCHES: u32 = 3;
/// Fewest samples of each launch that support a verdict; also the least that Criterion takes.
pub const MIN_SAMPLES_PER_LAUNCH: usize = 10;
/// Bytes of a MiB.
pub const MIB: f64 = 1_048_576.0;

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
/// same, give an interval without width: [`decisive`] says whether it may decide anything. Launches
/// that differ too much to bound the mean give one from 1/[`OPEN`] to [`OPEN`] times the mean.
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
    let quantiles = bootstrap::quantiles(name, samples, launches as usize);
    let [low_ns, high_ns] = widen::widen(mean_ns, quantiles, launches as usize);
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

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "slo_validation/display_heavy_slo_80mbps";

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

    /// Two launches alike and one three times as slow: three can't bound that, ten can.
    #[test]
    fn launches_that_bound_nothing_give_an_open_interval() {
        let launches = |alike: usize| [vec![100.0; 10 * alike], vec![300.0; 10]].concat();
        let three = estimate(NAME, 1_000, &launches(2), 3).unwrap();
        let ends = [three.mean_ns * OPEN, three.mean_ns / OPEN].map(|ns| mibps(1_000, ns));
        assert_eq!(three.ci95_mibps, ends);
        let ten = estimate(NAME, 1_000, &launches(9), 10).unwrap();
        assert!(ten.ci95_mibps[0] > mibps(1_000, 200.0), "{ten:?}");
        assert!(ten.ci95_mibps[1] < mibps(1_000, 90.0), "{ten:?}");
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
}
