//! Random copybooks and records, decoded by us and by others: equal, field by field.
//!
//! The tests are short by default; `DIFFERENTIAL_CASES` and `DIFFERENTIAL_SEED` (numbers) make them
//! longer and other ones. A difference is shown with the smallest copybook that still has it.

mod cobol;
mod codec;
mod columns;
mod fields;
mod gnucobol;
#[path = "../../crates/workload/tests/random/mod.rs"]
mod random;
mod sample;
