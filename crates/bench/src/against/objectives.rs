//! Floors, ceilings, and whether one was left out.

use receipt::slo::Objective;
use receipt::{Objectives, Receipt};

/// Everything in which the receipt's objectives are not those of the repository's file.
pub(super) fn check(receipt: &Receipt, objectives: &Objectives) -> Vec<String> {
    let mut found = Vec::new();
    if receipt.schema_version > 1 && receipt.objectives_sha256 != objectives.sha256 {
        let text = |sha256: &Option<String>| sha256.clone().unwrap_or_else(|| "null".to_owned());
        found.push(format!(
            "objectives_sha256: slo.toml has {}, the receipt was judged by {}",
            text(&objectives.sha256),
            text(&receipt.objectives_sha256)
        ));
    }
    found.extend(objectives.slo.iter().filter_map(|one| judged(receipt, one)));
    for judged in &receipt.slo {
        if !objectives.slo.iter().any(|one| one.label == judged.label) {
            found.push(format!("slo: {} is no objective of slo.toml", judged.label));
        }
    }
    found
}

fn judged(receipt: &Receipt, objective: &Objective) -> Option<String> {
    let label = &objective.label;
    let Some(judged) = receipt.slo.iter().find(|one| one.label == *label) else {
        let left_out = receipt.not_judged.iter().any(|one| one.label == *label);
        // Version 1 has no place for those that were not judged, nor for anything but floors.
        let unknown = receipt.schema_version == 1 && objective.floor_mibps.is_none();
        return (!left_out && !unknown).then(|| format!("slo: the objective {label} is left out"));
    };
    let facts = [
        ("metric", judged.metric == objective.metric),
        ("benchmark", judged.benchmark == objective.benchmark),
        ("floor_mibps", judged.floor_mibps == objective.floor_mibps),
        ("floor_times", judged.floor_times == objective.floor_times),
        ("peer", judged.peer == objective.peer),
        ("ceiling_mib", judged.ceiling_mib == objective.ceiling_mib),
        ("ceiling_s", judged.ceiling_s == objective.ceiling_s),
    ];
    let other: Vec<_> = facts
        .iter()
        .filter(|fact| !fact.1)
        .map(|fact| fact.0)
        .collect();
    let other = other.join(" and ");
    (!other.is_empty()).then(|| format!("slo: {other} of {label} is not as in slo.toml"))
}
