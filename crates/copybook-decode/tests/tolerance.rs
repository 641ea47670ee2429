//! Records that are not quite what their copybook says: what is an error, and what each choice
//! makes of it.

#[path = "support/encode.rs"]
mod encode;

use std::num::NonZeroUsize;

use copybook_decode::decode::{
    BlankNumbers, Counts, LongRecords, OnError, Report, ShortRecords, Signs, Tables, Trim,
};
use copybook_decode::record::{Endian, LineEnd};
use copybook_decode::{DecodeOptions, Decoder, FileFormat, Framing, Schema, decode_slice};

use encode::encode;

const RDW: Framing = Framing::Rdw {
    header_included: true,
    endian: Endian::Big,
};

/// Lines of a file, or the error's text.
fn decode(
    copybook: &str,
    options: &DecodeOptions,
    framing: Framing,
    data: &[u8],
) -> Result<(Vec<String>, Report), String> {
    let schema = Schema::parse(copybook).unwrap_or_else(|error| panic!("{error}"));
    let decoder = Decoder::new(&schema, options).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let report = decode_slice(
        &decoder,
        &FileFormat::new(framing),
        NonZeroUsize::MIN,
        data,
        &mut out,
    )
    .map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).unwrap();
    Ok((text.lines().map(str::to_owned).collect(), report))
}

/// One record behind a descriptor word; EBCDIC is what `text` says, in cp037.
fn one(copybook: &str, options: &DecodeOptions, record: &[u8]) -> Result<String, String> {
    let (lines, _) = decode(copybook, options, RDW, &framed(&[record]))?;
    Ok(lines.concat())
}

fn framed(records: &[&[u8]]) -> Vec<u8> {
    let mut data = Vec::new();
    for record in records {
        data.extend(u16::try_from(record.len() + 4).unwrap().to_be_bytes());
        data.extend([0, 0]);
        data.extend_from_slice(record);
    }
    data
}

/// `text` in cp037.
fn e(text: &str) -> Vec<u8> {
    encode(&copybook_decode::codepage::CodePage::Cp037, text)
}

fn short(short_records: ShortRecords) -> DecodeOptions {
    DecodeOptions {
        short_records,
        ..DecodeOptions::default()
    }
}

const ALL_KINDS: &str = "01 R. 05 A PIC X(3). 05 N PIC 9(2). 05 P PIC S9(3) COMP-3. 05 T OCCURS 2.
    10 X PIC X. 10 Y PIC 9. 05 V PIC N(2). 05 G PIC X(2) OCCURS 2.";

