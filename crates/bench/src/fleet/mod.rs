//! Many machines: what a scheduler is given, what it starts on a node, and what is made of the results.

mod alike;
pub(crate) mod collect;
pub(crate) mod result;
mod scripts;
mod show;
pub(crate) mod submit;
pub(crate) mod task;

pub(crate) use show::text;
