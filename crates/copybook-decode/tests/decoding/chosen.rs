//! What is printed of a record: chosen fields, items without a name, entries of level 66, groups as
//! text, spaces on the left.

use copybook_decode::codepage::CodePage;
use copybook_decode::decode::{
    DecodeOptions, Decoder, Fillers, Groups, RawBytes, Renames, Report, Trim,
};
use copybook_decode::schema::Schema;

const COPYBOOK: &str = "
   01 REC.
      05 ID PIC 9(2).
      05 FILLER PIC X.
      05 BORN.
         10 YEAR PIC 9(2).
         10 FILLER PIC X.
         10 MONTH PIC 9(2).
      05 PAY PIC S9(3) COMP-3.
      05 NAMES OCCURS 2.
         10 FIRST-OF PIC X.
         10 REST PIC X(2).
   66 START-OF RENAMES ID THRU BORN.
   66 MONTH-OF RENAMES MONTH.
";
const RECORD: &[u8] = b"07-23/11\x12\x3CaBCdEF";

fn options() -> DecodeOptions {
    DecodeOptions {
        code_page: CodePage::Ascii,
        ..DecodeOptions::default()
    }
}

fn decode(copybook: &str, options: &DecodeOptions, record: &[u8]) -> Result<String, String> {
    let schema = Schema::parse(copybook).unwrap();
    let decoder = Decoder::new(&schema, options).map_err(|error| error.to_string())?;
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder
        .decode_record(record, &mut out, &mut report)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).unwrap().trim_end().to_owned())
}

fn only(names: &[&str]) -> DecodeOptions {
    DecodeOptions {
        only: names.iter().map(|&name| name.to_owned()).collect(),
        ..options()
    }
}

