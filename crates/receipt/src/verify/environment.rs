//! Where it ran: the provenance that its kind demands, and facts that are possible.

use super::Problems;
use crate::model::{Environment, EnvironmentKind, HostState, Receipt};
use crate::shape::{is_image_digest, is_sha256, is_source_hash, is_store_path};

pub(super) fn check(receipt: &Receipt, problems: &mut Problems) {
    let environment = &receipt.environment;
    provenance(environment, problems);
    problems.texts(".environment.kernels", environment.kernels.as_deref());
    let texts = [
        ("rustc", &environment.rustc),
        ("profile", &environment.profile),
        ("file_system", &environment.file_system),
        ("container", &environment.container),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            problems.text(format!(".environment.{field}"), text);
        }
    }
    limits(environment, problems);
    state(
        ".environment.before",
        &environment.before,
        environment.memory_bytes,
        problems,
    );
    state(
        ".environment.after",
        &environment.after,
        environment.memory_bytes,
        problems,
    );
    if let (Some(before), Some(after)) = (environment.before.throttled, environment.after.throttled)
    {
        problems.require(
            after >= before,
            ".environment.after.throttled",
            "at least .environment.before.throttled",
            after,
        );
    }
    launches(receipt, problems);
}

fn provenance(environment: &Environment, problems: &mut Problems) {
    let at = |field: &str| format!(".environment.{field}");
    let built_by_nix = environment.kind != EnvironmentKind::Host;
    let (lock, source) = (
        environment.flake_lock_sha256.as_deref(),
        environment.source_hash.as_deref(),
    );
    let (store, image) = (
        environment.store_path.as_deref(),
        environment.image_digest.as_deref(),
    );
    let lock_fits = lock.map_or(!built_by_nix, is_sha256);
    problems.require(
        lock_fits,
        at("flake_lock_sha256"),
        "64 lower-case hex digits, or null for kind host",
        lock,
    );
    let store_fits = store.map_or(!built_by_nix, is_store_path);
    problems.require(
        store_fits,
        at("store_path"),
        "/nix/store/NAME, or null for kind host",
        store,
    );
    let source_fits = source.map_or(!built_by_nix, is_source_hash);
    problems.require(
        source_fits,
        at("source_hash"),
        "64 lower-case hex digits or sha256-BASE64, or null for kind host",
        source,
    );
    // A process can't see the digest of its image, so null is honest there too.
    let image_fits = image
        .is_none_or(|text| environment.kind == EnvironmentKind::Image && is_image_digest(text));
    problems.require(
        image_fits,
        at("image_digest"),
        "sha256:HEX for kind image, or null",
        image,
    );
    problems.sha256(at("suite_sha256"), &environment.suite_sha256);
}

fn limits(environment: &Environment, problems: &mut Problems) {
    let at = |field: &str| format!(".environment.{field}");
    let cgroup = &environment.cgroup;
    problems.require(
        cgroup.cpu_limit.is_none_or(|n| n > 0.0),
        at("cgroup.cpu_limit"),
        "above 0, or null",
        cgroup.cpu_limit,
    );
    let memory = cgroup.memory_limit_bytes;
    problems.require(
        memory != Some(0),
        at("cgroup.memory_limit_bytes"),
        "above 0, or null",
        memory,
    );
    let cpu = &environment.cpu;
    problems.text(at("cpu.model"), &cpu.model);
    problems.text(at("cpu.arch"), &cpu.arch);
    problems.require(
        cpu.aslr.is_none_or(|n| n <= 2),
        at("cpu.aslr"),
        "0, 1, 2 or null",
        cpu.aslr,
    );
    for (name, bytes) in &cpu.cache_bytes {
        problems.require(
            *bytes > 0,
            at(&format!("cpu.cache_bytes.{name}")),
            "above 0",
            bytes,
        );
    }
    problems.require(
        environment.memory_bytes > 0,
        at("memory_bytes"),
        "above 0",
        environment.memory_bytes,
    );
}

fn state(path: &str, state: &HostState, memory_bytes: u64, problems: &mut Problems) {
    problems.require(
        state.load1 >= 0.0,
        format!("{path}.load1"),
        "at least 0",
        state.load1,
    );
    let steal = (0.0..=100.0).contains(&state.steal_pct);
    problems.require(
        steal,
        format!("{path}.steal_pct"),
        "0 to 100",
        state.steal_pct,
    );
    let available = state.memory_available_bytes;
    problems.require(
        available <= memory_bytes,
        format!("{path}.memory_available_bytes"),
        "at most .environment.memory_bytes",
        available,
    );
    problems.require(
        state.cpu_mhz.is_none_or(|n| n > 0.0),
        format!("{path}.cpu_mhz"),
        "above 0, or null",
        state.cpu_mhz,
    );
}

/// Peak memory that fits the machine, and no more measured time than the process lived.
fn launches(receipt: &Receipt, problems: &mut Problems) {
    let launches = &receipt.environment.launches;
    problems.require(
        !launches.is_empty(),
        ".environment.launches",
        "at least one launch",
        0,
    );
    for (index, launch) in launches.iter().enumerate() {
        let path = format!(".environment.launches[{index}]");
        let rss = launch.max_rss_bytes;
        problems.require(rss > 0, format!("{path}.max_rss_bytes"), "above 0", rss);
        let measured = measured_ns(receipt, index, launches.len());
        problems.require(
            launch.wall_s > 0.0 && measured <= launch.wall_s * 1e9,
            format!("{path}.wall_s"),
            &format!("above 0, at least the {measured:?} ns that its samples took"),
            launch.wall_s,
        );
    }
}

/// Sum of samples times iterations of one launch over all benchmarks, in order.
fn measured_ns(receipt: &Receipt, launch: usize, launches: usize) -> f64 {
    let mut sum = 0.0;
    for benchmark in &receipt.benchmarks {
        let each = benchmark.samples.len() / launches;
        let pairs = benchmark.samples.iter().zip(&benchmark.iterations);
        for (ns, iterations) in pairs.skip(launch * each).take(each) {
            sum += ns * *iterations as f64;
        }
    }
    sum
}
