//! What the versions of the format do not share.

use std::collections::BTreeSet;

use super::{Problems, relative};
use crate::model::{self, Benchmark, Percentiles, Receipt, Settings, Task};
use crate::{shape, stats};

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    if receipt.schema_version < 2 {
        first(receipt, problems);
    } else {
        second(receipt, problems);
    }
}

/// What may be null since version 2 and must not before. Fields that version 2 added are found by
/// [`super::raw`].
fn first(receipt: &Receipt, problems: &mut Problems) {
    let environment = &receipt.environment;
    let set = [
        (environment.rustc.is_some(), "environment.rustc".to_owned()),
        (environment.flags.is_some(), "environment.flags".to_owned()),
        (
            environment.kernels.is_some(),
            "environment.kernels".to_owned(),
        ),
    ];
    let of_slo = receipt.slo.iter().enumerate().flat_map(|(index, entry)| {
        [
            (
                entry.floor_mibps.is_some(),
                format!("slo[{index}].floor_mibps"),
            ),
            (
                entry.ci95_mibps.is_some(),
                format!("slo[{index}].ci95_mibps"),
            ),
        ]
    });
    for (there, field) in set.into_iter().chain(of_slo) {
        if !there {
            problems.add(format!(".{field}"), "a value in version 1", "null");
        }
    }
}

fn second(receipt: &Receipt, problems: &mut Problems) {
    let format_version = Some(receipt.schema_version.to_string());
    problems.same(".format_version", &format_version, &receipt.format_version);
    if let Some(hash) = &receipt.objectives_sha256 {
        problems.sha256(".objectives_sha256", hash);
    }
    if receipt.schema_version >= 4 {
        let found = receipt.environment.first_launch_s;
        let fits = found.is_some_and(|seconds| seconds > 0.0);
        problems.require(fits, ".environment.first_launch_s", "above 0", found);
    }
    if let Some(task) = &receipt.environment.task {
        of_fleet(task, problems);
    }
    match &receipt.settings {
        Some(found) => settings(found, problems),
        None => problems.add(".settings", "an object", "null"),
    }
    not_judged(receipt, problems);
    environment(receipt, problems);
    for (index, benchmark) in receipt.benchmarks.iter().enumerate() {
        of_benchmark(&format!(".benchmarks[{index}]"), benchmark, problems);
    }
}

fn of_fleet(task: &Task, problems: &mut Problems) {
    let at = |field: &str| format!(".environment.task.{field}");
    for (field, name) in [("job", &task.job), ("node", &task.node)] {
        let expected = "letters, digits, `.`, `_` and `-`, not `.` first";
        problems.require(shape::is_plain_name(name), at(field), expected, name);
    }
    problems.require(task.run > 0, at("run"), "at least 1", task.run);
}

fn settings(settings: &Settings, problems: &mut Problems) {
    let at_least_1 = [
        ("launches", settings.launches),
        ("samples", settings.samples),
    ];
    for (field, count) in at_least_1 {
        problems.require(count > 0, format!(".settings.{field}"), "at least 1", count);
    }
    let above_0 = [
        ("warm_up_s", settings.warm_up_s),
        ("measure_s", settings.measure_s),
    ];
    for (field, seconds) in above_0 {
        problems.require(
            seconds > 0.0,
            format!(".settings.{field}"),
            "above 0",
            seconds,
        );
    }
    for (index, text) in settings.filter.iter().enumerate() {
        problems.text(format!(".settings.filter[{index}]"), text);
    }
    if let Some(kernel) = &settings.kernel {
        problems.text(".settings.kernel", kernel);
    }
}

/// Each objective once, and none that was judged.
fn not_judged(receipt: &Receipt, problems: &mut Problems) {
    let judged = receipt.slo.iter().map(|entry| entry.label.as_str());
    let mut seen: BTreeSet<&str> = judged.collect();
    for (index, entry) in receipt.not_judged.iter().enumerate() {
        let at = |field: &str| format!(".not_judged[{index}].{field}");
        let once = seen.insert(&entry.label);
        problems.text(at("label"), &entry.label);
        problems.require(once, at("label"), "each objective once", &entry.label);
        problems.text(at("benchmark"), &entry.benchmark);
        let ran = receipt.benchmarks.iter();
        let ran = ran.filter(|one| one.name == entry.benchmark).count();
        match &entry.peer {
            Some(peer) => {
                problems.text(at("peer"), peer);
                let judged = ran > 0 && relative::measured(receipt, peer, &entry.benchmark);
                let expected = "a peer that did not measure the benchmark";
                problems.require(!judged, at("peer"), expected, peer);
            }
            None => {
                let expected = "a benchmark that did not run, or a group";
                problems.require(ran == 0, at("benchmark"), expected, &entry.benchmark);
            }
        }
        problems.text(at("reason"), &entry.reason);
    }
}

fn environment(receipt: &Receipt, problems: &mut Problems) {
    let environment = &receipt.environment;
    let at = |field: &str| format!(".environment.{field}");
    if let Some(hash) = &environment.command_source_hash {
        let fits = shape::is_source_hash(hash);
        let expected = "64 lower-case hex digits or sha256-BASE64, or null";
        problems.require(fits, at("command_source_hash"), expected, hash);
    }
    let texts = [
        ("command_version", &environment.command_version),
        ("command_toolchain", &environment.command_toolchain),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            problems.text(at(field), text);
        }
    }
    for (index, text) in environment.unfit.iter().enumerate() {
        problems.text(at(&format!("unfit[{index}]")), text);
    }
    let kernels = model::kernels(&receipt.benchmarks);
    problems.same(at("kernels"), &kernels, &environment.kernels);
    let (host, cpu) = (&receipt.summary, &environment.cpu);
    let texts = [
        ("os", &host.host_os, &environment.os),
        ("kernel", &host.host_kernel, &environment.kernel),
        ("cpu_model", &cpu.model, &environment.cpu_model),
    ];
    for (field, expected, found) in texts {
        problems.same(at(field), &Some(expected.clone()), found);
    }
    let cores = Some(host.host_cores);
    problems.same(at("cpu_cores"), &cores, &environment.cpu_cores);
    let profile = (&environment.profile, &receipt.build_profile);
    problems.same(".build_profile", profile.0, profile.1);
    let target = environment.flags.as_deref().and_then(model::target_cpu);
    problems.same(".target_cpu", &target, &receipt.target_cpu);
}

fn of_benchmark(path: &str, benchmark: &Benchmark, problems: &mut Problems) {
    problems.same(
        format!("{path}.sampling | length"),
        benchmark.launches as usize,
        benchmark.sampling.len(),
    );
    if let Some(found) = &benchmark.allocations {
        problems.same(
            format!("{path}.allocations | length"),
            benchmark.launches as usize,
            found.len(),
        );
    }
    let path = format!("{path}.percentiles_ns");
    let Some(found) = benchmark.percentiles_ns else {
        return problems.add(path, "an object", "null");
    };
    if let Some(expected) = stats::percentiles(&benchmark.samples) {
        for (name, of) in PERCENTILES {
            problems.same(format!("{path}.{name}"), of(&expected), of(&found));
        }
    }
}

type Part = fn(&Percentiles) -> f64;

const PERCENTILES: [(&str, Part); 3] = [
    ("p50", |all| all.p50),
    ("p90", |all| all.p90),
    ("p99", |all| all.p99),
];
