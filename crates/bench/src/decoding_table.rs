//! The table `decoding` of docs/methodology.md: what the decoder takes, made by asking it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{BlankNumbers, FloatFormat, Report, Signs, Trim};
use copybook_decode::schema::CopybookOptions;
use copybook_decode::{DecodeOptions, Decoder, Schema};

/// The lines between the table's markers.
///
/// # Errors
/// The decoder refuses what it should take; this is a bug of it.
pub(crate) fn lines() -> Result<String> {
    // Writing to a String can't fail.
    let mut out = String::new();
    sizes(&mut out)?;
    signs(&mut out)?;
    blanks(&mut out)?;
    spaces(&mut out)?;
    floats(&mut out)?;
    let names: Vec<&str> = CodePage::BUILT_IN.iter().map(CodePage::name).collect();
    let _ = writeln!(out, "\nCode pages: {}.", names.join(", "));
    Ok(out)
}

fn schema(clauses: &str) -> Result<Schema> {
    let options = CopybookOptions {
        vendor_usages: true,
        ..CopybookOptions::default()
    };
    let text = format!("01 R. 05 A {clauses}.");
    Schema::parse_bytes(text.as_bytes(), &options).with_context(|| clauses.to_owned())
}

/// The JSON that a single field of these bytes decodes to, without quotes, if it is valid.
fn decoded(clauses: &str, options: &DecodeOptions, bytes: &[u8]) -> Result<Option<String>> {
    let decoder = Decoder::new(&schema(clauses)?, options)?;
    let (mut out, mut report) = (Vec::new(), Report::default());
    let outcome = decoder.decode_record(bytes, &mut out, &mut report);
    let text = String::from_utf8(out)?;
    let value = text.trim_end_matches("}\n").trim_start_matches("{\"A\":");
    Ok(outcome.ok().map(|()| value.replace('"', "")))
}

fn size(clauses: &str) -> Result<usize> {
    let schema = schema(clauses)?;
    let root = schema.roots().first().context("no record")?;
    Ok(schema.record_length(*root).1)
}

fn sizes(out: &mut String) -> Result<()> {
    out.push_str("| USAGE | digits: bytes |\n|---|---|\n");
    for usage in [
        "DISPLAY", "NATIONAL", "COMP", "COMP-5", "COMP-X", "COMP-N", "COMP-9", "COMP-3", "COMP-3U",
        "COMP-6",
    ] {
        let mut cells = Vec::new();
        for digits in [1, 2, 4, 5, 9, 10, 18, 19, 31, 38] {
            let bytes = size(&format!("PIC 9({digits}) {usage}"))?;
            cells.push(format!("{digits}: {bytes}"));
        }
        let _ = writeln!(out, "| {usage} | {} |", cells.join(", "));
    }
    for clauses in [
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
        let _ = writeln!(out, "| {clauses} | {} |", size(clauses)?);
    }
    out.push_str(
        "\nSIGN SEPARATE takes one byte more; S, V and P take none. COMP-9 and COMP-3U need \
         `--vendor-usages`.\n\n",
    );
    Ok(())
}

fn signs(out: &mut String) -> Result<()> {
    out.push_str("| signs | strict | lenient |\n|---|---|---|\n");
    for (what, clauses) in [("signed", "PIC S9 COMP-3"), ("unsigned", "PIC 9 COMP-3")] {
        let (strict, lenient) = (
            nibbles(clauses, Signs::Strict)?,
            nibbles(clauses, Signs::Lenient)?,
        );
        let _ = writeln!(out, "| packed, {what} | {strict} | {lenient} |");
    }
    let pages = [("EBCDIC", CodePage::Cp037), ("ASCII", CodePage::Ascii)];
    let signed = [("plus", "PIC S9", false), ("minus", "PIC S9", true)];
    for (name, page) in &pages {
        for (sign, picture, minus) in signed {
            let strict = overpunches(page, picture, Signs::Strict, minus)?;
            let lenient = overpunches(page, picture, Signs::Lenient, minus)?;
            let _ = writeln!(out, "| zoned {name}, {sign}, X' | {strict} | {lenient} |");
        }
    }
    for (name, page) in &pages {
        let strict = overpunches(page, "PIC 9", Signs::Strict, false)?;
        let lenient = overpunches(page, "PIC 9", Signs::Lenient, false)?;
        let _ = writeln!(out, "| zoned {name}, unsigned, X' | {strict} | {lenient} |");
    }
    Ok(())
}

/// Sign half bytes that a packed field takes, by sign.
fn nibbles(clauses: &str, signs: Signs) -> Result<String> {
    let options = DecodeOptions {
        signs,
        ..DecodeOptions::default()
    };
    let mut taken: BTreeMap<bool, Vec<String>> = BTreeMap::new();
    for nibble in 0..16_u8 {
        if let Some(value) = decoded(clauses, &options, &[0x10 | nibble])? {
            let list = taken.entry(value.starts_with('-')).or_default();
            list.push(format!("{nibble:X}"));
        }
    }
    let list = |minus| {
        taken
            .get(&minus)
            .map_or("none".to_owned(), |list| list.join(" "))
    };
    Ok(format!("plus {}; minus {}", list(false), list(true)))
}

