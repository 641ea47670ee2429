//! What a run was held against: the baseline of its machine, and decoders that ran in turn with it.

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::slo::baseline::Standing;

/// The baseline that belongs to a run, and how the run stands to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainstBaseline {
    /// `integrity.sha256` of the baseline file.
    pub file_sha256: String,
    /// SHA-256 of the suite program that the baseline is of.
    pub program_sha256: String,
    /// Hash of its sources; null where it does not say.
    pub source_hash: Option<String>,
    /// One entry a benchmark, in the order of the receipt's.
    pub benchmarks: Vec<BaselineRow>,
}

/// One benchmark against its baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineRow {
    /// Its name.
    pub benchmark: String,
    /// The value of each run of the baseline, ns per iteration.
    pub runs_ns: Vec<f64>,
    /// Per cent of throughput lost that is worth a warning.
    pub warn_pct: f64,
    /// Per cent that fails the run.
    pub fail_pct: f64,
    /// Throughput over that of the baseline. Derived.
    pub ratio: f64,
    /// 95 % interval of `ratio`, low then high. Derived.
    pub ci95: [f64; 2],
    /// See [`crate::slo::baseline::against`]. Derived.
    pub verdict: Standing,
}

/// Another decoder whose launches were interleaved with those of this receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The name by which objectives call it.
    pub name: String,
    /// What it says that it is.
    pub subject: Subject,
    /// `integrity.sha256` of its own receipt.
    pub receipt_sha256: String,
    /// What it measured.
    pub benchmarks: Vec<PeerBenchmark>,
}

/// One benchmark of a peer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerBenchmark {
    /// Its name, one of the receipt's.
    pub name: String,
    /// The 10th percentile of each launch, ns per iteration, in their order.
    pub lows_ns: Vec<f64>,
}

impl AgainstBaseline {
    /// Whether the run was of the very program that the baseline is of, by the hash of the program or
    /// of its sources.
    #[must_use]
    pub fn same_program(&self, suite_sha256: &str, source_hash: Option<&str>) -> bool {
        let same_sources = source_hash.is_some() && self.source_hash.as_deref() == source_hash;
        self.program_sha256 == suite_sha256 || same_sources
    }
}
