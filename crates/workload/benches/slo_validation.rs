//! The suite: the benchmarks of `workload::catalog`, and a user's own records, as a subject of
//! `bench run` and of `cargo bench`.

mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    suite::suite().main()
}
