//! copybook-codec, the seed of this project, reads the same records: good ones, and ones in which a
//! byte was changed.

mod damage;
mod supported;
mod values;

use std::cell::RefCell;

use anyhow::{Context, Result, ensure};
use copybook_codec::{
    Codepage, DecodeOptions, FloatFormat, JsonNumberMode, RecordFormat, decode_record,
};
use copybook_core::{Schema, parse_copybook};
use workload::encode::{Characters, Floats, Order};

use crate::fields::{self, Difference, Fields};
use crate::random::Limits;
use crate::sample::{self, Figures, Plan, Sample};
use supported::{Filter, Rule};

const PLAN: Plan = Plan {
    // What it does not have beyond this is in `supported`.
    limits: Limits {
        items: 16,
        binary_digits: 18,
        synchronized_digits: 9,
        nested_depending: true,
        native_digits: 1,
        packed_p: true,
        scaled_blank: true,
        currency_sign: true,
        leading_slack: true,
        table_slack: false,
        longer_views: true,
        moving_views: true,
        moving_slack: true,
    },
    // It has no ASCII with signs of its own.
    characters: &[Characters::Cp037, Characters::Ascii],
    floats: Floats::Ibm,
    cases: 100,
    shrink: true,
};

#[test]
fn copybook_codec_finds_the_same_values() {
    let filter = RefCell::new(Filter::default());
    let figures = sample::run(PLAN, |sample, figures| {
        let description = filter.borrow_mut().supported(&sample.description);
        compare(
            &Sample {
                description,
                ..sample.clone()
            },
            figures,
        )
    });
    let figures = figures.unwrap_or_else(|error| panic!("{error}"));
    println!(
        "copybook-codec: {figures:?}; something else drawn: {:?}",
        filter.borrow().applied
    );
}

/// A rule that is none any more is taken out of the README and out of the code.
#[test]
fn every_rule_has_its_reason_still() {
    for rule in Rule::ALL {
        let filter = RefCell::new(Filter {
            without: Some(rule),
            ..Filter::default()
        });
        let figures = sample::run(
            Plan {
                shrink: false,
                ..PLAN
            },
            |sample, figures| {
                let description = filter.borrow_mut().supported(&sample.description);
                compare(
                    &Sample {
                        description,
                        ..sample.clone()
                    },
                    figures,
                )
            },
        );
        assert!(figures.is_err(), "{rule:?}: no difference without it");
        let name = format!("`{rule:?}`");
        assert!(
            include_str!("../../README.md").contains(&name),
            "the README does not name {name}"
        );
    }
}

/// copybook-codec, ready for a sample's records.
struct Codec {
    schema: Schema,
    options: DecodeOptions,
}

impl Codec {
    fn new(sample: &Sample) -> Result<Codec> {
        let text = sample.description.copybook();
        let schema = parse_copybook(&text).context("it refuses the copybook")?;
        let length = sample.description.record_length();
        ensure!(
            schema.lrecl_fixed == Some(length as u32),
            "record length {length} here, {:?} there",
            schema.lrecl_fixed
        );
        let options = DecodeOptions::new()
            .with_format(RecordFormat::Fixed)
            .with_codepage(match sample.characters {
                Characters::Cp037 => Codepage::CP037,
                Characters::Ascii | Characters::AsciiSigned => Codepage::ASCII,
            })
            .with_json_number_mode(JsonNumberMode::Lossless)
            .with_float_format(FloatFormat::IbmHex);
        Ok(Codec { schema, options })
    }

    fn decode(&self, record: &[u8]) -> Result<Fields> {
        let value = decode_record(&self.schema, record, &self.options)?;
        fields::of_json(&value["fields"].to_string())
    }
}

fn compare(sample: &Sample, figures: &mut Figures) -> Result<Vec<Difference>> {
    let codec = Codec::new(sample)?;
    let kinds = values::kinds(&sample.description);
    let data = sample.data(Order::BigEndian);
    let records = data.chunks(sample.description.record_length());
    let mut differences = Vec::new();
    for (record, (bytes, ours)) in records.zip(&sample.ours()?).enumerate() {
        let theirs = codec
            .decode(bytes)
            .with_context(|| format!("record {record}"))?;
        differences.extend(values::differences(record, &kinds, ours, &theirs));
        figures.records += 1;
        figures.values += ours.len() as u64;
    }
    figures.copybooks += 1;
    Ok(differences)
}
