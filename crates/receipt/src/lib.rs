//! `perf.json`, the record of one run: its model, the statistics over its samples, the verdicts.
//!
//! Knows no decoder and runs no process, so that an old receipt stays readable when they change.
//! Primary data goes in as a [`Draft`]; every derived number is computed here, and recomputed by
//! [`verify()`] when the receipt is read.

pub mod bounded;
pub mod build;
mod caveat;
pub mod file;
pub mod model;
pub mod seal;
pub mod shape;
pub mod slo;
pub mod stats;
pub mod summary;
pub mod table;
pub mod verify;
pub mod words;

pub use build::{BuildError, Draft, Host, LaunchSamples, Measured};
pub use file::FileError;
pub use model::{Receipt, Verdict};
pub use slo::{Objective, Objectives};
pub use verify::{Problem, verify};
