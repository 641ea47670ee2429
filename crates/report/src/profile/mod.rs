//! Where a benchmark's time goes: folded stacks, their flame graph, and what each field costs.
//!
//! `bench profile` leaves a folder: [`STACKS`], [`SUMMARY`], with a base its stacks as [`BASE`], and the
//! flame graph as a document of its own.

pub(crate) mod flame;
mod folded;
mod summary;

pub use flame::Graph;
pub use folded::{Folded, FoldedError, Share, UNKNOWN};
pub use summary::{
    BASE, FieldCost, Fields, KIND, Profile, ProfileError, SCHEMA_VERSION, STACKS, SUMMARY, Spread,
};
