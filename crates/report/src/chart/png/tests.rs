//! What a chart shows as SVG it shows as pixels, too: the program that draws them leaves out in silence what it
//! does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::chart::Size;
use crate::chart::marks::{Marks, Row};
use crate::model::history::{Run, Series, Shift};
use crate::model::{Change, Changes, Group, Rate, Rates, Spread, Tone};

/// One of each kind, with everything on it that a chart of this kind can have.
fn all() -> Vec<Chart> {
    vec![
        series().chart(Size::Wide),
        series().chart(Size::Narrow),
        changes().chart(Size::Wide),
        rates().chart(Size::Wide),
        spread().chart(Size::Wide),
        marks().chart(Size::Wide),
    ]
}

/// Thirty runs with a slowdown, a known slowdown and a gain.
fn series() -> Series {
    let level = |at: usize| [100.0, 90.0, 80.0, 95.0][at / 8];
    let runs = (0..30).map(|at| Run {
        timestamp: format!("2026-01-{:02}T00:00:00Z", at + 1),
        commit: None,
        mean: level(at) + (at % 3) as f64,
        interval: [level(at) - 1.0, level(at) + 4.0],
        seal: String::new(),
        doubt: None,
    });
    let shift = |at: usize, known: Option<&str>| Shift {
        at,
        timestamp: format!("2026-01-{:02}T00:00:00Z", at + 1),
        ratio: level(at) / level(at - 1),
        interval: [None, None],
        commits: [None, None],
        seals: [String::new(), String::new()],
        acknowledged: known.map(str::to_owned),
    };
    Series {
        index: 0,
        id: "series".to_owned(),
        name: "slo_validation/display".to_owned(),
        machine: Some("2 x a CPU".to_owned()),
        floor: Some(85.0),
        runs: runs.collect(),
        shifts: vec![
            shift(8, None),
            shift(16, Some("a length is checked now")),
            shift(24, None),
        ],
        searched: 0,
        too_short: false,
        of: String::new(),
    }
}

/// With ends that nothing bounds.
fn changes() -> Changes {
    let row = |ratio: f64, interval, tone, verdict: &str| Change {
        name: format!("group/{verdict}"),
        ratio,
        interval,
        verdict: verdict.to_owned(),
        tone,
    };
    Changes {
        id: "changes".to_owned(),
        title: "What changed".to_owned(),
        same: 0.02,
        what: "change",
        rows: vec![
            row(0.9, [Some(0.88), Some(0.92)], Tone::Bad, "slower"),
            row(1.1, [Some(1.05), None], Tone::Good, "faster"),
            row(1.0, [None, Some(1.04)], Tone::Unsure, "inconclusive"),
            row(1.001, [Some(0.99), Some(1.01)], Tone::Neutral, "the same"),
        ],
    }
}

fn rates() -> Rates {
    let row = |mean: f64, tone| Rate {
        name: format!("group/{tone:?}"),
        mean,
        interval: [mean * 0.9, mean * 1.2],
        floor: Some(mean * 0.7),
        baseline: Some(mean * 1.5),
        tone,
    };
    Rates {
        id: "rates".to_owned(),
        title: "Throughput".to_owned(),
        rows: vec![
            row(210.0, Tone::Good),
            row(61.0, Tone::Bad),
            row(90.0, Tone::Unsure),
            row(150.0, Tone::Neutral),
        ],
    }
}

fn spread() -> Spread {
    let group = |launch: u32| Group {
        name: format!("launch {launch}"),
        values: (0..20)
            .map(|at| 200.0 + f64::from(launch) + f64::from(at * at % 17))
            .collect(),
    };
    Spread {
        id: "spread".to_owned(),
        title: "Samples".to_owned(),
        unit: "MiB/s of input".to_owned(),
        groups: (1..=3).map(group).collect(),
        mean: Some(210.0),
        interval: Some([207.0, 213.0]),
    }
}

