//! `bench doctor`: what it finds, and what it says that it can't know.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{bench, ended};

fn report(flags: &[&str]) -> Value {
    let (_, stdout, stderr) = ended(bench(["doctor", "--json"]).args(flags));
    assert_eq!(stderr, "");
    serde_json::from_str(&stdout).expect("one document")
}

#[test]
fn what_the_kernel_does_not_say_is_named() {
    let (report, (_, text, _)) = (report(&[]), ended(&mut bench(["doctor"])));
    let unknown = report["unknown"].as_array().expect("an array");
    let governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    for (name, file) in [
        ("the frequency governor", governor),
        ("SMT", "/sys/devices/system/cpu/smt/active"),
    ] {
        let is_unknown = unknown.iter().any(|found| found == name);
        assert_eq!(is_unknown, !Path::new(file).exists(), "{name}: {report}");
        let told = text
            .lines()
            .any(|line| line.starts_with("unknown") && line.contains(name));
        assert_eq!(told, is_unknown, "{text}");
    }
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").expect("Linux has it");
    if cpuinfo.contains("flags") {
        let guest = cpuinfo.contains(" hypervisor");
        assert_eq!(report["cpu"]["virtualized"], guest);
        assert_eq!(text.contains("a virtual machine: "), guest, "{text}");
    }
}

#[test]
fn memory_is_that_of_the_selected_benchmarks() {
    let needed = |filter: &str| {
        let report = report(&["--filter", filter]);
        report["memory"]["needed_bytes"].as_u64().expect("bytes")
    };
    let (small, large) = (needed("slo_validation"), needed("framing"));
    assert!(small > 64 << 20, "{small}");
    assert!(
        large < small,
        "{large} for files of 500 kB, {small} for 5 MB"
    );
    let (_, text, _) = ended(bench(["doctor", "--filter", "parse/customer"]).env_remove("PERF"));
    assert!(
        text.contains("MiB needed for 1 selected benchmark\n"),
        "{text}"
    );
}

/// What a debug build is found to be is certain; everything else depends on the machine.
#[test]
fn a_fatal_finding_is_fatal_in_both_forms() {
    let report = report(&[]);
    let fatal = report["findings"].as_array().expect("an array");
    let fatal = fatal.iter().any(|finding| finding["severity"] == "fatal");
    assert_eq!(report["fatal"], fatal);
    if cfg!(debug_assertions) {
        assert!(fatal, "{report}");
    }
}
