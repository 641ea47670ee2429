//! The verdict on a fleet, and why.

use std::fmt::Write as _;

use gate::fleet::{Fleet, MachineType};
use receipt::Verdict as Judged;

use super::{listed, word};
use crate::model::{Tone, Verdict};
use crate::number::{self, said};

/// Missed anywhere, or a sick node, is bad; then what can't be told.
pub(super) fn of(fleet: &Fleet) -> Verdict {
    let derived = &fleet.derived;
    let types = |judged: Judged| -> Vec<&str> {
        let such = derived.types.iter().filter(|one| {
            let worst = one.slo.iter().map(|slo| slo.verdict).max();
            worst == Some(judged)
        });
        such.map(|one| one.name.as_str()).collect()
    };
    let names = |types: &[&str]| {
        types
            .iter()
            .map(|name| said(name))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let sick: usize = derived.types.iter().map(|one| one.sick.len()).sum();
    let (missed, open, met) = (
        types(Judged::Fail),
        types(Judged::Inconclusive),
        types(Judged::Pass),
    );
    let lost = derived.counts.lost;
    let (tone, word, headline) = if !missed.is_empty() {
        (
            Tone::Bad,
            "missed",
            format!("Too slow on {}.", names(&missed)),
        )
    } else if sick > 0 {
        let nodes = number::count(sick, "node is", "nodes are");
        (Tone::Bad, "sick", format!("{nodes} sick."))
    } else if !open.is_empty() {
        (
            Tone::Unsure,
            "inconclusive",
            format!("Inconclusive on {}.", names(&open)),
        )
    } else if lost.is_some_and(|lost| lost > 0) {
        (
            Tone::Unsure,
            "lost",
            "Runs are lost: what they would have shown nobody knows.".to_owned(),
        )
    } else if met.is_empty() {
        (
            Tone::Neutral,
            "not judged",
            "No objective measured: nothing to pass or fail.".to_owned(),
        )
    } else {
        let all = number::count(met.len(), "type", "types");
        (
            Tone::Good,
            "met",
            format!("Fast enough: all objectives are met on {all} of machine."),
        )
    };
    let mut reasons: Vec<String> = derived.types.iter().map(type_reason).collect();
    reasons.push(counted(fleet));
    Verdict {
        tone,
        word: word.to_owned(),
        headline,
        reasons,
    }
}

fn type_reason(of: &MachineType) -> String {
    let mut out = format!("{}: ", said(&of.name));
    for (index, slo) in of.slo.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        // Writing to a String can't fail.
        let _ = write!(out, "{comma}{} {}", said(&slo.label), word(slo.verdict));
    }
    if of.slo.is_empty() {
        out.push_str("not judged");
    }
    match &of.sick[..] {
        [] => {}
        some => {
            let _ = write!(out, "; sick: {}", listed(some));
        }
    }
    out + "."
}

fn counted(fleet: &Fleet) -> String {
    let counts = fleet.derived.counts;
    let lost = counts.lost.map_or_else(
        || "how many runs were asked for is not known".to_owned(),
        |lost| {
            format!(
                "{} lost",
                number::count(lost as usize, "run is", "runs are")
            )
        },
    );
    format!(
        "Of {} {} count; {} superseded, {} duplicate, {} unsound, {} unreadable; {lost}.",
        number::count(counts.results as usize, "result", "results"),
        counts.used,
        counts.superseded,
        counts.duplicate,
        counts.unsound,
        counts.unreadable,
    )
}
