//! The suite: Criterion around the benchmarks of `workload::catalog`.
//!
//! A benchmark that is selected generates its data, decodes it once and compares the whole answer
//! before the first sample; a wrong one ends the process with exit code 1 and leaves no report.

mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    match suite::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
