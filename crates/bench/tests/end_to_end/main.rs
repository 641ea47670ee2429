//! The command as an operator uses it, with the real suite, and what it does when things break.
//!
//! One test program, so that the suite is built once. No test judges a time that was measured.

mod broken;
mod checkout;
mod container;
mod custom;
mod history;
mod instructions;
mod killed;
mod memory;
mod planted;
mod profile;
#[path = "../program/mod.rs"]
mod program;
mod provenance;
mod run;
mod subject;
mod support;
