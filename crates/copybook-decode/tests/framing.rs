//! Framers against writers of the same formats, and against damage.

use std::io::Read;
use std::num::NonZeroUsize;

use copybook_decode::record::{
    Endian, FileFormat, FrameError, Framing, LineEnd, ReadError, RecordReader, Truncated,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// Records as (number, offset, bytes), then how the file ended.
type Walk = (Vec<(u64, u64, Vec<u8>)>, End);

#[derive(Debug, PartialEq, Eq)]
enum End {
    Clean,
    Warned(FrameError),
    Failed(FrameError),
}

fn walk_memory(format: &FileFormat, data: &[u8]) -> Walk {
    let mut records = format.records(data);
    let mut walk = Vec::new();
    let end = loop {
        match records.next() {
            Some(Ok(record)) => walk.push((record.number, record.offset, record.bytes.to_vec())),
            Some(Err(error)) => break End::Failed(error),
            None => break records.truncated().cloned().map_or(End::Clean, End::Warned),
        }
    };
    assert!(records.next().is_none(), "an end is an end");
    (walk, end)
}

fn walk_stream(format: &FileFormat, data: &[u8], chunk: usize) -> Walk {
    // Both sides of the chunk's size.
    let mut reader = RecordReader::with_capacity(chunk ^ 5, *format, Chunks { data, chunk });
    let mut walk = Vec::new();
    let end = loop {
        match reader.next_record() {
            Some(Ok(record)) => walk.push((record.number, record.offset, record.bytes.to_vec())),
            Some(Err(ReadError::Frame(error))) => break End::Failed(error),
            Some(Err(ReadError::Read(error))) => panic!("{error}"),
            None => break reader.truncated().cloned().map_or(End::Clean, End::Warned),
        }
    };
    assert!(reader.next_record().is_none(), "an end is an end");
    (walk, end)
}

/// Gives at most `chunk` bytes at a time, as pipes do.
struct Chunks<'a> {
    data: &'a [u8],
    chunk: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.chunk.min(buffer.len()).min(self.data.len());
        let (now, later) = self.data.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.data = later;
        Ok(count)
    }
}

/// The file that holds these records.
fn write(format: &FileFormat, records: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![b'H'; format.header as usize];
    match format.framing {
        // Blocks of three.
        Framing::Blocked => {
            for block in records.chunks(3) {
                let body: Vec<u8> = block
                    .iter()
                    .flat_map(|record| rdw(record, 4, false))
                    .collect();
                let length = body.len() as u32 + 4;
                // Long blocks in the large block form.
                let word = if length > 0x7FFF {
                    length | 1 << 31
                } else {
                    length << 16
                };
                file.extend(word.to_be_bytes());
                file.extend(body);
            }
        }
        framing => records
            .iter()
            .for_each(|record| file.extend(framed(framing, record))),
    }
    file.resize(file.len() + format.footer as usize, b'F');
    file
}

fn framed(framing: Framing, record: &[u8]) -> Vec<u8> {
    match framing {
        Framing::Rdw {
            header_included,
            endian,
        } => rdw(
            record,
            if header_included { 4 } else { 0 },
            endian == Endian::Little,
        ),
        Framing::Lines { end } => [record, end.bytes()].concat(),
        _ => record.to_vec(),
    }
}

fn rdw(record: &[u8], own: u16, little: bool) -> Vec<u8> {
    let length = record.len() as u16 + own;
    let bytes = if little {
        length.to_le_bytes()
    } else {
        length.to_be_bytes()
    };
    [&bytes, &[0, 0], record].concat()
}

