//! Characters of two bytes, on a page of a few: between shifts that come in pairs, behind lead bytes, and
//! in fields that have a page of their own.

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{Report, ShortRecords, Trim};
use copybook_decode::schema::{CopybookOptions, NSymbol};
use copybook_decode::{DecodeOptions, Decoder, Schema};

/// A small page of the same class.
const PAGE: &str = "<uconv_class> \"EBCDIC_STATEFUL\"\nCHARMAP\n<U0020> \\x40 |0\n<U0041> \\xC1 |0\n\
                    <U0030> \\xF0 |0\n<U0031> \\xF1 |0\n<U3000> \\x40\\x40 |0\n<U3042> \\x44\\x81 |0\n\
                    <U20BB7> \\xB3\\xCD |0\n<U304B><U309A> \\xEC\\xB5 |0\nEND CHARMAP\n";

fn page() -> CodePage {
    CodePage::from_mapping("small", PAGE).unwrap()
}

/// The lines that records of a copybook decode to, or the error.
pub(crate) fn decode(
    copybook: &str,
    options: &DecodeOptions,
    record: &[u8],
) -> Result<String, String> {
    let schema = Schema::parse(copybook).unwrap();
    let decoder = Decoder::new(&schema, options).map_err(|error| error.to_string())?;
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(record, &mut out, &mut report)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).unwrap().trim_end().to_owned())
}

fn small(trim: Trim) -> DecodeOptions {
    DecodeOptions {
        code_page: page(),
        trim,
        ..DecodeOptions::default()
    }
}

