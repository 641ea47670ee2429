//! A comparison of two programs (`ab.json`) as a part of a report.

use gate::ab::record::{Program, Record, Row};
use gate::ab::{Arm, Stage, Verdict as Judged};
use gate::quantile;

use super::receipt::shell;
use super::{
    Body, Change, Changes, Fact, Figure, Group, Kind, Part, Raw, Section, Spread, Step, Table,
    Tone, Verdict, number_column, text_column,
};
use crate::chart;
use crate::number::{self, said};

/// The part of a comparison; `text` is the file that it was read from.
#[must_use]
pub fn part(record: &Record, text: &str) -> Part {
    let (base, new) = (
        said(&record.subjects.base.asked),
        said(&record.subjects.new.asked),
    );
    let mut sections = vec![changes(record), rounds(record)];
    if !record.warnings.is_empty() {
        sections.push(Section {
            id: "warnings",
            heading: "What may have spoilt it",
            note: "Each says what was found and what to do about it.".to_owned(),
            body: vec![Body::Warnings(
                record.warnings.iter().map(|text| said(text)).collect(),
            )],
        });
    }
    sections.push(host(record));
    sections.push(reproduction(record));
    Part {
        id: "comparison".to_owned(),
        kind: Kind::Comparison,
        title: format!("{new} against {base}"),
        subtitle: format!(
            "{} on {} x {}, {} launches in an order drawn by lot",
            number::moment(&record.timestamp),
            record.host.cores,
            said(&record.host.cpu),
            number::thousands(record.launches.len() as f64),
        ),
        verdict: verdict(record, &base, &new),
        sections,
        raw: Raw {
            file: "ab.json".to_owned(),
            json: super::compact(text),
        },
    }
}

pub(super) fn tone(verdict: Judged) -> Tone {
    match verdict {
        Judged::Same | Judged::Faster => Tone::Good,
        Judged::Inconclusive => Tone::Unsure,
        Judged::Slower => Tone::Bad,
    }
}

fn verdict(record: &Record, base: &str, new: &str) -> Verdict {
    let headline = match record.verdict {
        Judged::Same => format!("The same: {new} is as fast as {base}."),
        Judged::Faster => format!("Faster: {new} beats {base}."),
        Judged::Slower => format!("Slower: {new} takes longer than {base}."),
        Judged::Inconclusive => {
            format!("Inconclusive: these launches do not tell {new} from {base}.")
        }
    };
    let mut reasons: Vec<String> = record
        .benchmarks
        .iter()
        .map(|row| {
            let change = change(row);
            let open = row
                .detectable
                .filter(|_| row.verdict == Judged::Inconclusive);
            let seen = open.map_or_else(String::new, |share| {
                format!(
                    "; launches like these show a change of {:.1}\u{a0}% and more",
                    share * 100.0
                )
            });
            format!(
                "{} {}: {}{seen}.",
                change.name,
                change.verdict,
                change.with_interval()
            )
        })
        .collect();
    if record.benchmarks.iter().any(|row| row.control_differs) {
        reasons.push(
            "The control arm, base against a copy of itself, was found to differ: this machine disturbs launches in a \
             way that lots do not even out. Run it again when the machine is quiet, or elsewhere."
                .to_owned(),
        );
    }
    let checked = record
        .benchmarks
        .iter()
        .all(|row| row.verified.caveat().is_empty());
    reasons.push(if checked {
        "Both programs gave the same verified answers before anything was timed.".to_owned()
    } else {
        "Both programs gave the same answers, some of which nobody has compared with known values."
            .to_owned()
    });
    Verdict {
        tone: tone(record.verdict),
        word: record.verdict.to_string(),
        headline,
        reasons,
    }
}

/// Throughput is the inverse of time, and so is its interval.
fn change(row: &Row) -> Change {
    Change {
        name: format!("{}{}", said(&row.name), row.verified.caveat()),
        ratio: 1.0 / row.ratio,
        interval: [row.ci95[1], row.ci95[0]].map(|end| end.map(|end| 1.0 / end)),
        verdict: row.verdict.to_string(),
        tone: tone(row.verdict),
    }
}

fn changes(record: &Record) -> Section {
    let rows: Vec<Change> = record.benchmarks.iter().map(change).collect();
    let cells = record.benchmarks.iter().zip(&rows).map(|(row, change)| {
        vec![
            change.name.clone(),
            number::change(change.ratio),
            change.bounds(),
            row.pairs.to_string(),
            row.detectable.map_or_else(
                || "–".to_owned(),
                |share| format!("{:.1}\u{a0}%", share * 100.0),
            ),
            if row.control_differs {
                "differs"
            } else {
                "agrees"
            }
            .to_owned(),
            change.verdict.clone(),
        ]
    });
    let table = Table {
        caption: "Change of each benchmark".to_owned(),
        head: vec![
            text_column("benchmark"),
            number_column("change in throughput"),
            number_column("95 % interval"),
            number_column("pairs of launches"),
            number_column("smallest change visible"),
            text_column("control"),
            text_column("verdict"),
        ],
        rows: cells.collect(),
    };
    let changes = Changes {
        id: "change".to_owned(),
        title: "Change in throughput".to_owned(),
        same: record.design.same,
        what: "change",
        rows,
    };
    Section {
        id: "change",
        heading: "Change in throughput",
        note: format!(
            "Of new over base, with its 95 % interval. Within the band, {:.0}\u{a0}% on either side, the two are the same.",
            record.design.same * 100.0
        ),
        body: vec![Body::Figure(Figure::Changes(changes)), Body::Table(table)],
    }
}

