//! What both programs must give before they are timed: the same benchmarks, and the same answers.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use gate::ab::record::Benchmark;
use instrument::wire::{Hello, Verified};
use receipt::model::Against;

use super::Plan;
use super::launch::{Arm, Launched, Launcher};

/// The benchmarks that were asked for.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// Of both programs, in the order of the base.
    pub(super) names: Vec<String>,
    /// Of the base alone: nobody knows how fast the new program would be there.
    pub(super) only_base: Vec<String>,
    /// Of the new program alone.
    pub(super) only_new: Vec<String>,
}

impl Common {
    /// What only one program has, in words.
    pub(super) fn remarks(&self) -> Vec<String> {
        let sides = [
            ("the base", &self.only_base),
            ("the new program", &self.only_new),
        ];
        let some = sides.into_iter().filter(|(_, names)| !names.is_empty());
        some.map(|(side, names)| format!("only {side} has, so not compared: {}", names.join(", ")))
            .collect()
    }
}

/// The benchmarks that were asked for, by who has them.
pub(super) fn common(plan: &Plan, [base, new]: &[Hello; 2]) -> Result<Common> {
    let of = |hello: &Hello| -> Vec<(String, u64)> {
        let own = hello
            .benchmarks
            .iter()
            .filter(|benchmark| plan.filter.selects(&benchmark.name));
        own.map(|benchmark| (benchmark.name.clone(), benchmark.bytes))
            .collect()
    };
    let (ours, theirs) = (of(base), of(new));
    let mut found = Common::default();
    for (name, bytes) in &ours {
        match theirs.iter().find(|(other, _)| other == name) {
            Some((_, other)) => {
                ensure!(
                    bytes == other,
                    "{name}: base has {bytes} input bytes and new {other}, so they don't do the same work"
                );
                found.names.push(name.clone());
            }
            None => found.only_base.push(name.clone()),
        }
    }
    for (name, _) in theirs {
        if !found.names.contains(&name) {
            found.only_new.push(name);
        }
    }
    ensure!(
        !found.names.is_empty(),
        "the two programs have no benchmark in common that --filter selects"
    );
    Ok(found)
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
