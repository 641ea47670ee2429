//! Receipts: how they are made, read and summed up, and what two verifiers say of them.

mod build;
#[path = "../common/mod.rs"]
mod common;
mod coverage;
mod format;
mod summary;
mod verifiers;
