//! Whole files on one thread and on several: the same lines, totals and errors, and those that
//! decoding record by record gives.

mod file;
#[path = "../support/line_end.rs"]
mod line_end;
mod sink;
mod ways;

use copybook_decode::decode::{DecodeOptions, Decoder, OnError};
use copybook_decode::record::{Endian, LineEnd, Truncated};
use copybook_decode::schema::Schema;
use copybook_decode::{FileFormat, Framing};
use proptest::prelude::*;

use file::{FRAMINGS, LENGTH, decoder, file, format, in_three_blocks, record};
use ways::{assert_all_alike, streamed};

#[test]
fn every_framing_gives_the_same_through_every_way_in() {
    for framing in FRAMINGS {
        for count in [0, 1, 2, 3, 1500] {
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
