//! The suite: the benchmarks of `workload::catalog`, and a user's own records, as a subject of
//! `bench run` and of `cargo bench`.

mod suite;

use std::alloc::System;
use std::process::ExitCode;

use instrument::suite::Allocations;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// The system's own allocator behind two counters; docs/methodology.md says what that costs.
#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    match suite::suite() {
        Ok(mut suite) => {
            suite.allocations(allocations);
            suite.main()
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What this program asked for since it started.
fn allocations() -> Allocations {
    let stats = COUNTED.stats();
    Allocations {
        count: (stats.allocations + stats.reallocations) as u64,
        bytes: stats.bytes_allocated as u64,
    }
}
