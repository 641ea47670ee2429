//! The suite program: where it is, how it is launched, what it leaves behind.

pub(crate) mod criterion;
pub(crate) mod launch;
pub(crate) mod locate;
pub(crate) mod peer;
