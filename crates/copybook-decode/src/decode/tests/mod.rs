//! Every kernel prints what the reader prints, on valid and on corrupted records: output, report
//! and error.

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

/// Bytes of records that become others, and a record that ends early.
#[derive(Debug, Clone)]
struct Damage {
    bytes: Vec<(Index, Index, u8)>,
    cut: Option<(Index, Index)>,
}

impl Damage {
    fn any() -> impl Strategy<Value = Damage> {
        let at = any::<(Index, Index)>();
        let byte = (any::<Index>(), any::<Index>(), any::<u8>());
        let bytes = prop_oneof![1 => Just(Vec::new()), 2 => prop::collection::vec(byte, 0..12)];
        let cut = prop::option::weighted(0.2, at);
        (bytes, cut).prop_map(|(bytes, cut)| Damage { bytes, cut })
    }

    fn apply(&self, records: &mut [Vec<u8>]) {
        for (record, at, byte) in &self.bytes {
            let record = record.get_mut(records);
            *at.get_mut(record) = *byte;
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

/// A single wrong byte anywhere is found at the same place by every kernel.
#[test]
fn every_byte_of_a_field_is_checked() {
    let schema = Schema::parse(
        "       01 R. 05 A PIC S9(9)V99 COMP-3. 05 B PIC S9(6)V99. 05 C PIC 9(4). 05 D PIC 9(4) COMP-3.",
    )
    .expect("schema");
    let good =
        b"\x12\x34\x56\x78\x90\x1D\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xC8\xF0\xF0\xF1\xF2\x00\x12\x3F";
    for kernel in Kernel::available() {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        let (result, out, _) = fixed(&decoder, &good.repeat(5));
        assert_eq!(result, Ok(()));
        let line = "{\"A\":\"-123456789.01\",\"B\":\"123456.78\",\"C\":\"12\",\"D\":\"123\"}\n";
        assert_eq!(
            String::from_utf8(out).as_deref(),
            Ok(line.repeat(5).as_str())
        );
        for at in 0..good.len() {
            let mut data = good.repeat(5);
            data[2 * good.len() + at] = 0xBB;
            let (result, out, report) = fixed(&decoder, &data);
            let error = result.expect_err("invalid byte");
            assert_eq!(
                (error.record, error.offset),
                (3, at),
                "{}: {error}",
                kernel.name()
            );
            assert_eq!(error.absolute, Some((2 * good.len() + at) as u64));
            assert_eq!(out.len(), 2 * line.len());
            assert_eq!(report.records, 3);
        }
    }
}

/// Wherever a suspect record is among those that are printed at once, it is found, and the others
/// are printed.
#[test]
fn a_suspect_record_is_found_among_many() {
    let schema =
        Schema::parse("       01 R. 05 A PIC X(2). 05 B PIC 9(3) COMP-3.").expect("schema");
    let good = b"\xC1\x40\x12\x3F".repeat(300);
    let line = "{\"A\":\"A \",\"B\":\"123\"}\n";
    for kernel in Kernel::available() {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            on_error: OnError::Skip { limit: 2 },
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        for at in 0..299 {
            let mut data = good.clone();
            data[4 * at + 2] = 0xBB;
            data[4 * 299 + 2] = 0xBB;
            let (result, out, report) = fixed(&decoder, &data);
            assert_eq!(result, Ok(()), "{}", kernel.name());
            assert_eq!((report.records, report.skipped), (300, 2));
            assert!(out == line.repeat(298).as_bytes(), "{}", kernel.name());
        }
    }
}

/// Whichever fields of a record are suspect, they become null and all others are printed: first and
/// last ones, neighbours, elements of a table, with quotes and without.
#[test]
fn only_suspect_fields_become_null() {
    let schema = Schema::parse(
        "       01 R. 05 A PIC 9(2). 05 G. 10 B PIC X(2).
           10 C PIC 9 COMP-3 OCCURS 3.
           05 D PIC X(3). 05 E PIC S9(4) COMP. 05 F COMP-1.
           05 H PIC S9(3).",
    )
    .expect("schema");
    // A page without X'C1', so that text can be invalid.
    let page = CodePage::Cp037.chars().iter().enumerate();
    let line = |(byte, char): (usize, &Option<char>)| match char {
        Some(char) if byte != 0xC1 => format!("0x{byte:02X} 0x{:04X}\n", u32::from(*char)),
        _ => String::new(),
    };
    let page = CodePage::from_mapping("no A", &page.map(line).collect::<String>()).expect("page");
    let good = b"\xF1\xF2\xC2\xC3\x1F\x2F\x3F\xC4\xC5\xC6\x00\x07\x41\x10\x00\x00\xF1\xF2\xD3";
    let bad = [
        (1, &[0xC1][..]),
        (3, &[0xC1]),
        (4, &[0xBB]),
        (5, &[0xBB]),
        (6, &[0xBB]),
        (9, &[0xC1]),
        (10, &[0x7F, 0xFF]),
        (18, &[0x00]),
    ];
    let mut data = Vec::new();
    for set in 0..1 << bad.len() {
        let mut record = good.to_vec();
        for (index, (at, bytes)) in bad.iter().enumerate() {
            if set >> index & 1 == 1 {
                record[*at..*at + bytes.len()].copy_from_slice(bytes);
            }
        }
        data.extend_from_slice(&record);
    }
    let records: Vec<Vec<u8>> = data.chunks(good.len()).map(<[u8]>::to_vec).collect();
    for (kernel, decimals) in Kernel::available()
        .into_iter()
        .flat_map(|kernel| [(kernel, Decimals::Text), (kernel, Decimals::Number)])
    {
        let options = DecodeOptions {
            kernel: kernel.name().parse().ok(),
            on_error: OnError::Null,
            code_page: page.clone(),
            decimals,
            ..DecodeOptions::default()
        };
        let decoder = Decoder::new(&schema, &options).expect("plan");
        let wanted = fixed(&decoder.reader_only(), &data);
        assert_eq!(wanted.2.nulls, 8 * 128);
        compare(&fixed(&decoder, &data), &wanted, kernel.name());
        compare(&in_place(&decoder, &records), &wanted, kernel.name());
    }
}

/// Texts of every length around those of words and vectors, with every number of spaces at either
/// end.
#[test]
fn every_length_of_text_is_trimmed() {
    let lengths = || (1..=34).chain([63, 64, 65, 129]);
    let fields = lengths().map(|len| format!("           05 T{len} PIC X({len}).\n"));
    let copybook = format!("       01 R.\n{}", fields.collect::<String>());
    let schema = Schema::parse(&copybook).expect("schema");
    let mut data = Vec::new();
    for (kept, lead) in (0..=129).flat_map(|kept| [(kept, 0), (kept, 1), (kept, kept / 2)]) {
        for len in lengths() {
            // A quote, which is escaped, among letters and a space.
            let letters = [0xC1, 0x40, 0x7F, 0xC2].iter().cycle().take(kept);
            let text = letters.skip(lead).copied();
            let mut text: Vec<u8> = [0x40].repeat(lead).into_iter().chain(text).collect();
            text.resize(len, 0x40);
            data.extend_from_slice(&text);
        }
    }
    for kernel in Kernel::available() {
        for trim in [Trim::None, Trim::Left, Trim::Right, Trim::Both] {
            let options = DecodeOptions {
                kernel: kernel.name().parse().ok(),
                trim,
                ..DecodeOptions::default()
            };
            let decoder = Decoder::new(&schema, &options).expect("plan");
            let wanted = fixed(&decoder.reader_only(), &data);
            compare(&fixed(&decoder, &data), &wanted, kernel.name());
        }
    }
}
