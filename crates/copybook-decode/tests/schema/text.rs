//! How copybooks lie in files: columns, character sets, placeholders, constants and what is around
//! the entries.

use copybook_decode::Schema;
use copybook_decode::schema::{CopybookOptions, Kind, SourceFormat};

use crate::encode::encode;

/// Paths and sizes of the elementary fields.
fn fields(schema: &Schema) -> Vec<(String, usize)> {
    schema
        .iter()
        .filter(|(id, _)| schema.children(*id).is_empty())
        .map(|(_, field)| {
            let count = field.occurs().map_or(1, |occurs| occurs.max().get());
            (field.name().to_owned(), field.size() * count)
        })
        .collect()
}

fn read(text: &str) -> Vec<(String, usize)> {
    fields(&Schema::parse(text).unwrap_or_else(|error| panic!("{text}\n{error}")))
}

fn named(pairs: &[(&str, usize)]) -> Vec<(String, usize)> {
    pairs.iter().map(|(n, s)| ((*n).to_owned(), *s)).collect()
}

#[test]
fn area_a_decides_whatever_columns_1_to_6_hold() {
    let two = named(&[("A", 3), ("B", 2)]);
    for text in [
        // Positions and lengths, as listings have them.
        "       01  R.\n  1  3     05 A PIC X(3).\n  4  2     05 B PIC X(2).\n",
        "  1  5 01  R.\n  1  3     05 A PIC X(3).\n  4  2     05 B PIC X(2).\n",
        "CHG01  01  R.\n1 TO 3     05 A PIC X(3).\n+4   +     05 B PIC X(2).\n",
        "01     01  R.\n02         05 A PIC X(3).\n03         05 B PIC X(2).\n",
        // Remarks behind column 80, long and short.
        &format!(
            "       01  R.\n           05 A PIC X(3).{:60}THE NUMBER OF A CUSTOMER\n           05 B PIC X(2).\n",
            ""
        ),
        &format!(
            "       01  R.\n           05 A PIC X(3).\n           05 B{:60}A REMARK, 5.\n               PIC X(2).\n",
            ""
        ),
        // Free format although an entry starts in column 8.
        "01 R.\n       05 A PIC X(3).\n       05 B PIC X(2).\n",
        "  01 R.\n    05 A\n       PIC X(3).\n       05 B PIC X(2).\n",
        // Neither form is plain, and only one of them can be read.
        "         01 R. 05 A\n    PIC X(3).\n   05 B PIC X(2).\n",
    ] {
        assert_eq!(read(text), two, "{text}");
    }
}

#[test]
fn what_is_lost_behind_column_72_is_blamed_on_its_line() {
    for (text, line) in [
        (
            "       01  R.\n           03 LONG-NAME-OF-A-FIELD-WITH-SOME-FORTY-TWO-LETTERS-IN  PIC X(1).\n           03 B PIC X.\n",
            2,
        ),
        (
            "       01  R.\n           05 A                                                PIC X(20).\n           05 B PIC X.\n",
            2,
        ),
        (
            "       01  R.\n           05 A                                          PIC X(5) VALUE 'ABCDE'.\n           05 B PIC X.\n",
            2,
        ),
        (
            "000100 01  R.\n000200     05 B PIC X.\n000300     05 A REDEFINES B                                   PIC 9(4) COMP.\n\n000400* NOTE\n000500     05 C PIC X.\n",
            3,
        ),
    ] {
        let error = Schema::parse(text).unwrap_err();
        let place = format!("copybook line {line}, column 73: ");
        assert!(error.to_string().starts_with(&place), "{error}");
        assert!(error.to_string().contains("column 72"), "{error}");
    }
    // What identifies the lines is not to blame.
    let error = Schema::parse(
        "       01  R.                                                           CUST0001\n           05 A                                                         CUST0002\n             PIC Q.                                                     CUST0003\n",
    )
    .unwrap_err();
    assert!(error.to_string().contains("a picture symbol"), "{error}");
}

/// Nor is it where an entry does not end on the line, be it apart from the entry or the same on
/// every line.
#[test]
fn what_programs_keep_behind_column_72_is_not_to_blame() {
    let wide = format!("000100     {:<61}PROG4.2\n", "MOVE A TO B, MOVE C TO D,");
    let full = format!("000200     {:X<61}PROG4.2\n", "MOVE E TO F, ADD ");
    for text in [
        wide.clone(),
        wide + &full,
        full.replace("MOVE", "COPY") + &full,
    ] {
        let error = Schema::parse(&text).unwrap_err();
        assert!(!error.to_string().contains("column 72"), "{error}");
    }
}