#[test]
fn what_a_short_record_lacks_is_null() {
    let record = [
        e("abc12"),
        vec![0x12, 0x3C],
        e("x1y"),
        vec![0, 0x41, 0, 0x42],
        e("pqrs"),
    ]
    .concat();
    let error = one(ALL_KINDS, &DecodeOptions::default(), &record[..4]).unwrap_err();
    assert!(error.contains("field R.N"), "{error}");
    assert!(error.contains("found the end of the record"), "{error}");
    assert!(error.contains("--short-records"), "{error}");

    let null =
        |length: usize| one(ALL_KINDS, &short(ShortRecords::Null), &record[..length]).unwrap();
    assert_eq!(
        null(0),
        r#"{"A":null,"N":null,"P":null,"T":[{"X":null,"Y":null},{"X":null,"Y":null}],"V":null,"G":[null,null]}"#
    );
    assert_eq!(
        null(4),
        r#"{"A":"abc","N":null,"P":null,"T":[{"X":null,"Y":null},{"X":null,"Y":null}],"V":null,"G":[null,null]}"#
    );
    assert_eq!(
        null(10),
        r#"{"A":"abc","N":"12","P":"123","T":[{"X":"x","Y":"1"},{"X":"y","Y":null}],"V":null,"G":[null,null]}"#
    );
    let cut = |length: usize| one(ALL_KINDS, &short(ShortRecords::Cut), &record[..length]).unwrap();
    assert_eq!(
        cut(2),
        r#"{"A":"ab","N":null,"P":null,"T":[{"X":null,"Y":null},{"X":null,"Y":null}],"V":null,"G":[null,null]}"#
    );
    assert_eq!(
        cut(6),
        r#"{"A":"abc","N":"12","P":null,"T":[{"X":null,"Y":null},{"X":null,"Y":null}],"V":null,"G":[null,null]}"#
    );
    // Half a character of UTF-16 is none.
    let record = [
        e("abc12"),
        vec![0x12, 0x3C],
        e("x1y2"),
        vec![0, 0x41, 0, 0x42],
        e("pqrs"),
    ]
    .concat();
    let cut = |length: usize| one(ALL_KINDS, &short(ShortRecords::Cut), &record[..length]).unwrap();
    assert!(
        cut(14).ends_with(r#""V":"A","G":[null,null]}"#),
        "{}",
        cut(14)
    );
    assert!(
        cut(16).ends_with(r#""V":"AB","G":["p",null]}"#),
        "{}",
        cut(16)
    );
    assert!(
        cut(19).ends_with(r#""V":"AB","G":["pq","rs"]}"#),
        "{}",
        cut(19)
    );
}

#[test]
fn short_records_are_the_same_in_every_framing() {
    let copybook = "01 R. 05 A PIC X(2). 05 B PIC X(2). 05 C PIC 9.";
    let expected = r#"{"A":"ab","B":"c","C":null}"#;
    let lines = Framing::Lines { end: LineEnd::Nel };
    let fixed = Framing::Fixed {
        length: NonZeroUsize::new(3).unwrap(),
    };
    let cut = short(ShortRecords::Cut);
    let record = e("abc");
    let line = [record.clone(), vec![0x15]].concat();
    for (framing, data) in [
        (RDW, framed(&[&record])),
        (lines, line),
        (fixed, record.clone()),
    ] {
        let (found, report) = decode(copybook, &cut, framing, &data).unwrap();
        assert_eq!(found, [expected], "{framing:?}");
        assert_eq!((report.absent, report.nulls, report.records), (1, 0, 1));
    }
    // Lines that lack their trailing spaces are whole.
    let line = [e("ab  1"), vec![0x15], e("ab"), vec![0x15]].concat();
    let copybook = "01 R. 05 A PIC X(2). 05 B PIC X(2). 05 C PIC X.";
    let (found, _) = decode(copybook, &DecodeOptions::default(), lines, &line).unwrap();
    assert_eq!(found[1], r#"{"A":"ab","B":"  ","C":" "}"#);
}

#[test]
fn counters_that_are_not_there_count_nothing() {
    let copybook =
        "01 R. 05 A PIC X. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N. 05 Z PIC X.";
    let null = short(ShortRecords::Null);
    assert_eq!(
        one(copybook, &null, &e("a")).unwrap(),
        r#"{"A":"a","N":null,"T":[],"Z":null}"#
    );
    assert_eq!(
        one(copybook, &null, &e("a3xy")).unwrap(),
        r#"{"A":"a","N":"3","T":["x","y",null],"Z":null}"#
    );
}

#[test]
fn what_is_behind_the_fields_is_an_error_or_ignored() {
    let ignore = DecodeOptions {
        long_records: LongRecords::Ignore,
        ..DecodeOptions::default()
    };
    let plain = "01 R. 05 A PIC X(2). 05 B PIC 9.";
    let error = one(plain, &DecodeOptions::default(), &e("ab1zz")).unwrap_err();
    assert!(
        error.contains("at most 3 bytes") && error.contains("--long-records"),
        "{error}"
    );
    let many = framed(&[&e("ab1"), &e("cd2zz"), &e("ef3z"), &e("gh4")]);
    let (lines, report) = decode(plain, &ignore, RDW, &many).unwrap();
    assert_eq!(lines[1], r#"{"A":"cd","B":"2"}"#);
    assert_eq!((lines.len(), report.records), (4, 4));

    let counted = "01 R. 05 N PIC 9. 05 T PIC X(2) OCCURS 0 TO 3 DEPENDING ON N. 05 C PIC X.";
    let error = one(counted, &DecodeOptions::default(), &e("1ABCDE")).unwrap_err();
    for part in [
        "byte 4",
        "as its counters say",
        "--long-records",
        "--tables full",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(
        one(counted, &ignore, &e("1ABCDE")).unwrap(),
        r#"{"N":"1","T":["AB"],"C":"C"}"#
    );
    assert_eq!(
        one(counted, &DecodeOptions::default(), &e("1ABC")).unwrap(),
        r#"{"N":"1","T":["AB"],"C":"C"}"#
    );
    // A record of fixed length is filled up behind its tables, and a line with spaces.
    let fixed = Framing::Fixed {
        length: NonZeroUsize::new(8).unwrap(),
    };
    let default = DecodeOptions::default();
    assert!(decode(counted, &default, fixed, &e("1ABC????")).is_ok());
    let lines = Framing::Lines { end: LineEnd::Nel };
    assert!(
        decode(
            counted,
            &default,
            lines,
            &[e("1ABC   "), vec![0x15]].concat()
        )
        .is_ok()
    );
    assert!(
        decode(
            counted,
            &default,
            lines,
            &[e("1ABC x"), vec![0x15]].concat()
        )
        .is_err()
    );
}

#[test]
fn tables_at_full_length_move_nothing() {
    let full = DecodeOptions {
        tables: Tables::Full,
        ..DecodeOptions::default()
    };
    for (copybook, record, expected) in [
        (
            "01 R. 05 N PIC 9. 05 T PIC X(2) OCCURS 0 TO 3 DEPENDING ON N. 05 C PIC X.",
            "1ABxxxxC",
            r#"{"N":"1","T":["AB"],"C":"C"}"#,
        ),
        (
            "01 R. 05 N PIC 9. 05 T PIC X(2) OCCURS 0 TO 3 DEPENDING ON N. 05 C PIC X.",
            "0xxxxxxC",
            r#"{"N":"0","T":[],"C":"C"}"#,
        ),
        (
            "01 R. 05 N PIC 9. 05 T OCCURS 2. 10 M PIC 9. 10 U PIC X OCCURS 0 TO 2 DEPENDING ON M. 10 V PIC X. 05 C PIC X.",
            "21axv2bcwZ",
            r#"{"N":"2","T":[{"M":"1","U":["a"],"V":"v"},{"M":"2","U":["b","c"],"V":"w"}],"C":"Z"}"#,
        ),
        (
            "01 R. 05 N PIC 9. 05 T OCCURS 1 TO 2 DEPENDING ON N. 10 M PIC 9. 10 U PIC X OCCURS 0 TO 2 DEPENDING ON M. 10 V PIC X. 05 C PIC X.",
            "11axv????Z",
            r#"{"N":"1","T":[{"M":"1","U":["a"],"V":"v"}],"C":"Z"}"#,
        ),
        (
            "01 R. 05 N PIC 9. 05 FILLER PIC X OCCURS 0 TO 3 DEPENDING ON N. 05 C PIC X.",
            "1x??C",
            r#"{"N":"1","C":"C"}"#,
        ),
    ] {
        let found = one(copybook, &full, &e(record));
        assert_eq!(found.as_deref(), Ok(expected), "{copybook}");
        let schema = Schema::parse(copybook).unwrap();
        let length = Decoder::new(&schema, &full).unwrap().record_length();
        assert_eq!(length.min, length.max, "{copybook}");
    }
}

#[test]
fn counts_below_the_least_number_may_be_taken() {
    let copybook = "01 R. 05 N PIC 9. 05 T OCCURS 2 TO 3 DEPENDING ON N PIC X.";
    let error = one(copybook, &DecodeOptions::default(), &e("1a")).unwrap_err();
    assert!(
        error.contains("a count from 2 to 3") && error.contains("--counts lenient"),
        "{error}"
    );
    let lenient = DecodeOptions {
        counts: Counts::Lenient,
        ..DecodeOptions::default()
    };
    assert_eq!(
        one(copybook, &lenient, &e("1a")).unwrap(),
        r#"{"N":"1","T":["a"]}"#
    );
    assert_eq!(
        one(copybook, &lenient, &e("0")).unwrap(),
        r#"{"N":"0","T":[]}"#
    );
    let error = one(copybook, &lenient, &e("4abcd")).unwrap_err();
    assert!(
        error.contains("a count from 0 to 3") && !error.contains("--counts"),
        "{error}"
    );
}

#[test]
fn null_goes_on_where_it_can() {
    let null = DecodeOptions {
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let copybook =
        "01 R. 05 A PIC 9. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N. 05 Z PIC X.";
    let data = framed(&[&e("x1az"), &e("1?az"), &e("1"), &e("11azzzz"), &e("11az")]);
    let (lines, report) = decode(copybook, &null, RDW, &data).unwrap();
    assert_eq!(
        lines,
        [
            r#"{"A":null,"N":"1","T":["a"],"Z":"z"}"#,
            r#"{"A":"1","N":null,"T":[],"Z":null}"#,
            r#"{"A":"1","N":null,"T":[],"Z":null}"#,
            r#"{"A":"1","N":"1","T":["a"],"Z":"z"}"#,
            r#"{"A":"1","N":"1","T":["a"],"Z":"z"}"#,
        ]
    );
    assert_eq!((report.records, report.nulls), (5, 4));
    assert_eq!(report.errors["R"], 1, "{report:?}");
}

#[test]
fn blank_numbers_are_an_error_null_or_zero() {
    let copybook = "01 R. 05 A PIC 9(3). 05 B PIC S9(3)V99 COMP-3. 05 C PIC ZZ9.9. 05 D PIC S9(2) SIGN LEADING SEPARATE.
        05 E PIC +9V9E+99. 05 F PIC 9(2) NATIONAL. 05 G PIC S9(3).";
    let spaces = [
        vec![0x40; 3 + 3 + 5 + 3 + 7],
        vec![0, 0x20, 0, 0x20],
        vec![0x40; 3],
    ]
    .concat();
    let zeros = vec![0; spaces.len()];
    let choice = |blank_numbers| DecodeOptions {
        blank_numbers,
        ..DecodeOptions::default()
    };
    for record in [&spaces, &zeros] {
        let error = one(copybook, &choice(BlankNumbers::Error), record).unwrap_err();
        assert!(error.contains("field R.A"), "{error}");
        assert_eq!(
            one(copybook, &choice(BlankNumbers::Null), record).as_deref(),
            Ok(r#"{"A":null,"B":null,"C":null,"D":null,"E":null,"F":null,"G":null}"#)
        );
        assert_eq!(
            one(copybook, &choice(BlankNumbers::Zero), record).as_deref(),
            Ok(r#"{"A":"0","B":"0.00","C":"0.0","D":"0","E":"0","F":"0","G":"0"}"#)
        );
    }
    let data = framed(&[&spaces, &zeros]);
    let (_, report) = decode(copybook, &choice(BlankNumbers::Null), RDW, &data).unwrap();
    assert_eq!((report.blanks, report.nulls), (14, 0));
    assert!(report.errors.is_empty());
    // Half blank is invalid, and what makes a number is none.
    let error = one(
        "01 R. 05 A PIC 9(3).",
        &choice(BlankNumbers::Null),
        &e("1  "),
    )
    .unwrap_err();
    assert!(error.contains("field R.A"), "{error}");
    let numbers = "01 R. 05 A PIC 9(4) COMP. 05 B PIC 9(3) BLANK WHEN ZERO. 05 C PIC ZZZ. 05 D PIC 9(4) COMP-6.";
    let record = [vec![0, 0], vec![0x40; 3], vec![0x40; 3], vec![0, 0]].concat();
    assert_eq!(
        one(numbers, &choice(BlankNumbers::Null), &record).as_deref(),
        Ok(r#"{"A":"0","B":"0","C":"0","D":"0"}"#)
    );
}

#[test]
fn an_item_without_s_has_no_sign() {
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        ..DecodeOptions::default()
    };
    let copybook =
        "01 R. 05 Z PIC 9(4). 05 P PIC 9(3) COMP-3. 05 W PIC 9(20). 05 Q PIC 9(18)V99 COMP-3.
        05 N PIC S9(2). 05 M PIC S9(3) COMP-3.";
    let wide = [e("1234567890123456789"), vec![0xD0]].concat();
    let packed = [
        vec![0x01, 0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45, 0x67, 0x89],
        vec![0x0B],
    ]
    .concat();
    for sign in [0xB0, 0xD0] {
        let record = [
            e("123"),
            vec![sign | 4],
            vec![0x12, 0x3D],
            wide.clone(),
            packed.clone(),
            vec![0xF1, sign | 2],
            vec![0x12, 0x3B],
        ]
        .concat();
        assert_eq!(
            one(copybook, &lenient, &record).as_deref(),
            Ok(
                r#"{"Z":"1234","P":"123","W":"12345678901234567890","Q":"123456789012345678.90","N":"-12","M":"-123"}"#
            )
        );
    }
}

#[test]
fn trim_is_about_spaces() {
    let copybook = "01 R. 05 F PIC X(5). 05 N PIC N(3).";
    let trimmed = |trim| DecodeOptions {
        trim,
        ..DecodeOptions::default()
    };
    let record = [
        vec![0x40, 0x05, 0xC1, 0x00, 0x40],
        vec![0, 0x20, 0, 0x41, 0, 0x00],
    ]
    .concat();
    assert_eq!(
        one(copybook, &trimmed(Trim::Right), &record).as_deref(),
        Ok(r#"{"F":" \tA\u0000","N":" A\u0000"}"#)
    );
    assert_eq!(
        one(copybook, &trimmed(Trim::Both), &record).as_deref(),
        Ok(r#"{"F":"\tA\u0000","N":"A\u0000"}"#)
    );
    let blank = [
        vec![0x25, 0x00, 0x00, 0x05, 0x40],
        vec![0, 0x20, 0, 0x20, 0, 0x20],
    ]
    .concat();
    assert_eq!(
        one(copybook, &trimmed(Trim::Both), &blank).as_deref(),
        Ok(r#"{"F":"\n\u0000\u0000\t","N":""}"#)
    );
}

#[test]
fn remedies_are_named_where_they_help() {
    let default = DecodeOptions::default();
    let lenient = DecodeOptions {
        signs: Signs::Lenient,
        ..DecodeOptions::default()
    };
    for (picture, bytes, named) in [
        ("S9(2)", vec![0xF1, 0xF2], Some("--signs lenient")),
        ("S9(2)", vec![0xF1, 0xA2], Some("--signs lenient")),
        ("S9(2)", vec![0x60, 0xF2], None),
        ("S9(2)", vec![0xF1, 0x40], None),
        ("9(2)", vec![0xF1, 0xD2], Some("--signs lenient")),
        ("9(2)", vec![0xC1, 0xF2], None),
        ("S9(3) COMP-3", vec![0x12, 0x3F], Some("--signs lenient")),
        ("9(3) COMP-3", vec![0x12, 0x3C], Some("--signs lenient")),
        ("S9(3) COMP-3", vec![0x12, 0x31], None),
        ("S9(3) COMP-3", vec![0x40, 0x40], Some("--blank-numbers")),
        ("S9(3) COMP-3", vec![0x00, 0x00], Some("--blank-numbers")),
        ("S9(3) COMP-3", vec![0x1A, 0x3C], None),
        ("S9(1) COMP-3", vec![0xD3], None),
    ] {
        let copybook = format!("01 R. 05 F PIC {picture}.");
        let error = one(&copybook, &default, &bytes).unwrap_err();
        for flag in ["--signs lenient", "--blank-numbers"] {
            assert_eq!(
                error.contains(flag),
                named == Some(flag),
                "{picture} {bytes:02X?}: {error}"
            );
        }
        if let Err(error) = one(&copybook, &lenient, &bytes) {
            assert!(!error.contains("lenient"), "{error}");
        }
    }
}

#[test]
fn usages_of_vendors_are_read_where_they_are_allowed() {
    use copybook_decode::schema::CopybookOptions;
    let options = CopybookOptions {
        vendor_usages: true,
        ..CopybookOptions::default()
    };
    let text = "01 R. 05 A PIC 9(3) COMP-3U. 05 B PIC S9(4) COMP-9. 05 C PIC 9(9) COMPUTATIONAL-9.";
    let schema = Schema::parse_bytes(text.as_bytes(), &options).unwrap();
    let decoder = Decoder::new(&schema, &DecodeOptions::default()).unwrap();
    let record = [0x01, 0x23, 0xFE, 0xFF, 0x01, 0x02, 0x00, 0x00];
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(&record, &mut out, &mut report)
        .unwrap();
    let line = String::from_utf8(out).unwrap();
    assert_eq!(line.trim(), r#"{"A":"123","B":"-2","C":"513"}"#);
}