/// Makes the records' bytes such that the format can hold them.
fn fit(framing: Framing, records: &mut [Vec<u8>]) {
    for record in records {
        match framing {
            Framing::Fixed { length } => record.resize(length.get(), 7),
            Framing::Lines { .. } => {
                record
                    .iter_mut()
                    .filter(|b| [b'\n', 0x15].contains(b))
                    .for_each(|b| *b = b'.');
            }
            Framing::LengthField {
                offset,
                width,
                endian,
                adjustment,
            } => {
                record.resize(record.len().max(offset + width), 7);
                let value = (record.len() as i64 - adjustment) as u64;
                let field = &mut record[offset..offset + width];
                match endian {
                    Endian::Big => field.copy_from_slice(&value.to_be_bytes()[8 - width..]),
                    Endian::Little => field.copy_from_slice(&value.to_le_bytes()[..width]),
                }
            }
            _ => {}
        }
    }
}

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
    (framing(), 0_u64..40, 0_u64..40, any::<bool>()).prop_map(|(framing, header, footer, warn)| {
        let truncated = if warn {
            Truncated::Warn
        } else {
            Truncated::Error
        };
        FileFormat {
            header,
            footer,
            truncated,
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
            prop_assert_eq!(&file[*offset as usize..][..bytes.len()], &bytes[..]);
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

fn error_of(framing: Framing, data: &[u8]) -> String {
    let format = FileFormat {
        header: 2,
        ..FileFormat::new(framing)
    };
    let file = [b"HH", data].concat();
    match walk_memory(&format, &file) {
        (_, End::Failed(error)) => error.to_string(),
        other => panic!("{framing:?} accepts {data:02X?}: {other:?}"),
    }
}

#[test]
fn errors_say_where_and_what() {
    let rdw = Framing::Rdw {
        header_included: true,
        endian: Endian::Big,
    };
    let field = Framing::LengthField {
        offset: 1,
        width: 2,
        endian: Endian::Big,
        adjustment: -1,
    };
    let cases: &[(Framing, &[u8], &str)] = &[
        (
            rdw,
            &[0, 5, 0, 0, 9, 0, 3, 0, 0],
            "record 2, file byte 7: expected a record length of at \
          least 4, which counts itself, found X'00030000'; check that each record",
        ),
        (
            rdw,
            &[0, 5, 1, 0, 9],
            "expected a record descriptor word, found X'00050100'; two bytes",
        ),
        (
            rdw,
            &[0, 5, 0],
            "expected a record of at least 4 bytes, found the end of the records after 3",
        ),
        (
            rdw,
            &[0, 9, 0, 0, 1],
            "expected a record of at least 9 bytes, found the end of the records after 5",
        ),
        (
            Framing::Blocked,
            &[0, 7, 0, 0, 0, 4, 0, 0],
            "file byte 2: expected a block descriptor word \
          with a length of at least 8, found X'00070000'",
        ),
        (
            Framing::Blocked,
            &[0, 10, 0, 0, 0, 4, 0, 0, 1, 2],
            "record 2, file byte 10: expected a record \
          descriptor word, found 2 bytes at the end of the block",
        ),
        (
            Framing::Blocked,
            &[0, 12, 0, 0, 0, 9, 0, 0, 1, 2, 3, 4],
            "file byte 6: expected a record length \
          of 4 to 8, the bytes left of the block, found X'00090000'",
        ),
        (
            Framing::Blocked,
            &[0, 20, 0, 0, 0, 4, 0, 0],
            "record 2, file byte 10: expected a record of at \
          least 4 bytes, found the end of the records after 0",
        ),
        (
            field,
            &[7, 0, 3, 8, 9],
            "file byte 3: expected a record length of at least 3, adjusted by -1, \
          found X'0003' for 2; check offset",
        ),
        (
            field,
            &[7, 0xFF, 0xFF],
            "expected a record of at least 65534 bytes, found the end",
        ),
        (
            Framing::Fixed {
                length: NonZeroUsize::new(4).unwrap(),
            },
            &[1, 2, 3, 4, 5],
            "record 2, file byte 6: expected a record of at least 4 bytes, found the end of the records after 1",
        ),
    ];
    for (framing, data, expected) in cases {
        let error = error_of(*framing, data);
        assert!(
            error.contains(expected),
            "{error}\ndoes not contain\n{expected}"
        );
    }
}

#[test]
fn a_file_without_room_for_header_and_footer_is_refused() {
    let format = FileFormat {
        header: 3,
        footer: 2,
        ..Framing::Blocked.into()
    };
    for length in 0..5 {
        let (records, end) = walk_memory(&format, &vec![0; length]);
        assert!(records.is_empty());
        let End::Failed(error) = &end else {
            panic!("{end:?}")
        };
        assert!(
            error.to_string().contains(&format!(
                "at least 5 bytes, its header and footer, found \
                                                     {length} bytes"
            )),
            "{error}"
        );
        assert_eq!(walk_stream(&format, &vec![0; length], 1), (records, end));
    }
    assert_eq!(walk_memory(&format, &[0; 5]), (Vec::new(), End::Clean));
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

/// A length that asks for more than there may be costs no memory and says so.
#[test]
fn the_greatest_length_is_enforced() {
    let framing = Framing::LengthField {
        offset: 0,
        width: 8,
        endian: Endian::Big,
        adjustment: 0,
    };
    let error = error_of(framing, &[0x7F; 8]);
    assert!(
        error.contains("a record of at most 1048576 bytes, found 9187201950435737471 bytes"),
        "{error}"
    );
    let lines = FileFormat {
        max_record: 10,
        ..Framing::Lines { end: LineEnd::Lf }.into()
    };
    let (records, end) = walk_stream(&lines, b"0123456789\n0123456789A\n", 3);
    assert_eq!(records.len(), 1);
    assert!(
        matches!(end, End::Failed(error) if error.expected.contains("a line of at most 10 bytes"))
    );
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
        assert_eq!(reader.next_record().unwrap().unwrap().bytes, expected);
    }
    let error = reader.next_record().unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Read(error) if error.to_string() == "no such sector"));
    assert!(reader.next_record().is_none());
}
