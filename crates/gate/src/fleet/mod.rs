//! Many receipts of one program from many machines: by type of machine, node by node.
//!
//! A launch lies within a node, a node within a type; types are never averaged. docs/methodology.md has
//! the rules, docs/receipt.md the fields; `scripts/verify/fleet.py` computes the same from those pages.

mod choose;
mod derive;
mod model;
mod result;
mod stats;
mod verify;

pub use choose::{Candidate, choose};
pub use derive::derive;
pub use model::{
    Benchmark, Comparison, Counts, Derived, Expected, Fleet, KIND, Lost, MOST_RUNS, MachineType,
    Measured, Node, Objective, Outcome, Primary, SCHEMA_VERSION, Spread, Taken, TypeVerdict,
    Unreadable,
};
pub use result::{RESULT_KIND, ResultError, ResultFile};
pub use stats::{LEAST_NODES, PRACTICAL, THRESHOLD};
pub use verify::{FleetError, asked_for};
