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
            workload::verify::Against::ExpectedFile => Against::ExpectedFile,
            workload::verify::Against::DecodesOnly => Against::DecodesOnly,
        },
        records: checked.records,
        output_bytes: checked.output_bytes,
        output_sha256: checked.output_sha256.clone(),
    }
}
