//! The messages of both directions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Samples;

/// What a subject says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromSubject {
    /// First of all, without being asked.
    Hello(Hello),
    /// The answer was found right; nothing was timed yet.
    Verified(Verified),
    /// A sign of life.
    Progress(Progress),
    /// What was measured.
    Samples(Samples),
    /// The last message.
    End(End),
    /// Why there will be no more; a non-zero exit follows.
    Error(Failure),
}

impl FromSubject {
    /// Its type, as on the wire.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            FromSubject::Hello(_) => "hello",
            FromSubject::Verified(_) => "verified",
            FromSubject::Progress(_) => "progress",
            FromSubject::Samples(_) => "samples",
            FromSubject::End(_) => "end",
            FromSubject::Error(_) => "error",
        }
    }
}

/// What the driver says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToSubject {
    /// Prepare one benchmark, decode once, verify.
    Job(Job),
    /// The answer is accepted: time it.
    Measure(Measure),
    /// There are no more jobs.
    End {},
}

impl ToSubject {
    /// The order to time a benchmark.
    #[must_use]
    pub fn measure(benchmark: &str) -> Self {
        let benchmark = benchmark.to_owned();
        ToSubject::Measure(Measure { benchmark })
    }
}

/// Who the subject is, and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Version of the protocol that it speaks, [`super::OLDEST`] to [`super::VERSION`].
    pub protocol: u32,
    /// The decoder.
    pub subject: Identity,
    /// The compiler or interpreter, as it names itself: `rustc 1.89.0 (29483883e 2025-08-04)`,
    /// `cobc (GnuCOBOL) 3.1.2.0`.
    pub toolchain: Option<String>,
    /// Release, commit, host and LLVM version of a Rust compiler.
    pub rustc: Option<String>,
    /// What the compiler was really passed.
    pub flags: Option<String>,
    /// Cargo's name of the profile.
    pub profile: Option<String>,
    /// SHA-256 over the sources that it was built from, 64 hexadecimal digits.
    pub sources: Option<String>,
    /// Type of the file system, where decoding includes reading and writing files.
    pub file_system: Option<String>,
    /// The kinds of jobs that it takes.
    pub takes: Vec<Takes>,
    /// Its own benchmarks, in the order it would run them; none for a decoder that only takes
    /// records.
    pub benchmarks: Vec<Benchmark>,
    /// Process whose memory counts.
    pub pid: u32,
}

/// A decoder by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Name, the same in every version.
    pub name: String,
    /// Version of the decoder, never of an adapter around it.
    pub version: String,
}

/// A kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Its own benchmarks, by name.
    Benchmarks,
    /// Records that are handed over with their copybook.
    Records,
    /// A user's own records, with a file that says how to decode them.
    Copybook,
}

/// A benchmark of the subject's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// `group/id`.
    pub name: String,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// Records of one iteration.
    pub records: Option<u64>,
}

/// One benchmark to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Name of the benchmark, which every answer repeats.
    pub benchmark: String,
    /// Seconds of decoding before the first sample.
    pub warm_up_s: f64,
    /// Seconds that all samples together should take.
    pub measure_s: f64,
    /// Number of samples.
    pub samples: u32,
    /// The implementation to use, of a subject that has several; null leaves the choice to it.
    pub kernel: Option<String>,
    /// Records to decode.
    pub records: Option<Records>,
    /// File of a user's own job.
    pub copybook: Option<PathBuf>,
}

/// Records that every decoder can be asked to decode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    /// The copybook, a file.
    pub copybook: PathBuf,
    /// A file of fixed-length records in code page 037, back to back.
    pub data: PathBuf,
    /// Bytes of a record.
    pub record_length: u64,
    /// Number of records.
    pub records: u64,
    /// How the elementary fields are spelled in canonical form, by name.
    pub fields: BTreeMap<String, Spelling>,
    /// The file to write the canonical lines to.
    pub canonical: PathBuf,
}

/// What an elementary field holds, as far as its spelling goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spelling {
    /// Characters: trailing spaces do not count.
    Text,
    /// An exact decimal: `-0012.50` and `-12.5` are the same.
    Number,
}

/// An answer that the subject verified, or that the driver can verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// As in the job.
    pub benchmark: String,
    /// What the answer was compared with.
    pub against: Against,
    /// Input bytes of one iteration.
    pub bytes: u64,
    /// Records decoded in one iteration.
    pub records: u64,
    /// Bytes of the whole output.
    pub output_bytes: u64,
    /// SHA-256 of the whole output, 64 lower-case hexadecimal digits.
    pub output_sha256: String,
    /// The implementations that decoded, of the very case that will be timed; null where a subject
    /// has only one.
    pub kernels: Option<Vec<String>>,
    /// Only from a subject of version 3 ([`super::COUNTED_EARLY`]), and then not used: they are in
    /// [`super::Samples`] now.
    #[serde(default, skip_serializing)]
    pub allocations: Option<Allocations>,
}

/// Requests for memory, of all threads of a process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocations {
    /// Allocations and reallocations.
    pub count: u64,
    /// Bytes that they asked for: the size of an allocation, and what a reallocation adds.
    pub bytes: u64,
}

impl Allocations {
    /// The most that a receipt's integers hold.
    const MOST: u64 = (1 << 53) - 1;

    /// Says what makes a count impossible: requests for less than one byte each, more than a receipt
    /// can hold.
    ///
    /// # Errors
    ///
    /// What was expected and what was found.
    pub fn check(&self) -> Result<(), String> {
        let Self { count, bytes } = self;
        if count <= bytes && *bytes <= Self::MOST {
            return Ok(());
        }
        Err(format!(
            "expected allocations of at least one byte each, and of less than 2^53 in all, found {count} of {bytes} bytes"
        ))
    }
}

/// What an answer was compared with; the words of the receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// The values that the workload encoded, byte for byte.
    Values,
    /// The same values in canonical form, for a decoder that spells them otherwise.
    CanonicalValues,
    /// A file of expected values, value for value.
    ExpectedFile,
    /// Nothing but that every record decodes and that records and bytes add up.
    DecodesOnly,
}

/// The order to time what was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// As in the job.
    pub benchmark: String,
}

/// A sign of life: at most ten a second, and never inside a timed stretch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// As in the job.
    pub benchmark: String,
    /// What is under way.
    pub phase: Phase,
    /// Steps of this phase that are done, samples while measuring.
    pub done: u64,
    /// Steps of this phase; 0 where nobody knows.
    pub of: u64,
}

/// What a subject is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Preparing the data, decoding once, comparing.
    Verifying,
    /// Decoding before the first sample.
    WarmUp,
    /// Taking samples.
    Measuring,
}

/// The subject's last message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Peak resident set of the process that decodes, from the kernel's accounting, bytes.
    pub max_rss_bytes: u64,
}

/// Why a subject gives up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The benchmark that it was busy with, if with any.
    pub benchmark: Option<String>,
    /// What was expected, what was found, and where.
    pub message: String,
}
