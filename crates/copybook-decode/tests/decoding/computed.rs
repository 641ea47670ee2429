//! Records whose own contents tell how long they are, and files whose lengths are written
//! otherwise than z/OS writes them.

use std::num::NonZeroUsize;

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{Counts, LengthField, Selection, Tables, UnknownSegment};
use copybook_decode::record::{Endian, FileFormat, LineEnd, Words};
use copybook_decode::{DecodeOptions, Decoder, Framing, Schema, decode_slice, decode_stream};

use crate::encode::encode;

/// Lines, from memory and from a stream on one and two threads; or the error's text.
fn decode(
    copybook: &str,
    options: &DecodeOptions,
    format: impl Into<FileFormat>,
    data: &[u8],
) -> Result<Vec<String>, String> {
    let format = format.into();
    let schema = Schema::parse(copybook).unwrap_or_else(|error| panic!("{error}"));
    let decoder = Decoder::new(&schema, options).map_err(|error| error.to_string())?;
    let one = NonZeroUsize::MIN;
    let mut out = Vec::new();
    let found = decode_slice(&decoder, &format, one, data, &mut out);
    for threads in [one, NonZeroUsize::new(2).unwrap()] {
        let mut other = Vec::new();
        let second = decode_stream(&decoder, &format, threads, data, &mut other);
        let text = |r: &Result<_, copybook_decode::stream::StreamError>| {
            r.as_ref().map(|_| ()).map_err(ToString::to_string)
        };
        assert_eq!(text(&second), text(&found));
        assert_eq!(other, out);
    }
    found.map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).unwrap();
    Ok(text.lines().map(str::to_owned).collect())
}

/// `text` in cp037.
fn e(text: &str) -> Vec<u8> {
    encode(&CodePage::Cp037, text)
}

