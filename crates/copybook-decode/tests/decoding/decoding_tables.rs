//! The decoding tables in docs/methodology.md are what the decoder does: made by asking it.
//! `UPDATE_DOCS=1` writes them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{Report, Signs};
use copybook_decode::{DecodeOptions, Decoder, Schema};

use crate::encode::encode;

const OPEN: &str = "<!-- table: decoding -->\n";
const CLOSE: &str = "<!-- /table -->";

/// The JSON that a single field of these bytes decodes to, if it is valid.
fn decoded(clauses: &str, page: &CodePage, signs: Signs, bytes: &[u8]) -> Option<String> {
    let schema = Schema::parse(&format!("01 R. 05 A {clauses}.")).unwrap();
    let options = DecodeOptions {
        code_page: page.clone(),
        signs,
        ..DecodeOptions::default()
    };
    let decoder = Decoder::new(&schema, &options).unwrap();
    let (mut out, mut report) = (Vec::new(), Report::default());
    let outcome = decoder.decode_record(bytes, &mut out, &mut report);
    outcome.ok()?;
    let text = String::from_utf8(out).unwrap();
    Some(
        text.trim_end()
            .replace("{\"A\":", "")
            .replace(['}', '"'], ""),
    )
}

/// Sign half bytes that a packed field takes, by sign.
fn nibbles(clauses: &str, signs: Signs) -> String {
    let mut taken: BTreeMap<bool, Vec<String>> = BTreeMap::new();
    for nibble in 0..16_u8 {
        if let Some(value) = decoded(clauses, &CodePage::Cp037, signs, &[0x10 | nibble]) {
            let list = taken.entry(value.starts_with('-')).or_default();
            list.push(format!("{nibble:X}"));
        }
    }
    let list = |minus| {
        taken
            .get(&minus)
            .map_or("none".to_owned(), |list| list.join(" "))
    };
    format!("plus {}; minus {}", list(false), list(true))
}

/// The bytes that a signed zoned digit takes.
fn overpunches(page: &CodePage, picture: &str, signs: Signs, minus: bool) -> String {
    let bytes: Vec<u8> = (0..=255_u8)
        .filter_map(|byte| {
            // A digit before it: zero would have no sign.
            let digits = [encode(page, "1"), vec![byte]].concat();
            let value = decoded(&format!("{picture}9"), page, signs, &digits)?;
            (value.starts_with('-') == minus).then_some(byte)
        })
        .collect();
    let hex: Vec<String> = bytes
        .chunk_by(|a, b| a.checked_add(1) == Some(*b))
        .map(|run| match run {
            [one] => format!("{one:02X}"),
            [first, .., last] => format!("{first:02X}-{last:02X}"),
            [] => String::new(),
        })
        .collect();
    hex.join(" ")
}

fn sizes(out: &mut String) {
    out.push_str("| USAGE | digits: bytes |\n|---|---|\n");
    for usage in [
        "DISPLAY", "NATIONAL", "COMP", "COMP-5", "COMP-X", "COMP-N", "COMP-3", "COMP-6",
    ] {
        let cells: Vec<String> = [1, 2, 4, 5, 9, 10, 18, 19, 31, 38]
            .into_iter()
            .map(|digits| {
                let text = format!("01 R. 05 A PIC 9({digits}) {usage}.");
                let schema = Schema::parse(&text).unwrap();
                format!("{digits}: {}", schema.record_length(schema.roots()[0]).1)
            })
            .collect();
        let _ = writeln!(out, "| {usage} | {} |", cells.join(", "));
    }
    for usage in [
        "COMP-1",
        "COMP-2",
        "BINARY-CHAR",
        "BINARY-SHORT",
        "BINARY-LONG",
        "BINARY-DOUBLE",
        "INDEX",
        "POINTER",
        "FUNCTION-POINTER",
        "PROCEDURE-POINTER",
        "OBJECT REFERENCE",
        "PIC X(3) COMP-X",
        "PIC N(3)",
        "PIC G(3)",
        "PIC U(3)",
        "PIC U BYTE-LENGTH 5",
        "PIC +9(3)V99E+99",
        "PIC -9.99E-99 NATIONAL",
    ] {
        let schema = Schema::parse(&format!("01 R. 05 A {usage}.")).unwrap();
        let bytes = schema.record_length(schema.roots()[0]).1;
        let _ = writeln!(out, "| {usage} | {bytes} |");
    }
    out.push_str("\nSIGN SEPARATE takes one byte more; S, V and P take none.\n\n");
}

fn tables() -> String {
    let mut out = String::new();
    sizes(&mut out);
    out.push_str("| signs | strict | lenient |\n|---|---|---|\n");
    for (what, clauses) in [("signed", "PIC S9 COMP-3"), ("unsigned", "PIC 9 COMP-3")] {
        let (strict, lenient) = (
            nibbles(clauses, Signs::Strict),
            nibbles(clauses, Signs::Lenient),
        );
        let _ = writeln!(out, "| packed, {what} | {strict} | {lenient} |");
    }
    for (name, page) in [("EBCDIC", CodePage::Cp037), ("ASCII", CodePage::Ascii)] {
        for (sign, minus) in [("plus", false), ("minus", true)] {
            let strict = overpunches(&page, "PIC S9", Signs::Strict, minus);
            let lenient = overpunches(&page, "PIC S9", Signs::Lenient, minus);
            let _ = writeln!(out, "| zoned {name}, {sign}, X' | {strict} | {lenient} |");
        }
    }
    for (name, page) in [("EBCDIC", CodePage::Cp037), ("ASCII", CodePage::Ascii)] {
        let strict = overpunches(&page, "PIC 9", Signs::Strict, false);
        let lenient = overpunches(&page, "PIC 9", Signs::Lenient, false);
        let _ = writeln!(out, "| zoned {name}, unsigned, X' | {strict} | {lenient} |");
    }
    let names: Vec<&str> = CodePage::BUILT_IN.iter().map(CodePage::name).collect();
    let _ = writeln!(out, "\nCode pages: {}.", names.join(", "));
    out
}

#[test]
fn the_tables_in_the_docs_are_what_the_decoder_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/methodology.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: docs/ not present");
        return;
    };
    let (before, rest) = text
        .split_once(OPEN)
        .expect("methodology.md has the marker");
    let (found, after) = rest.split_once(CLOSE).expect("the table has an end");
    let expected = tables();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{OPEN}{expected}{CLOSE}{after}")).unwrap();
        return;
    }
    assert_eq!(found, expected, "run this test with UPDATE_DOCS=1");
}
