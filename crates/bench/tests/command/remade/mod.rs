//! Receipts of the recorded run with other samples, made as a run makes them, so that they verify.

use std::path::{Path, PathBuf};

use receipt::model::Settings;
use receipt::{Draft, Host, LaunchSamples, Measured, Objectives, Receipt};

/// A receipt of real runs.
pub(crate) fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../results/epyc-2-cpus-kvm/2026-11-27.json")
}

/// How a receipt differs from the recorded one.
pub(crate) struct Remade {
    /// Of all times.
    pub(crate) factor: f64,
    /// Of its time, below 60; also makes its samples its own.
    pub(crate) seconds: u32,
    /// The hexadecimal digit that the hash of its program is made of.
    pub(crate) program: char,
}

impl Remade {
    #[allow(dead_code, reason = "each test program uses its own part")]
    pub(crate) fn save(&self, path: &Path) {
        self.receipt().save(path).expect("a file");
    }

    /// Without its last benchmark.
    #[allow(dead_code, reason = "each test program uses its own part")]
    pub(crate) fn without_last(&self) -> Receipt {
        let mut recorded = Receipt::load(&recorded()).expect("a receipt");
        recorded.benchmarks.pop();
        self.of(recorded)
    }

    pub(crate) fn receipt(&self) -> Receipt {
        self.of(Receipt::load(&recorded()).expect("a receipt"))
    }

    fn of(&self, recorded: Receipt) -> Receipt {
        let mut environment = recorded.environment;
        environment.suite_sha256 = self.program.to_string().repeat(64);
        environment.source_hash = Some(self.program.to_string().repeat(64));
        // The recorded receipt is of a version that did not have it.
        environment.first_launch_s = Some(0.5);
        let benchmarks = recorded.benchmarks.iter().map(|one| Measured {
            name: one.name.clone(),
            bytes_processed: one.bytes_processed,
            launches: self.launches(&one.samples, &one.iterations, one.launches),
            kernels: environment.kernels.clone(),
            allocations: None,
            verified: one.verified.clone(),
        });
        let draft = Draft {
            timestamp: format!("2026-11-27T13:00:{:02}Z", self.seconds),
            commit: recorded.commit,
            toolchain: recorded.toolchain,
            benchmarks: benchmarks.collect(),
            subject: recorded.subject,
            host: Host {
                cores: recorded.summary.host_cores,
                kernel: recorded.summary.host_kernel,
                os: recorded.summary.host_os,
            },
            settings: Settings {
                launches: recorded.benchmarks[0].launches,
                warm_up_s: 1.0,
                measure_s: 1.0,
                samples: 30,
                filter: Vec::new(),
                kernel: None,
            },
            environment,
            baseline: None,
            peers: Vec::new(),
            command: vec!["bench".to_owned()],
        };
        let objectives = Objectives::default();
        draft.into_receipt(&objectives, |_| false).expect("sound")
    }

    fn launches(&self, samples: &[f64], iterations: &[u64], launches: u32) -> Vec<LaunchSamples> {
        let each = samples.len() / launches as usize;
        let pairs = samples.chunks(each).zip(iterations.chunks(each));
        pairs
            .map(|(samples, iterations)| LaunchSamples {
                sampling: receipt::model::Sampling::of(iterations).expect("one of Criterion's"),
                samples: samples
                    .iter()
                    .zip(iterations)
                    .map(|(ns, &count)| self.sample(*ns, count))
                    .collect(),
                iterations: iterations.to_vec(),
            })
            .collect()
    }

    /// Whole ns over the iterations, a few ns more from second to second.
    fn sample(&self, ns: f64, count: u64) -> f64 {
        let elapsed = (ns * count as f64 * self.factor).round() + 7.0 * f64::from(self.seconds);
        elapsed / count as f64
    }
}