#[test]
fn counters_make_a_record_as_long_as_it_is() {
    let default = DecodeOptions::default();
    for (copybook, data, expected) in [
        (
            "01 R. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N.",
            "2ab1c0",
            vec![
                r#"{"N":"2","T":["a","b"]}"#,
                r#"{"N":"1","T":["c"]}"#,
                r#"{"N":"0","T":[]}"#,
            ],
        ),
        (
            "01 R. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N. 05 M PIC 9. 05 U OCCURS 0 TO 2 DEPENDING ON M. 10 K PIC 9. 10 V PIC X OCCURS 0 TO 2 DEPENDING ON K.",
            "1a12xy00",
            vec![
                r#"{"N":"1","T":["a"],"M":"1","U":[{"K":"2","V":["x","y"]}]}"#,
                r#"{"N":"0","T":[],"M":"0","U":[]}"#,
            ],
        ),
        (
            "01 R. 05 A PIC X(2).",
            "abcd",
            vec![r#"{"A":"ab"}"#, r#"{"A":"cd"}"#],
        ),
    ] {
        let found = decode(copybook, &default, Framing::Computed, &e(data));
        assert_eq!(
            found,
            Ok(expected.iter().map(|l| (*l).to_owned()).collect()),
            "{copybook}"
        );
    }
    let counted = "01 R. 05 N PIC 9. 05 T PIC X OCCURS 1 TO 3 DEPENDING ON N.";
    let error = decode(counted, &default, Framing::Computed, &e("1a7bc")).unwrap_err();
    assert!(
        error.contains("record 2") && error.contains("a count from 1 to 3 in N"),
        "{error}"
    );
    assert!(error.contains("found X'F7'"), "{error}");
    let error = decode(counted, &default, Framing::Computed, &e("1a3b")).unwrap_err();
    assert!(error.contains("at least 4 bytes"), "{error}");
    let lenient = DecodeOptions {
        counts: Counts::Lenient,
        ..DecodeOptions::default()
    };
    assert_eq!(
        decode(counted, &lenient, Framing::Computed, &e("01a"))
            .unwrap()
            .len(),
        2
    );
    let full = DecodeOptions {
        tables: Tables::Full,
        ..DecodeOptions::default()
    };
    assert_eq!(
        decode(counted, &full, Framing::Computed, &e("1a??2bc?")).unwrap(),
        [r#"{"N":"1","T":["a"]}"#, r#"{"N":"2","T":["b","c"]}"#]
    );
}

fn by_kind(unknown: UnknownSegment) -> DecodeOptions {
    DecodeOptions {
        select: Some(Selection {
            field: "K".to_owned(),
            segments: vec![
                ("A".to_owned(), "A0".to_owned()),
                ("B".to_owned(), "B0".to_owned()),
            ],
            unknown,
            ..Selection::default()
        }),
        ..DecodeOptions::default()
    }
}

#[test]
fn a_segment_makes_a_record_as_long_as_it_is() {
    let copybook = "01 R. 05 K PIC X. 05 A0. 10 X PIC X(4). 05 B0 REDEFINES A0. 10 N PIC 9. 10 T PIC X OCCURS 0 TO 2 DEPENDING ON N.";
    assert_eq!(
        decode(
            copybook,
            &by_kind(UnknownSegment::Error),
            Framing::Computed,
            &e("AwxyzB1qB0Awxyz")
        )
        .unwrap(),
        [
            r#"{"K":"A","A0":{"X":"wxyz"}}"#,
            r#"{"K":"B","B0":{"N":"1","T":["q"]}}"#,
            r#"{"K":"B","B0":{"N":"0","T":[]}}"#,
            r#"{"K":"A","A0":{"X":"wxyz"}}"#,
        ]
    );
    let error = decode(
        copybook,
        &by_kind(UnknownSegment::Error),
        Framing::Computed,
        &e("Zwxyz"),
    )
    .unwrap_err();
    assert!(error.contains("--segment-default"), "{error}");
    let roots = "01 A0. 05 K PIC X. 05 X PIC X(4). 01 B0. 05 K PIC X. 05 Y PIC X.";
    assert_eq!(
        decode(
            roots,
            &by_kind(UnknownSegment::Error),
            Framing::Computed,
            &e("AwxyzByBz")
        )
        .unwrap(),
        [
            r#"{"A0":{"K":"A","X":"wxyz"}}"#,
            r#"{"B0":{"K":"B","Y":"y"}}"#,
            r#"{"B0":{"K":"B","Y":"z"}}"#
        ]
    );
}

#[test]
fn an_id_of_no_segment_shows_none_or_the_one_given() {
    let copybook =
        "01 R. 05 K PIC X. 05 A0 PIC X(2). 05 B0 REDEFINES A0 PIC 9(2). 05 C0 REDEFINES A0 PIC X.";
    let fixed = Framing::Fixed {
        length: NonZeroUsize::new(3).unwrap(),
    };
    let data = e("AxyZ??B12");
    assert!(decode(copybook, &by_kind(UnknownSegment::Error), fixed, &data).is_err());
    assert_eq!(
        decode(copybook, &by_kind(UnknownSegment::None), fixed, &data).unwrap(),
        [
            r#"{"K":"A","A0":"xy","C0":"x"}"#,
            r#"{"K":"Z","C0":"?"}"#,
            r#"{"K":"B","B0":"12","C0":"1"}"#
        ]
    );
    assert_eq!(
        decode(
            copybook,
            &by_kind(UnknownSegment::Segment("C0".to_owned())),
            fixed,
            &data
        )
        .unwrap(),
        [
            r#"{"K":"A","A0":"xy"}"#,
            r#"{"K":"Z","C0":"?"}"#,
            r#"{"K":"B","B0":"12"}"#
        ]
    );
    let error = decode(
        copybook,
        &by_kind(UnknownSegment::Segment("NOPE".to_owned())),
        fixed,
        &data,
    );
    assert!(error.unwrap_err().contains("NOPE"));
}

#[test]
fn ids_are_compared_without_spaces_and_zero_bytes_whatever_is_trimmed() {
    let options = |trim| DecodeOptions {
        trim,
        ..by_kind(UnknownSegment::Error)
    };
    use copybook_decode::decode::Trim;
    for trim in [Trim::None, Trim::Right, Trim::Both] {
        for kind in [[0xC1, 0x00], [0x00, 0xC1], [0x40, 0xC1], [0xC1, 0x40]] {
            let copybook =
                "01 R. 05 K. 10 K1 PIC X. 10 K2 PIC X. 05 A0 PIC X. 05 B0 REDEFINES A0 PIC 9.";
            let data = [kind.to_vec(), e("?")].concat();
            let found = decode(copybook, &options(trim), Framing::Computed, &data);
            assert!(
                found.unwrap()[0].ends_with(r#""A0":"?"}"#),
                "{trim:?} {kind:02X?}"
            );
            // The name of a single field, too.
            let copybook = "01 R. 05 K PIC X(2). 05 A0 PIC X. 05 B0 REDEFINES A0 PIC 9.";
            let found = decode(copybook, &options(trim), Framing::Computed, &data);
            assert!(
                found.unwrap()[0].ends_with(r#""A0":"?"}"#),
                "{trim:?} {kind:02X?}"
            );
        }
    }
}

#[test]
fn a_field_of_any_usage_holds_the_length() {
    let by = |name: &str, adjustment| DecodeOptions {
        length_field: Some(LengthField {
            name: name.to_owned(),
            adjustment,
        }),
        ..DecodeOptions::default()
    };
    for (usage, five, four) in [
        ("PIC S9(5) COMP-3", vec![0, 0, 0x5C], vec![0, 0, 0x4C]),
        ("PIC 9(3)", e("005"), e("004")),
        (
            "PIC X(2). 10 M PIC 9(2) COMP-6",
            [e("xx"), vec![5]].concat(),
            [e("xx"), vec![4]].concat(),
        ),
        ("PIC S9(2) SIGN LEADING SEPARATE", e("+05"), e("+04")),
    ] {
        let name = if usage.contains("10 M") { "H.M" } else { "L" };
        let copybook = format!("01 R. 05 H. 10 L {usage}. 05 T PIC X(2).");
        let data = [five.clone(), e("ab"), five, e("cd")].concat();
        let found = decode(&copybook, &by(name, 0), Framing::Computed, &data).unwrap();
        assert_eq!(found.len(), 2, "{usage}");
        assert!(found[1].ends_with(r#""T":"cd"}"#), "{usage}");
        let data = [four, e("ab")].concat();
        let found = decode(&copybook, &by(name, 1), Framing::Computed, &data).unwrap();
        assert_eq!(found.len(), 1, "{usage}");
    }
    let copybook = "01 R. 05 L PIC 9(3). 05 T PIC X(2).";
    let error = decode(copybook, &by("L", 0), Framing::Computed, &e("002ab")).unwrap_err();
    assert!(error.contains("a record length of at least 3"), "{error}");
    for (name, part) in [("T", "not an integer"), ("Q", "no field Q")] {
        let error = decode(copybook, &by(name, 0), Framing::Computed, &e("005ab")).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn line_ends_are_told_by_the_file() {
    let options = DecodeOptions {
        code_page: CodePage::Ascii,
        ..DecodeOptions::default()
    };
    let auto = Framing::Lines { end: LineEnd::Auto };
    let copybook = "01 R. 05 A PIC X(2).";
    let ab = [r#"{"A":"ab"}"#, r#"{"A":"cd"}"#];
    for data in [
        &b"ab\r\ncd\n"[..],
        b"ab\ncd\r\n",
        b"ab\ncd",
        b"ab\r\ncd\r\n",
    ] {
        assert_eq!(
            decode(copybook, &options, auto, data).unwrap(),
            ab,
            "{data:?}"
        );
    }
    let ebcdic = DecodeOptions::default();
    let data = [e("ab"), vec![0x15], e("cd"), vec![0x15]].concat();
    assert_eq!(decode(copybook, &ebcdic, auto, &data).unwrap(), ab);
}

#[test]
fn words_of_blocks_may_leave_themselves_out_and_be_little_endian() {
    let copybook = "01 R. 05 A PIC X(2).";
    let expected = vec![r#"{"A":"ab"}"#.to_owned(), r#"{"A":"cd"}"#.to_owned()];
    for endian in [Endian::Big, Endian::Little] {
        for (block_included, record_included) in
            [(true, true), (false, true), (true, false), (false, false)]
        {
            let word = |length: usize, included: bool| {
                let length = length + if included { 4 } else { 0 };
                let bytes = u16::try_from(length).unwrap();
                let bytes = match endian {
                    Endian::Big => bytes.to_be_bytes(),
                    Endian::Little => bytes.to_le_bytes(),
                };
                [bytes.to_vec(), vec![0, 0]].concat()
            };
            let record = |text: &str| [word(2, record_included), e(text)].concat();
            let block = [word(12, block_included), record("ab"), record("cd")].concat();
            for framing in [Framing::Blocked, Framing::Spanned] {
                let format = FileFormat {
                    words: Words {
                        block_included,
                        record_included,
                        endian,
                    },
                    ..FileFormat::new(framing)
                };
                let found = decode(copybook, &DecodeOptions::default(), format, &block);
                assert_eq!(found.as_ref(), Ok(&expected), "{:?}", format.words);
            }
        }
    }
}

#[test]
fn a_descriptor_word_names_the_option_under_which_it_is_one() {
    let rdw = |header_included, endian| Framing::Rdw {
        header_included,
        endian,
    };
    let default = DecodeOptions::default();
    let copybook = "01 R. 05 A PIC X(2).";
    let decode = |framing, word: [u8; 4]| {
        let data = [word.to_vec(), e("ab")].concat();
        decode(copybook, &default, framing, &data).unwrap_err()
    };
    for word in [[0, 0, 2, 0], [0, 0, 6, 0], [6, 0, 0, 0]] {
        let error = decode(rdw(true, Endian::Big), word);
        assert!(error.contains("try --little-endian"), "{error}");
    }
    let error = decode(rdw(true, Endian::Big), [0, 9, 0, 0]);
    assert!(!error.contains("--little-endian"), "{error}");
    let error = decode(rdw(true, Endian::Big), [0, 2, 0, 0]);
    assert!(
        error.contains("--rdw-excludes-itself") && !error.contains("try --little-endian"),
        "{error}"
    );
}

#[test]
fn null_shows_no_segment_for_an_unknown_id() {
    let copybook = "01 R. 05 K PIC X. 05 A0 PIC X(2). 05 B0 REDEFINES A0 PIC 9(2).";
    let fixed = Framing::Fixed {
        length: NonZeroUsize::new(3).unwrap(),
    };
    let null = DecodeOptions {
        on_error: copybook_decode::decode::OnError::Null,
        ..by_kind(UnknownSegment::Error)
    };
    assert_eq!(
        decode(copybook, &null, fixed, &e("AxyZ??B1?")).unwrap(),
        [
            r#"{"K":"A","A0":"xy"}"#,
            r#"{"K":"Z"}"#,
            r#"{"K":"B","B0":null}"#
        ]
    );
}
