//! The messages, and the lines that they travel in: one JSON object a line, 1 MiB a line at most.
//!
//! docs/protocol.md is the description for people; the types here are the same thing for Rust.
//! Fields that are unknown are refused, since a new field is a new [`VERSION`]; fields that may be
//! null may also be left out.

mod line;
mod message;
mod samples;
mod text;

pub use line::{LineError, LineReader, MAX_LINE, write_line};
pub use message::{
    Against, Allocations, Benchmark, End, Failure, FromSubject, Hello, Identity, Job, Phase,
    Progress, Records, Spelling, Takes, ToSubject, Verified,
};
pub use samples::{Samples, Sampling};
pub use text::{Message, MessageError, parse, say};

/// Version of the protocol, the number in [`Hello::protocol`].
pub const VERSION: u32 = 4;

/// The version whose subjects counted allocations before they said `verified`, in a second run of the case.
pub const COUNTED_EARLY: u32 = 3;

/// The oldest version whose subjects a driver still takes: a field that may be left out was added since, and
/// moved, and `bench ab` starts suites of earlier commits.
pub const OLDEST: u32 = 2;

/// Environment variable that a subject is started with: the driver's [`VERSION`] as text. A program
/// that is started without it has been started by a person.
pub const VARIABLE: &str = "BENCH_PROTOCOL";
