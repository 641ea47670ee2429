//! A suite that counts how often it asks for memory: in a buffer that it keeps, and in a new one each time. A
//! third benchmark notes each of its runs in the file that the variable `COUNTED_RUNS` names.

use std::alloc::System;
use std::fs::File;
use std::io::Write as _;
use std::process::ExitCode;

use instrument::answer::Answer;
use instrument::suite::{Allocations, Suite};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let input = "copybook ".repeat(10_000).into_bytes();
    // From the values, never from the code under test.
    let expected = "COPYBOOK ".repeat(10_000).into_bytes();
    let log = std::env::var_os("COUNTED_RUNS");
    let mut suite = Suite::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    suite.allocations(|| {
        let stats = COUNTED.stats();
        Allocations {
            count: (stats.allocations + stats.reallocations) as u64,
            bytes: stats.bytes_allocated as u64,
        }
    });
    let bytes = input.len() as u64;
    let check = |output: &mut Vec<u8>| Ok(Answer::expect(10_000, &expected, output)?);
    let kept = |output: &mut Vec<u8>| {
        output.clear();
        output.extend(input.iter().map(u8::to_ascii_uppercase));
    };
    let anew = |output: &mut Vec<u8>| *output = input.to_ascii_uppercase();
    suite.bench("ascii/kept", bytes, Vec::new(), kept, check);
    suite.bench("ascii/anew", bytes, Vec::new(), anew, check);
    let logged = |output: &mut Vec<u8>| {
        kept(output);
        if let Some(log) = &log {
            let file = File::options().append(true).create(true).open(log);
            let noted = file.and_then(|mut file| file.write_all(b"."));
            noted.expect("the log can be written");
        }
    };
    suite.bench("ascii/logged", bytes, Vec::new(), logged, check);
    suite.main()
}
