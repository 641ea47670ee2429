//! The suite program: where it is, or how it is built.

pub(crate) mod locate;
