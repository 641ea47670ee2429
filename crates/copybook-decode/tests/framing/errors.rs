//! What is said of files that are not what their framing says, and of their ends.

use std::num::NonZeroUsize;

use copybook_decode::record::{Endian, FileFormat, Framing, LineEnd};

use super::walk::{End, walk_memory, walk_stream};

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
            "record 2, block 1, file byte 10: expected a record \
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
            "record 2, block 1, file byte 10: expected a record of at \
          least 4 bytes, found the end of the records after 0",
        ),
        (
            Framing::Spanned,
            &[0, 9, 0, 0, 0, 5, 2, 0, 1],
            "record 1, block 1, segment 1, file byte 6: expected a whole record (control code \
             X'00') or its first segment (X'01'), found X'00050200'; check that records are spanned",
        ),
        (
            Framing::Spanned,
            &[0, 9, 0, 0, 0, 5, 1, 0, 7, 0, 9, 0, 0, 0, 5, 0, 0, 8],
            "record 1, block 2, segment 2, file byte 15: expected the next segment of the record \
             (control code X'03' or, last, X'02'), found X'00050000'",
        ),
        (
            Framing::Spanned,
            &[0, 9, 0, 0, 0, 5, 1, 0, 7],
            "record 1, block 2, segment 2, file byte 2: expected a record of at least 13 bytes, \
             found the end of the records after 9",
        ),
        (
            Framing::Spanned,
            &[0, 8, 0, 0, 0, 4, 1, 0],
            "file byte 6: expected a segment of at least one byte, found X'00040100'",
        ),
        (
            Framing::Spanned,
            &[0, 9, 0, 0, 0, 6, 1, 0, 1],
            "block 1, segment 1, file byte 6: expected a segment length of 4 to 5, the bytes left",
        ),
        (
            Framing::Spanned,
            &[0, 9, 0, 0, 0, 5, 0, 1, 1],
            "file byte 6: expected a whole record (control code X'00')",
        ),
        (
            field,
            &[7, 0, 3, 8, 9],
            "file byte 3: expected a record length of at least 3, adjusted by -1, \
          found X'0003' for 2; check the place of the length field (--length-field)",
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
    let spanned = FileFormat {
        max_record: 2,
        ..Framing::Spanned.into()
    };
    let segment = [0, 9, 0, 0, 0, 5, 3, 0, 7];
    let first = [0, 9, 0, 0, 0, 5, 1, 0, 7];
    let (_, end) = walk_stream(&spanned, &[first, segment, segment].concat(), 3);
    let End::Failed(error) = end else {
        panic!("{end:?}")
    };
    let expected = "record 1, block 3, segment 3, file byte 22: expected a record of at most 2 \
                    bytes, found 3 bytes";
    assert!(error.to_string().starts_with(expected), "{error}");
    let lines = FileFormat {
        max_record: 10,
        ..Framing::Lines { end: LineEnd::Lf }.into()
    };
    let (records, end) = walk_stream(&lines, b"0123456789\n0123456789A\n", 3);
    assert_eq!(records.len(), 1);
    assert!(
        matches!(end, End::Failed(error) if error.to_string().contains("a line of at most 10 bytes"))
    );
}
