//! `perf.json`, the record of one run: its model, the statistics over its samples, the verdicts.
//!
//! Knows no decoder and runs no process, so that an old receipt stays readable when they change.

pub mod model;

pub use model::Receipt;
