//! A receipt as a run leaves it, with noise from a seeded generator, and the Python verifier.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use receipt::model::{
    Against, AgainstBaseline, Allocations, BaselineRow, Cgroup, Cpu, Environment, EnvironmentKind,
    HostState, Launch, Peer, PeerBenchmark, Sampling, Settings, Subject, Verified,
};
use receipt::{Draft, Host, LaunchSamples, Measured, Objective, Objectives, Receipt};

pub(crate) const DISPLAY: &str = "slo_validation/display_heavy_slo_80mbps";
pub(crate) const COMP3: &str = "slo_validation/comp3_heavy_slo_40mbps";

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

pub(crate) fn objectives() -> Objectives {
    Objectives::load(&repository("slo.toml")).unwrap()
}

/// Those, and one of the time to the first launch, which is 0.75 s in these receipts.
#[allow(dead_code, reason = "not every test file asks for it")]
pub(crate) fn with_first_launch(ceiling_s: f64) -> Objectives {
    let mut all = objectives();
    all.slo.push(Objective {
        metric: receipt::slo::FIRST_LAUNCH.to_owned(),
        benchmark: "slo_validation/".to_owned(),
        label: "first launch".to_owned(),
        floor_mibps: None,
        floor_times: None,
        peer: None,
        ceiling_mib: None,
        ceiling_s: Some(ceiling_s),
        why: "an operator waits for it".to_owned(),
    });
    all
}

/// Noise that is the same on every machine: a 64-bit congruential generator (Knuth's constants).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    /// 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// What a launch leaves that took about so many ns an iteration: whole ns for each sample.
pub(crate) fn linear(about: impl IntoIterator<Item = f64>) -> LaunchSamples {
    let (samples, iterations) = (1u64..)
        .zip(about)
        .map(|(count, ns)| ((ns * count as f64).round() / count as f64, count))
        .unzip();
    LaunchSamples {
        sampling: Sampling::Linear,
        samples,
        iterations,
    }
}

/// A benchmark of `bytes` at about `mibps`, its launches some per cent apart.
pub(crate) fn measured(
    name: &str,
    bytes: u64,
    mibps: f64,
    launches: usize,
    each: usize,
) -> Measured {
    let mut noise = Noise(bytes);
    let ns = bytes as f64 / 1_048_576.0 / mibps * 1e9;
    let launch = |_| {
        let shift = 1.0 + 0.02 * noise.unit();
        linear((0..each).map(|_| ns * shift * (1.0 + 0.01 * noise.unit())))
    };
    Measured {
        name: name.to_owned(),
        bytes_processed: bytes,
        launches: (0..launches).map(launch).collect(),
        kernels: Some(vec!["scalar".to_owned()]),
        allocations: Some(
            (0..launches as u64)
                .map(|launch| Allocations {
                    count: 2 + launch,
                    bytes: 65_536 + 512 * launch,
                })
                .collect(),
        ),
        verified: Verified {
            against: Against::Values,
            records: 1000,
            output_bytes: 5_500_000,
            // Another answer for other input.
            output_sha256: format!("{bytes:064x}"),
        },
    }
}

/// What a run on the host knows.
pub(crate) fn draft(benchmarks: Vec<Measured>) -> Draft {
    let launches = benchmarks
        .first()
        .map_or(0, |benchmark| benchmark.launches.len());
    let each = benchmarks
        .first()
        .and_then(|benchmark| benchmark.launches.first())
        .map_or(0, |launch| launch.samples.len());
    Draft {
        timestamp: "2025-11-23T20:26:55Z".to_owned(),
        commit: Some("58bd1ac-dirty".to_owned()),
        toolchain: "rustc 1.95.0 (59807616e 2026-04-14)".to_owned(),
        benchmarks,
        subject: Subject {
            name: "copybook-decode".to_owned(),
            version: "0.1.0".to_owned(),
        },
        environment: environment(launches),
        host: Host {
            cores: 2,
            kernel: "6.1.0-41-amd64".to_owned(),
            os: "Debian GNU/Linux 12 \u{201c}bookworm\u{201d}\t\u{1}".to_owned(),
        },
        settings: Settings {
            launches: launches as u32,
            warm_up_s: 1.0,
            measure_s: 4.0,
            samples: each as u32,
            filter: Vec::new(),
            kernel: None,
        },
        baseline: None,
        peers: Vec::new(),
        command: ["bench", "run", "--filter", ""].map(str::to_owned).to_vec(),
    }
}

