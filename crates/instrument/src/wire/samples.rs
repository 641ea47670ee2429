//! Raw samples: whole iterations and whole nanoseconds.

use serde::{Deserialize, Serialize};

use super::message::Allocations;

/// What was measured of one benchmark in one launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// As in the job.
    pub benchmark: String,
    /// How the iterations grow from sample to sample.
    pub sampling: Sampling,
    /// Iterations of each sample.
    pub iterations: Vec<u64>,
    /// Duration of each sample, all its iterations together, ns.
    pub elapsed_ns: Vec<u64>,
    /// SHA-256 of the output after the last sample: that of `verified`.
    pub output_sha256: String,
    /// How often one iteration asks for memory, counted in a run that was not timed and that came after
    /// the one that was verified; null where the subject does not count.
    pub allocations: Option<Allocations>,
}

/// Criterion's two ways to spread iterations over samples
/// (<https://criterion-rs.github.io/book/user_guide/advanced_configuration.html#sampling-mode>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// d, 2d, 3d, ... iterations.
    Linear,
    /// The same number of iterations in every sample.
    Flat,
}

impl Samples {
    /// Says what makes samples unusable: none at all, lists of unequal length, a time or count of 0,
    /// iterations that do not follow the sampling mode, impossible allocations.
    ///
    /// # Errors
    ///
    /// What was expected and what was found.
    pub fn check(&self) -> Result<(), String> {
        let (times, counts) = (self.elapsed_ns.len(), self.iterations.len());
        if times != counts || times == 0 {
            return Err(format!(
                "expected as many iteration counts as times and at least one, found {counts} and {times}"
            ));
        }
        let pairs = self.iterations.iter().zip(&self.elapsed_ns).enumerate();
        for (i, (&iterations, &elapsed)) in pairs {
            if iterations == 0 || elapsed == 0 {
                return Err(format!(
                    "expected iterations and ns above 0, found {iterations} and {elapsed} in sample {}",
                    i + 1
                ));
            }
            let due = self.due(i as u64);
            if iterations != due {
                return Err(format!(
                    "expected {due} iterations in sample {} by {:?} sampling, found {iterations}",
                    i + 1,
                    self.sampling
                ));
            }
        }
        self.allocations.map_or(Ok(()), |found| found.check())
    }

    /// ns per iteration of each sample.
    pub fn ns_per_iteration(&self) -> impl Iterator<Item = f64> + '_ {
        let pairs = self.elapsed_ns.iter().zip(&self.iterations);
        pairs.map(|(&elapsed, &iterations)| elapsed as f64 / iterations as f64)
    }

    /// Iterations that the sampling mode asks of sample `i`, from those of the first.
    fn due(&self, i: u64) -> u64 {
        let first = self.iterations.first().copied().unwrap_or_default();
        match self.sampling {
            Sampling::Linear => first.saturating_mul(i + 1),
            Sampling::Flat => first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(sampling: Sampling, iterations: &[u64], elapsed_ns: &[u64]) -> Samples {
        Samples {
            benchmark: "g/f".to_owned(),
            sampling,
            iterations: iterations.to_vec(),
            elapsed_ns: elapsed_ns.to_vec(),
            output_sha256: "0".repeat(64),
            allocations: None,
        }
    }

    #[test]
    fn times_become_ns_per_iteration() {
        let linear = samples(Sampling::Linear, &[2, 4, 6], &[20, 44, 61]);
        assert_eq!(linear.check(), Ok(()));
        let ns: Vec<f64> = linear.ns_per_iteration().collect();
        assert_eq!(ns, [10.0, 11.0, 61.0 / 6.0]);
        assert_eq!(samples(Sampling::Flat, &[3, 3], &[1, 2]).check(), Ok(()));
    }

    #[test]
    fn what_is_no_measurement_is_refused() {
        let error = |sampling, iterations: &[u64], times: &[u64]| {
            let checked = samples(sampling, iterations, times).check();
            checked.expect_err("must be refused")
        };
        let flat = Sampling::Flat;
        assert!(error(flat, &[], &[]).contains("found 0 and 0"));
        assert!(error(flat, &[1, 1], &[5]).contains("found 2 and 1"));
        assert!(error(flat, &[1, 1], &[5, 0]).contains("found 1 and 0 in sample 2"));
        assert!(error(flat, &[0], &[5]).contains("found 0 and 5 in sample 1"));
        assert!(error(flat, &[1, 2], &[5, 9]).contains("expected 1 iterations in sample 2"));
        let uneven = error(Sampling::Linear, &[2, 4, 7], &[5, 9, 14]);
        assert!(
            uneven.contains("expected 6 iterations in sample 3 by Linear"),
            "{uneven}"
        );
    }
}