fn rounds(record: &Record) -> Section {
    let figures = record.benchmarks.iter().map(|row| {
        Body::Figure(Figure::Spread(Spread {
            id: chart::id(&row.name),
            title: said(&row.name),
            unit: "change against base of the same round, %".to_owned(),
            groups: arms(record, &row.name),
            mean: None,
            interval: None,
        }))
    });
    Section {
        id: "rounds",
        heading: "Rounds",
        note: "Each dot is a round: new, or base a second time as a control, against base of the same round, at \
               the 10th percentiles of their samples. The control shows how far equal programs lie apart here."
            .to_owned(),
        body: figures.collect(),
    }
}

/// The change of each round in per cent, by arm and stage, where there are such rounds.
fn arms(record: &Record, name: &str) -> Vec<Group> {
    let low = |stage: Stage, round: u32, arm: Arm| {
        let mut launches = record.launches.iter();
        let launch =
            launches.find(|one| one.stage == stage && one.round == round && one.arm == arm)?;
        let measured = launch.measured.iter().find(|one| one.benchmark == name)?;
        quantile::low(&measured.samples()).ok()
    };
    let mut groups = Vec::new();
    for (stage, text) in [(Stage::Screening, ""), (Stage::Confirmation, ", again")] {
        let rounds = record
            .launches
            .iter()
            .filter(|launch| launch.stage == stage);
        let last = rounds.map(|launch| launch.round).max().unwrap_or(0);
        for (arm, name) in [(Arm::New, "new"), (Arm::Control, "control")] {
            let values = (1..=last).filter_map(|round| {
                let (base, other) = (low(stage, round, Arm::Base)?, low(stage, round, arm)?);
                Some((base / other - 1.0) * 100.0)
            });
            let values: Vec<f64> = values.collect();
            if !values.is_empty() {
                groups.push(Group {
                    name: format!("{name}{text}"),
                    values,
                });
            }
        }
    }
    groups
}

fn host(record: &Record) -> Section {
    let host = &record.host;
    let fact = |name: &str, value: Option<String>| Fact {
        name: name.to_owned(),
        value,
    };
    let none = || "none".to_owned();
    Section {
        id: "host",
        heading: "Host",
        note: String::new(),
        body: vec![Body::Facts(vec![
            fact("CPU", Some(format!("{} x {}", host.cores, said(&host.cpu)))),
            fact(
                "Under a hypervisor",
                host.virtualized
                    .map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            ),
            fact(
                "CPU limit of the control group",
                Some(
                    host.cpu_limit
                        .map_or_else(none, |cpus| format!("{cpus} CPUs")),
                ),
            ),
            fact(
                "Memory limit of the control group",
                Some(host.memory_limit_bytes.map_or_else(none, number::bytes)),
            ),
            fact(
                "Operating system",
                Some(format!("{}, kernel {}", said(&host.os), said(&host.kernel))),
            ),
        ])],
    }
}

fn reproduction(record: &Record) -> Section {
    let (base, new) = (&record.subjects.base, &record.subjects.new);
    let both = |name: &str, of: fn(&Program) -> Option<&str>| {
        vec![
            name.to_owned(),
            of(base).map_or_else(|| "unknown".to_owned(), said),
            of(new).map_or_else(|| "unknown".to_owned(), said),
        ]
    };
    let programs = Table {
        caption: "The two programs".to_owned(),
        head: vec![
            text_column("program"),
            text_column("base"),
            text_column("new"),
        ],
        rows: vec![
            both("asked for as", |program| Some(&program.asked)),
            both("decoder", |program| Some(&program.name)),
            both("version", |program| Some(&program.version)),
            both("commit", |program| program.commit.as_deref()),
            both("source hash", |program| program.source_hash.as_deref()),
            both("SHA-256", |program| Some(&program.program_sha256)),
            both("compiler", |program| program.toolchain.as_deref()),
            both("flags", |program| program.flags.as_deref()),
            both("profile", |program| program.profile.as_deref()),
        ],
    };
    let settings = &record.settings;
    let steps = vec![
        Step {
            why: "The command, as it was given:".to_owned(),
            command: shell(&record.command),
        },
        Step {
            why: "Whether every figure here follows from the launches (`scripts/verify_receipt.py` asks a second time):".to_owned(),
            command: "bench verify ab.json".to_owned(),
        },
    ];
    Section {
        id: "reproduce",
        heading: "How to reproduce it",
        note: format!(
            "Each launch warms up for {} s and takes {} in {} s of every benchmark. The order of launches \
             follows from seed {}.",
            settings.warm_up_s,
            number::count(settings.samples as usize, "sample", "samples"),
            settings.measure_s,
            record.seed
        ),
        body: vec![Body::Commands(steps), Body::Table(programs)],
    }
}
