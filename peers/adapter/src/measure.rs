//! Warm-up and samples of a decoder that has no Criterion around it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use instrument::wire::{Job, Phase, Samples, Sampling};

use crate::Peer;
use crate::conversation::Driver;

/// Least time between two signs of life, as Criterion suites have it.
const PULSE: Duration = Duration::from_millis(500);

/// Every sample has as many iterations as fill an equal share of the time; one where decoding is
/// slower. `first` is how long the decoding that was verified took. The digest is left empty.
pub(crate) fn measure<P: Peer>(
    peer: &mut P,
    job: &Job,
    first: Duration,
    driver: &Driver,
) -> Result<Samples> {
    ensure!(job.samples > 0, "expected at least one sample, found 0");
    let mut pulse = Pulse(None);
    // The decoding that was verified warms up, too.
    let (mut spent, mut runs) = (first, 1_u64);
    while spent.as_secs_f64() < job.warm_up_s {
        let (done, of) = (spent.as_millis() as u64, (job.warm_up_s * 1e3) as u64);
        pulse.beat(|| driver.progress(job, Phase::WarmUp, done.min(of), of))?;
        spent += peer.sample(1)?;
        runs += 1;
    }
    let share = job.measure_s / f64::from(job.samples);
    let iterations = (share * runs as f64 / spent.as_secs_f64().max(1e-9)).max(1.0) as u64;
    let mut elapsed_ns = Vec::with_capacity(job.samples as usize);
    for done in 0..job.samples {
        pulse.beat(|| driver.progress(job, Phase::Measuring, done.into(), job.samples.into()))?;
        elapsed_ns.push(peer.sample(iterations)?.as_nanos() as u64);
    }
    Ok(Samples {
        benchmark: job.benchmark.clone(),
        sampling: Sampling::Flat,
        iterations: vec![iterations; job.samples as usize],
        elapsed_ns,
        output_sha256: String::new(),
        allocations: None,
    })
}

/// When the last sign of life was given.
struct Pulse(Option<Instant>);

impl Pulse {
    fn beat(&mut self, say: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.0.is_none_or(|last| last.elapsed() >= PULSE) {
            self.0 = Some(Instant::now());
            say()?;
        }
        Ok(())
    }
}