/// How far a line with tabs reaches depends on who wrote it.
#[test]
fn lines_with_tabs_may_reach_behind_column_72() {
    let text = "       01  R.\n\t\t     05  A                                       PIC X(25).\n\
                \t\t     05  B                                       PIC X(2).\n";
    let schema = Schema::parse(text).unwrap();
    assert_eq!(schema.field(schema.roots()[0]).size(), 27);
}

#[test]
fn the_message_says_which_format_was_taken() {
    let error = Schema::parse("01 R.\n   05 A PIC X.\n       05 B PIC Q.\n").unwrap_err();
    assert!(error.to_string().contains("line 3"), "{error}");
    let seemed = "it seemed to be in fixed format, since an entry starts in column 8 (line 3)";
    assert!(error.to_string().contains(seemed), "{error}");
    let given = CopybookOptions {
        format: SourceFormat::Fixed,
        ..CopybookOptions::default()
    };
    let error = Schema::parse_bytes("    01 R PIC X.\n".as_bytes(), &given).unwrap_err();
    assert!(!error.to_string().contains("seemed"), "{error}");
}

#[test]
fn a_quote_in_column_72_goes_on_with_two() {
    for (open, lines) in [
        ("' a", "      -    ''b'.\n"),
        ("' a", "      -    ''''.\n"),
        ("\"x", "      -    \"\"b\".\n"),
    ] {
        let quote = &open[..1];
        let first = format!("           {open:60}{quote}\n");
        assert_eq!(first.trim_end().len(), 72);
        let text = format!(
            "       01 R.\n           05 A PIC X(5) VALUE\n{first}{lines}           05 B PIC X.\n"
        );
        assert_eq!(read(&text), named(&[("A", 5), ("B", 1)]), "{text}");
    }
    // One quote resumes a literal that goes on, and is no end.
    let first = format!("           {:60}x\n", "'a");
    let text = format!("       01 R.\n           05 A PIC X(5) VALUE\n{first}      -    'b'.\n");
    assert_eq!(read(&text), named(&[("A", 5)]));
}

#[test]
fn the_character_set_is_told_by_the_bytes() {
    let text = "       01 R.\r\n           05 AÇÃO PIC X.\r\n           05 B PIC 9(2).\r\n";
    let expected = named(&[("AÇÃO", 1), ("B", 2)]);
    let read = |bytes: &[u8]| {
        let schema = Schema::parse_bytes(bytes, &CopybookOptions::default());
        fields(&schema.unwrap_or_else(|error| panic!("{error}")))
    };
    assert_eq!(read(text.as_bytes()), expected);
    assert_eq!(read(format!("\u{feff}{text}").as_bytes()), expected);
    let units = || {
        format!("\u{feff}{text}")
            .encode_utf16()
            .collect::<Vec<u16>>()
    };
    let big: Vec<u8> = units().iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let little: Vec<u8> = units().iter().flat_map(|unit| unit.to_le_bytes()).collect();
    assert_eq!(read(&big), expected);
    assert_eq!(read(&little), expected);
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    assert_eq!(read(&latin), expected);

    let page = copybook_decode::codepage::CodePage::Cp037;
    // X'15' is the next line, U+0085.
    let encode = |text: &str| encode(&page, &text.replace('\n', "\u{85}"));
    let lines = text.replace('\r', "");
    assert_eq!(read(&encode(&lines)), expected, "EBCDIC with NL");
    let mut feeds = encode(&lines);
    feeds
        .iter_mut()
        .filter(|b| **b == 0x15)
        .for_each(|b| *b = 0x25);
    assert_eq!(read(&feeds), expected, "EBCDIC with LF");
    let cards: String = lines.lines().map(|line| format!("{line:80}")).collect();
    assert_eq!(read(&encode(&cards)), expected, "EBCDIC in cards");
}

#[test]
fn members_have_their_own_character_set() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("M.cpy"),
        b"           05 A\xC7\xC3O PIC X.\n",
    )
    .unwrap();
    let options = CopybookOptions {
        copy_dirs: vec![dir.path().to_owned()],
        ..CopybookOptions::default()
    };
    let schema =
        Schema::parse_bytes("       01 R.\n       COPY M.\n".as_bytes(), &options).unwrap();
    assert_eq!(fields(&schema), named(&[("AÇÃO", 1)]));
}

