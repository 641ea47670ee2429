//! The schema compiled: the tree of the output, and the steps that print it.

mod compile;
mod error;
mod escape;
pub(crate) mod leaf;
mod named;
mod options;
pub(crate) mod plan;
pub(crate) mod shape;
pub(crate) mod tree;

pub(crate) use compile::compile;
pub use error::PlanError;
pub(crate) use escape::{write_hex, write_key, write_value};
pub(crate) use named::NamedFields;
pub(crate) use options::ProgramOptions;
pub use options::{Counts, Decimals, Groups, LongRecords, Names, Tables};
