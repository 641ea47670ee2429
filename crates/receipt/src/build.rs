//! From what was measured to a sealed receipt: the only place that fills derived fields.

use thiserror::Error;

use crate::model::{
    self, Against, AgainstBaseline, Allocations, Benchmark, Environment, Integrity, Peer, Receipt,
    SCHEMA_VERSION, Sampling, Settings, SloVerdict, Subject, Summary, Verified, target_cpu,
};
use crate::seal::SealError;
use crate::slo::{self, Evidence, Objectives};
use crate::stats::{self, MIB, MIN_LAUNCHES, MIN_SAMPLES_PER_LAUNCH, StatsError};

/// Share of severe outliers in a benchmark's samples that is worth a warning.
const OUTLIER_SHARE: f64 = 0.05;

/// Everything that a run found out; nothing in it is derived.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Start of the run, `YYYY-MM-DDTHH:MM:SSZ`.
    pub timestamp: String,
    /// Revision of the source, where known.
    pub commit: Option<String>,
    /// `rustc --version` of the compiler that built the suite.
    pub toolchain: String,
    /// In the order they ran.
    pub benchmarks: Vec<Measured>,
    /// What was decoded with.
    pub subject: Subject,
    /// Where it ran; its CPU model and launches also fill the summary. Warnings about the samples
    /// are added to its `warnings`, and its derived fields (`kernels` and the predecessor's names)
    /// are filled whatever they hold.
    pub environment: Environment,
    /// What the summary says of the host beyond that.
    pub host: Host,
    /// How long and how often was measured, and what was asked for.
    pub settings: Settings,
    /// The baseline that belongs to this run, its derived fields filled here whatever they hold.
    pub baseline: Option<AgainstBaseline>,
    /// Decoders whose launches were interleaved with these.
    pub peers: Vec<Peer>,
    /// The command, argument by argument.
    pub command: Vec<String>,
}

/// One benchmark, as measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Criterion's `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes_processed: u64,
    /// One entry a launch, as many samples each.
    pub launches: Vec<LaunchSamples>,
    /// Kernels of the very case that was timed; `None` where the subject has no such notion.
    pub kernels: Option<Vec<String>>,
    /// How often one iteration asks for memory, one entry a launch; `None` where the subject does not count.
    pub allocations: Option<Vec<Allocations>>,
    /// What was checked before the first sample.
    pub verified: Verified,
}

/// One benchmark's samples in one process.
#[derive(Debug, Clone)]
pub struct LaunchSamples {
    /// How the iterations grow.
    pub sampling: Sampling,
    /// ns per iteration: the whole ns that a sample took, divided by its iterations.
    pub samples: Vec<f64>,
    /// Iterations behind each sample.
    pub iterations: Vec<u64>,
}

/// Facts of the host that only the summary holds.
#[derive(Debug, Clone)]
pub struct Host {
    /// Logical CPUs this process may run on.
    pub cores: u32,
    /// Kernel release.
    pub kernel: String,
    /// Operating system name.
    pub os: String,
}

/// Why no receipt can be made of a draft.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Nothing ran.
    #[error(
        "nothing was measured: expected at least one benchmark; see `bench list` for what a filter selects"
    )]
    Empty,
    /// An objective without its benchmark.
    #[error(
        "objective {label}: its benchmark {benchmark} was selected but not measured; look for it in `bench list`"
    )]
    Missing {
        /// The objective's label.
        label: String,
        /// The benchmark that should have run.
        benchmark: String,
    },
    /// Measured twice.
    #[error("benchmark {0} was measured twice under one name")]
    Twice(String),
    /// Not in every launch, or not alike in them.
    #[error(
        "benchmark {name}: expected {expected} in launch {launch}, found {found}; a launch that differs can't be averaged with the others, run again"
    )]
    Uneven {
        /// The benchmark.
        name: String,
        /// Launch, from 1.
        launch: usize,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// Samples that support no estimate.
    #[error("benchmark {name}: {source}")]
    Stats {
        /// The benchmark.
        name: String,
        /// What is wrong with the samples.
        source: StatsError,
    },
    /// Not representable in JSON.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Consistency that readers rely on is not there; a receipt that would not verify is not made.
    #[error("the receipt would not verify: {0}")]
    Unsound(String),
}

