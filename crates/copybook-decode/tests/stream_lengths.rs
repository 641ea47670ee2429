//! Records of one length, which are printed together, with others between them: the same lines,
//! totals and errors as one by one, whichever way the file comes in.

#[path = "support/line_end.rs"]
mod line_end;
#[path = "support/ways.rs"]
mod ways;
#[path = "framing/writer.rs"]
mod writer;

use copybook_decode::decode::{
    DecodeOptions, Decoder, KernelChoice, LongRecords, OnError, Report, ShortRecords,
};
use copybook_decode::record::{Endian, LineEnd};
use copybook_decode::schema::Schema;
use copybook_decode::{FileFormat, Framing};
use proptest::prelude::*;

use ways::{every_way, plainly};

const COPYBOOK: &str = "
       01 REC.
          05 A PIC 9(3).
          05 B PIC X(5).
          05 C PIC S9(5) COMP-3.
";
const LENGTH: usize = 11;

/// A record, valid or not, whose length may differ from the copybook's.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![30 => Just(LENGTH), 1 => 0..LENGTH, 1 => LENGTH + 1..LENGTH + 4];
    let bad = prop_oneof![20 => Just(None), 1 => (0..LENGTH).prop_map(Some)];
    (0_u32..1000, any::<[bool; 2]>(), length, bad).prop_map(
        |(number, [minus, odd], length, bad)| {
            let mut bytes = Vec::new();
            bytes.extend(format!("{number:03}").bytes().map(|digit| digit | 0xF0));
            // The last of the first is printed escaped.
            bytes.extend(if odd {
                *b"\xC1\xC2\xC3\x40\x7F"
            } else {
                *b"\xC1\x40\x40\x40\x40"
            });
            bytes.extend([0, (number % 10) as u8 * 16, if minus { 0x1D } else { 0x1C }]);
            bytes.extend([0x40; 3]);
            if let Some(bad) = bad {
                bytes[bad] = 0xFF;
            }
            bytes.truncate(length);
            bytes
        },
    )
}

fn framing() -> impl Strategy<Value = Framing> {
    prop_oneof![
        any::<bool>().prop_map(|header_included| Framing::Rdw {
            header_included,
            endian: Endian::Big
        }),
        Just(Framing::Rdw {
            header_included: true,
            endian: Endian::Little
        }),
        Just(Framing::Blocked),
        Just(Framing::Spanned),
        prop::sample::select(vec![
            LineEnd::Lf,
            LineEnd::CrLf,
            LineEnd::Nel,
            LineEnd::Auto
        ])
        .prop_map(|end| Framing::Lines { end }),
    ]
}

fn options() -> impl Strategy<Value = DecodeOptions> {
    let on_error = prop_oneof![
        Just(OnError::Stop),
        Just(OnError::Null),
        (0_u64..60).prop_map(|limit| OnError::Skip { limit }),
    ];
    let short = [ShortRecords::Error, ShortRecords::Null, ShortRecords::Cut];
    let long = [LongRecords::Error, LongRecords::Ignore];
    let kernels = [None, Some(KernelChoice::Scalar), Some(KernelChoice::Avx2)];
    (
        on_error,
        prop::sample::select(short.to_vec()),
        prop::sample::select(long.to_vec()),
        prop::sample::select(kernels.to_vec()),
    )
        .prop_map(
            |(on_error, short_records, long_records, kernel)| DecodeOptions {
                kernel,
                on_error,
                short_records,
                long_records,
                ..DecodeOptions::default()
            },
        )
}

fn decoder(options: &DecodeOptions) -> Decoder {
    let schema = Schema::parse(COPYBOOK).expect("a valid copybook");
    // The fastest kernel, where this CPU has not the one that was drawn.
    let fastest = DecodeOptions {
        kernel: None,
        ..options.clone()
    };
    let decoder = Decoder::new(&schema, options).or_else(|_| Decoder::new(&schema, &fastest));
    decoder.expect("a plan")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn together_is_as_one_by_one(
        framing in framing(),
        options in options(),
        mut records in prop::collection::vec(record(), 0..600),
    ) {
        writer::fit(framing, &mut records);
        let format = FileFormat { header: 4, footer: 6, ..FileFormat::new(framing) };
        let data = writer::write(&format, &records);
        let decoder = decoder(&options);
        let filler = (options.short_records == ShortRecords::Error).then_some(0x40);
        let (lines, mut report, error) = plainly(&decoder, filler, &format, &data);
        // Segments lie apart: another test looks at their places.
        let spanned = framing == Framing::Spanned;
        let places = |report: &mut Report| {
            if let Some(error) = report.first_error.as_mut().filter(|_| spanned) {
                error.absolute = None;
            }
        };
        places(&mut report);
        for (index, (found, mut total, end)) in every_way(&decoder, &format, &data).into_iter().enumerate() {
            places(&mut total);
            prop_assert!(found == lines, "way {index}: lines");
            prop_assert_eq!(&total, &report, "way {}: report", index);
            if spanned {
                prop_assert_eq!(end.is_some(), error.is_some());
            } else {
                prop_assert_eq!(&end, &error, "way {}: error", index);
            }
        }
    }
}

/// What is left out behind a record moves nothing in it.
#[test]
fn an_error_in_a_long_record_counts_from_its_start() {
    let options = DecodeOptions {
        long_records: LongRecords::Ignore,
        ..DecodeOptions::default()
    };
    let record = [b"\xF1\xFF\xF3\x40\x40\x40\x40\x40\0\0\x1C", &[0x40; 5][..]].concat();
    let mut report = Report::default();
    let outcome = decoder(&options).decode_record(&record, &mut Vec::new(), &mut report);
    let error = outcome.expect_err("byte 1 is no digit");
    assert_eq!((error.offset, error.absolute), (1, Some(1)));
    assert_eq!(report.input_bytes, record.len() as u64);
}

/// The bytes behind the fields of the record that ends the decoding were passed over, too.
#[test]
fn an_error_in_a_long_record_has_all_its_bytes_counted() {
    let limits = [OnError::Stop, OnError::Skip { limit: 0 }];
    let valid = b"\xF1\xF2\xF3\x40\x40\x40\x40\x40\0\0\x1C".to_vec();
    let mut long = [&valid[..], b"\x40\x40"].concat();
    long[1] = 0xFF;
    let mut records = vec![valid; 20];
    records[5] = long;
    for on_error in limits {
        let options = DecodeOptions {
            on_error,
            long_records: LongRecords::Ignore,
            ..DecodeOptions::default()
        };
        let decoder = decoder(&options);
        let format = FileFormat::new(Framing::Lines { end: LineEnd::Lf });
        let data = writer::write(&format, &records);
        let (_, report, error) = plainly(&decoder, Some(0x40), &format, &data);
        assert!(error.is_some());
        for (way, found) in every_way(&decoder, &format, &data).iter().enumerate() {
            assert_eq!(found.1, report, "{on_error:?}, way {way}");
        }
    }
}
