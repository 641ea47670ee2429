//! The schema compiled: the tree of the output, and the steps that print it.

mod bound;
mod compile;
pub(crate) mod error;
mod escape;
pub(crate) mod leaf;
mod named;
pub(crate) mod options;
mod overlays;
pub(crate) mod plan;
mod raw_keys;
pub(crate) mod shape;
pub(crate) mod tree;
mod unbroken;

pub(crate) use bound::most;
pub(crate) use compile::compile;
pub(crate) use error::PlanError;
pub(crate) use escape::{write_char, write_hex, write_key, write_value};
pub(crate) use named::NamedFields;
pub(crate) use options::{
    Counts, Decimals, Fillers, Groups, LongRecords, Names, ProgramOptions, Renames, Tables,
};
pub(crate) use raw_keys::SUFFIX;
pub(crate) use unbroken::Unbroken;