impl Draft {
    /// Derives every number, judges the objectives, and seals the result. `selected` answers
    /// whether the run's filter chooses a benchmark: an objective so chosen must have been
    /// measured. What comes back is known to pass [`crate::verify()`].
    ///
    /// # Errors
    /// See [`BuildError`]; every one of them means that there is no result.
    pub fn into_receipt(
        self,
        objectives: &Objectives,
        selected: impl Fn(&str) -> bool,
    ) -> Result<Receipt, BuildError> {
        let launches = self.environment.launches.len();
        let benchmarks = derive_all(self.benchmarks, launches)?;
        if let Some(objective) = objectives.missing(&benchmarks, selected).first() {
            return Err(BuildError::Missing {
                label: objective.label.clone(),
                benchmark: objective.benchmark.clone(),
            });
        }
        let mut environment = self.environment;
        let evidence = Evidence::of(&benchmarks, &environment, &self.peers);
        let slo = objectives.judge(evidence);
        let not_judged = objectives.not_judged(evidence);
        let baseline = self
            .baseline
            .map(|baseline| hold(baseline, &benchmarks, &environment));
        fill(&mut environment, &benchmarks, &self.host);
        environment
            .warnings
            .extend(benchmarks.iter().flat_map(warnings));
        let display_mibps = metric(&slo, &benchmarks, slo::DISPLAY);
        let comp3_mibps = metric(&slo, &benchmarks, slo::COMP3);
        let mut receipt = Receipt {
            schema_version: SCHEMA_VERSION,
            format_version: Some(SCHEMA_VERSION.to_string()),
            timestamp: self.timestamp,
            commit: self.commit,
            toolchain: self.toolchain,
            build_profile: environment.profile.clone(),
            target_cpu: environment.flags.as_deref().and_then(target_cpu),
            status: slo::status(&slo, baseline.as_ref()),
            display_mibps,
            display_gibps: display_mibps.map(gibps),
            comp3_mibps,
            benchmarks,
            summary: Summary {
                display_mibps,
                comp3_mibps,
                max_rss_mib: max_rss_mib(&environment),
                host_cpu: environment.cpu.model.clone(),
                host_cores: self.host.cores,
                host_kernel: self.host.kernel,
                host_os: self.host.os,
            },
            subject: self.subject,
            slo,
            not_judged,
            baseline,
            peers: self.peers,
            objectives_sha256: objectives.sha256.clone(),
            settings: Some(self.settings),
            environment,
            command: self.command,
            integrity: Integrity {
                sha256: String::new(),
            },
        };
        receipt.seal()?;
        sound(&receipt)?;
        Ok(receipt)
    }
}

/// The derived fields of the baseline.
fn hold(
    mut baseline: AgainstBaseline,
    benchmarks: &[Benchmark],
    environment: &Environment,
) -> AgainstBaseline {
    let facts = baseline.clone();
    for row in &mut baseline.benchmarks {
        let of = |one: &&Benchmark| one.name == row.benchmark;
        let found = benchmarks
            .iter()
            .find(of)
            .and_then(|one| slo::held(row, &facts, one, environment));
        // One that is not there is found when the receipt verifies itself.
        if let Some(found) = found {
            row.ratio = found.ratio;
            row.ci95 = found.ci95;
            row.verdict = found.verdict;
        }
    }
    baseline
}

/// The derived fields of the environment.
fn fill(environment: &mut Environment, benchmarks: &[Benchmark], host: &Host) {
    environment.kernels = model::kernels(benchmarks);
    environment.os = Some(host.os.clone());
    environment.kernel = Some(host.kernel.clone());
    environment.cpu_model = Some(environment.cpu.model.clone());
    environment.cpu_cores = Some(host.cores);
}

/// The mean of the benchmark that the objective with this metric judges.
pub(crate) fn metric(slo: &[SloVerdict], benchmarks: &[Benchmark], metric: &str) -> Option<f64> {
    let entry = slo.iter().find(|entry| entry.metric == metric)?;
    Some(
        benchmarks
            .iter()
            .find(|benchmark| benchmark.name == entry.benchmark)?
            .mean_mibps,
    )
}

/// GiB/s of MiB/s.
pub(crate) fn gibps(mibps: f64) -> f64 {
    mibps / 1024.0
}