/// The same, held against a baseline that is as fast and against a peer that is far slower.
pub(crate) fn held(mut draft: Draft) -> Draft {
    let lows = |one: &Measured| -> Vec<f64> {
        let launches = one.launches.iter();
        launches
            .filter_map(|launch| receipt::stats::relative::low(&launch.samples))
            .collect()
    };
    let row = |one: &Measured| BaselineRow {
        benchmark: one.name.clone(),
        runs_ns: [1.0, 1.01, 0.99, 1.004, 0.996]
            .map(|drift| drift * lows(one)[0])
            .to_vec(),
        warn_pct: 5.0,
        fail_pct: 10.0,
        ratio: 1.0,
        ci95: [1.0; 2],
        verdict: receipt::slo::baseline::Standing::Pass,
    };
    draft.baseline = Some(AgainstBaseline {
        file_sha256: "5e".repeat(32),
        program_sha256: "6f".repeat(32),
        source_hash: Some("7a".repeat(32)),
        benchmarks: draft.benchmarks.iter().map(row).collect(),
    });
    let peer = |one: &Measured| PeerBenchmark {
        name: one.name.clone(),
        lows_ns: (0..)
            .zip(lows(one))
            .map(|(launch, ns)| ns * (150.5 + f64::from(launch % 3)))
            .collect(),
    };
    draft.peers = vec![Peer {
        name: "copybook-codec".to_owned(),
        subject: Subject {
            name: "copybook-codec".to_owned(),
            version: "0.4.3".to_owned(),
        },
        receipt_sha256: "8b".repeat(32),
        benchmarks: draft.benchmarks.iter().take(2).map(peer).collect(),
    }];
    draft
}

/// As a task of a fleet leaves it.
pub(crate) fn of_fleet(mut draft: Draft) -> Draft {
    let task = "41/3-1-2-node-7.site";
    draft.environment.task = Some(task.parse().unwrap());
    let flag = receipt::model::TASK_FLAG.to_owned();
    draft.command.extend([flag, task.to_owned()]);
    draft
}

/// The two objectives' benchmarks at these rates and one more, held against a baseline and a peer, in a
/// fleet.
pub(crate) fn receipt(display: f64, comp3: f64, launches: usize, each: usize) -> Receipt {
    let held = of_fleet(held(three(display, comp3, launches, each)));
    held.into_receipt(&objectives(), |_| true).unwrap()
}

/// The same, as a run on its own leaves them.
pub(crate) fn three(display: f64, comp3: f64, launches: usize, each: usize) -> Draft {
    draft(vec![
        measured(DISPLAY, 5_000_000, display, launches, each),
        measured(COMP3, 600_000, comp3, launches, each),
        measured(
            "sizes/customer \u{20ac}\u{1f600}",
            123_457,
            512.0,
            launches,
            each,
        ),
    ])
}

fn environment(launches: usize) -> Environment {
    let state = |load1| HostState {
        load1,
        steal_pct: 0.3,
        memory_available_bytes: 6_000_000_000,
        cpu_mhz: Some(2_599.998),
        throttled: Some(3),
    };
    let launch = |index: u64| Launch {
        wall_s: 60.25 + index as f64,
        max_rss_bytes: 21_000_000 + 4096 * index,
    };
    Environment {
        kind: EnvironmentKind::Host,
        rustc: Some("release: 1.95.0\nhost: x86_64-unknown-linux-gnu".to_owned()),
        flags: Some("-C opt-level=3 -C target-cpu=x86-64-v3 -C lto=fat".to_owned()),
        profile: Some("bench".to_owned()),
        kernels: None,
        file_system: Some("ext4".to_owned()),
        flake_lock_sha256: Some("0a".repeat(32)),
        store_path: None,
        image_digest: None,
        source_hash: None,
        suite_sha256: "9f".repeat(32),
        command_source_hash: Some("1c".repeat(32)),
        command_version: Some("0.1.0".to_owned()),
        command_toolchain: Some("rustc 1.95.0 (59807616e 2026-04-14)".to_owned()),
        container: Some("docker".to_owned()),
        task: None,
        cgroup: Cgroup {
            cpu_limit: Some(1.5),
            memory_limit_bytes: Some(536_870_912),
        },
        cpu: Cpu {
            model: "Test CPU @ 2.60GHz".to_owned(),
            arch: "x86_64".to_owned(),
            governor: Some("performance".to_owned()),
            turbo: Some(false),
            smt: None,
            virtualized: Some(true),
            aslr: Some(2),
            cache_bytes: BTreeMap::from([
                ("L1d".to_owned(), 32_768),
                ("L3".to_owned(), 33_554_432),
            ]),
        },
        os: None,
        kernel: None,
        cpu_model: None,
        cpu_cores: None,
        memory_bytes: 8_000_000_000,
        before: state(0.25),
        after: state(1.01),
        first_launch_s: Some(0.75),
        launches: (0..launches as u64).map(launch).collect(),
        unfit: Vec::new(),
        warnings: vec!["the governor is powersave: set performance".to_owned()],
    }
}

/// Runs Python; a machine without it can't show that the receipt is checkable, so this fails there.
pub(crate) fn python(arguments: &[&std::ffi::OsStr]) -> Output {
    Command::new("python3")
        .arg("-B")
        .args(arguments)
        .output()
        .expect(
            "python3 is needed for the second verifier; install it (Debian: apt install python3)",
        )
}
