//! Variables that wrappers set to nothing, and words for no.

use crate::support::{bench, ended};

/// A filter that selects nothing ends a run before it measures, and after its flags were read.
fn run() -> std::process::Command {
    bench(["run", "--filter", "no such benchmark", "--output", "-"])
}

/// Number of benchmarks that a filter in the environment selects.
fn selected(filter: &str) -> u64 {
    let (_, stdout, stderr) = ended(bench(["doctor", "--json"]).env("BENCH_FILTER", filter));
    let report: serde_json::Value = serde_json::from_str(&stdout).expect(&stderr);
    report["memory"]["benchmarks"].as_u64().expect("a number")
}

#[test]
fn a_filter_in_the_environment_holds_several_texts() {
    assert_eq!(selected("=slo_validation/comp3_heavy_slo_40mbps"), 1);
    assert_eq!(
        selected("=slo_validation/comp3_heavy_slo_40mbps,parse/customer"),
        2
    );
    // As the predecessor's operators write it.
    assert!(selected("all") > 10);
    assert_eq!(selected("all"), selected(""));
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
