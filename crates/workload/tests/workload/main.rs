//! Data sets whose answer is known: the same on every machine, decoded by others, and random ones.

mod custom_data;
mod edited_text;
#[path = "../../../copybook-decode/tests/support/real_data.rs"]
mod given;
mod golden;
mod job;
#[path = "../random/mod.rs"]
mod random;
mod random_options;
mod random_records;
mod random_usages;
