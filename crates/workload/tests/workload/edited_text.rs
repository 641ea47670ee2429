//! Numeric-edited fields hold what editing writes and nothing else: small pictures, every value,
//! and texts that differ from these in one or two characters.

use std::collections::BTreeMap;

use workload::copybook_decode::codepage::CodePage;
use workload::copybook_decode::decode::Report;
use workload::copybook_decode::{DecodeOptions, Decoder, Schema};
use workload::model::{Edited, Fill, Mark};

/// Pictures of at most four digits, of every kind.
fn pictures() -> Vec<Edited> {
    let fills = [
        Fill::Spaces,
        Fill::Asterisks,
        Fill::Floating('$'),
        Fill::Floating('+'),
        Fill::Floating('-'),
    ];
    let marks = [
        Mark::None,
        Mark::Leading('+'),
        Mark::Trailing('-'),
        Mark::Credit,
        Mark::Debit,
    ];
    let mut all = Vec::new();
    for (fill, mark) in fills
        .iter()
        .flat_map(|f| marks.iter().map(move |m| (*f, *m)))
    {
        let floats = matches!(fill, Fill::Floating(_));
        let sign_floats = matches!(fill, Fill::Floating('+' | '-'));
        if sign_floats && mark != Mark::None {
            continue;
        }
        for (whole, behind, shown) in [(2, 0, 1), (2, 1, 0), (1, 1, 1), (2, 0, 2), (4, 0, 1)] {
            for (group, currency, blank_when_zero) in [
                (None, false, false),
                (Some(','), !floats, false),
                (Some('B'), false, fill != Fill::Asterisks),
            ] {
                all.push(Edited {
                    whole,
                    behind,
                    fill,
                    shown,
                    mark,
                    group,
                    currency,
                    blank_when_zero,
                });
            }
        }
    }
    all
}

/// What the decoder makes of a text.
fn read(decoder: &Decoder, text: &str) -> Option<String> {
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(text.as_bytes(), &mut out, &mut report)
        .ok()?;
    let line = String::from_utf8(out).expect("UTF-8");
    Some(
        line.trim()
            .trim_start_matches("{\"F\":\"")
            .trim_end_matches("\"}")
            .to_owned(),
    )
}

#[test]
fn only_what_editing_writes_is_read() {
    let mut refused = 0_usize;
    // `99 BLANK WHEN ZERO` is a number without editing but for its zero.
    let edits = |edited: &Edited| edited.picture().contains(|c| c != '9');
    for edited in pictures().into_iter().filter(edits) {
        let blank = if edited.blank_when_zero {
            " BLANK WHEN ZERO"
        } else {
            ""
        };
        let copybook = format!(
            "       01 R.\n           05 F PIC {}{blank}.\n",
            edited.picture()
        );
        let schema = Schema::parse(&copybook).unwrap_or_else(|error| panic!("{error}"));
        let options = DecodeOptions {
            code_page: CodePage::Ascii,
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        let most = 10_i128.pow(edited.digits() as u32) - 1;
        let least = if edited.signed() { -most } else { 0 };
        let written: BTreeMap<String, i128> = (least..=most)
            .map(|value| (edited.characters(value), value))
            .collect();
        for (text, value) in written.iter().step_by(1 + written.len() / 3) {
            let found = read(&decoder, text).unwrap_or_else(|| panic!("{copybook}{text:?}"));
            let shown: f64 = found.parse().expect("a number");
            let scaled = *value as f64 / 10_f64.powi(edited.behind as i32);
            assert!((shown - scaled).abs() < 1e-9, "{copybook}{text:?} {found}");
            for other in neighbours(text) {
                match written.get(&other) {
                    Some(_) => assert!(read(&decoder, &other).is_some(), "{copybook}{other:?}"),
                    // What is left of a number that was cut off.
                    None if read(&decoder, &other).is_some_and(|n| n.parse() == Ok(0.0)) => {
                        let positive = other.replace("CR", "  ").replace("DB", "  ");
                        let plus = written.contains_key(&positive.replace('-', "+"));
                        let none = written.contains_key(&positive.replace('-', " "));
                        assert!(plus || none, "{copybook}{other:?}");
                    }
                    None => {
                        refused += 1;
                        assert_eq!(read(&decoder, &other), None, "{copybook}{other:?}");
                    }
                }
            }
        }
    }
    assert!(refused > 5_000, "{refused}");
}

/// One character or two neighbouring ones changed.
fn neighbours(text: &str) -> Vec<String> {
    const OTHERS: &[char] = &[
        ' ', '0', '7', '-', '+', '$', '*', ',', '.', 'C', 'R', 'D', 'B', '/',
    ];
    let chars: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    for at in 0..chars.len() {
        for &first in OTHERS {
            let mut one = chars.clone();
            one[at] = first;
            all.push(one.iter().collect());
            if at + 1 < chars.len() {
                for second in [' ', '-', '0', '$'] {
                    let mut two = one.clone();
                    two[at + 1] = second;
                    all.push(two.iter().collect());
                }
            }
        }
    }
    all
}
