//! What a comparison needs of a run: of a receipt, or of a run that a baseline keeps.

use receipt::model::{Benchmark, Receipt, Verified};
use receipt::stats::relative;

use super::{CompareError, alike};
use crate::quantile::{self, QuantileError};

/// A receipt's word for a compiler that the subject does not name.
const UNKNOWN: &str = "unknown";

/// One run: where and with what, and the values of its launches.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// SHA-256 of its receipt.
    pub receipt: String,
    /// Start, RFC 3339 in UTC.
    pub timestamp: String,
    /// Revision of the sources, where known.
    pub commit: Option<String>,
    /// SHA-256 of the suite program.
    pub program: String,
    /// Hash of its sources, where it says so.
    pub sources: Option<String>,
    /// The compiler that made it of them, where known.
    pub toolchain: Option<String>,
    /// [`alike::machine`].
    pub machine: String,
    /// [`alike::container`].
    pub container: String,
    /// Name of the decoder.
    pub subject: String,
    /// What the compiler was passed; null where the subject can't say.
    pub flags: Option<String>,
    /// Every kernel that decoded.
    pub kernels: Option<Vec<String>>,
    /// In the order they ran.
    pub benchmarks: Vec<Measured>,
}

/// One benchmark of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// `group/name`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// What was checked before it was timed.
    pub verified: Verified,
    /// The kernels that decoded it; null where the receipt has them for all benchmarks together.
    pub kernels: Option<Vec<String>>,
    /// The 10th percentile of each launch, ns per iteration.
    pub lows_ns: Vec<f64>,
}

impl Run {
    /// The run that a receipt records.
    ///
    /// # Errors
    /// A benchmark has no launches, samples that don't divide into them, samples that are no times,
    /// or many that are all the same.
    pub fn of(receipt: &Receipt) -> Result<Self, CompareError> {
        let environment = &receipt.environment;
        let benchmarks = receipt.benchmarks.iter().map(Measured::of);
        Ok(Self {
            receipt: receipt.integrity.sha256.clone(),
            timestamp: receipt.timestamp.clone(),
            commit: receipt.commit.clone(),
            program: environment.suite_sha256.clone(),
            sources: environment.source_hash.clone(),
            toolchain: Some(receipt.toolchain.clone()).filter(|name| name != UNKNOWN),
            machine: alike::machine(receipt),
            container: alike::container(receipt),
            subject: receipt.subject.name.clone(),
            flags: environment.flags.clone(),
            kernels: environment.kernels.clone(),
            benchmarks: benchmarks.collect::<Result<_, _>>()?,
        })
    }

    /// The benchmark of this name.
    #[must_use]
    pub fn benchmark(&self, name: &str) -> Option<&Measured> {
        self.benchmarks.iter().find(|one| one.name == name)
    }

    /// Whether both are of one program: by its hash, or by that of its sources and by the compiler.
    #[must_use]
    pub fn is_of_program_of(&self, other: &Self) -> bool {
        let same_sources = self.sources.is_some() && self.sources == other.sources;
        self.program == other.program || (same_sources && self.same_toolchain(other))
    }

    /// Whether one compiler made both programs. Another one makes another program of the same sources.
    #[must_use]
    pub fn same_toolchain(&self, other: &Self) -> bool {
        self.toolchain.is_some() && self.toolchain == other.toolchain
    }

    /// The program, for people: the beginning of its hash, and when it ran.
    pub(super) fn named(&self) -> String {
        let program = self.program.get(..12).unwrap_or(&self.program);
        format!("program {program}, run of {}", self.timestamp)
    }

    /// Whether another run has the very same values in everything that both measured: clocks don't
    /// repeat themselves, so it is one run under two names.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let mut common = self.benchmarks.iter().filter_map(|one| {
            let other = other.benchmark(&one.name)?;
            Some((&one.lows_ns, &other.lows_ns))
        });
        let mut any = false;
        common.all(|(one, other)| {
            any = true;
            one == other
        }) && any
    }
}

impl Measured {
    fn of(benchmark: &Benchmark) -> Result<Self, CompareError> {
        let failed = |source| CompareError::Samples {
            benchmark: benchmark.name.clone(),
            source,
        };
        let samples = &benchmark.samples;
        if benchmark.launches == 0 {
            return Err(failed(QuantileError::Empty));
        }
        quantile::low(samples).map_err(failed)?;
        if samples.len() > 1 && samples.iter().all(|ns| *ns == samples[0]) {
            return Err(CompareError::Constant {
                benchmark: benchmark.name.clone(),
                ns: samples[0],
                samples: samples.len(),
            });
        }
        let lows_ns = relative::lows(samples, benchmark.launches);
        if lows_ns.is_empty() {
            return Err(CompareError::Uneven {
                benchmark: benchmark.name.clone(),
                samples: samples.len(),
                launches: benchmark.launches,
            });
        }
        Ok(Self {
            name: benchmark.name.clone(),
            bytes: benchmark.bytes_processed,
            verified: benchmark.verified.clone(),
            kernels: benchmark.kernels.clone(),
            lows_ns,
        })
    }

    /// The value of this run, ns per iteration.
    #[must_use]
    pub fn value_ns(&self) -> f64 {
        relative::middle(&self.lows_ns).unwrap_or(f64::NAN)
    }

    /// How far the launches lie apart: greatest over least, minus one.
    #[must_use]
    pub fn spread(&self) -> f64 {
        let least = self.lows_ns.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.lows_ns.iter().copied().fold(0.0, f64::max);
        greatest / least - 1.0
    }
}
