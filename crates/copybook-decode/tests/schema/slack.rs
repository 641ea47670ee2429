//! Slack bytes of SYNCHRONIZED: the worked examples of the Enterprise COBOL for z/OS Language
//! Reference 6.2, "SYNCHRONIZED clause", in the words and figures of its sections.

use crate::check::check;
use copybook_decode::Schema;

fn parse(text: &str) -> Schema {
    Schema::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

/// `(offset, size)` of a field.
fn place(schema: &Schema, name: &str) -> (usize, usize) {
    let found = schema.fields().iter().find(|f| f.name() == name);
    let field = found.unwrap_or_else(|| panic!("no {name}"));
    (field.offset(), field.size())
}

fn length(schema: &Schema) -> usize {
    schema.record_length(schema.roots()[0]).1
}

/// "Slack bytes within records": a slack byte has the level of the item before it, so that it lies
/// in FIELD-C, and before FIELD-O.
#[test]
fn slack_has_the_level_of_the_item_before_it() {
    let inside = parse(
        "01 FIELD-A. 05 FIELD-B PICTURE X(5). 05 FIELD-C. 10 FIELD-D PICTURE XX.
         10 FIELD-E COMPUTATIONAL PICTURE S9(6) SYNC.",
    );
    assert_eq!(place(&inside, "FIELD-C"), (5, 7));
    assert_eq!(place(&inside, "FIELD-E"), (8, 4));
    let before = parse(
        "01 FIELD-L. 05 FIELD-M PICTURE X(5). 05 FIELD-N PICTURE XX. 05 FIELD-O.
         10 FIELD-P COMPUTATIONAL PICTURE S9(6) SYNC.",
    );
    assert_eq!(place(&before, "FIELD-O"), (8, 4));
    assert_eq!(length(&before), 12);
}

/// "Slack bytes within records", and its two figures: COMP-TYPE 1 byte, slack 2, COMP-PAY 4,
/// COMP-HOURS 2, COMP-NAME 5, slack 2; each occurrence has 16 bytes.
#[test]
fn occurrences_are_aligned_like_the_first() {
    let table = parse(
        "01 WORK-RECORD. 05 WORK-CODE PICTURE X. 05 COMP-TABLE OCCURS 10 TIMES.
         10 COMP-TYPE PICTURE X. 10 COMP-PAY PICTURE S9(4)V99 COMP SYNC.
         10 COMP-HOURS PICTURE S9(3) COMP SYNC. 10 COMP-NAME PICTURE X(5).",
    );
    let places = [
        "COMP-TABLE",
        "COMP-TYPE",
        "COMP-PAY",
        "COMP-HOURS",
        "COMP-NAME",
    ]
    .map(|name| place(&table, name));
    assert_eq!(places, [(1, 16), (1, 1), (4, 4), (8, 2), (10, 5)]);
    assert_eq!(length(&table), 1 + 10 * 16);
}

/// "Slack bytes between records": one byte before B-1, two before B-2, none before B-3; "a total of
/// 22 bytes in COMP-RECORD", since the compiler adds none behind it.
#[test]
fn a_record_gets_no_slack_behind_it() {
    let schema = parse(
        "01 COMP-RECORD. 05 A-1 PICTURE X(5). 05 A-2 PICTURE X(3). 05 A-3 PICTURE X(3).
         05 B-1 PICTURE S9999 USAGE COMP SYNCHRONIZED. 05 B-2 PICTURE S99999 USAGE COMP SYNCHRONIZED.
         05 B-3 PICTURE S9999 USAGE COMP SYNCHRONIZED.",
    );
    let places = ["A-3", "B-1", "B-2", "B-3"].map(|name| place(&schema, name));
    assert_eq!(places, [(8, 3), (12, 2), (16, 4), (20, 2)]);
    assert_eq!(length(&schema), 22);
}

/// "SYNCHRONIZED clause": a redefinition gets no slack; it must lie right, and where slack would
/// have to lie in it, at its first item, nobody says what happens.
#[test]
fn a_redefinition_gets_no_slack() {
    let right = parse("01 R. 05 A PIC X(4). 05 B REDEFINES A PIC S9(9) BINARY SYNC. 05 C PIC X.");
    assert_eq!((place(&right, "B"), length(&right)), ((0, 4), 5));
    let moved = parse("01 R. 05 F PIC X. 05 A PIC X(4). 05 B REDEFINES A PIC S9(9) BINARY SYNC.");
    assert_eq!((place(&moved, "B"), length(&moved)), ((1, 4), 5));
    let text = "01 R. 05 F PIC X. 05 A PIC X(8). 05 G REDEFINES A. 10 B PIC S9(9) BINARY SYNC.";
    let error = Schema::parse(text).expect_err("it needs slack").to_string();
    let expected = "expected G to redefine an item on a boundary of 4 bytes, which its first item \
                    (SYNCHRONIZED) needs, found it at byte 1";
    assert!(error.contains(expected), "{error}");
}

/// The slack has the level of the elementary item before it, so it is in that item's group.
#[test]
fn slack_bytes_belong_to_the_group_before() {
    let schema = parse(
        "01 R. 05 G. 10 A PIC X. 10 H. 15 B PIC X(4). 05 C PIC S9(9) COMP SYNC. 05 T OCCURS 2. 10 D PIC X(3).
         05 E COMP-1 SYNC.",
    );
    assert_eq!((place(&schema, "G"), place(&schema, "H")), ((0, 8), (1, 7)));
    assert_eq!(
        (
            place(&schema, "C"),
            place(&schema, "T"),
            place(&schema, "E")
        ),
        ((8, 4), (12, 3), (20, 4))
    );
    assert_eq!(check(&schema), Ok(()));
}

/// "SYNCHRONIZED clause": halfword up to 4 digits, fullword from 5 on and for COMP-1, INDEX and
/// pointers, doubleword for COMP-2, no effect on anything else.
#[test]
fn boundaries_follow_usage_and_digits() {
    let schema = parse(
        "01 R SYNC. 05 A PIC X. 05 H PIC 9(4) COMP. 05 B PIC X. 05 D PIC 9(18) COMP-5. 05 E PIC X.
         05 F COMP-1. 05 G PIC X. 05 I COMP-2. 05 P PIC 9(5) COMP-3. 05 J INDEX. 05 X PIC X. 05 Q POINTER.",
    );
    let starts: Vec<usize> = ["H", "D", "F", "I", "P", "J", "Q"]
        .map(|n| place(&schema, n).0)
        .into();
    assert_eq!(starts, [2, 8, 20, 32, 40, 44, 52]);
}