#[test]
fn only_what_is_asked_for_is_printed() {
    for (names, wanted) in [
        (&["id"][..], r#"{"ID":"7"}"#),
        (&["MONTH", "PAY"], r#"{"BORN":{"MONTH":"11"},"PAY":"123"}"#),
        (&["BORN"], r#"{"BORN":{"YEAR":"23","MONTH":"11"}}"#),
        (
            &["names.rest"],
            r#"{"NAMES":[{"REST":"BC"},{"REST":"EF"}]}"#,
        ),
        (
            &["REC"],
            r#"{"ID":"7","BORN":{"YEAR":"23","MONTH":"11"},"PAY":"123","NAMES":[{"FIRST-OF":"a","REST":"BC"},{"FIRST-OF":"d","REST":"EF"}]}"#,
        ),
    ] {
        assert_eq!(
            decode(COPYBOOK, &only(names), RECORD).as_deref(),
            Ok(wanted)
        );
    }
    let error = decode(COPYBOOK, &only(&["NAME"]), RECORD).unwrap_err();
    assert!(error.contains("the copybook has no field NAME"), "{error}");
}

/// What is not asked for may hold anything; counters still count, and keys stay what they are.
#[test]
fn what_is_not_asked_for_is_not_read() {
    let record = b"??-23/11\xFF\xFFaBCdEF";
    let found = decode(COPYBOOK, &only(&["YEAR"]), record);
    assert_eq!(found.as_deref(), Ok(r#"{"BORN":{"YEAR":"23"}}"#));
    let copybook =
        "01 R. 05 N PIC 9. 05 T PIC 9 OCCURS 1 TO 5 DEPENDING ON N. 05 T PIC X. 05 Z PIC X.";
    let found = decode(copybook, &only(&["Z"]), b"3xyzAB");
    assert_eq!(found.as_deref(), Ok(r#"{"Z":"B"}"#));
    // Both are meant; the second keeps its number.
    let found = decode(copybook, &only(&["T"]), b"2129B");
    assert_eq!(found.as_deref(), Ok(r#"{"T":["1","2"],"T-2":"9"}"#));
    let error = decode(copybook, &only(&["Z"]), b"9xyzAB").unwrap_err();
    assert!(error.contains("a count from 1 to 5"), "{error}");
}

#[test]
fn items_without_a_name_can_be_kept() {
    let keep = DecodeOptions {
        fillers: Fillers::Keep,
        only: vec!["ID".to_owned(), "BORN".to_owned()],
        ..options()
    };
    assert_eq!(
        decode(COPYBOOK, &keep, RECORD).as_deref(),
        Ok(r#"{"ID":"7","BORN":{"YEAR":"23","FILLER":"/","MONTH":"11"}}"#)
    );
    let flat = DecodeOptions {
        groups: Groups::Flat,
        only: Vec::new(),
        ..keep
    };
    let found = decode(COPYBOOK, &flat, RECORD).unwrap();
    let start = r#"{"ID":"7","FILLER":"-","YEAR":"23","FILLER-2":"/","MONTH":"11","PAY""#;
    assert!(found.starts_with(start), "{found}");
}

#[test]
fn entries_of_level_66_can_be_printed() {
    let keep = DecodeOptions {
        renames: Renames::Keep,
        only: vec![
            "START-OF".to_owned(),
            "MONTH-OF".to_owned(),
            "ID".to_owned(),
        ],
        ..options()
    };
    assert_eq!(
        decode(COPYBOOK, &keep, RECORD).as_deref(),
        Ok(r#"{"ID":"7","START-OF":"07-23/11","MONTH-OF":"11"}"#)
    );
    let raw = DecodeOptions {
        raw: Some(RawBytes::Hex),
        only: vec!["MONTH-OF".to_owned()],
        ..keep
    };
    assert_eq!(
        decode(COPYBOOK, &raw, RECORD).as_deref(),
        Ok(r#"{"MONTH-OF":"11","MONTH-OF_raw":"3131"}"#)
    );
}

#[test]
fn groups_of_characters_can_be_text_as_well() {
    let text = DecodeOptions {
        group_text: true,
        only: vec!["BORN".to_owned(), "NAMES".to_owned()],
        ..options()
    };
    assert_eq!(
        decode(COPYBOOK, &text, RECORD).as_deref(),
        Ok(
            r#"{"BORN":{"_text":"23/11","YEAR":"23","MONTH":"11"},"NAMES":[{"_text":"aBC","FIRST-OF":"a","REST":"BC"},{"_text":"dEF","FIRST-OF":"d","REST":"EF"}]}"#
        )
    );
    let flat = DecodeOptions {
        groups: Groups::Flat,
        only: Vec::new(),
        ..text
    };
    let found = decode(COPYBOOK, &flat, RECORD).unwrap();
    let start =
        r#"{"ID":"7","BORN":"23/11","YEAR":"23","MONTH":"11","PAY":"123","NAMES":[{"_text""#;
    assert!(found.starts_with(start), "{found}");
    // The record has packed decimals, and so has no text; this one has.
    let copybook = "01 R. 05 A PIC X. 05 B PIC 9.";
    let found = decode(
        copybook,
        &DecodeOptions {
            groups: Groups::Nested,
            ..flat
        },
        b"x1",
    );
    assert_eq!(found.as_deref(), Ok(r#"{"_text":"x1","A":"x","B":"1"}"#));
}

#[test]
fn spaces_on_the_left_can_go() {
    let left = DecodeOptions {
        trim: Trim::Left,
        ..options()
    };
    let copybook = "01 R. 05 A PIC X(4). 05 B PIC X(2). 05 N PIC N(2) NATIONAL.";
    let found = decode(copybook, &left, b" a b  \0 \0x");
    assert_eq!(found.as_deref(), Ok(r#"{"A":"a b","B":"","N":"x"}"#));
    let found = decode(copybook, &left, b"  a   \0 \0 ");
    assert_eq!(found.as_deref(), Ok(r#"{"A":"a ","B":"","N":""}"#));
}
