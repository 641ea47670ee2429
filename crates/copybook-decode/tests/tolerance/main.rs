//! Records that are not quite what their copybook says: what is an error, and what each choice
//! makes of it.

#[path = "../support/encode.rs"]
mod encode;
mod lengths;
mod tables;
mod values;

use std::num::NonZeroUsize;

use copybook_decode::decode::{
    BlankNumbers, Counts, LongRecords, OnError, Report, ShortRecords, Signs, Tables, Trim,
};
use copybook_decode::record::{Endian, LineEnd};
use copybook_decode::{DecodeOptions, Decoder, FileFormat, Framing, Schema, decode_slice};

use encode::encode;

const RDW: Framing = Framing::Rdw {
    header_included: true,
    endian: Endian::Big,
};

/// Lines of a file, or the error's text.
fn decode(
    copybook: &str,
    options: &DecodeOptions,
    framing: Framing,
    data: &[u8],
) -> Result<(Vec<String>, Report), String> {
    let schema = Schema::parse(copybook).unwrap_or_else(|error| panic!("{error}"));
    let decoder = Decoder::new(&schema, options).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let report = decode_slice(
        &decoder,
        &FileFormat::new(framing),
        NonZeroUsize::MIN,
        data,
        &mut out,
    )
    .map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).unwrap();
    Ok((text.lines().map(str::to_owned).collect(), report))
}

/// One record behind a descriptor word; EBCDIC is what `text` says, in cp037.
fn one(copybook: &str, options: &DecodeOptions, record: &[u8]) -> Result<String, String> {
    let (lines, _) = decode(copybook, options, RDW, &framed(&[record]))?;
    Ok(lines.concat())
}

fn framed(records: &[&[u8]]) -> Vec<u8> {
    let mut data = Vec::new();
    for record in records {
        data.extend(u16::try_from(record.len() + 4).unwrap().to_be_bytes());
        data.extend([0, 0]);
        data.extend_from_slice(record);
    }
    data
}

/// `text` in cp037.
fn e(text: &str) -> Vec<u8> {
    encode(&copybook_decode::codepage::CodePage::Cp037, text)
}

fn short(short_records: ShortRecords) -> DecodeOptions {
    DecodeOptions {
        short_records,
        ..DecodeOptions::default()
    }
}

#[test]
fn remedies_are_named_where_they_help() {
    let default = DecodeOptions::default();
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        ..DecodeOptions::default()
    };
    for (picture, bytes, named) in [
        ("S9(2)", vec![0xF1, 0xF2], Some("--signs lenient")),
        ("S9(2)", vec![0xF1, 0xA2], Some("--signs lenient")),
        ("S9(2)", vec![0x60, 0xF2], None),
        ("S9(2)", vec![0xF1, 0x40], None),
        ("9(2)", vec![0xF1, 0xD2], Some("--signs lenient")),
        ("9(2)", vec![0xC1, 0xF2], None),
        ("S9(3) COMP-3", vec![0x12, 0x3F], Some("--signs lenient")),
        ("9(3) COMP-3", vec![0x12, 0x3C], Some("--signs lenient")),
        ("S9(3) COMP-3", vec![0x12, 0x31], None),
        ("S9(3) COMP-3", vec![0x40, 0x40], Some("--blank-numbers")),
        ("S9(3) COMP-3", vec![0x00, 0x00], Some("--blank-numbers")),
        ("S9(3) COMP-3", vec![0x1A, 0x3C], None),
        ("S9(1) COMP-3", vec![0xD3], None),
    ] {
        let copybook = format!("01 R. 05 F PIC {picture}.");
        let error = one(&copybook, &default, &bytes).unwrap_err();
        for flag in ["--signs lenient", "--blank-numbers"] {
            assert_eq!(
                error.contains(flag),
                named == Some(flag),
                "{picture} {bytes:02X?}: {error}"
            );
        }
        if let Err(error) = one(&copybook, &lenient, &bytes) {
            assert!(!error.contains("lenient"), "{error}");
        }
    }
}
