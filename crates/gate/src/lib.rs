//! Two or more measurements: which is faster, by how much, and how sure that is.
//!
//! Pure: runs no process, reads no clock, knows no decoder. What is computed here from recorded
//! launches can be computed again by anybody, bit for bit: every operation is one that IEEE 754
//! rounds correctly (no logarithm, no power), and every random choice comes from a recorded seed. Only
//! `fleet` takes logarithms, and is checked to nine digits.
//!
//! docs/methodology.md says why each rule is as it is; each file here cites its source.

pub mod ab;
pub mod baseline;
pub mod binomial;
pub mod compare;
pub mod fleet;
pub mod holm;
pub mod instructions;
pub mod quantile;
pub mod ratio;
pub mod sealed;
pub mod selftest;
pub mod signed_rank;

pub use ratio::{Bounds, Ratios};
