//! What records are decoded to: one program of tests, since each program is linked with all that it tests.

#[path = "../support/check.rs"]
mod check;
mod chosen;
mod computed;
mod converted;
mod double_bytes;
#[path = "../support/encode.rs"]
mod encode;
mod output;
mod segments;
mod select;
mod usages;