#[test]
fn headers_around_the_record_are_passed_over() {
    for header in [
        "DATA DIVISION. FILE SECTION. FD CUST RECORD CONTAINS 2 CHARACTERS.",
        "FD  CUST\n           RECORDING MODE IS V LABEL RECORDS ARE STANDARD\n           RECORD IS VARYING FROM 1 TO 2 DEPENDING ON W-LEN.",
        "FILE SECTION.\n       SD  SORT-FILE.",
        "WORKING-STORAGE SECTION.",
        "LINKAGE SECTION.",
        "LOCAL-STORAGE SECTION.",
    ] {
        let text = format!("       {header}\n       01 R.\n           05 A PIC X(2).\n");
        assert_eq!(read(&text), named(&[("A", 2)]), "{header}");
    }
    assert_eq!(
        read("       FD F.\n       01 R PIC X(2).\n       WORKING-STORAGE SECTION.\n"),
        named(&[("R", 2)])
    );
}

#[test]
fn constants_count() {
    for text in [
        "78 N VALUE 2. 01 R. 05 A PIC X OCCURS N. 05 B PIC 9(N).",
        "78 N VALUE IS 2. 01 R. 05 A PIC X OCCURS N TIMES. 05 B PIC 9(N).",
        "78 M VALUE 1. 78 N VALUE M + 1. 01 R. 05 A PIC X(N). 05 B PIC 9(N).",
        "01 N CONSTANT AS 2. 01 R. 05 A PIC X OCCURS N. 05 B PIC 9(N).",
        "01 N CONSTANT IS GLOBAL 2. 01 R. 05 A PIC X OCCURS N. 05 B PIC 9(N).",
        "01 R. 78 N VALUE 6 / 3. 05 A PIC X OCCURS N. 78 S VALUE 'X' & 'Y'. 05 B PIC 9(N) VALUE N.",
    ] {
        assert_eq!(read(text), named(&[("A", 2), ("B", 2)]), "{text}");
    }
    let options = CopybookOptions {
        define: [("SIZE".to_owned(), "3".to_owned())].into(),
        ..CopybookOptions::default()
    };
    let text = "01 N CONSTANT FROM SIZE. 01 R. 05 A PIC X(N).";
    let schema = Schema::parse_bytes(text.as_bytes(), &options).unwrap();
    assert_eq!(fields(&schema), named(&[("A", 3)]));
}

#[test]
fn a_value_may_name_a_constant_of_the_program() {
    let text = "01 R. 05 A PIC 9(2) VALUE WHITE. 88 C VALUE RED GREEN THRU BLUE. 05 B PIC X VALUE IS ESC COMP-X.
        05 D PIC 9 VALUE LENGTH OF A. 88 E VALUES ARE ONE, TWO. 05 F PIC X VALUE ALL STARS.";
    assert_eq!(read(text), named(&[("A", 2), ("B", 1), ("D", 1), ("F", 1)]));
}

#[test]
fn binary_usages_have_the_bytes_that_they_name() {
    let text = "01 R. 05 A BINARY-CHAR. 05 B USAGE IS BINARY-SHORT UNSIGNED. 05 C BINARY-LONG SIGNED. 05 D BINARY-DOUBLE.
        05 E BINARY-LONG-LONG UNSIGNED OCCURS 2.";
    let schema = Schema::parse(text).unwrap();
    let expected = named(&[("A", 1), ("B", 2), ("C", 4), ("D", 8), ("E", 16)]);
    assert_eq!(fields(&schema), expected);
    let signs: Vec<bool> = schema
        .iter()
        .filter_map(|(_, field)| match field.kind() {
            Kind::Binary { signed, native, .. } => {
                assert!(native);
                Some(*signed)
            }
            _ => None,
        })
        .collect();
    assert_eq!(signs, [true, false, true, true, false]);
}

#[test]
fn placeholders_are_replaced_without_a_copy_around_them() {
    let replaced = |text: &str, pairs: &[(&str, &str)]| {
        let replace = pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let options = CopybookOptions {
            replace: replace.collect(),
            ..CopybookOptions::default()
        };
        fields(
            &Schema::parse_bytes(text.as_bytes(), &options)
                .unwrap_or_else(|error| panic!("{error}")),
        )
    };
    let text =
        "       01 :TAG:-RECORD.\n           05 :TAG:-A PIC X(2).\n           05 B-:TAG: PIC X.\n";
    assert_eq!(
        replaced(text, &[(":TAG:", "CUST")]),
        named(&[("CUST-A", 2), ("B-CUST", 1)])
    );
    let text = "       01 R.\n           05 (P)-A PIC X(LEN).\n           05 ==B PIC X.\n";
    assert_eq!(
        replaced(&text.replace("==", ""), &[("(P)", "X"), ("LEN", "4")]),
        named(&[("X-A", 4), ("B", 1)])
    );
    assert_eq!(
        replaced(
            "01 R. 05 :A: PIC X. 05 :B: PIC X.",
            &[(":A:", "Y"), (":B:", "Z")]
        ),
        named(&[("Y", 1), ("Z", 1)])
    );
}
