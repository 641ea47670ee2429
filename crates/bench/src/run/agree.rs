//! Launches must tell one story: the same benchmarks, the same verified answers, the same programs.

use anyhow::{Context as _, Result, ensure};
use instrument::wire::{self, Hello};
use receipt::LaunchSamples;
use receipt::model::{Against, Allocations, Sampling, Verified};

use super::launch::{Launched, Measured};

/// Puts the launches together, benchmarks in the order they ran.
///
/// # Errors
/// Launches differ in anything but their times and memory.
pub(crate) fn merge(launches: &[Launched]) -> Result<Vec<receipt::Measured>> {
    let first = launches.first().context("no launch was made")?;
    for (index, launched) in launches.iter().enumerate() {
        same_story(first, launched)
            .with_context(|| format!("launch {} of {}", index + 1, launches.len()))?;
    }
    let benchmarks = first.measured.iter().enumerate();
    Ok(benchmarks
        .map(|(index, measured)| together(index, measured, launches))
        .collect())
}

/// The very same program, doing the very same.
///
/// # Errors
/// What is not as it was.
pub(crate) fn same_program(first: &Hello, this: &Hello) -> Result<()> {
    let facts = [
        ("subject", first.subject.name == this.subject.name),
        ("version", first.subject.version == this.subject.version),
        ("compiler", first.toolchain == this.toolchain),
        ("compiler", first.rustc == this.rustc),
        ("compiler flags", first.flags == this.flags),
        ("profile", first.profile == this.profile),
        ("sources", first.sources == this.sources),
        ("file system", first.file_system == this.file_system),
    ];
    for (what, same) in facts {
        ensure!(same, "not the same {what} as before");
    }
    let other = |one: &Hello, two: &Hello| -> Vec<String> {
        let other = one
            .benchmarks
            .iter()
            .filter(|benchmark| !two.benchmarks.contains(benchmark));
        other.map(|benchmark| benchmark.name.clone()).collect()
    };
    let (missing, more) = (other(first, this), other(this, first));
    ensure!(
        missing.is_empty() && more.is_empty(),
        "not the same benchmarks as before: {}",
        [missing, more].concat().join(", ")
    );
    Ok(())
}

fn same_story(first: &Launched, this: &Launched) -> Result<()> {
    same_program(&first.hello, &this.hello)?;
    let names = |launched: &Launched| -> Vec<String> {
        let measured = launched.measured.iter();
        measured.map(|one| one.verified.benchmark.clone()).collect()
    };
    let (expected, found) = (names(first), names(this));
    ensure!(
        expected == found,
        "expected the benchmarks {}, found {}",
        expected.join(", "),
        found.join(", ")
    );
    for (one, other) in first.measured.iter().zip(&this.measured) {
        ensure!(
            one.verified == other.verified,
            "{}: not what launch 1 verified (bytes, records, output or kernels differ)",
            other.verified.benchmark
        );
        // How many they are may differ: which thread finds a buffer free, and which has to make one, is a
        // matter of timing.
        ensure!(
            one.samples.allocations.is_some() == other.samples.allocations.is_some(),
            "{}: allocations were counted in this launch or in launch 1, and not in both",
            other.verified.benchmark
        );
    }
    Ok(())
}

fn together(index: usize, measured: &Measured, launches: &[Launched]) -> receipt::Measured {
    let samples = launches
        .iter()
        .map(|launched| &launched.measured[index].samples);
    receipt::Measured {
        name: measured.verified.benchmark.clone(),
        bytes_processed: measured.verified.bytes,
        launches: samples
            .map(|samples| LaunchSamples {
                sampling: match samples.sampling {
                    wire::Sampling::Linear => Sampling::Linear,
                    wire::Sampling::Flat => Sampling::Flat,
                },
                samples: samples.ns_per_iteration().collect(),
                iterations: samples.iterations.clone(),
            })
            .collect(),
        kernels: measured
            .verified
            .kernels
            .clone()
            .filter(|all| !all.is_empty()),
        allocations: launches
            .iter()
            .map(|launched| launched.measured[index].samples.allocations)
            .map(|found| found.map(allocations))
            .collect(),
        verified: verified(&measured.verified),
    }
}

fn allocations(counted: wire::Allocations) -> Allocations {
    let wire::Allocations { count, bytes } = counted;
    Allocations { count, bytes }
}

