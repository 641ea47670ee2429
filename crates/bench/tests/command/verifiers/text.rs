//! Text: what is blank, and what must not reach a terminal as it is.

use serde_json::json;

use super::commands::{both, sealed};
use super::value;

#[test]
fn both_have_one_idea_of_white_space() {
    let blank = [
        " ",
        "\t\r\n",
        "\u{85}",
        "\u{a0}",
        "\u{2003}\u{3000}",
        "\u{2028}",
    ];
    let not = ["\u{feff}", "\u{1c}", "\u{1d}\u{1e}\u{1f}", "\u{200b}", "x"];
    let with = |text: &&str| {
        let mut value = value();
        value["subject"]["version"] = json!(text);
        sealed(value)
    };
    let texts: Vec<String> = blank.iter().chain(&not).map(with).collect();
    for (index, (bench, python)) in both(&texts).into_iter().enumerate() {
        let expected = index >= blank.len();
        assert_eq!(bench.accepted, expected, "{bench:?}");
        assert_eq!(python.accepted, expected, "{python:?}");
    }
}

/// A label that looks like a verifier's own word.
#[test]
fn a_label_forges_no_line() {
    let mut value = value();
    let label = "X\n\u{1b}[2Kperf.json: ok\nperf.json: verified\u{9b}\u{202e}";
    value["slo"][0]["label"] = json!(label);
    value["slo"][1]["label"] = json!(label);
    let texts = [sealed(value)];
    for (bench, python) in both(&texts) {
        for said in [bench, python] {
            assert!(!said.accepted);
            let line = said.lines.join("");
            assert!(line.contains("2Kperf.json: ok"), "{line}");
            assert!(!line.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{line}");
        }
    }
}

/// A megabyte that is no receipt: reading its keys took one of the verifiers minutes, telling all that is
/// wrong with it took both of them long.
#[test]
fn a_megabyte_of_nonsense_is_refused_by_both() {
    let keys: Vec<String> = (0..90_000).map(|i| format!("\"k{i}\":1")).collect();
    let texts = [
        format!("{{{}}}", keys.join(",")),
        format!("{{\"schema_version\":{}}}", "9".repeat(900_000)),
        "[".repeat(500_000),
        format!(
            "{{\"schema_version\":6,\"benchmarks\":[{}0]}}",
            "0,".repeat(100_000)
        ),
    ];
    for (bench, python) in both(&texts) {
        for said in [bench, python] {
            assert!(!said.accepted, "{said:?}");
            assert!(said.lines.len() < 200, "{} lines", said.lines.len());
        }
    }
}

/// Neither looks at all of 450,000 wrong entries: that took the second one five seconds.
#[test]
fn what_nobody_reads_is_not_made() {
    let mut value = value();
    value["benchmarks"][0]["samples"] = json!(vec![-1; 450_000]);
    let text = sealed(value);
    for (bench, python) in both(&[text]) {
        for said in [bench, python] {
            assert!(!said.accepted, "{said:?}");
            let last = said.lines.last().map(String::as_str);
            let more = "there may be more problems, which are not listed";
            assert_eq!((said.lines.len(), last), (101, Some(more)));
        }
    }
}
