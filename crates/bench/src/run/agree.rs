//! Launches must tell one story: the same benchmarks, the same verified answers, the same programs.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail, ensure};
use receipt::LaunchSamples;
use receipt::model::{Against, Verified};
use workload::protocol::{SuiteBenchmark, SuiteReport};

use crate::suite::launch::Launched;

/// Puts the launches together, benchmarks in the order the suite ran them.
///
/// # Errors
/// A benchmark is missing in a launch, was measured without being verified or verified without
/// being measured, or launches differ in anything but their times.
pub(crate) fn merge(launches: &[Launched], expected: &[String]) -> Result<Vec<receipt::Measured>> {
    let first = &launches.first().context("no launch was made")?.report;
    for (index, launched) in launches.iter().enumerate() {
        let named = || format!("launch {} of {}", index + 1, launches.len());
        complete(launched, expected).with_context(named)?;
        same_story(first, &launched.report).with_context(named)?;
    }
    first
        .benchmarks
        .iter()
        .map(|benchmark| samples(benchmark, launches))
        .collect()
}

/// Verified, measured and expected are the same set.
fn complete(launched: &Launched, expected: &[String]) -> Result<()> {
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let verified = names(
        launched
            .report
            .benchmarks
            .iter()
            .map(|benchmark| &benchmark.name),
    )?;
    let measured = names(launched.measured.iter().map(|measured| &measured.name))?;
    let list = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| {
        a.difference(b).copied().collect::<Vec<_>>().join(", ")
    };
    for (found, what) in [(&verified, "verified"), (&measured, "measured")] {
        let missing = list(&expected, found);
        ensure!(
            missing.is_empty(),
            "expected to be {what} and was not: {missing}"
        );
        let surplus = list(found, &expected);
        ensure!(
            surplus.is_empty(),
            "{what}, but not known to this program: {surplus}"
        );
    }
    Ok(())
}

fn names<'a>(all: impl Iterator<Item = &'a String>) -> Result<BTreeSet<&'a str>> {
    let mut seen = BTreeSet::new();
    for name in all {
        ensure!(seen.insert(name.as_str()), "the suite reports {name} twice");
    }
    Ok(seen)
}

/// Everything but times and memory is the same in every launch.
fn same_story(first: &SuiteReport, this: &SuiteReport) -> Result<()> {
    ensure!(
        this.subject_name == first.subject_name,
        "another subject than in launch 1"
    );
    ensure!(
        this.subject_version == first.subject_version,
        "another version than in launch 1"
    );
    ensure!(
        this.flags == first.flags,
        "other compiler flags than in launch 1"
    );
    ensure!(
        this.sources == first.sources,
        "built from other sources than in launch 1"
    );
    ensure!(
        this.toolchain == first.toolchain,
        "another compiler than in launch 1"
    );
    ensure!(
        this.kernels == first.kernels,
        "other kernels than in launch 1"
    );
    for (one, other) in first.benchmarks.iter().zip(&this.benchmarks) {
        ensure!(
            one == other,
            "{}: not what launch 1 verified (bytes, records or output differ)",
            other.name
        );
    }
    Ok(())
}

fn samples(benchmark: &SuiteBenchmark, launches: &[Launched]) -> Result<receipt::Measured> {
    let mut per_launch = Vec::with_capacity(launches.len());
    for launched in launches {
        let Some(found) = launched
            .measured
            .iter()
            .find(|found| found.name == benchmark.name)
        else {
            bail!("{}: no samples", benchmark.name);
        };
        ensure!(
            found.bytes == benchmark.bytes,
            "{}: verified {} input bytes, measured {}",
            benchmark.name,
            benchmark.bytes,
            found.bytes
        );
        per_launch.push(LaunchSamples {
            samples: found.samples.clone(),
            iterations: found.iterations.clone(),
        });
    }
    Ok(receipt::Measured {
        name: benchmark.name.clone(),
        bytes_processed: benchmark.bytes,
        launches: per_launch,
        verified: verified(&benchmark.verified),
    })
}

/// The suite's word in the receipt's terms.
fn verified(checked: &workload::verify::Verified) -> Verified {
    Verified {
        against: match checked.against {
            workload::verify::Against::Values => Against::Values,
            workload::verify::Against::CanonicalValues => Against::CanonicalValues,
            workload::verify::Against::ExpectedFile => Against::ExpectedFile,
            workload::verify::Against::DecodesOnly => Against::DecodesOnly,
        },
        records: checked.records,
        output_bytes: checked.output_bytes,
        output_sha256: checked.output_sha256.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::suite::criterion::Measured;

    fn launched(names: &[&str]) -> Launched {
        let benchmark = |name: &&str| SuiteBenchmark {
            name: (*name).to_owned(),
            bytes: 500,
            verified: workload::verify::Verified::of(workload::verify::Against::Values, 1, b"{}"),
        };
        let measured = |name: &&str| Measured {
            name: (*name).to_owned(),
            bytes: 500,
            samples: vec![10.0, 11.0],
            iterations: vec![1, 2],
        };
        Launched {
            report: SuiteReport {
                subject_name: "copybook-decode".to_owned(),
                subject_version: "0.1.0".to_owned(),
                toolchain: "rustc 1.95.0".to_owned(),
                rustc: "release: 1.95.0".to_owned(),
                flags: "opt-level=3".to_owned(),
                profile: None,
                sources: None,
                kernels: vec!["scalar".to_owned()],
                max_rss_bytes: 1 << 20,
                benchmarks: names.iter().map(benchmark).collect(),
            },
            measured: names.iter().map(measured).collect(),
            wall: Duration::from_secs(1),
            home: None,
        }
    }

    fn error(launches: &[Launched]) -> String {
        let expected = ["g/a".to_owned(), "g/b".to_owned()];
        format!(
            "{:#}",
            merge(launches, &expected).expect_err("must be refused")
        )
    }

    fn pair() -> [Launched; 2] {
        [launched(&["g/a", "g/b"]), launched(&["g/a", "g/b"])]
    }

    #[test]
    fn launches_that_agree_are_put_together() {
        let merged = merge(&pair(), &["g/a".to_owned(), "g/b".to_owned()]).expect("they agree");
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].launches.len(), 2);
        assert_eq!(merged[1].launches[1].samples, [10.0, 11.0]);
    }

    #[test]
    fn every_disagreement_names_launch_and_benchmark() {
        let mut launches = pair();
        launches[1].measured.remove(0);
        assert_eq!(
            error(&launches),
            "launch 2 of 2: expected to be measured and was not: g/a"
        );

        let mut launches = pair();
        launches[1].report.benchmarks.remove(1);
        assert_eq!(
            error(&launches),
            "launch 2 of 2: expected to be verified and was not: g/b"
        );

        let launches = [launched(&["g/a", "g/b", "g/c"])];
        assert!(error(&launches).contains("not known to this program: g/c"));

        let mut launches = pair();
        launches[1].report.benchmarks[1].verified.output_sha256 = "0".repeat(64);
        assert!(error(&launches).contains("launch 2 of 2: g/b: not what launch 1 verified"));

        let mut launches = pair();
        launches[1].report.kernels = vec!["avx2".to_owned()];
        assert!(error(&launches).contains("launch 2 of 2: other kernels"));

        let mut launches = pair();
        launches[1].measured[0].bytes = 499;
        assert!(error(&launches).contains("g/a: verified 500 input bytes, measured 499"));

        let mut launches = pair();
        let twice = launches[0].report.benchmarks[0].clone();
        launches[0].report.benchmarks.push(twice);
        assert!(error(&launches).contains("the suite reports g/a twice"));
    }
}
