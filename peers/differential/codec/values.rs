//! Values of one record, here and there.

use std::collections::BTreeMap;

use workload::model::{Description, FILLER, Item, Kind, Node};

use crate::fields::{self, Difference, Fields};

/// Fields by name, which is unique.
pub(super) type Kinds = BTreeMap<String, Kind>;

pub(super) fn kinds(description: &Description) -> Kinds {
    fn collect(items: &[Item], out: &mut Kinds) {
        for item in items {
            match &item.node {
                Node::Group(items) => collect(items, out),
                Node::Field(kind) => drop(out.insert(item.name.clone(), *kind)),
            }
        }
    }
    let mut out = Kinds::new();
    collect(&description.items, &mut out);
    out
}

/// It prints FILLER too, which is not compared.
pub(super) fn differences(
    record: usize,
    kinds: &Kinds,
    ours: &Fields,
    theirs: &Fields,
) -> Vec<Difference> {
    let nothing = || "nothing".to_owned();
    let more = theirs
        .keys()
        .filter(|key| !key.starts_with(FILLER) && !ours.contains_key(*key));
    let mut out = Vec::new();
    for reference in ours.keys().chain(more) {
        let kind = kinds.get(reference.split('(').next().unwrap_or_default());
        let both = [ours, theirs].map(|side| side.get(reference).cloned());
        let [ours, theirs] = match (kind, &both) {
            (Some(kind), [Some(ours), Some(theirs)]) => comparable(*kind, ours, theirs),
            _ => both.map(|side| side.unwrap_or_else(nothing)),
        };
        if ours != theirs {
            let field = format!("{reference} {kind:?}");
            out.push(Difference {
                record,
                field,
                what: "value",
                ours,
                theirs,
            });
        }
    }
    out
}

/// One spelling of equal values: its integers in DISPLAY keep their leading zeros.
fn comparable(kind: Kind, ours: &str, theirs: &str) -> [String; 2] {
    let number = |text: &str| fields::decimal(text).unwrap_or_else(|_| text.to_owned());
    match kind {
        Kind::Text { .. } | Kind::Justified { .. } => [ours.to_owned(), theirs.to_owned()],
        // It has no point in COMP with V, but the digits. ../../README.md: `NoPointInComp`.
        Kind::Binary(_) => [number(&ours.replace('.', "")), number(theirs)],
        Kind::Float { double } => [ours, theirs].map(|text| float(text, double)),
        _ => [number(ours), number(theirs)],
    }
}

/// In the precision of the field. Hexadecimal singles beyond the range of IEEE ones are 0 or
/// infinite there. ../../README.md: `SinglesThroughIeee`.
fn float(text: &str, double: bool) -> String {
    match text.parse::<f64>() {
        Ok(value) if double => format!("{value:e}"),
        Ok(value) if (value as f32).is_normal() => format!("{:e}", value as f32),
        Ok(value) => format!(
            "{} beyond",
            if value.is_sign_negative() { '-' } else { '+' }
        ),
        Err(_) => text.to_owned(),
    }
}
