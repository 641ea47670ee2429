//! A profile's folder as a part of a report.

use super::receipt::shell;
use super::{
    Body, Fact, Flame, Kind, Part, Raw, Section, Step, Table, Tone, Verdict, number_column,
    text_column,
};
use crate::number::{self, said};
use crate::profile::{FieldCost, Fields, Folded, Profile, Share, Spread};

/// Functions that are listed.
const ROWS: usize = 30;
/// Names of fields that are listed of one step.
const NAMES: usize = 6;

/// The part of a profile; `text` is its summary's file.
#[must_use]
pub fn part(profile: &Profile, text: &str, folded: Folded, base: Option<Folded>) -> Part {
    let shares = folded.shares();
    let mut sections = vec![Section {
        id: "flame",
        heading: "Flame graph",
        note: flame_note(profile, &folded, base.is_some()),
        body: vec![Body::Flame(Flame {
            title: said(&profile.benchmark),
            unit: said(&profile.unit),
            folded: folded.clone(),
            base: base.clone(),
        })],
    }];
    sections.push(functions(&folded, base.as_ref()));
    sections.extend(profile.fields.as_ref().map(fields));
    sections.push(reproduction(profile));
    Part {
        id: "profile".to_owned(),
        kind: Kind::Profile,
        title: format!("Where {} spends its time", said(&profile.benchmark)),
        subtitle: format!(
            "{}, {} {}, {} {} by {}",
            number::moment(&profile.timestamp),
            said(&profile.subject),
            said(&profile.version),
            number::thousands(folded.total() as f64),
            said(&profile.unit),
            said(&profile.event),
        ),
        verdict: verdict(profile, &shares),
        sections,
        raw: Raw {
            file: "profile.json".to_owned(),
            json: raw(text, &folded, base.as_ref()),
        },
    }
}

/// The summary, and beside it the stacks, which the page draws.
fn raw(text: &str, folded: &Folded, base: Option<&Folded>) -> String {
    let summary: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let base = base.map(Folded::text);
    serde_json::json!({"profile": summary, "folded": folded.text(), "base_folded": base})
        .to_string()
}

fn verdict(profile: &Profile, shares: &[Share]) -> Verdict {
    let headline = shares.first().filter(|one| one.own > 0.0).map_or_else(
        || "Nothing was counted.".to_owned(),
        |one| {
            format!(
                "{} of all {} are in {}.",
                percent(one.own),
                said(&profile.unit),
                said(&one.function)
            )
        },
    );
    let most = shares.iter().filter(|one| one.own >= 0.01).take(4);
    let mut reasons: Vec<String> = most
        .map(|one| format!("{} in {}", percent(one.own), said(&one.function)))
        .collect();
    reasons.push(format!(
        "{} were verified before the profiler started. A profile is a diagnosis: it says where the time goes, not how \
         fast the decoder is.",
        number::count(profile.records as usize, "record", "records")
    ));
    Verdict {
        tone: Tone::Neutral,
        word: "profile".to_owned(),
        headline,
        reasons,
    }
}

fn flame_note(profile: &Profile, folded: &Folded, is_differential: bool) -> String {
    let colours = if is_differential {
        " Red has more of its own than in the base, blue less."
    } else {
        ""
    };
    format!(
        "The width of a frame is its share of {} {}; what it called lies on top of it. The order from left to right \
         means nothing.{colours} Click a frame to let it fill the width, and the lowest one to go back.",
        number::thousands(folded.total() as f64),
        said(&profile.unit)
    )
}

fn functions(folded: &Folded, base: Option<&Folded>) -> Section {
    let shares = folded.against(base);
    let rows = shares.iter().take(ROWS).map(|(share, points)| {
        let mut cells = vec![said(&share.function), percent(share.own)];
        cells.extend(points.map(|points| receipt::words::signed(points, 1).replace('-', "−")));
        cells.push(percent(share.with_callees));
        cells
    });
    let mut head = vec![text_column("function"), number_column("own")];
    head.extend(base.map(|_| number_column("points more than base")));
    head.push(number_column("with callees"));
    Section {
        id: "functions",
        heading: "By function",
        note: "A function's own share was counted in its own code; the share with callees includes the functions that \
               it called."
            .to_owned(),
        body: vec![Body::Table(Table {
            caption: "Share of each function".to_owned(),
            head,
            rows: rows.collect(),
        })],
    }
}

fn fields(found: &Fields) -> Section {
    let table = Table {
        caption: "Cost of each step".to_owned(),
        head: vec![
            text_column("fields"),
            number_column("ns a record"),
            number_column("ns a value"),
            number_column("values"),
            text_column("kind"),
            text_column("printed by"),
        ],
        rows: found.parts.iter().map(cells).collect(),
    };
    Section {
        id: "fields",
        heading: "By step of the decoder's program",
        note: format!(
            "All fields together take {} ns a record with the kernel {}, and a record without any field {} ns. These \
             are medians of {} over {}, measured in turn, each with half the distance between the quartiles. \
             Steps that run one after another overlap in the processor, so their times do not add up to the whole.",
            spread(found.whole),
            said(&found.kernel),
            spread(found.frame),
            number::count(found.rounds, "round", "rounds"),
            number::count(found.records as usize, "record", "records"),
        ),
        body: vec![Body::Table(table)],
    }
}

fn cells(cost: &FieldCost) -> Vec<String> {
    let names = cost.fields.iter().take(NAMES).map(|name| said(name));
    let mut names: Vec<String> = names.collect();
    if cost.fields.len() > NAMES {
        names.push(format!("{} more", cost.fields.len() - NAMES));
    }
    let each = (cost.values > 0.0).then(|| format!("{:.2}", cost.ns.median / cost.values));
    vec![
        names.join(", "),
        spread(cost.ns),
        each.unwrap_or_else(|| "–".to_owned()),
        format!("{:.1}", cost.values),
        said(&cost.kind),
        said(&cost.printed_by),
    ]
}

fn spread(of: Spread) -> String {
    format!("{:.1} ± {:.1}", of.median, of.half)
}

fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

fn reproduction(profile: &Profile) -> Section {
    let fact = |name: &str, value: String| Fact {
        name: name.to_owned(),
        value: Some(value),
    };
    Section {
        id: "reproduce",
        heading: "How to reproduce it",
        note: String::new(),
        body: vec![
            Body::Commands(vec![Step {
                why: "The command, as it was given:".to_owned(),
                command: shell(&profile.command),
            }]),
            Body::Facts(vec![
                fact("Measured for", format!("{} s", profile.seconds)),
                fact("What was counted", said(&profile.event)),
            ]),
        ],
    }
}
