//! Every kernel prints what the reader prints, on valid and on corrupted records: output, report
//! and error.

mod cases;
mod record;

use std::cell::Cell;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

use crate::codepage::CodePage;
use crate::decode::{
    BinaryRange, BlankNumbers, Counts, Decimals, DecodeError, DecodeOptions, Decoder, Fillers,
    FloatFormat, Groups, LongRecords, Names, OnError, Renames, Report, ShortRecords, Signs, Tables,
    Trim,
};
use crate::schema::{Kind, Schema};

use crate::kernel::Kernel;

/// Every shape that a kernel has, at the edges of what it takes; the fuzz targets take them too.
const COPYBOOKS: &str = include_str!("every_shape.cob");

/// Any choices, without those that leave every record to the reader.
fn options() -> impl Strategy<Value = DecodeOptions> {
    let on_error = prop_oneof![
        1 => Just(OnError::Stop),
        3 => Just(OnError::Null),
        3 => (0..30_u64).prop_map(|limit| OnError::Skip { limit }),
    ];
    let text = (
        prop_oneof![
            8 => select(CodePage::BUILT_IN),
            1 => Just(two_spaces()),
            1 => Just(record::mixed_page()),
        ],
        select(&[Trim::None, Trim::Left, Trim::Right, Trim::Both]),
        select(&[Names::AsWritten, Names::Snake]),
        select(&[Groups::Nested, Groups::Flat]),
    );
    let numbers = (
        select(&[Decimals::Text, Decimals::Number]),
        select(&[Signs::Strict, Signs::Lenient]),
        select(&[BlankNumbers::Error, BlankNumbers::Null, BlankNumbers::Zero]),
        select(&[
            FloatFormat::Ibm,
            FloatFormat::IbmLittle,
            FloatFormat::IeeeBig,
            FloatFormat::IeeeLittle,
        ]),
        select(&[BinaryRange::Picture, BinaryRange::Storage]),
    );
    let records = (
        select(&[ShortRecords::Error, ShortRecords::Null, ShortRecords::Cut]),
        select(&[LongRecords::Error, LongRecords::Ignore]),
        select(&[Tables::Slide, Tables::Full]),
        select(&[Counts::Strict, Counts::Lenient]),
    );
    let printed = (
        select(&[Fillers::Drop, Fillers::Keep]),
        select(&[Renames::Drop, Renames::Keep]),
        any::<bool>(),
    );
    let all = (on_error, text, numbers, records, printed);
    all.prop_map(
        |(on_error, text, numbers, records, printed)| DecodeOptions {
            on_error,
            code_page: text.0,
            trim: text.1,
            names: text.2,
            groups: text.3,
            decimals: numbers.0,
            signs: numbers.1,
            blank_numbers: numbers.2,
            floats: numbers.3,
            binary_range: numbers.4,
            short_records: records.0,
            long_records: records.1,
            tables: records.2,
            counts: records.3,
            fillers: printed.0,
            renames: printed.1,
            group_text: printed.2,
            ..DecodeOptions::default()
        },
    )
}

/// A page of the user's own: cp037 where X'41', too, is a space.
fn two_spaces() -> CodePage {
    let lines = CodePage::Cp037.chars().iter().enumerate();
    let line = |(byte, char): (usize, &Option<char>)| match char {
        _ if byte == 0x41 => "0x41 0x0020\n".to_owned(),
        Some(char) => format!("0x{byte:02X} 0x{:04X}\n", u32::from(*char)),
        None => String::new(),
    };
    CodePage::from_mapping("two spaces", &lines.map(line).collect::<String>()).expect("page")
}

/// Bytes of records that become others, the same byte of every second record, and a record that ends
/// early.
#[derive(Debug, Clone)]
struct Damage {
    bytes: Vec<(Index, Index, u8)>,
    column: Option<(Index, u8)>,
    cut: Option<(Index, Index)>,
}

impl Damage {
    fn any() -> impl Strategy<Value = Damage> {
        let at = any::<(Index, Index)>();
        let byte = (any::<Index>(), any::<Index>(), any::<u8>());
        let bytes = prop_oneof![1 => Just(Vec::new()), 2 => prop::collection::vec(byte, 0..12)];
        let column = prop::option::weighted(0.3, any::<(Index, u8)>());
        let cut = prop::option::weighted(0.2, at);
        (bytes, column, cut).prop_map(|(bytes, column, cut)| Damage { bytes, column, cut })
    }

    fn apply(&self, records: &mut [Vec<u8>]) {
        for (record, at, byte) in &self.bytes {
            let record = record.get_mut(records);
            *at.get_mut(record) = *byte;
        }
        if let Some((at, byte)) = self.column {
            let at = at.index(records[0].len());
            for record in records.iter_mut().step_by(2) {
                if let Some(place) = record.get_mut(at) {
                    *place = byte;
                }
            }
        }
        if let Some((record, at)) = self.cut {
            let record = record.get_mut(records);
            record.truncate(at.index(record.len()));
        }
    }
}

type Outcome = (Result<(), DecodeError>, Vec<u8>, Report);

