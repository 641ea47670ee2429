//! Framers against writers of the same formats, and against damage.

mod errors;
#[path = "../support/line_end.rs"]
mod line_end;
mod walk;
mod words;
mod writer;

use std::io::Read;
use std::num::NonZeroUsize;

use copybook_decode::record::{
    Endian, FileFormat, Framing, LineEnd, ReadError, RecordReader, Truncated,
};
use proptest::prelude::*;
use proptest::sample::{self, Index};
use walk::{End, walk_memory, walk_stream};
use writer::{fit, write};

fn framing() -> impl Strategy<Value = Framing> {
    let endian = || prop_oneof![Just(Endian::Big), Just(Endian::Little)];
    prop_oneof![
        (1_usize..300).prop_map(|length| Framing::Fixed {
            length: NonZeroUsize::new(length).expect("from 1")
        }),
        (any::<bool>(), endian()).prop_map(|(header_included, endian)| Framing::Rdw {
            header_included,
            endian
        }),
        Just(Framing::Blocked),
        Just(Framing::Spanned),
        prop_oneof![Just(LineEnd::Lf), Just(LineEnd::CrLf), Just(LineEnd::Nel)]
            .prop_map(|end| Framing::Lines { end }),
        // Lengths up to 400 and an adjustment of -4 to 4 fit into two bytes or more.
        (0_usize..6, 2_usize..=8, endian(), -4_i64..=4).prop_map(
            |(offset, width, endian, adjustment)| Framing::LengthField {
                offset,
                width,
                endian,
                // A value below zero cannot be written.
                adjustment: adjustment.min(offset as i64 + width as i64),
            }
        ),
    ]
}

fn format() -> impl Strategy<Value = FileFormat> {
    let flags = (any::<bool>(), sample::select(&words::EVERY[..]));
    (framing(), 0_u64..40, 0_u64..40, flags).prop_map(|(framing, header, footer, (warn, words))| {
        let truncated = if warn {
            Truncated::Warn
        } else {
            Truncated::Error
        };
        FileFormat {
            header,
            footer,
            truncated,
            words,
            ..FileFormat::new(framing)
        }
    })
}

fn records() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..40)
}

proptest! {
    /// What was written comes back, from memory and from a stream.
    #[test]
    fn records_come_back(format in format(), mut records in records(), chunk in 1_usize..1000) {
        fit(format.framing, &mut records);
        let file = write(&format, &records);
        let (walk, end) = walk_memory(&format, &file);
        prop_assert_eq!(end, End::Clean);
        for (index, (number, offset, bytes)) in walk.iter().enumerate() {
            prop_assert_eq!(*number, index as u64 + 1);
            // Behind its first byte, a record may go on in another block.
            let whole = if format.framing == Framing::Spanned { bytes.len().min(1) } else { bytes.len() };
            prop_assert_eq!(&file[*offset as usize..][..whole], &bytes[..whole]);
        }
        let read: Vec<_> = walk.iter().map(|(_, _, bytes)| bytes.clone()).collect();
        prop_assert_eq!(read, records);
        prop_assert_eq!(walk_stream(&format, &file, chunk), walk_memory(&format, &file));
    }

    /// A damaged or shortened file ends the same way from memory and from a stream.
    #[test]
    fn damage_is_found_alike(
        format in format(),
        mut records in records(),
        chunk in 1_usize..1000,
        max_record in 1_usize..500,
        flip in any::<(Index, u8)>(),
        cut in any::<Option<Index>>(),
    ) {
        fit(format.framing, &mut records);
        let mut file = write(&format, &records);
        if !file.is_empty() {
            let at = flip.0.index(file.len());
            file[at] ^= flip.1;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len() + 1));
        }
        let format = FileFormat { max_record, ..format };
        let memory = walk_memory(&format, &file);
        if let End::Failed(error) | End::Warned(error) = &memory.1 {
            prop_assert_eq!(error.record, memory.0.len() as u64 + 1);
            prop_assert!(error.offset <= file.len() as u64);
            prop_assert_eq!(matches!(memory.1, End::Warned(_)),
                error.truncated && format.truncated == Truncated::Warn);
        }
        prop_assert_eq!(walk_stream(&format, &file, chunk), memory);
    }
}

/// The whole word swapped, as some transfers leave it.
#[test]
fn a_swapped_descriptor_word_is_little_endian() {
    let format = Framing::Rdw {
        header_included: true,
        endian: Endian::Little,
    }
    .into();
    let (records, end) = walk_memory(&format, &[0, 0, 6, 0, 1, 2, 5, 0, 0, 0, 3]);
    assert_eq!((records.len(), end), (2, End::Clean));
    assert_eq!(records[0].2, [1, 2]);
}

#[test]
fn the_last_line_may_lack_its_end() {
    let format = Framing::Lines { end: LineEnd::CrLf }.into();
    let (records, end) = walk_memory(&format, b"a\r\n\r\nb\nc\r");
    let texts: Vec<&[u8]> = records.iter().map(|record| &record.2[..]).collect();
    assert_eq!((texts, end), (vec![&b"a"[..], b"", b"b\nc\r"], End::Clean));
}

/// Segments with their blocks, as the manual's figure "Spanned Format-VS Records" has them.
#[test]
fn a_record_may_span_blocks() {
    let file = [
        &[0, 11, 0, 0, 0, 7, 1, 0, 1, 2, 3][..],
        &[0, 9, 0, 0, 0, 5, 3, 0, 4],
        // A large block: the last segment, and a whole record.
        &[0x80, 0, 0, 16, 0, 6, 2, 0, 5, 6, 0, 6, 0, 0, 7, 8],
        &[0, 8, 0, 0, 0, 4, 0, 0],
    ]
    .concat();
    let (records, end) = walk_memory(&Framing::Spanned.into(), &file);
    let expected = [
        (1, 8, vec![1, 2, 3, 4, 5, 6]),
        (2, 34, vec![7, 8]),
        (3, 44, vec![]),
    ];
    assert_eq!((&records[..], &end), (&expected[..], &End::Clean));
    for chunk in 1..20 {
        let found = walk_stream(&Framing::Spanned.into(), &file, chunk);
        assert_eq!(found, (records.clone(), End::Clean));
    }
}

/// An empty file has no record that could be wrong, whatever was asked for.
#[test]
fn an_empty_file_ends_at_once() {
    let framing = Framing::LengthField {
        offset: 0,
        width: 0,
        endian: Endian::Big,
        adjustment: 0,
    };
    for chunk in [5, 6] {
        assert_eq!(
            walk_stream(&framing.into(), b"", chunk),
            (Vec::new(), End::Clean)
        );
    }
    assert_eq!(walk_memory(&framing.into(), b""), (Vec::new(), End::Clean));
}

/// A failing device: the records before the failure come out, then the failure.
#[test]
fn a_read_error_comes_behind_the_records_before_it() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no such sector"))
        }
    }
    let format = Framing::Fixed {
        length: NonZeroUsize::new(2).unwrap(),
    }
    .into();
    let mut reader = RecordReader::new(format, (&b"aabbc"[..]).chain(Broken));
    for expected in [b"aa", b"bb"] {
        let record = reader.next_record().unwrap().unwrap();
        assert_eq!(*record.bytes, *expected);
    }
    let error = reader.next_record().unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Read(error) if error.to_string() == "no such sector"));
    assert!(reader.next_record().is_none());
}