/// The bytes that a signed zoned digit takes.
fn overpunches(page: &CodePage, picture: &str, signs: Signs, minus: bool) -> Result<String> {
    let options = DecodeOptions {
        code_page: page.clone(),
        signs,
        ..DecodeOptions::default()
    };
    // A digit before it: zero would have no sign.
    let one = if *page == CodePage::Ascii { 0x31 } else { 0xF1 };
    let mut bytes = Vec::new();
    for byte in 0..=255_u8 {
        let value = decoded(&format!("{picture}9"), &options, &[one, byte])?;
        if value.is_some_and(|value| value.starts_with('-') == minus) {
            bytes.push(byte);
        }
    }
    Ok(ranges(&bytes))
}

/// `40 4B C0-C9`
fn ranges(bytes: &[u8]) -> String {
    let runs = bytes.chunk_by(|a, b| a.checked_add(1) == Some(*b));
    let hex = runs.map(|run| match run {
        [one] => format!("{one:02X}"),
        [first, .., last] => format!("{first:02X}-{last:02X}"),
        [] => String::new(),
    });
    hex.collect::<Vec<_>>().join(" ")
}

/// Numbers that no program filled, by what `--blank-numbers` makes of them.
fn blanks(out: &mut String) -> Result<()> {
    let names: Vec<String> = BlankNumbers::value_variants().iter().map(name).collect();
    let names = names.join(" / ");
    let _ = writeln!(
        out,
        "\n| `--blank-numbers` {names} | spaces | zero bytes |\n|---|---|---|"
    );
    for (what, clauses, space) in [
        ("DISPLAY", "PIC 9(3)V9", &b"\x40"[..]),
        (
            "DISPLAY, BLANK WHEN ZERO",
            "PIC 9(3)V9 BLANK WHEN ZERO",
            b"\x40",
        ),
        (
            "SIGN SEPARATE",
            "PIC S9(3)V9 SIGN LEADING SEPARATE",
            b"\x40",
        ),
        ("NATIONAL", "PIC 9(3)V9 NATIONAL", b"\x00\x20"),
        ("edited, 9", "PIC ZZ9.9", b"\x40"),
        ("edited, no 9", "PIC ZZZ.Z", b"\x40"),
        ("floating-point, external", "PIC +9.9E+99", b"\x40"),
        ("COMP-3", "PIC S9(3)V9 COMP-3", b"\x40"),
        ("COMP-6", "PIC 9(3)V9 COMP-6", b"\x40"),
        ("COMP", "PIC S9(3)V9 COMP", b"\x40"),
        ("COMP-1", "COMP-1", b"\x40"),
    ] {
        let size = size(clauses)?;
        let (spaces, zeros) = (space.repeat(size / space.len()), vec![0; size]);
        let mut cells = Vec::new();
        for bytes in [spaces, zeros] {
            let mut found = Vec::new();
            for &blank_numbers in BlankNumbers::value_variants() {
                let options = DecodeOptions {
                    blank_numbers,
                    ..DecodeOptions::default()
                };
                let value = decoded(clauses, &options, &bytes)?;
                found.push(value.unwrap_or_else(|| "invalid".to_owned()));
            }
            found.dedup();
            cells.push(found.join(" / "));
        }
        let _ = writeln!(out, "| {what} | {} |", cells.join(" | "));
    }
    Ok(())
}

/// Which characters `--trim` takes for spaces.
fn spaces(out: &mut String) -> Result<()> {
    let options = DecodeOptions {
        trim: Trim::Both,
        ..DecodeOptions::default()
    };
    let mut trimmed = Vec::new();
    for byte in 0..=255_u8 {
        if decoded("PIC X", &options, &[byte])?.is_some_and(|value| value.is_empty()) {
            trimmed.push(byte);
        }
    }
    let _ = writeln!(
        out,
        "\n`--trim` drops X'{} of EBCDIC, and nothing else.\n",
        ranges(&trimmed)
    );
    Ok(())
}

/// The bytes of one number, by the names of `--floats`.
fn floats(out: &mut String) -> Result<()> {
    out.push_str("| `--floats` | 1.5 as COMP-1, X' | as COMP-2, X' |\n|---|---|---|\n");
    let images = [
        "41180000",
        "4118000000000000",
        "3FC00000",
        "3FF8000000000000",
    ];
    for &floats in FloatFormat::value_variants() {
        let options = DecodeOptions {
            floats,
            ..DecodeOptions::default()
        };
        let mut cells = Vec::new();
        for (clauses, size) in [("COMP-1", 4), ("COMP-2", 8)] {
            let mut found = Vec::new();
            for image in images.iter().filter(|image| image.len() == 2 * size) {
                let number = u64::from_str_radix(image, 16)?.to_be_bytes();
                let mut bytes = number[8 - size..].to_vec();
                for _ in 0..2 {
                    if decoded(clauses, &options, &bytes)?.as_deref() == Some("1.5") {
                        let hex = bytes.iter().map(|byte| format!("{byte:02X}"));
                        found.push(hex.collect::<String>());
                    }
                    bytes.reverse();
                }
            }
            cells.push(found.join(", "));
        }
        let _ = writeln!(out, "| {} | {} |", name(&floats), cells.join(" | "));
    }
    Ok(())
}

/// As the command line spells it.
fn name(option: &impl ValueEnum) -> String {
    let spelled = option.to_possible_value();
    spelled.map_or(String::new(), |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_bytes_are_put_together() {
        assert_eq!(ranges(&[0x40, 0x4B, 0xC0, 0xC1, 0xC2]), "40 4B C0-C2");
        assert_eq!(ranges(&[0xFE, 0xFF]), "FE-FF");
        assert_eq!(ranges(&[]), "");
    }
}
