//! The suite: the benchmarks of `workload::catalog`, and a user's own records, as a subject of
//! `bench run` and of `cargo bench`.

mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    match suite::suite() {
        Ok(suite) => suite.main(),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
