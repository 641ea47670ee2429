//! The two verifiers as people run them, `bench verify` and `scripts/verify_receipt.py`: the same
//! decision on every receipt, and the same name for every contradiction.

mod commands;
mod contradictions;
mod mutants;
mod text;

use crate::common::{COMP3, DISPLAY, draft, measured, objectives, of_fleet};
use serde_json::Value;

/// A small sound receipt of a fleet.
fn value() -> Value {
    let draft = draft(vec![
        measured(DISPLAY, 5_000_000, 205.0, 3, 10),
        measured(COMP3, 600_000, 58.0, 3, 10),
    ]);
    let receipt = of_fleet(draft)
        .into_receipt(&objectives(), |_| true)
        .expect("sound");
    receipt.to_value().expect("finite numbers")
}