fn fixed(decoder: &Decoder, data: &[u8]) -> Outcome {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let result = decoder.decode_fixed(data, &mut out, &mut report);
    (result, out, report)
}

fn one_by_one(decoder: &Decoder, records: &[Vec<u8>]) -> Outcome {
    let (mut out, mut report) = (Vec::new(), Report::default());
    let mut each = records
        .iter()
        .map(|r| decoder.decode_record(r, &mut out, &mut report));
    let result = each.try_for_each(|result| result);
    (result, out, report)
}

/// The same records, decoded where they lie.
fn in_place(decoder: &Decoder, records: &[Vec<u8>]) -> Outcome {
    let mut pieces = Vec::new();
    for record in records {
        let start = pieces.last().map_or(0, |last: &Range<usize>| last.end);
        pieces.push(start..start + record.len());
    }
    let data = records.concat().into_boxed_slice();
    let (mut out, mut report) = (Vec::new(), Report::default());
    let result = decoder.decode_pieces(&data, &pieces, &mut out, &mut report);
    (result, out, report)
}

/// The records back to back, each as long as the longest. Boxed, so that AddressSanitizer sees a
/// read behind them: nothing is allocated there.
fn padded(records: &[Vec<u8>], length: usize) -> Box<[u8]> {
    let mut data = Vec::new();
    for (number, record) in records.iter().enumerate() {
        data.extend_from_slice(record);
        data.resize((number + 1) * length, 0x40);
    }
    data.into_boxed_slice()
}

#[test]
fn kernels_agree_with_the_reader() {
    let schemas: Vec<Schema> = COPYBOOKS
        .split("\n\n")
        .map(|text| Schema::parse(text).unwrap_or_else(|error| panic!("{error}")))
        .collect();
    let config = ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let entropy = prop::collection::vec(any::<u8>(), 0..800);
    let cases = (
        0..schemas.len(),
        options(),
        prop::collection::vec(entropy, 1..24),
        Damage::any(),
        prop::option::weighted(0.2, (any::<Index>(), select(CodePage::BUILT_IN))),
        prop::collection::vec(any::<Index>(), 0..6),
    );
    let (valid, errors) = (Cell::new(0), Cell::new(0));
    type Case = (
        usize,
        DecodeOptions,
        Vec<Vec<u8>>,
        Damage,
        Option<(Index, CodePage)>,
        Vec<Index>,
    );
    let property = |(copybook, mut options, entropy, damage, own_page, only): Case| {
        let schema = &schemas[copybook];
        let named: Vec<String> = schema
            .iter()
            .filter(|(_, field)| field.name() != "FILLER")
            .map(|(id, _)| schema.path(id))
            .collect();
        // Often all of them.
        if only.len() < 4 {
            options.only = only.iter().map(|at| at.get(&named).clone()).collect();
        }
        if let Some((at, page)) = own_page {
            let texts = schema.iter().filter(|(_, field)| {
                field.name() != "FILLER" && matches!(field.kind(), Kind::Text { .. })
            });
            let texts: Vec<String> = texts.map(|(id, _)| schema.path(id)).collect();
            if !texts.is_empty() {
                options.field_pages = vec![(at.get(&texts).clone(), page)];
            }
        }
        let record = |entropy: &Vec<u8>| record::record(schema, &options.code_page, entropy);
        let mut records: Vec<Vec<u8>> = entropy.iter().map(record).collect();
        damage.apply(&mut records);
        let reader = Decoder::new(schema, &options).expect("plan").reader_only();
        let data = padded(&records, reader.record_length().max);
        let wanted = (fixed(&reader, &data), one_by_one(&reader, &records));
        let report = &wanted.1.2;
        valid.set(valid.get() + report.records - report.skipped - report.nulls.min(report.records));
        errors.set(errors.get() + u64::from(wanted.1.0.is_err()) + report.skipped + report.nulls);
        for kernel in Kernel::available() {
            options.kernel = kernel.name().parse().ok();
            let decoder = Decoder::new(schema, &options).expect("plan");
            assert_eq!(decoder.kernel(), kernel.name());
            compare(&fixed(&decoder, &data), &wanted.0, kernel.name());
            compare(&one_by_one(&decoder, &records), &wanted.1, kernel.name());
            compare(&in_place(&decoder, &records), &wanted.1, kernel.name());
        }
        Ok(())
    };
    TestRunner::new(config)
        .run(&cases, property)
        .unwrap_or_else(|failed| panic!("{failed}"));
    // The comparison means something: both kinds of records occurred.
    let (valid, errors) = (valid.get(), errors.get());
    assert!(
        valid > 2000 && errors > 500,
        "{valid} valid, {errors} errors"
    );
}

fn compare(found: &Outcome, wanted: &Outcome, what: &str) {
    assert_eq!(found.0, wanted.0, "{what}");
    let lines = |out: &[u8]| String::from_utf8(out.to_vec()).expect("UTF-8");
    let (left, right) = (lines(&found.1), lines(&wanted.1));
    for (left, right) in left.lines().zip(right.lines()) {
        assert_eq!(left, right, "{what}");
    }
    assert_eq!(left.len(), right.len(), "{what}");
    assert_eq!(found.2, wanted.2, "{what}");
}
