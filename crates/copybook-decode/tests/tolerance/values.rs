//! Values that a picture does not allow.

use super::*;

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
