//! Receipts and comparisons made up from a seed: sound in form and sealed, so that pages have something
//! to show. Their figures were measured by nobody, and what they say of their machine says so.

#![allow(dead_code, reason = "each program uses its own part")]

mod comparison;
pub(crate) mod fleet;

use std::collections::BTreeMap;

use history::{Entry, Measurement, SeriesKey};
use receipt::model::{
    Against, Allocations, Cgroup, Cpu, Environment, EnvironmentKind, HostState, Launch, Sampling,
    Settings, Subject, Verified,
};
use receipt::{Draft, Host, LaunchSamples, Measured, Objectives, Receipt};

pub(crate) use comparison::comparison;

/// What every made-up machine is called.
pub(crate) const CPU: &str = "a CPU made up for a test";

/// Markup of every kind that has ever ended an element, an attribute or a string.
pub(crate) const HOSTILE: &str = "</script><script>window.hostile=1</script><img src=x onerror='window.hostile=1'>\" onfocus=\"window.hostile=1";

/// Noise that is the same everywhere: a 64-bit congruential generator (Knuth's constants).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About 0, mostly within 1: the mean of four uniform numbers, widened.
    pub(crate) fn bell(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * 1.7
    }
}

/// What to make up.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) timestamp: String,
    pub(crate) commit: Option<String>,
    /// Name, input bytes and MiB/s of each benchmark.
    pub(crate) benchmarks: Vec<(String, u64, f64)>,
    /// Label, benchmark and floor of each objective.
    pub(crate) floors: Vec<(String, String, f64)>,
    pub(crate) launches: u32,
    pub(crate) samples: u32,
    pub(crate) warnings: Vec<String>,
    pub(crate) unfit: Vec<String>,
    pub(crate) against: Against,
    /// Requests for memory of one iteration, and their bytes.
    pub(crate) allocations: Option<[u64; 2]>,
}

impl Plan {
    /// Two benchmarks with a floor each, met.
    pub(crate) fn usual(seed: u64) -> Self {
        let (display, comp3) = ("slo_validation/display", "slo_validation/comp3");
        Self {
            seed,
            timestamp: "2026-01-02T03:04:05Z".to_owned(),
            commit: Some(commit(seed)),
            benchmarks: vec![(display.to_owned(), 5_000_000, 210.0), (comp3.to_owned(), 600_000, 61.0)],
            floors: vec![("DISPLAY".to_owned(), display.to_owned(), 80.0), ("COMP-3".to_owned(), comp3.to_owned(), 40.0)],
            launches: 5,
            samples: 30,
            warnings: vec!["the CPU frequency governor is `powersave`, so the clock changes with the load: set it with `cpupower frequency-set -g performance`".to_owned()],
            unfit: Vec::new(),
            against: Against::Values,
            allocations: None,
        }
    }

    pub(crate) fn receipt(&self) -> Receipt {
        let mut noise = Noise::new(self.seed);
        let benchmarks = self
            .benchmarks
            .iter()
            .map(|(name, bytes, mibps)| self.measured(name, *bytes, *mibps, &mut noise));
        let draft = Draft {
            timestamp: self.timestamp.clone(),
            commit: self.commit.clone(),
            toolchain: "rustc 1.89.0 (29483883e 2025-08-04)".to_owned(),
            benchmarks: benchmarks.collect(),
            subject: Subject {
                name: "copybook-decode".to_owned(),
                version: "0.1.0".to_owned(),
            },
            environment: environment(self),
            host: Host {
                cores: 8,
                kernel: "6.1.0".to_owned(),
                os: "Linux".to_owned(),
            },
            settings: Settings {
                launches: self.launches,
                warm_up_s: 1.0,
                measure_s: 4.0,
                samples: self.samples,
                filter: Vec::new(),
                kernel: None,
            },
            baseline: None,
            peers: Vec::new(),
            command: ["bench", "run", "--filter", ""].map(str::to_owned).to_vec(),
        };
        draft
            .into_receipt(&self.objectives(), |_| true)
            .expect("a sound draft")
    }

    fn objectives(&self) -> Objectives {
        let slo = self
            .floors
            .iter()
            .enumerate()
            .map(|(index, (label, benchmark, floor))| receipt::Objective {
                metric: ["display_mibps", "comp3_mibps"]
                    .get(index)
                    .map_or_else(|| format!("m{index}_mibps"), |name| (*name).to_owned()),
                benchmark: benchmark.clone(),
                label: label.clone(),
                floor_mibps: Some(*floor),
                floor_times: None,
                peer: None,
                ceiling_mib: None,
                ceiling_s: None,
                why: "made up".to_owned(),
            });
        Objectives {
            slo: slo.collect(),
            sha256: None,
            ..Objectives::default()
        }
    }

