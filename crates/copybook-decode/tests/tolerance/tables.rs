//! Tables that are not as long as their counters say, and counters that are not there.

use super::*;

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
