//! `selftest.json`, the record of a self-test. docs/receipt.md says the same for readers of the file.

use receipt::model::Integrity;
use serde::{Deserialize, Serialize};

use crate::ab;
use crate::ab::record::{Benchmark, Host, Program, Settings};
use crate::ab::{Design, Values, Verdict};

/// The version of this format that is written; a reader refuses a greater one.
pub const SCHEMA_VERSION: u32 = 1;

/// What `kind` says in a file of a self-test.
pub const KIND: &str = "selftest";

/// All trials of one program on one machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Tells it from a receipt of one run.
    pub kind: Kind,
    /// Version of this format.
    pub schema_version: u32,
    /// The program that is compared with itself.
    pub subject: Program,
    /// The benchmarks of each trial, in the order they run, and the answer that was verified in each
    /// launch before anything was timed.
    pub benchmarks: Vec<Benchmark>,
    /// When to look and what counts.
    pub design: Design,
    /// How long a launch measures.
    pub settings: Settings,
    /// Where it ran.
    pub host: Host,
    /// Every comparison, in the order they ran.
    pub trials: Vec<Trial>,
    /// The last command that added trials, argument by argument.
    pub command: Vec<String>,
    /// Guards every other field.
    pub integrity: Integrity,
}

/// What a file of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A self-test of the gate.
    SelfTest,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Start, RFC 3339 in UTC.
    pub timestamp: String,
    /// Per cent of extra work in the arm called new; 0 for none.
    pub injected: f64,
    /// Beside a noisy neighbour.
    pub neighbour: bool,
    /// Of the lots that ordered the launches; below 2^53.
    pub seed: u64,
    /// Wall time of the whole comparison.
    pub seconds: f64,
    /// What the launches of each round measured, in the order the rounds ran: a value for each
    /// benchmark that was not settled yet, in the order of [`SelfTest::benchmarks`].
    pub rounds: Vec<Values>,
    /// One entry a benchmark, in their order. Derived.
    pub rows: Vec<Row>,
}

/// What a trial said of one benchmark: a part of what a comparison says. Every field is derived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What `bench ab` would have said.
    pub verdict: Verdict,
    /// Time of new over base, of the confirming rounds where there are some.
    pub ratio: f64,
    /// 95 % interval of `ratio`, low then high; an end that nothing bounds is null.
    pub ci95: [Option<f64>; 2],
    /// Pairs of launches behind `ratio`.
    pub pairs: u32,
}

impl From<&ab::record::Row> for Row {
    fn from(row: &ab::record::Row) -> Self {
        Self {
            verdict: row.verdict,
            ratio: row.ratio,
            ci95: row.ci95,
            pairs: row.pairs,
        }
    }
}
