//! Host, warnings and reproduction of a receipt.

use receipt::Receipt;
use receipt::model::{EnvironmentKind, HostState};

use super::super::{Body, Fact, Section, Step};
use crate::number::{self, said};

pub(super) fn warnings(receipt: &Receipt) -> Option<Section> {
    let environment = &receipt.environment;
    let all = environment.unfit.iter().chain(&environment.warnings);
    let all: Vec<String> = all.map(|text| said(text)).collect();
    if all.is_empty() {
        return None;
    }
    Some(Section {
        id: "warnings",
        heading: "What may have spoilt it",
        note: "Each says what was found and what to do about it.".to_owned(),
        body: vec![Body::Warnings(all)],
    })
}

pub(super) fn host(receipt: &Receipt) -> Section {
    let (environment, summary) = (&receipt.environment, &receipt.summary);
    let (cpu, cgroup) = (&environment.cpu, &environment.cgroup);
    let caches: Vec<String> = cpu
        .cache_bytes
        .iter()
        .map(|(name, size)| format!("{} {}", said(name), number::bytes(*size)))
        .collect();
    let facts = vec![
        fact(
            "CPU",
            Some(format!(
                "{} x {} ({})",
                summary.host_cores,
                said(&cpu.model),
                said(&cpu.arch)
            )),
        ),
        fact("Caches", (!caches.is_empty()).then(|| caches.join(", "))),
        fact("Frequency governor", cpu.governor.as_deref().map(said)),
        fact("Turbo", cpu.turbo.map(on_off)),
        fact("Simultaneous multithreading", cpu.smt.map(on_off)),
        fact("Under a hypervisor", cpu.virtualized.map(yes_no)),
        fact(
            "Address space randomisation",
            cpu.aslr.map(|level| {
                if level == 0 {
                    "off".to_owned()
                } else {
                    format!("level {level}")
                }
            }),
        ),
        fact("Memory", Some(number::bytes(environment.memory_bytes))),
        fact(
            "CPU limit of the control group",
            Some(
                cgroup
                    .cpu_limit
                    .map_or_else(none, |cpus| format!("{cpus} CPUs")),
            ),
        ),
        fact(
            "Memory limit of the control group",
            Some(cgroup.memory_limit_bytes.map_or_else(none, number::bytes)),
        ),
        fact(
            "Container",
            Some(environment.container.as_deref().map_or_else(none, said)),
        ),
        fact(
            "Task of a fleet",
            Some(
                environment
                    .task
                    .as_ref()
                    .map_or_else(none, |task| said(&task.in_words())),
            ),
        ),
        fact(
            "Operating system",
            Some(format!(
                "{}, kernel {}",
                said(&summary.host_os),
                said(&summary.host_kernel)
            )),
        ),
        fact(
            "Kernels that decoded",
            environment
                .kernels
                .as_ref()
                .map(|names| said(&names.join(", "))),
        ),
        fact(
            "Peak memory of a launch",
            Some(format!("{} MiB", number::rate(summary.max_rss_mib))),
        ),
        fact(
            "Before the first launch",
            Some(state(&environment.before, "since boot")),
        ),
        fact(
            "After the last launch",
            Some(state(&environment.after, "during the run")),
        ),
    ];
    Section {
        id: "host",
        heading: "Host",
        note: String::new(),
        body: vec![Body::Facts(facts)],
    }
}

pub(super) fn reproduction(receipt: &Receipt) -> Section {
    let environment = &receipt.environment;
    let kind = match environment.kind {
        EnvironmentKind::Nix => "Nix store",
        EnvironmentKind::Image => "container image",
        EnvironmentKind::Host => "cargo, on the host",
    };
    let settings = receipt.settings.as_ref().map(|settings| {
        format!(
            "{}, each {} s of warm-up and {} s of {} per benchmark",
            number::count(settings.launches as usize, "launch", "launches"),
            settings.warm_up_s,
            settings.measure_s,
            number::count(settings.samples as usize, "sample", "samples"),
        )
    });
    let facts = vec![
        fact("Commit", receipt.commit.as_deref().map(said)),
        fact("Source hash", environment.source_hash.as_deref().map(said)),
        fact("Programs from", Some(kind.to_owned())),
        fact("Store path", environment.store_path.as_deref().map(said)),
        fact(
            "Image digest",
            environment.image_digest.as_deref().map(said),
        ),
        fact(
            "flake.lock, SHA-256",
            environment.flake_lock_sha256.as_deref().map(said),
        ),
        fact(
            "Suite program, SHA-256",
            Some(said(&environment.suite_sha256)),
        ),
        fact(
            "Objectives, SHA-256",
            receipt.objectives_sha256.as_deref().map(said),
        ),
        fact("Compiler", Some(said(&receipt.toolchain))),
        fact("Compiler flags", environment.flags.as_deref().map(said)),
        fact("Measured", settings),
        fact("Seal, SHA-256", Some(said(&receipt.integrity.sha256))),
    ];
    Section {
        id: "reproduce",
        heading: "How to reproduce it",
        note: match &receipt.commit {
            Some(commit) if commit.ends_with("-dirty") => {
                "The sources had changes that no commit holds, so only whoever has \
                them can repeat this run; the source hash tells whether they are the same."
                    .to_owned()
            }
            _ => String::new(),
        },
        body: vec![Body::Commands(steps(receipt)), Body::Facts(facts)],
    }
}

fn steps(receipt: &Receipt) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut step = |why: &str, command: String| {
        steps.push(Step {
            why: why.to_owned(),
            command,
        });
    };
    if let Some(commit) = &receipt.commit {
        let hash = commit.strip_suffix("-dirty").unwrap_or(commit);
        step(
            "The sources, in a clone of the project:",
            format!("git checkout {}", said(hash)),
        );
    }
    step(
        "The command of this run, as it was given:",
        shell(&receipt.command),
    );
    step(
        "Whether every figure here follows from the samples (`scripts/verify_receipt.py` asks a second time):",
        "bench verify perf.json".to_owned(),
    );
    steps
}

/// A command line for a POSIX shell.
pub(crate) fn shell(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    let word = |word: &String| {
        let word = said(word);
        if !word.is_empty() && word.chars().all(plain) {
            return word;
        }
        format!("'{}'", word.replace('\'', r"'\''"))
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn state(state: &HostState, span: &str) -> String {
    let mut parts = vec![
        format!("load {:.2}", state.load1),
        format!("{:.2} % of CPU time stolen {span}", state.steal_pct),
        format!(
            "{} of memory available",
            number::bytes(state.memory_available_bytes)
        ),
    ];
    parts.extend(
        state
            .cpu_mhz
            .map(|mhz| format!("{} MHz", number::thousands(mhz))),
    );
    parts.extend(state.throttled.map(|times| {
        format!(
            "throttled {}",
            number::count(times as usize, "time", "times")
        )
    }));
    parts.join(", ")
}

fn fact(name: &str, value: Option<String>) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
    }
}

fn on_off(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

fn none() -> String {
    "none".to_owned()
}