    fn measured(&self, name: &str, bytes: u64, mibps: f64, noise: &mut Noise) -> Measured {
        let ns = bytes as f64 / 1_048_576.0 / mibps * 1e9;
        let launch = |_| {
            let level = ns * (1.0 + 0.006 * noise.bell());
            let samples = (1..=u64::from(self.samples)).map(|count| {
                // Now and then something disturbs a sample.
                let late = if noise.unit() > 0.95 {
                    0.03 * noise.unit()
                } else {
                    0.0
                };
                let about = level * (1.0 + 0.004 * noise.bell() + late);
                ((about * count as f64).round() / count as f64, count)
            });
            let (samples, iterations) = samples.unzip();
            LaunchSamples {
                sampling: Sampling::Linear,
                samples,
                iterations,
            }
        };
        Measured {
            name: name.to_owned(),
            bytes_processed: bytes,
            launches: (0..self.launches).map(launch).collect(),
            kernels: Some(vec!["avx2".to_owned()]),
            allocations: self
                .allocations
                .map(|[count, bytes]| vec![Allocations { count, bytes }; self.launches as usize]),
            verified: Verified {
                against: self.against,
                records: 10_000,
                output_bytes: 6_000_000,
                output_sha256: "ab".repeat(32),
            },
        }
    }
}

fn environment(plan: &Plan) -> Environment {
    let state = |load1| HostState {
        load1,
        steal_pct: 0.3,
        memory_available_bytes: 6_000_000_000,
        cpu_mhz: Some(2_599.998),
        throttled: Some(0),
    };
    let launch = |index| Launch {
        wall_s: 1000.25 + f64::from(index),
        max_rss_bytes: 18_000_000 + 4096 * u64::from(index),
    };
    Environment {
        kind: EnvironmentKind::Host,
        rustc: Some("release: 1.89.0\nhost: x86_64-unknown-linux-gnu".to_owned()),
        flags: Some("opt-level=3".to_owned()),
        profile: Some("bench".to_owned()),
        kernels: None,
        file_system: None,
        flake_lock_sha256: Some("0a".repeat(32)),
        store_path: None,
        image_digest: None,
        source_hash: Some("5e".repeat(32)),
        suite_sha256: "9f".repeat(32),
        command_source_hash: Some("5e".repeat(32)),
        command_version: Some("0.1.0".to_owned()),
        command_toolchain: Some("rustc 1.89.0 (29483883e 2025-08-04)".to_owned()),
        container: None,
        cgroup: Cgroup {
            cpu_limit: None,
            memory_limit_bytes: None,
        },
        cpu: Cpu {
            model: CPU.to_owned(),
            arch: "x86_64".to_owned(),
            governor: Some("powersave".to_owned()),
            turbo: Some(true),
            smt: Some(false),
            virtualized: Some(false),
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
        memory_bytes: 8_589_934_592,
        before: state(0.25),
        after: state(1.01),
        task: None,
        first_launch_s: Some(0.75),
        launches: (0..plan.launches).map(launch).collect(),
        unfit: plan.unfit.clone(),
        warnings: plan.warnings.clone(),
    }
}

/// Runs of two benchmarks on one machine, a day apart. Both became slower by 6 % at a fifth of the time,
/// faster by 9 % at half of it, and the second one slower by 5 % at four fifths.
pub(crate) fn entries(seed: u64, count: u64) -> Vec<Entry> {
    let mut noise = Noise::new(seed);
    let entry = |number: u64| {
        let share = number as f64 / count as f64;
        let level = |late: f64| {
            let early = if share >= 0.2 { 0.94 } else { 1.0 };
            let middle = if share >= 0.5 { 1.09 } else { 1.0 };
            early * middle * if share >= 0.8 { late } else { 1.0 }
        };
        let mut measurement = |benchmark: &str, mibps: f64, late: f64| {
            let mean = mibps * level(late) * (1.0 + 0.008 * noise.bell());
            let half = mean * (0.006 + 0.004 * noise.unit());
            Measurement {
                series: SeriesKey {
                    machine: format!("8 x {CPU} (x86_64)"),
                    benchmark: benchmark.to_owned(),
                    subject: "copybook-decode".to_owned(),
                    kernel: None,
                },
                mean_mibps: mean,
                ci95_mibps: [mean - half, mean + half],
                quiet_mibps: mean,
                answers_checked: true,
            }
        };
        let measurements = vec![
            measurement("slo_validation/display", 210.0, 1.0),
            measurement("slo_validation/comp3", 61.0, 0.95),
        ];
        Entry {
            seal: format!("{0}{0}", &commit(number)[..32]),
            time: day(number).parse().expect("a time"),
            commit: Some(commit(number)),
            source: format!("run-{number}.json"),
            verified: true,
            unfit: false,
            measurements,
        }
    };
    (0..count).map(entry).collect()
}

/// The revision of a day.
pub(crate) fn commit(number: u64) -> String {
    format!(
        "{:032x}00000000",
        (u128::from(number) + 7).wrapping_mul(0xd6e8_feb8_6659_fd93_a5a3_564e_2784_1ce5)
    )
}

/// A day, counted from the first of January 2026, at noon.
pub(crate) fn day(number: u64) -> String {
    const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, mut rest) = (2026 + number / 365, number % 365);
    let mut month = 0;
    while rest >= MONTHS[month] {
        rest -= MONTHS[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}T12:00:00Z", month + 1, rest + 1)
}
