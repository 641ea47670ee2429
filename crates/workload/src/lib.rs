//! Data sets whose decoded answer is known before anything decodes.
//!
//! Every data set is drawn from a seed: values first, then, separately, the record bytes that
//! encode them and the JSON Lines that a right decoder must print. The expected output never comes
//! from a decoder.

/// The decoder that the workloads are for, so that the command needs no second dependency on it.
pub use copybook_decode;

pub mod canonical;
pub mod case;
pub mod catalog;
pub mod check;
pub mod encode;
pub mod expect;
pub mod files;
pub mod frame;
pub mod job;
pub mod lines;
pub mod machine;
pub mod model;
pub mod packed;
pub mod value;
mod workload;

pub use workload::Workload;