fn marks() -> Marks {
    let names = [
        "ours",
        "ours without vectors",
        "another",
        "a third",
        "a copy",
    ];
    Marks {
        id: "marks".to_owned(),
        title: "Decoders".to_owned(),
        names: names.map(str::to_owned).to_vec(),
        rows: vec![Row {
            name: "binary".to_owned(),
            values: [800.0, 200.0, 40.0, 14.0, 2600.0].map(Some).to_vec(),
        }],
    }
}

/// Where the shapes and texts begin, each right behind its name: of those that differ in numbers alone the first.
fn shapes(svg: &str) -> Vec<usize> {
    let names = ["<path", "<circle", "<rect", "<text"];
    let begin = names
        .iter()
        .flat_map(|name| svg.match_indices(name).map(|(at, name)| at + name.len()));
    let mut seen = BTreeSet::new();
    begin
        .filter(|at| {
            let element = svg[*at..].split("</").next().unwrap_or_default();
            seen.insert(element.replace(|c: char| c.is_ascii_digit() || c == '.', ""))
        })
        .collect()
}

/// A picture in which a shape is hidden is another one, but for the grid, which others may cover.
#[test]
fn every_shape_is_drawn() {
    for chart in all() {
        let svg = chart.light_svg();
        // Small, since there are many.
        let whole = drawn(&svg, 0.5).expect("a picture");
        for at in shapes(&svg) {
            let element = svg[at..].split("</").next().unwrap_or_default();
            if element.contains("s-grid") {
                continue;
            }
            let hidden = format!("{} display=\"none\"{}", &svg[..at], &svg[at..]);
            let without = drawn(&hidden, 0.5).expect("a picture");
            assert!(
                without.data() != whole.data(),
                "{} as a picture lacks {element}",
                chart.id
            );
        }
    }
}

/// Each line of a change has the colour that says what it is: a loss, a gain, one that is known.
#[test]
fn changes_have_their_colours_in_pixels() {
    for size in [Size::Wide, Size::Narrow] {
        let svg = series().chart(size).light_svg();
        let picture = drawn(&svg, 2.0).expect("a picture");
        let mut seen: BTreeMap<[u8; 3], usize> = BTreeMap::new();
        // Above the plot there are only the changes' lines and texts, below the title.
        let rows = 2 * 45..2 * 88;
        for row in rows {
            for column in 0..picture.width() {
                let pixel = picture.pixel(column, row).expect("within").demultiply();
                *seen
                    .entry([pixel.red(), pixel.green(), pixel.blue()])
                    .or_default() += 1;
            }
        }
        for (what, colour) in [
            ("a loss", [0xb9, 0x2a, 0x2a]),
            ("a gain", [0x0b, 0x72, 0x47]),
            ("a known one", [0x59, 0x61, 0x6b]),
        ] {
            let count = seen.get(&colour).copied().unwrap_or_default();
            assert!(count > 20, "{size:?}: {count} pixels of {what}");
        }
    }
}

/// A letter that the pictures' font lacks is left out.
#[test]
fn every_letter_is_in_the_font() {
    let letter = |c: char| {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='24' height='24' font-family='sans-serif' font-size='16'>\
             <text x='4' y='18'>&#{};</text></svg>",
            u32::from(c)
        );
        drawn(&svg, 1.0).expect("a picture").data().to_vec()
    };
    let lacking = letter('\u{2192}');
    let mut letters = BTreeSet::new();
    for chart in all() {
        let svg = chart.light_svg();
        for text in svg.split("<text").skip(1) {
            let inner = text.split_once('>').map_or("", |(_, inner)| inner);
            letters.extend(inner.split('<').next().unwrap_or_default().chars());
        }
    }
    // A name that is cut, and a change without a bound.
    letters.extend(['…', '−', '×']);
    assert!(letters.len() > 30, "{letters:?}");
    for c in letters.into_iter().filter(|c| !c.is_whitespace()) {
        assert!(letter(c) != lacking, "{c:?} (U+{:04X})", u32::from(c));
    }
}
