//! One benchmark under Criterion: settings, signs of life, the raw samples.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

use super::{Case, Failure, criterion_files};
use crate::answer::Answer;
use crate::wire::{self, Allocations, FromSubject, Job, Phase, Progress, Samples};

/// Least time between two signs of life: the driver wakes for each of them, and may have to do so on
/// the CPU that is measured.
const PULSE: Duration = Duration::from_millis(500);

/// Criterion's own analysis is not used, so it gets the least resamples that it accepts quietly.
const RESAMPLES: usize = 1000;

/// Fewest samples that Criterion takes.
const MIN_SAMPLES: u32 = 10;

/// Criterion behind the protocol, for the life of one process.
pub(super) struct Instrument {
    criterion: Criterion,
    home: PathBuf,
}

impl Instrument {
    /// Criterion's data go to `home`, which is empty.
    pub(super) fn new(home: &Path) -> Self {
        Instrument {
            criterion: Criterion::default().without_plots().nresamples(RESAMPLES),
            home: home.to_owned(),
        }
    }

    /// Times a case that was verified, and looks at its answer again.
    ///
    /// # Errors
    ///
    /// Settings that Criterion does not take, a run that fails, an answer that changed.
    pub(super) fn measure(
        &mut self,
        job: &Job,
        bytes: u64,
        case: &mut dyn Case,
        answer: &Answer,
        say: &mut dyn FnMut(&FromSubject) -> Result<(), Failure>,
    ) -> Result<Samples, Failure> {
        check(job)?;
        let (group, id) = parts(&job.benchmark);
        let mut group = self.criterion.benchmark_group(group);
        group
            .throughput(Throughput::Bytes(bytes))
            .warm_up_time(Duration::from_secs_f64(job.warm_up_s))
            .measurement_time(Duration::from_secs_f64(job.measure_s))
            .sample_size(job.samples as usize);
        let mut pulse = Pulse::new(job);
        group.bench_function(id, |bencher| {
            if let Err(error) = pulse.around(say, || case.time(bencher)) {
                give_up(&job.benchmark, &*error, say);
            }
        });
        group.finish();
        let output_sha256 = same(case, answer)?;
        let measured = criterion_files::read(&self.home, &job.benchmark, bytes)?;
        Ok(Samples {
            benchmark: job.benchmark.clone(),
            sampling: measured.sampling,
            iterations: measured.iterations,
            elapsed_ns: measured.elapsed_ns,
            output_sha256,
            allocations: None,
        })
    }
}

/// Group and id of a name, which has both.
pub(super) fn parts(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, name))
}

/// Runs once and compares the whole answer.
pub(super) fn verify(case: &mut dyn super::Case) -> Result<Answer, Failure> {
    case.run()?;
    case.check()
}

/// What one run asks for, once a run before it has grown its buffers.
pub(super) fn allocations(
    case: &mut dyn super::Case,
    so_far: fn() -> Allocations,
) -> Result<Allocations, Failure> {
    let before = so_far();
    case.run()?;
    let after = so_far();
    let grown = |before: u64, after: u64| {
        let less = || {
            format!(
                "expected a count of allocations that only grows, found {before} and then {after}"
            )
        };
        after.checked_sub(before).ok_or_else(less)
    };
    Ok(Allocations {
        count: grown(before.count, after.count)?,
        bytes: grown(before.bytes, after.bytes)?,
    })
}

/// The answer is what it was before it was timed.
pub(super) fn same(case: &mut dyn super::Case, before: &Answer) -> Result<String, Failure> {
    let (before, after) = (&before.output_sha256, case.digest()?);
    if after == *before {
        return Ok(after);
    }
    Err(format!("the answer changed while it was timed: SHA-256 {before} became {after}").into())
}

/// Criterion has no way out of a benchmark but the end of the process.
fn give_up(
    benchmark: &str,
    error: &dyn std::error::Error,
    say: &mut dyn FnMut(&FromSubject) -> Result<(), Failure>,
) -> ! {
    eprintln!("error: {error}");
    // Nobody may be listening any more.
    let _ = say(&FromSubject::Error(wire::Failure {
        benchmark: Some(benchmark.to_owned()),
        message: error.to_string(),
    }));
    std::process::exit(1);
}

/// Criterion panics where it does not like its settings.
fn check(job: &Job) -> Result<(), Failure> {
    if job.samples < MIN_SAMPLES {
        let found = job.samples;
        return Err(format!(
            "Criterion takes {MIN_SAMPLES} samples or more, found {found} (--samples)"
        )
        .into());
    }
    for (what, seconds) in [("warm-up", job.warm_up_s), ("measurement", job.measure_s)] {
        let whole = Duration::try_from_secs_f64(seconds);
        if !whole.is_ok_and(|time| time >= Duration::from_nanos(1)) {
            return Err(format!(
                "expected a positive number of seconds of {what}, found {seconds}"
            )
            .into());
        }
    }
    Ok(())
}

/// Signs of life between timed stretches.
struct Pulse<'a> {
    job: &'a Job,
    last: Option<Instant>,
    /// Spent in calls so far: Criterion warms up until its time is over, then takes its samples.
    spent: Duration,
    samples: u64,
}

impl<'a> Pulse<'a> {
    fn new(job: &'a Job) -> Self {
        Pulse {
            job,
            last: None,
            spent: Duration::ZERO,
            samples: 0,
        }
    }

    /// A sign of life if one is due, then the timed stretch.
    fn around(
        &mut self,
        say: &mut dyn FnMut(&FromSubject) -> Result<(), Failure>,
        timed: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        if self
            .last
            .is_none_or(|last| started.duration_since(last) >= PULSE)
        {
            self.last = Some(started);
            say(&FromSubject::Progress(self.progress()))?;
        }
        let started = Instant::now();
        timed()?;
        if !self.warming() {
            self.samples += 1;
        }
        self.spent += started.elapsed();
        Ok(())
    }

    fn progress(&self) -> Progress {
        let of = |seconds: f64| (seconds * 1e3) as u64;
        let (phase, done, of) = match self.warming() {
            true => (
                Phase::WarmUp,
                self.spent.as_millis() as u64,
                of(self.job.warm_up_s),
            ),
            false => (Phase::Measuring, self.samples, self.job.samples.into()),
        };
        Progress {
            benchmark: self.job.benchmark.clone(),
            phase,
            done: done.min(of),
            of,
        }
    }

    fn warming(&self) -> bool {
        self.spent.as_secs_f64() <= self.job.warm_up_s
    }
}