/// The greatest peak of any launch; 0 without launches, which does not verify.
pub(crate) fn max_rss_mib(environment: &Environment) -> f64 {
    let bytes = environment
        .launches
        .iter()
        .map(|launch| launch.max_rss_bytes)
        .max()
        .unwrap_or(0);
    bytes as f64 / MIB
}

fn derive_all(measured: Vec<Measured>, launches: usize) -> Result<Vec<Benchmark>, BuildError> {
    if measured.is_empty() {
        return Err(BuildError::Empty);
    }
    let mut benchmarks: Vec<Benchmark> = Vec::with_capacity(measured.len());
    for one in measured {
        if benchmarks.iter().any(|other| other.name == one.name) {
            return Err(BuildError::Twice(one.name));
        }
        benchmarks.push(derive(one, launches)?);
    }
    Ok(benchmarks)
}

fn derive(measured: Measured, launches: usize) -> Result<Benchmark, BuildError> {
    same_in_every_launch(&measured, launches)?;
    let sampling = measured.launches.iter().map(|launch| launch.sampling);
    let sampling = sampling.collect();
    let samples = measured
        .launches
        .iter()
        .flat_map(|launch| launch.samples.iter().copied())
        .collect::<Vec<_>>();
    let iterations = measured
        .launches
        .iter()
        .flat_map(|launch| launch.iterations.iter().copied())
        .collect();
    // More launches than a u32 counts can't be held in memory.
    let launches = u32::try_from(launches).unwrap_or(u32::MAX);
    let estimate = stats::estimate(&measured.name, measured.bytes_processed, &samples, launches)
        .map_err(|source| BuildError::Stats {
            name: measured.name.clone(),
            source,
        })?;
    Ok(Benchmark {
        name: measured.name,
        mean_ns: estimate.mean_ns,
        bytes_processed: measured.bytes_processed,
        mean_mibps: estimate.mean_mibps,
        percentiles_ns: stats::percentiles(&samples),
        samples,
        iterations,
        launches,
        sampling,
        ci95_mibps: estimate.ci95_mibps,
        kernels: measured.kernels,
        allocations: measured.allocations,
        verified: measured.verified,
    })
}

fn same_in_every_launch(measured: &Measured, launches: usize) -> Result<(), BuildError> {
    let uneven = |launch: usize, expected: String, found: String| {
        Err(BuildError::Uneven {
            name: measured.name.clone(),
            launch,
            expected,
            found,
        })
    };
    if measured.launches.len() != launches {
        let found = format!("{} launches in all", measured.launches.len());
        return uneven(
            measured.launches.len(),
            format!("the last of {launches}"),
            found,
        );
    }
    let each = measured
        .launches
        .first()
        .map_or(0, |launch| launch.samples.len());
    for (index, launch) in measured.launches.iter().enumerate() {
        if launch.samples.len() != each || launch.iterations.len() != each {
            let found = format!("{} and {}", launch.samples.len(), launch.iterations.len());
            return uneven(
                index + 1,
                format!("{each} samples with as many iteration counts"),
                found,
            );
        }
    }
    Ok(())
}

/// What may have spoilt the samples; each text ends in a remedy.
fn warnings(benchmark: &Benchmark) -> Vec<String> {
    let mut warnings = Vec::new();
    if benchmark.verified.against == Against::DecodesOnly {
        warnings.push(format!(
            "{}: its answers were compared with nothing; give the expected values with --expect",
            benchmark.name
        ));
    }
    let count = benchmark.samples.len();
    let severe = stats::severe_outliers(&benchmark.samples, benchmark.launches);
    if severe as f64 > OUTLIER_SHARE * count as f64 {
        warnings.push(format!(
            "{}: {severe} of {count} samples are severe outliers (beyond 3 interquartile ranges of their launch); \
             they stay in the mean: quiet the host (`bench doctor`) and run again",
            benchmark.name
        ));
    }
    if !stats::decisive(count, benchmark.launches) {
        warnings.push(format!(
            "{}: {count} samples of {} launches decide no objective; run at least {MIN_LAUNCHES} launches of \
             {MIN_SAMPLES_PER_LAUNCH} samples",
            benchmark.name, benchmark.launches
        ));
    }
    warnings
}

fn sound(receipt: &Receipt) -> Result<(), BuildError> {
    let raw = receipt.to_json().map_err(SealError::from)?;
    crate::verify::verify(receipt, &raw).map_err(|problems| {
        BuildError::Unsound(
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        )
    })
}
