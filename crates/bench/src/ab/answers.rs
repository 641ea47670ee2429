//! What both programs must give before they are timed: the same benchmarks, and the same answers.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use gate::ab::record::Benchmark;
use instrument::wire::{Hello, Verified};
use receipt::model::Against;

use super::Plan;
use super::launch::{Arm, Launched, Launcher};
use crate::streams::note;

/// The benchmarks that were asked for and that both have, in the order of the base; what only one has
/// is said.
pub(super) fn common(plan: &Plan, [base, new]: &[Hello; 2]) -> Result<Vec<String>> {
    let of = |hello: &Hello| -> Vec<(String, u64)> {
        let own = hello
            .benchmarks
            .iter()
            .filter(|benchmark| plan.filter.selects(&benchmark.name));
        own.map(|benchmark| (benchmark.name.clone(), benchmark.bytes))
            .collect()
    };
    let (ours, theirs) = (of(base), of(new));
    let mut names = Vec::new();
    for (name, bytes) in &ours {
        match theirs.iter().find(|(other, _)| other == name) {
            Some((_, other)) => {
                ensure!(
                    bytes == other,
                    "{name}: base has {bytes} input bytes and new {other}, so they don't do the same work"
                );
                names.push(name.clone());
            }
            None => note!("only the base has {name}: not compared"),
        }
    }
    for (name, _) in &theirs {
        if !names.contains(name) {
            note!("only the new program has {name}: not compared");
        }
    }
    ensure!(
        !names.is_empty(),
        "the two programs have no benchmark in common that --filter selects"
    );
    Ok(names)
}

/// One launch of each program that is not recorded: it warms the caches of the file system, tells how
/// long a launch takes, and shows that both give the same answers.
pub(super) fn first_answers(
    launcher: &Launcher<'_>,
    arms: &[Arm; 3],
    names: &[String],
) -> Result<(Vec<Benchmark>, Duration)> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let base = launcher
        .launch(&arms[0], &names)
        .context("the first launch of base")?;
    let new = launcher
        .launch(&arms[2], &names)
        .context("the first launch of new")?;
    let pairs = base.verified.iter().zip(&new.verified);
    let benchmarks = pairs
        .map(|(base, new)| benchmark(base, new))
        .collect::<Result<_>>()?;
    Ok((benchmarks, base.wall.max(new.wall)))
}

fn benchmark(base: &Verified, new: &Verified) -> Result<Benchmark> {
    let answer = |verified: &Verified| {
        let Verified {
            bytes,
            records,
            output_bytes,
            output_sha256,
            ..
        } = verified;
        format!(
            "{records} records in {bytes} bytes, {output_bytes} bytes of output with SHA-256 {output_sha256}"
        )
    };
    ensure!(
        answer(base) == answer(new) && base.against == new.against,
        "{}: the two programs give different answers, so their speeds can't be compared: base {}; new {}",
        base.benchmark,
        answer(base),
        answer(new)
    );
    Ok(Benchmark {
        name: base.benchmark.clone(),
        bytes: base.bytes,
        verified: receipt::model::Verified {
            against: match base.against {
                instrument::wire::Against::Values => Against::Values,
                instrument::wire::Against::CanonicalValues => Against::CanonicalValues,
                instrument::wire::Against::ExpectedFile => Against::ExpectedFile,
                instrument::wire::Against::DecodesOnly => Against::DecodesOnly,
            },
            records: base.records,
            output_bytes: base.output_bytes,
            output_sha256: base.output_sha256.clone(),
        },
        kernels_base: base.kernels.clone(),
        kernels_new: new.kernels.clone(),
    })
}

/// Every launch gives the answer of the first ones.
pub(super) fn same_answers(launched: &Launched, benchmarks: &[Benchmark]) -> Result<()> {
    for verified in &launched.verified {
        let known = benchmarks
            .iter()
            .find(|known| known.name == verified.benchmark);
        ensure!(
            known.is_some_and(|known| known.verified.output_sha256 == verified.output_sha256),
            "{}: another answer than in the first launch, SHA-256 {}",
            verified.benchmark,
            verified.output_sha256
        );
    }
    Ok(())
}
