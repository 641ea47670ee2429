//! A receipt's verdict in words.

use receipt::Receipt;
use receipt::model::{SloVerdict, Verdict as Judged};

use super::super::{Tone, Verdict};
use super::tone;
use crate::number::{self, said};

pub(super) fn of(receipt: &Receipt) -> Verdict {
    let labels = |verdict| -> Vec<String> {
        let some = receipt.slo.iter().filter(|slo| slo.verdict == verdict);
        some.map(|slo| said(&slo.label)).collect()
    };
    if receipt.slo.is_empty() {
        return unjudged(receipt);
    }
    let (missed, open) = (labels(Judged::Fail), labels(Judged::Inconclusive));
    let (word, headline) = match receipt.status {
        Judged::Pass => ("met", met(receipt)),
        Judged::Fail => (
            "missed",
            format!("Too slow: {} {} missed.", listed(&missed), is_are(&missed)),
        ),
        Judged::Inconclusive if !receipt.environment.unfit.is_empty() => (
            "inconclusive",
            "Inconclusive: this host is unfit to be judged on.".to_owned(),
        ),
        Judged::Inconclusive => (
            "inconclusive",
            format!(
                "Inconclusive: this run does not tell whether {} {} met.",
                listed(&open),
                is_are(&open)
            ),
        ),
    };
    let mut reasons: Vec<String> = receipt.slo.iter().map(|slo| reason(receipt, slo)).collect();
    reasons.extend(receipt.environment.unfit.iter().map(|unfit| said(unfit)));
    reasons.extend(not_judged(receipt));
    reasons.push(answers(receipt));
    Verdict {
        tone: tone(receipt.status),
        word: word.to_owned(),
        headline,
        reasons,
    }
}

fn unjudged(receipt: &Receipt) -> Verdict {
    let mut reasons = not_judged(receipt);
    reasons.push(answers(receipt));
    Verdict {
        tone: Tone::Neutral,
        word: "not judged".to_owned(),
        headline: "Measured, not judged: no objective applies to what ran.".to_owned(),
        reasons,
    }
}

/// "All" only where every objective was judged, which a receipt of version 1 does not tell.
fn met(receipt: &Receipt) -> String {
    let count = receipt.slo.len();
    match (receipt.not_judged.len(), receipt.schema_version) {
        (0, 2..) if count == 1 => "Fast enough: the one objective is met.".to_owned(),
        (0, 2..) => format!("Fast enough: all {count} objectives are met."),
        (0, _) => format!(
            "Fast enough: {} that {} judged {} met.",
            number::count(count, "objective", "objectives"),
            was(count),
            is(count)
        ),
        (open, _) => format!(
            "Fast enough in what was judged: {} met, {open} not judged.",
            number::count(count, "objective", "objectives")
        ),
    }
}

fn reason(receipt: &Receipt, slo: &SloVerdict) -> String {
    let label = said(&slo.label);
    let word = super::word(slo.verdict);
    if let Some(ceiling) = slo.ceiling_mib {
        let peak = receipt.summary.max_rss_mib;
        let peak = number::rate(peak);
        return format!(
            "{label} {word}: {peak} MiB at its peak, at most {} MiB allowed.",
            number::limit(ceiling)
        );
    }
    if let (Some(ceiling), Some(found)) = (slo.ceiling_s, receipt.environment.first_launch_s) {
        return format!(
            "{label} {word}: {found:.2} s to the first launch, at most {} s allowed.",
            number::limit(ceiling)
        );
    }
    if let (Some(floor), Some([low, high]), Some(peer)) =
        (slo.floor_times, slo.ci95_times, &slo.peer)
    {
        return format!(
            "{label} {word}: {low:.1} to {high:.1} times {}, at least {} times asked for.",
            said(peer),
            number::limit(floor)
        );
    }
    let (Some(floor), Some(ends)) = (slo.floor_mibps, slo.ci95_mibps) else {
        return format!("{label} {word}.");
    };
    let mut found = receipt.benchmarks.iter();
    let Some(benchmark) = found.find(|benchmark| benchmark.name == slo.benchmark) else {
        return format!("{label} {word}.");
    };
    format!(
        "{label} {word}: {} MiB/s ({}), {} of {} MiB/s.",
        number::rate(benchmark.mean_mibps),
        number::range(ends),
        number::against(benchmark.mean_mibps, floor, "floor"),
        number::limit(floor),
    )
}

fn not_judged(receipt: &Receipt) -> Vec<String> {
    let some = receipt.not_judged.iter();
    some.map(|one| {
        format!(
            "{} was not judged: {}.",
            said(&one.label),
            said(&one.reason).trim_end_matches('.')
        )
    })
    .collect()
}

fn answers(receipt: &Receipt) -> String {
    let unchecked = receipt
        .benchmarks
        .iter()
        .filter(|benchmark| !benchmark.verified.caveat().is_empty());
    match unchecked.count() {
        0 => "Every answer was verified before it was timed.".to_owned(),
        count if count == receipt.benchmarks.len() =>
            "No answer was checked: every record decoded without error, and nothing is known of the values. Give --expect to have them checked.".to_owned(),
        count => format!("The answers of {} were not checked: nothing is known of the values.", number::count(count, "benchmark", "benchmarks")),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "an objective".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

fn is_are(names: &[String]) -> &'static str {
    is(names.len().max(1))
}

fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn was(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}
