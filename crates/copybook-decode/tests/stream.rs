//! Whole files on one thread and on several: the same lines, totals and errors, and those that
//! decoding record by record gives.

#[path = "support/line_end.rs"]
mod line_end;

use std::borrow::Cow;
use std::io::{self, Write};
use std::num::NonZeroUsize;

use copybook_decode::decode::{DecodeOptions, Decoder, OnError, Report};
use copybook_decode::record::{Endian, LineEnd, Record, Truncated};
use copybook_decode::schema::Schema;
use copybook_decode::stream::{Cause, StreamError};
use copybook_decode::{FileFormat, Framing, decode_blocks, decode_slice, decode_stream};
use proptest::prelude::*;

use line_end::line_end;

const COPYBOOK: &str = "
       01 REC.
          05 A PIC 9(3).
          05 B PIC X(196).
          05 C PIC 9.
";
const LENGTH: usize = 200;

fn decoder(on_error: OnError) -> Decoder {
    let schema = Schema::parse(COPYBOOK).expect("a valid copybook");
    let options = DecodeOptions {
        on_error,
        ..DecodeOptions::default()
    };
    Decoder::new(&schema, &options).expect("a plan")
}

fn record(index: usize, bad: bool) -> Vec<u8> {
    let mut bytes = vec![0x40; LENGTH];
    for (digit, byte) in format!("{:03}", index % 1000).bytes().zip(&mut bytes) {
        *byte = digit - b'0' + 0xF0;
    }
    bytes[LENGTH - 1] = if bad { 0x40 } else { 0xF1 };
    bytes
}

/// A file of 200-byte records of which those in `bad` have an invalid last field.
fn file(framing: Framing, count: usize, bad: &[usize]) -> Vec<u8> {
    let mut file = b"HEAD".to_vec();
    for index in 0..count {
        let mut bytes = record(index, bad.contains(&index));
        match framing {
            Framing::Rdw {
                header_included,
                endian,
            } => {
                let length = LENGTH as u8 + if header_included { 4 } else { 0 };
                file.extend(match endian {
                    Endian::Big => [0, length, 0, 0],
                    Endian::Little => [length, 0, 0, 0],
                });
            }
            // A block of two records, the last of which may be missing.
            Framing::Blocked => {
                let both = if index % 2 == 0 && index + 1 < count {
                    2
                } else {
                    1
                };
                if index % 2 == 0 {
                    let length = 4 + both * (LENGTH as u16 + 4);
                    file.extend(length.to_be_bytes());
                    file.extend([0, 0]);
                }
                file.extend([0, LENGTH as u8 + 4, 0, 0]);
            }
            Framing::LengthField { offset, .. } => {
                bytes[offset..offset + 2].copy_from_slice(&[0, LENGTH as u8]);
            }
            Framing::Fixed { .. } | Framing::Lines { .. } | Framing::Computed => {}
            Framing::Spanned => {
                file.extend(in_three_blocks(&bytes));
                continue;
            }
        }
        file.extend(bytes);
        if let Framing::Lines { end } = framing {
            file.extend(line_end(end));
        }
    }
    file.extend(b"FOOTER");
    file
}

/// Where the second and the third segment of a record begin.
const CUTS: [usize; 2] = [90, 150];

/// Each segment in a block of its own (RECFM=VS).
fn in_three_blocks(record: &[u8]) -> Vec<u8> {
    let ends = [0, CUTS[0], CUTS[1], LENGTH];
    let mut out = Vec::new();
    for (range, control) in ends.windows(2).zip([1, 3, 2]) {
        let segment = &record[range[0]..range[1]];
        let length = segment.len() as u8;
        out.extend([0, length + 8, 0, 0, 0, length + 4, control, 0]);
        out.extend(segment);
    }
    out
}

/// Where a byte of a record lies behind the record's first one.
fn distance(record: &Record<'_>, byte: usize) -> u64 {
    let words = match record.bytes {
        // Of three segments.
        Cow::Owned(_) => CUTS.iter().filter(|&&cut| cut <= byte).count(),
        Cow::Borrowed(_) => 0,
    };
    (byte + 8 * words) as u64
}

fn format(framing: Framing) -> FileFormat {
    FileFormat {
        header: 4,
        footer: 6,
        ..FileFormat::new(framing)
    }
}

fn fixed() -> Framing {
    FRAMINGS[0]
}

/// Lines, totals and how it ended.
type Done = (Vec<u8>, Report, Option<String>);

fn done(lines: Vec<u8>, result: Result<Report, StreamError>) -> Done {
    match result {
        Ok(report) => (lines, report, None),
        Err(error) => (lines, *error.report, Some(error.cause.to_string())),
    }
}

fn streamed(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let threads = NonZeroUsize::new(threads).expect("not zero");
    let result = decode_stream(decoder, format, threads, data, &mut lines);
    done(lines, result)
}

fn in_memory(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let threads = NonZeroUsize::new(threads).expect("not zero");
    let result = decode_slice(decoder, format, threads, data, &mut lines);
    done(lines, result)
}

