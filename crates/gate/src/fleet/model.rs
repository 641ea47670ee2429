//! The fields of a fleet's receipt.

use receipt::Verdict;
use receipt::model::{Integrity, Subject};
use serde::{Deserialize, Serialize};

/// What `kind` says.
pub const KIND: &str = "fleet";
/// The version that is written.
pub const SCHEMA_VERSION: u32 = 1;
/// More runs than this can't be asked for: each that is lost is listed, and no file may fill the memory of whoever
/// reads it.
pub const MOST_RUNS: u64 = 1_000_000;

/// A fleet's receipt: what was collected, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fleet {
    /// Version of this format; readers refuse a greater one.
    pub schema_version: u32,
    /// [`KIND`].
    pub kind: String,
    /// What was found.
    #[serde(flatten)]
    pub primary: Primary,
    /// What follows.
    #[serde(flatten)]
    pub derived: Derived,
    /// SHA-256 over the RFC 8785 form of everything else.
    pub integrity: Integrity,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Primary {
    /// When it was collected, RFC 3339 in UTC.
    pub timestamp: String,
    /// The decoder that all results are of.
    pub subject: Subject,
    /// The suite that all results are of.
    pub suite_sha256: String,
    /// What was asked for.
    pub jobs: Vec<Expected>,
    /// Floors that the receipts were judged by.
    pub objectives: Vec<Objective>,
    /// Every result that could be read, in the order of job, task, run, restart and node.
    pub results: Vec<Taken>,
    /// Files that are no result.
    pub unreadable: Vec<Unreadable>,
}

/// What follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// How many results of which outcome.
    pub counts: Counts,
    /// What was asked for and is not there.
    pub lost: Vec<Lost>,
    /// Type by type, in the order of their names.
    pub types: Vec<MachineType>,
}

/// An array job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The scheduler's number or name.
    pub job: String,
    /// Tasks, numbered from 0; null where nobody said.
    pub tasks: Option<u64>,
    /// Runs of each task, numbered from 1.
    pub runs: u64,
}

impl Expected {
    /// Whether this run of a task is one of them.
    #[must_use]
    pub fn has(&self, task: u64, run: u64) -> bool {
        self.tasks
            .is_none_or(|tasks| task < tasks && run <= self.runs)
    }
}

/// A floor under a benchmark's throughput.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// Short name.
    pub label: String,
    /// The benchmark.
    pub benchmark: String,
    /// MiB/s.
    pub floor_mibps: f64,
}

/// What became of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It counts.
    Used,
    /// The task was started again, and that result counts.
    Superseded,
    /// Another result of the very same start counts.
    Duplicate,
    /// Its receipt does not verify.
    Unsound,
}

/// A result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// See [`Expected`].
    pub job: String,
    /// From 0.
    pub task: u64,
    /// From 1.
    pub run: u64,
    /// How often the task had been started before.
    pub restart: u64,
    /// Where it ran.
    pub node: String,
    /// Number of CPUs, model and architecture, behind the operator's name for it if there is one.
    pub machine_type: String,
    /// Of the receipt, RFC 3339.
    pub timestamp: String,
    /// `integrity.sha256` of the receipt.
    pub receipt_sha256: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it does not count; null where it does.
    pub reason: Option<String>,
    /// Whether its host was unfit to be judged on.
    pub unfit: bool,
    /// What was measured; empty where it does not count.
    pub benchmarks: Vec<Measured>,
}

/// One benchmark of one result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// `group/id`.
    pub name: String,
    /// Input of one iteration.
    pub bytes_processed: u64,
    /// Mean of the samples of each launch, ns per iteration.
    pub launch_means_ns: Vec<f64>,
}

/// A file that is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Its name below the folder.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// How many results of which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All results.
    pub results: u64,
    /// Those that count.
    pub used: u64,
    /// See [`Outcome::Superseded`].
    pub superseded: u64,
    /// See [`Outcome::Duplicate`].
    pub duplicate: u64,
    /// See [`Outcome::Unsound`].
    pub unsound: u64,
    /// Files that are no result.
    pub unreadable: u64,
    /// What was asked for and is not there; null where nobody said how much that was.
    pub lost: Option<u64>,
}

/// A run of a task without a result that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// See [`Expected`].
    pub job: String,
    /// From 0.
    pub task: u64,
    /// From 1.
    pub run: u64,
}

/// Machines that are alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineType {
    /// See [`Taken::machine_type`].
    pub name: String,
    /// How many have a result that counts.
    pub nodes: u64,
    /// Nodes that are sick by one benchmark at least, by name.
    pub sick: Vec<String>,
    /// One entry a benchmark.
    pub benchmarks: Vec<Benchmark>,
    /// One entry an objective.
    pub slo: Vec<TypeVerdict>,
}

/// A benchmark on one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// `group/id`.
    pub name: String,
    /// Geometric mean over the nodes, MiB/s.
    pub mibps: f64,
    /// Its 95 % interval; null where one node with one launch is all there is.
    pub ci95_mibps: Option<[f64; 2]>,
    /// The slowest node against the fastest; null where there is one node.
    pub spread: Option<Spread>,
    /// One entry a node, by name.
    pub nodes: Vec<Node>,
}

/// The slowest node's throughput over the fastest's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Which.
    pub slowest: String,
    /// Which.
    pub fastest: String,
    /// How much.
    pub against: Comparison,
}

/// A ratio of throughputs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Below 1 where the first is slower.
    pub ratio: f64,
    /// Its 95 % interval; null where one side has a single launch.
    pub ci95: Option<[f64; 2]>,
}

/// One node by one benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub node: String,
    /// Launches of all its results.
    pub launches: u64,
    /// Geometric mean over its launches, MiB/s.
    pub mibps: f64,
    /// Its 95 % interval; null where there is one launch.
    pub ci95_mibps: Option<[f64; 2]>,
    /// Against the geometric mean of the other nodes; null where there are none.
    pub against_others: Option<Comparison>,
    /// Modified z-score of the logarithm of its throughput; null where there are too few nodes.
    pub modified_z: Option<f64>,
    /// Null where there are too few nodes, or too few launches, to tell.
    pub sick: Option<bool>,
}

/// An objective on one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeVerdict {
    /// Short name.
    pub label: String,
    /// The benchmark.
    pub benchmark: String,
    /// MiB/s.
    pub floor_mibps: f64,
    /// By the interval of the type.
    pub verdict: Verdict,
    /// Nodes whose own interval lies below the floor, by name.
    pub below: Vec<String>,
}
