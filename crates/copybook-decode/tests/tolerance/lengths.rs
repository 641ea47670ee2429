//! Records that are shorter or longer than what their fields take.

use super::*;

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