fn in_blocks(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let threads = NonZeroUsize::new(threads).expect("not zero");
    let result = decode_blocks(decoder, format, threads, data, |block| {
        assert_eq!(block.last(), Some(&b'\n'), "whole lines");
        lines.extend_from_slice(block);
    });
    done(lines, result)
}

/// Record by record, positions by hand.
fn plainly(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Done {
    let (mut lines, mut report) = (Vec::new(), Report::default());
    let mut records = format.records(data);
    let mut end = None;
    for record in &mut records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                end = Some(error.to_string());
                break;
            }
        };
        let had_error = report.first_error.is_some();
        let mut bytes = record.bytes.to_vec();
        if matches!(format.framing, Framing::Lines { .. }) {
            bytes.resize(LENGTH.max(bytes.len()), 0x40);
        }
        let outcome = decoder.decode_record(&bytes, &mut lines, &mut report);
        report.input_bytes -= (bytes.len() - record.bytes.len()) as u64;
        let place = |error: &mut copybook_decode::decode::DecodeError| {
            assert_eq!(error.record, record.number);
            error.absolute = Some(record.offset + distance(&record, error.offset));
        };
        if let Some(error) = report.first_error.as_mut().filter(|_| !had_error) {
            place(error);
        }
        if let Err(mut error) = outcome {
            place(&mut error);
            end = Some(error.to_string());
            break;
        }
    }
    report.truncated = records.truncated().cloned();
    (lines, report, end)
}