/// The subject's word in the receipt's terms.
fn verified(checked: &wire::Verified) -> Verified {
    Verified {
        against: match checked.against {
            wire::Against::Values => Against::Values,
            wire::Against::CanonicalValues => Against::CanonicalValues,
            wire::Against::ExpectedFile => Against::ExpectedFile,
            wire::Against::DecodesOnly => Against::DecodesOnly,
        },
        records: checked.records,
        output_bytes: checked.output_bytes,
        output_sha256: checked.output_sha256.clone(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use instrument::wire::{Identity, Samples, Takes};

    use super::*;

    pub(crate) fn launched(names: &[&str]) -> Launched {
        let measured = |name: &&str| Measured {
            verified: wire::Verified {
                benchmark: (*name).to_owned(),
                against: wire::Against::Values,
                bytes: 500,
                records: 1,
                output_bytes: 2,
                output_sha256: "0".repeat(64),
                kernels: Some(vec!["scalar".to_owned()]),
                allocations: None,
            },
            samples: Samples {
                benchmark: (*name).to_owned(),
                sampling: wire::Sampling::Linear,
                iterations: vec![1, 2],
                elapsed_ns: vec![10, 22],
                output_sha256: "0".repeat(64),
                allocations: Some(wire::Allocations {
                    count: 1,
                    bytes: 64,
                }),
            },
        };
        let benchmark = |name: &&str| wire::Benchmark {
            name: (*name).to_owned(),
            bytes: 500,
            records: None,
        };
        Launched {
            hello: Hello {
                protocol: wire::VERSION,
                subject: Identity {
                    name: "copybook-decode".to_owned(),
                    version: "0.1.0".to_owned(),
                },
                toolchain: Some("rustc 1.95.0".to_owned()),
                rustc: Some("release: 1.95.0".to_owned()),
                flags: Some("opt-level=3".to_owned()),
                profile: None,
                sources: None,
                file_system: None,
                takes: vec![Takes::Benchmarks],
                benchmarks: names.iter().map(benchmark).collect(),
                pid: 1,
            },
            measured: names.iter().map(measured).collect(),
            max_rss_bytes: 1 << 20,
            wall: Duration::from_secs(1),
            home: None,
        }
    }

    fn error(launches: &[Launched]) -> String {
        format!("{:#}", merge(launches).expect_err("must be refused"))
    }

    fn pair() -> [Launched; 2] {
        [launched(&["g/a", "g/b"]), launched(&["g/a", "g/b"])]
    }

    #[test]
    fn launches_that_agree_are_put_together() {
        let merged = merge(&pair()).expect("they agree");
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].launches.len(), 2);
        assert_eq!(merged[1].launches[1].samples, [10.0, 11.0]);
    }

    #[test]
    fn allocations_are_kept_of_each_launch_and_may_differ() {
        let mut launches = pair();
        let more = wire::Allocations {
            count: 2,
            bytes: 96,
        };
        launches[1].measured[0].samples.allocations = Some(more);
        let merged = merge(&launches).expect("they agree");
        let kept = merged[0].allocations.as_ref().expect("counted");
        let counts: Vec<(u64, u64)> = kept.iter().map(|one| (one.count, one.bytes)).collect();
        assert_eq!(counts, [(1, 64), (2, 96)]);
        for launched in &mut launches {
            launched.measured[0].samples.allocations = None;
        }
        assert_eq!(merge(&launches).expect("they agree")[0].allocations, None);
    }

    #[test]
    fn every_disagreement_names_launch_and_benchmark() {
        let mut launches = pair();
        launches[1].measured.remove(0);
        assert_eq!(
            error(&launches),
            "launch 2 of 2: expected the benchmarks g/a, g/b, found g/b"
        );

        let mut launches = pair();
        launches[1].measured[1].verified.output_sha256 = "1".repeat(64);
        assert!(error(&launches).contains("launch 2 of 2: g/b: not what launch 1 verified"));

        let mut launches = pair();
        launches[1].measured[0].verified.kernels = Some(vec!["avx2".to_owned()]);
        assert!(error(&launches).contains("launch 2 of 2: g/a: not what launch 1 verified"));

        let mut launches = pair();
        launches[1].measured[0].samples.allocations = None;
        assert!(error(&launches).contains("launch 2 of 2: g/a: allocations were counted"));

        let mut launches = pair();
        launches[1].measured[0].verified.bytes = 499;
        assert!(error(&launches).contains("launch 2 of 2: g/a: not what launch 1 verified"));

        for (change, what) in [
            (
                |hello| hello.subject.version = "0.2.0".to_owned(),
                "version",
            ),
            (|hello| hello.flags = None, "compiler flags"),
            (|hello| hello.sources = Some("0".repeat(64)), "sources"),
        ] as [(fn(&mut Hello), &str); 3]
        {
            let mut launches = pair();
            change(&mut launches[1].hello);
            let expected = format!("launch 2 of 2: not the same {what} as before");
            assert_eq!(error(&launches), expected);
        }

        let mut launches = pair();
        launches[1].hello.benchmarks.pop();
        assert!(error(&launches).contains("not the same benchmarks as before: g/b"));
    }
}
