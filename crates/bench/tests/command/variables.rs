//! Variables that wrappers set to nothing, and words for no.

use crate::support::{bench, ended};

/// A filter that selects nothing ends a run before it measures, and after its flags were read.
fn run() -> std::process::Command {
    bench(["run", "--filter", "no such benchmark", "--output", "-"])
}

#[test]
fn empty_variables_are_not_set() {
    for name in [
        "BENCH_SLO",
        "BENCH_CATALOG",
        "BENCH_SUITE",
        "BENCH_KERNEL",
        "BENCH_OUTPUT",
        "BENCH_HEARTBEAT",
    ] {
        let (code, _, stderr) = ended(run().env(name, ""));
        assert_eq!(code, Some(1), "{name}: {stderr}");
        assert!(stderr.contains("no such benchmark"), "{name}: {stderr}");
    }
    let (code, _, stderr) = ended(bench(["healthcheck"]).env("BENCH_HEARTBEAT", ""));
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("--heartbeat"), "{stderr}");
}