fn assert_all_alike(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Done {
    let expected = plainly(decoder, format, data);
    for threads in [1, 2, 3, 7] {
        for run in [streamed, in_memory, in_blocks] {
            let found = run(decoder, format, data, threads);
            assert_eq!(found.2, expected.2, "{threads} threads: error");
            assert_eq!(found.1, expected.1, "{threads} threads: report");
            assert!(found.0 == expected.0, "{threads} threads: lines");
        }
    }
    expected
}

/// Every way of telling records apart.
const FRAMINGS: [Framing; 10] = [
    Framing::Fixed {
        length: NonZeroUsize::new(LENGTH).unwrap(),
    },
    rdw(true, Endian::Big),
    rdw(true, Endian::Little),
    rdw(false, Endian::Big),
    Framing::Blocked,
    Framing::Spanned,
    Framing::Lines { end: LineEnd::Lf },
    Framing::Lines { end: LineEnd::CrLf },
    Framing::Lines { end: LineEnd::Nel },
    Framing::LengthField {
        offset: 3,
        width: 2,
        endian: Endian::Big,
        adjustment: 0,
    },
];

const fn rdw(header_included: bool, endian: Endian) -> Framing {
    Framing::Rdw {
        header_included,
        endian,
    }
}

#[test]
fn every_framing_gives_the_same_through_every_way_in() {
    for framing in FRAMINGS {
        for count in [0, 1, 3, 1500] {
            let data = file(framing, count, &[]);
            let (lines, _, error) =
                assert_all_alike(&decoder(OnError::Stop), &format(framing), &data);
            assert_eq!(error, None, "{framing:?}");
            let found = lines.iter().filter(|&&byte| byte == b'\n').count();
            assert_eq!(found, count, "{framing:?}");
        }
    }
}

fn on_error() -> impl Strategy<Value = OnError> {
    prop_oneof![
        Just(OnError::Stop),
        Just(OnError::Null),
        (0_u64..6).prop_map(|limit| OnError::Skip { limit }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Files of several batches, with invalid fields and cut off anywhere.
    #[test]
    fn threads_change_nothing(
        framing in prop::sample::select(&FRAMINGS),
        on_error in on_error(),
        warn in any::<bool>(),
        count in 0_usize..3500,
        bad in prop::collection::vec(0_usize..3500, 0..8),
        cut in 0_usize..300,
    ) {
        let mut data = file(framing, count, &bad);
        data.truncate(data.len() - cut.min(data.len() - 10));
        let truncated = if warn { Truncated::Warn } else { Truncated::Error };
        assert_all_alike(&decoder(on_error), &FileFormat { truncated, ..format(framing) }, &data);
    }
}

#[test]
fn the_first_error_wins_whatever_comes_behind_it() {
    let rdw = Framing::Rdw {
        header_included: true,
        endian: Endian::Big,
    };
    let mut data = file(rdw, 3000, &[2500, 2900]);
    // A word that is none, in a later batch than the invalid field.
    let word = 4 + 2950 * (LENGTH + 4);
    data[word..word + 4].copy_from_slice(&[0, 1, 0, 0]);
    let (lines, report, error) = assert_all_alike(&decoder(OnError::Stop), &format(rdw), &data);
    let error = error.expect("a field is invalid");
    let byte = 4 + 2500 * (LENGTH + 4) + 4 + 199;
    assert!(
        error.starts_with(&format!(
            "record 2501, field REC.C, byte 199 (input byte {byte})"
        )),
        "{error}"
    );
    assert_eq!(lines.iter().filter(|&&byte| byte == b'\n').count(), 2500);
    assert_eq!(report.records, 2501);

    let (_, report, error) = assert_all_alike(&decoder(OnError::Null), &format(rdw), &data);
    let error = error.expect("a word is none");
    assert!(
        error.starts_with(&format!(
            "record 2951, file byte {word}: expected a record length"
        )),
        "{error}"
    );
    assert_eq!((report.records, report.nulls), (2950, 2));
}

/// A byte in the last of three segments is where it is in the file, not where it is in the record.
#[test]
fn an_error_in_a_segment_has_its_place_in_the_file() {
    let mut data = file(Framing::Spanned, 3000, &[2500]);
    let (_, report, error) =
        assert_all_alike(&decoder(OnError::Stop), &format(Framing::Spanned), &data);
    let byte = 4 + 2500 * (LENGTH + 24) + 24 + 199;
    let expected = format!("record 2501, field REC.C, byte 199 (input byte {byte})");
    let error = error.expect("a field is invalid");
    assert!(error.starts_with(&expected), "{error}");
    assert_eq!((report.records, report.input_bytes), (2501, 2501 * 200));
    // In the first segment, behind records whose segments were moved.
    let byte = 4 + 2400 * (LENGTH + 24) + 8;
    data[byte] = 0;
    let (.., error) = assert_all_alike(&decoder(OnError::Stop), &format(Framing::Spanned), &data);
    let expected = format!("record 2401, field REC.A, byte 0 (input byte {byte})");
    let error = error.expect("a field is invalid");
    assert!(error.starts_with(&expected), "{error}");
}

/// In memory, records in one piece stay where they are, and from the first one in segments on they are
/// joined in a copy: in the middle of a batch, at its beginning, and in the first one.
#[test]
fn spanned_records_may_begin_to_have_segments_anywhere() {
    let whole = |index: usize, bad: bool| {
        let length = LENGTH as u8;
        let words = [0, length + 8, 0, 0, 0, length + 4, 0, 0];
        [&words[..], &record(index, bad)].concat()
    };
    for before in [0_usize, 1, 631, 1500] {
        for bad in [
            None,
            Some(before.saturating_sub(1)),
            Some(before),
            Some(before + 900),
        ] {
            let mut data = b"HEAD".to_vec();
            for index in 0..before + 1000 {
                let is_bad = bad == Some(index);
                if index >= before && index % 3 == before % 3 {
                    data.extend(in_three_blocks(&record(index, is_bad)));
                } else {
                    data.extend(whole(index, is_bad));
                }
            }
            data.extend(b"FOOTER");
            for policy in [OnError::Stop, OnError::Null] {
                let format = format(Framing::Spanned);
                let (_, report, error) = assert_all_alike(&decoder(policy), &format, &data);
                let stopped = bad.filter(|_| policy == OnError::Stop);
                assert_eq!(error.is_some(), stopped.is_some(), "{before} {bad:?}");
                let expected = stopped.map_or(before + 1000, |bad| bad + 1);
                assert_eq!(report.records, expected as u64, "{before} {bad:?}");
            }
        }
    }
}

#[test]
fn lines_get_their_trailing_spaces_back() {
    let lines = Framing::Lines { end: LineEnd::Nel };
    let schema =
        Schema::parse("       01 R.\n          05 A PIC 9.\n          05 B PIC X(3).\n").unwrap();
    let decoder = Decoder::new(&schema, &DecodeOptions::default()).unwrap();
    let data = [0xF1, 0xC1, 0x15, 0xF2, 0x15];
    let (out, _, error) = streamed(&decoder, &lines.into(), &data, 1);
    assert_eq!(error, None);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"A\":\"1\",\"B\":\"A  \"}\n{\"A\":\"2\",\"B\":\"   \"}\n"
    );
}

/// Output that breaks off ends the decoding on every thread, with the system's error.
#[test]
fn a_write_error_ends_all_threads() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.checked_sub(bytes.len()) {
                Some(left) => self.0 = left,
                None => return Err(io::ErrorKind::BrokenPipe.into()),
            }
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let data = file(fixed(), 10_000, &[]);
    for threads in [1, 2, 4] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let decoder = decoder(OnError::Stop);
        let error = decode_stream(
            &decoder,
            &format(fixed()),
            threads,
            &data[..],
            Full(700_000),
        );
        let cause = error.unwrap_err().cause;
        assert!(
            matches!(&cause, Cause::Write(error) if error.kind() == io::ErrorKind::BrokenPipe),
            "{cause}"
        );
    }
}

/// A sink that panics ends the call with its panic; no thread waits for ever.
#[test]
fn a_panic_of_the_sink_reaches_the_caller() {
    let data = file(fixed(), 10_000, &[]);
    let outcome = std::panic::catch_unwind(|| {
        let threads = NonZeroUsize::new(3).unwrap();
        decode_blocks(
            &decoder(OnError::Stop),
            &format(fixed()),
            threads,
            &data,
            |_| panic!("enough"),
        )
    });
    assert!(outcome.is_err());
}
