//! Benchmarks, their input and their answers, recomputed from the catalogue.

use std::fmt::Display;

use receipt::Receipt;
use receipt::model::{Against, Benchmark};
use workload::catalog;

/// Everything in which the receipt's benchmarks are not those of the catalogue.
pub(super) fn check(receipt: &Receipt) -> Vec<String> {
    let (known, refused) = catalog::all();
    let mut found = Vec::new();
    for benchmark in &receipt.benchmarks {
        let name = &benchmark.name;
        if let Some(own) = known.iter().find(|one| one.name() == *name) {
            found.extend(differences(benchmark, own));
        } else if let Some(refused) = refused.iter().find(|one| one.name == *name) {
            let reason = &refused.reason;
            found.push(format!(
                "{name}: it can't be recomputed on this machine: {reason}"
            ));
        } else {
            found.push(format!(
                "{name}: the catalogue has no such benchmark, so nothing of it can be recomputed"
            ));
        }
    }
    found.extend(left_out(receipt, &known));
    found
}

/// Another decoder runs those of fixed-length records only.
fn left_out(receipt: &Receipt, known: &[catalog::Benchmark]) -> Vec<String> {
    let Some(settings) = &receipt.settings else {
        return Vec::new();
    };
    let ran = |name: &str| receipt.benchmarks.iter().any(|one| one.name == name);
    let mut all = receipt.benchmarks.iter();
    let own = all.all(|one| one.verified.against == Against::Values);
    let could = known
        .iter()
        .filter(|one| own || one.fixed_records().is_some());
    let names = could.map(catalog::Benchmark::name);
    names
        .filter(|name| settings.choose(name) && !ran(name))
        .map(|name| format!("{name}: settings.filter chooses it, and the receipt leaves it out"))
        .collect()
}

fn differences(recorded: &Benchmark, own: &catalog::Benchmark) -> Vec<String> {
    let (name, verified) = (&recorded.name, &recorded.verified);
    let answer = match verified.against {
        Against::Values => own.answer(),
        Against::CanonicalValues => own.canonical_answer(),
        Against::ExpectedFile | Against::DecodesOnly => None,
    };
    let Some(answer) = answer else {
        return vec![format!(
            "{name}: verified.against: expected values, as in the catalogue, found {:?}",
            verified.against
        )];
    };
    let facts: [(&str, &dyn Display, &dyn Display); 4] = [
        ("bytes_processed", &own.bytes, &recorded.bytes_processed),
        ("verified.records", &answer.records, &verified.records),
        (
            "verified.output_bytes",
            &answer.output_bytes,
            &verified.output_bytes,
        ),
        (
            "verified.output_sha256",
            &answer.output_sha256,
            &verified.output_sha256,
        ),
    ];
    let texts = facts.map(|(what, own, found)| (what, own.to_string(), found.to_string()));
    let other = texts.iter().filter(|(_, own, found)| own != found);
    other
        .map(|(what, own, found)| {
            format!("{name}: {what}: recomputed {own}, the receipt says {found}")
        })
        .collect()
}