#[test]
fn shifts_surround_characters_of_two_bytes() {
    let copybook = "01 R. 05 A PIC X(9). 05 G PIC G(3). 05 N PIC 9(2).";
    let record = b"\xC1\x0E\x44\x81\xEC\xB5\x0F\xC1\x40\xB3\xCD\x44\x81\x40\x40\xF1\xF0";
    let cases = [
        (Trim::None, r#"{"A":"Aあか゚A ","G":"𠮷あ　","N":"10"}"#),
        (Trim::Right, r#"{"A":"Aあか゚A","G":"𠮷あ","N":"10"}"#),
    ];
    for (trim, wanted) in cases {
        assert_eq!(
            decode(copybook, &small(trim), record).as_deref(),
            Ok(wanted)
        );
    }
}

#[test]
fn shifts_that_do_not_come_in_pairs_are_invalid() {
    let cases: [(&[u8], usize, &str); 8] = [
        (
            b"\x0E\x44\x81\xC1\xC1\xC1",
            3,
            "a character of the code page, found X'C1C1'",
        ),
        (
            b"\xC1\x0E\x44\x81\x44\x81",
            1,
            "shift-in X'0F' before the end of the field",
        ),
        (
            b"\xC1\xC1\x0F\xC1\xC1\xC1",
            2,
            "shift-out X'0E' before shift-in X'0F'",
        ),
        (
            b"\x0E\x0E\x44\x81\x0F\xC1",
            1,
            "shift-in X'0F' before the next shift-out X'0E'",
        ),
        (
            b"\x0E\x44\x81\x44\x0F\xC1",
            3,
            "two bytes a character between shift-out and shift-in",
        ),
        (
            b"\x0E\x44\x82\x0F\xC1\xC1",
            1,
            "a character of the code page, found X'4482'",
        ),
        (
            b"\xC1\xC1\xC1\xC1\xC1\x0E",
            5,
            "shift-in X'0F' before the end of the field",
        ),
        (
            b"\xC1\xC1\xC1\x0E\x0F\x4A",
            5,
            "a character of the code page, found X'4A'",
        ),
    ];
    for (record, at, expected) in cases {
        let error = decode("01 R. 05 A PIC X(6).", &small(Trim::None), record).unwrap_err();
        let place = format!("field R.A, byte {at}");
        assert!(
            error.contains(&place) && error.contains(expected),
            "{error}"
        );
    }
    let error = decode(
        "01 R. 05 G PIC G(2).",
        &small(Trim::None),
        b"\x44\x81\x0E\x44",
    )
    .unwrap_err();
    assert!(
        error.contains("byte 2") && error.contains("found X'0E44'"),
        "{error}"
    );
}

/// As programs compiled with NSYMBOL(DBCS) have it.
#[test]
fn pic_n_can_be_in_the_code_page() {
    let copybook = "01 R. 05 A PIC N(2). 05 B PIC N USAGE NATIONAL. 05 C PIC N DISPLAY-1.";
    let options = CopybookOptions {
        nsymbol: NSymbol::Dbcs,
        ..CopybookOptions::default()
    };
    let schema = Schema::parse_bytes(copybook.as_bytes(), &options).unwrap();
    let decoder = Decoder::new(&schema, &small(Trim::None)).unwrap();
    let (mut out, mut report) = (Vec::new(), Report::default());
    let record = b"\x44\x81\x40\x40\x00\x41\xB3\xCD";
    decoder
        .decode_record(record, &mut out, &mut report)
        .unwrap();
    assert_eq!(
        out,
        "{\"A\":\"あ　\",\"B\":\"A\",\"C\":\"𠮷\"}\n".as_bytes()
    );
}

/// A field that its record ends in keeps its whole characters.
#[test]
fn text_is_cut_between_characters() {
    let options = DecodeOptions {
        short_records: ShortRecords::Cut,
        ..small(Trim::None)
    };
    let copybook = "01 R. 05 A PIC X(9).";
    for (record, wanted) in [
        (&b"\xC1\x0E\x44\x81\xEC\xB5"[..], r#"{"A":"Aあか゚"}"#),
        (&b"\xC1\x0E\x44\x81\xEC"[..], r#"{"A":"Aあ"}"#),
        (&b"\xC1\x0E"[..], r#"{"A":"A"}"#),
    ] {
        assert_eq!(decode(copybook, &options, record).as_deref(), Ok(wanted));
    }
}

/// Pages of personal computers tell by the first byte.
#[test]
fn lead_bytes_need_no_shifts() {
    let text = "<uconv_class> \"MBCS\"\nCHARMAP\n<U0041> \\x41 |0\n<U0030> \\x30 |0\n<UFF71> \\xB1 |0\n\
                <U3042> \\x82\\xA0 |0\n<U8868> \\x95\\x5C |0\nEND CHARMAP\n";
    let options = DecodeOptions {
        code_page: CodePage::from_mapping("lead", text).unwrap(),
        ..DecodeOptions::default()
    };
    let copybook = "01 R. 05 A PIC X(6).";
    let found = decode(copybook, &options, b"A\x82\xA0\xB1\x95\x5C");
    assert_eq!(found.as_deref(), Ok(r#"{"A":"Aあｱ表"}"#));
    for (record, at) in [(&b"AAAAA\x82"[..], 5), (b"A\x82AAAA", 1), (b"\xFFAAAAA", 0)] {
        let error = decode(copybook, &options, record).unwrap_err();
        assert!(error.contains(&format!("byte {at}")), "{error}");
    }
}

#[test]
fn fields_can_have_a_page_of_their_own() {
    let copybook =
        "01 R. 05 A PIC X(2). 05 G. 10 B PIC X(2). 10 N PIC S9(2). 10 C PIC X(2). 10 H PIC G.";
    let options = DecodeOptions {
        code_page: CodePage::Cp037,
        field_pages: vec![
            ("C".to_owned(), CodePage::Cp500),
            ("G".to_owned(), CodePage::Ascii),
            ("H".to_owned(), page()),
        ],
        ..DecodeOptions::default()
    };
    let record = b"\xC1\x4AAB1A\xC1\x4A\x44\x81";
    let wanted = r#"{"A":"A¢","G":{"B":"AB","N":"11","C":"A[","H":"あ"}}"#;
    assert_eq!(decode(copybook, &options, record).as_deref(), Ok(wanted));
    for (fields, expected) in [
        (&["X"][..], "the copybook has no field X"),
        (&["A", "R.A"], "R.A is given two code pages"),
    ] {
        let field_pages = fields
            .iter()
            .map(|&name| (name.to_owned(), CodePage::Ascii));
        let options = DecodeOptions {
            field_pages: field_pages.collect(),
            ..DecodeOptions::default()
        };
        let error = decode(copybook, &options, record).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let options = DecodeOptions {
        field_pages: vec![("P".to_owned(), CodePage::Ascii)],
        ..DecodeOptions::default()
    };
    let error = decode("01 R. 05 P PIC 9 COMP-3.", &options, b"").unwrap_err();
    assert!(
        error.contains("R.P has no characters of a code page"),
        "{error}"
    );
}
