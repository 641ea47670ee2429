//! Copybooks as shops write them: layouts that the language reference and real data fix.

use copybook_decode::Schema;
use copybook_decode::schema::{FieldId, Kind, Number, Sign};

fn parse(text: &str) -> Schema {
    Schema::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

fn find(schema: &Schema, name: &str) -> FieldId {
    schema
        .iter()
        .find(|(_, f)| f.name() == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .0
}

/// `(offset, size)` of a field.
fn place(schema: &Schema, name: &str) -> (usize, usize) {
    let field = schema.field(find(schema, name));
    (field.offset(), field.size())
}

/// The text of a file of real data.
fn real_data(path: &str) -> Option<String> {
    let file = crate::given::real_data(path)?;
    Some(std::fs::read_to_string(file).expect("a text"))
}

#[test]
fn one_line_of_free_format_is_enough() {
    let schema = parse("01 R. 05 A PIC X(50). 05 B PIC S9(9)V99 COMP-3.");
    assert_eq!(place(&schema, "A"), (0, 50));
    assert_eq!(place(&schema, "B"), (50, 6));
    let number = Number {
        digits: 11,
        scale: 2,
    };
    let packed = Kind::Packed {
        number,
        signed: true,
        sign_nibble: true,
    };
    assert_eq!(*schema.field(find(&schema, "B")).kind(), packed);
    assert_eq!(schema.record_length(schema.roots()[0]), (56, 56));
}

#[test]
fn integral_types_has_its_1493_bytes() {
    let Some(text) = real_data("integral-types/copybook.cob") else {
        return;
    };
    let schema = parse(&text);
    assert_eq!(schema.record_length(schema.roots()[0]), (1493, 1493));
    let separate = schema.field(find(&schema, "NUM-SL-STR-DEC01"));
    assert!(matches!(
        separate.kind(),
        Kind::Zoned {
            sign: Sign::LeadingSeparate,
            ..
        }
    ));
    assert_eq!(separate.size(), 5);
}

#[test]
fn occurs_depending_has_its_2202_bytes() {
    let Some(text) = real_data("occurs-depending/copybook.cob") else {
        return;
    };
    let schema = parse(&text);
    assert_eq!(
        schema.record_length(schema.roots()[0]),
        (2202 - 79 * 27, 2202)
    );
    let table = schema
        .field(find(&schema, "ACCOUNT-DETAIL"))
        .occurs()
        .unwrap();
    assert_eq!(table.depending_on(), Some(find(&schema, "NUMBER-OF-ACCTS")));
    assert_eq!(
        schema.path(find(&schema, "ACCOUNT-TYPE-X")),
        "RECORD.METADATA.ACCOUNT.ACCOUNT-DETAIL.ACCOUNT-TYPE-X"
    );
}

/// What DCLGEN writes: the table for the precompiler, then the record.
#[test]
fn sql_declarations_have_no_bytes() {
    let schema = parse(
        "      * DCLGEN TABLE(T)
           EXEC SQL DECLARE SHOP.T TABLE
           ( ID                             INTEGER NOT NULL,
             NAME                           VARCHAR(20) NOT NULL
           ) END-EXEC.
       01  DCLT.
           10 ID                   PIC S9(9) USAGE COMP.
           10 NAME.
              49 NAME-LEN          PIC S9(4) USAGE COMP.
              49 NAME-TEXT         PIC X(20).
",
    );
    assert_eq!(schema.record_length(schema.roots()[0]), (26, 26));
    let error = Schema::parse("       EXEC SQL INCLUDE T END-EXEC.").unwrap_err();
    assert!(error.to_string().contains("found EXEC"), "{error}");
    let error = Schema::parse("       EXEC SQL DECLARE T TABLE (").unwrap_err();
    assert!(error.to_string().contains("expected END-EXEC"), "{error}");
}

#[test]
fn clauses_that_say_nothing_about_bytes_are_read_over() {
    let schema = parse(
        "01 R IS GLOBAL. 05 A IS GLOBAL PIC X. 05 B PIC 9(6) DATE FORMAT IS YYXXXX.
         05 DATE PIC X(8). 05 C VOLATILE PIC X.",
    );
    assert_eq!(schema.record_length(schema.roots()[0]), (16, 16));
    assert_eq!(schema.path(find(&schema, "DATE")), "R.DATE");
}

#[test]
fn words_that_younger_compilers_reserve_are_names_where_they_stand_as_names() {
    let schema = parse("01 R. 05 TYPE PIC X. 05 OBJECT. 10 LIKE PIC 9 OCCURS 2.");
    assert_eq!(schema.path(find(&schema, "LIKE")), "R.OBJECT.LIKE");
}

#[test]
fn a_redefinition_may_be_longer_and_adds_nothing_else() {
    let schema = parse(
        "01 R. 05 A PIC X(4). 05 B REDEFINES A PIC 9(7) COMP-3. 05 C REDEFINES A. 10 D PIC X(3). 10 E PIC X(3).
         05 F REDEFINES C. 10 G PIC X OCCURS 2. 05 H PIC X.
         01 S REDEFINES R PIC X(20).",
    );
    assert_eq!(place(&schema, "C"), (0, 6));
    assert_eq!(place(&schema, "E"), (3, 3));
    assert_eq!(place(&schema, "H"), (6, 1));
    let lengths: Vec<_> = schema
        .roots()
        .iter()
        .map(|r| schema.record_length(*r))
        .collect();
    assert_eq!(lengths, [(7, 7), (20, 20)]);
    assert_eq!(
        schema.field(find(&schema, "F")).redefines(),
        Some(find(&schema, "C"))
    );
}

#[test]
fn nested_tables_of_variable_length_shorten_the_record() {
    let schema = parse(
        "01 R. 05 N PIC 9. 05 T OCCURS 1 TO 3 DEPENDING ON N. 10 M PIC 9.
         10 U OCCURS 0 TO 5 DEPENDING ON M OF T PIC X(2). 10 V PIC X. 05 Z PIC X(4).",
    );
    assert_eq!(
        schema.record_length(schema.roots()[0]),
        (1 + 2 + 4, 1 + 3 * 12 + 4)
    );
    let table = schema.field(find(&schema, "U")).occurs().unwrap();
    assert_eq!(
        (table.min(), table.max().get(), table.depending_on()),
        (0, 5, Some(find(&schema, "M")))
    );
}

#[test]
fn usage_and_sign_of_a_group_reach_its_items() {
    let schema = parse(
        "01 R. 05 G USAGE COMP-3. 10 A PIC 9(5). 10 B PIC S9(3) COMP. 05 S SIGN LEADING SEPARATE.
         10 C PIC S9(3). 10 D PIC 9(3). 10 E PIC S9 SIGN TRAILING.",
    );
    let sizes: Vec<usize> = ["A", "B", "C", "D", "E"]
        .map(|n| place(&schema, n).1)
        .into();
    assert_eq!(sizes, [3, 2, 4, 3, 1]);
}

#[test]
fn fixed_format_has_areas_comments_and_continuations() {
    let schema = parse(concat!(
        "000100* COMMENT 01 X.                                                   IGNORED\n",
        "000200 01  R.                                                           05 NOT PIC X.\n",
        "000300     05  LONG-NA                                                  ABCDEFGH\n",
        "000400-            ME PIC X(3) VALUE 'IT''S \n",
        "      / NEW PAGE\n",
        "000500-    'ON'.  *> inline\n",
        "      D    05  DEBUGGED PIC X.\n",
        "           EJECT\n",
        "\t05 TABBED PIC X.\n\u{1a}",
    ));
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name()).collect();
    assert_eq!(names, ["R", "LONG-NAME", "TABBED"]);
    assert_eq!(schema.record_length(schema.roots()[0]), (4, 4));
}

#[test]
fn the_format_is_detected() {
    let names = |text: &str| {
        parse(text)
            .fields()
            .iter()
            .map(|f| f.name().to_owned())
            .collect::<Vec<_>>()
    };
    let long = format!("          01 R. 05 A PIC X.{:60}05 B PIC X.\n", "");
    assert_eq!(names(&long), ["R", "A", "B"]);
    assert_eq!(
        names(&long.replace("05 B PIC X.", "BRANCH OF THE CUSTOMER")),
        ["R", "A"]
    );
    assert_eq!(
        names(&format!("000100 01  R.\n{long}").replace("01 R. ", "")),
        ["R", "A"]
    );
    assert_eq!(
        names("*from-column 1\n  01 R.\n    05 A PIC X.\n"),
        ["R", "A"]
    );
    assert_eq!(
        names("*from-column 1\n       01 R.\n       05 A PIC X.\n"),
        ["R", "A"]
    );
    assert_eq!(
        names(">>SOURCE FORMAT IS FREE\n          01 R. 05 A PIC X.\n"),
        ["R", "A"]
    );
    assert_eq!(
        names("\u{feff}      *\r\n       01 R.\r\n       05 A PIC X.\r\n"),
        ["R", "A"]
    );
}

#[test]
fn conditions_renames_and_level_77_are_kept() {
    let schema = parse(
        "01 R. 05 A PIC X. 88 YES VALUE 'Y' 'y'. 88 LOW VALUES ARE 'A' THRU 'C', X'C1'. 05 B PIC X(3). 05 C PIC X.
         66 AB RENAMES A THRU B. 66 JUST-C RENAMES C. 77 W PIC 9(4) BINARY VALUE ZERO.",
    );
    let conditions = &schema.field(find(&schema, "A")).conditions();
    let values: Vec<&str> = conditions.iter().map(|c| c.values()).collect();
    assert_eq!(values, ["'Y' 'y'", "'A' THRU 'C' X'C1'"]);
    assert_eq!(place(&schema, "AB"), (0, 4));
    assert_eq!(place(&schema, "JUST-C"), (4, 1));
    assert_eq!(schema.roots().len(), 2);
    assert_eq!(schema.children(schema.roots()[0]).len(), 3);
}

#[test]
fn a_fragment_gets_the_record_it_is_meant_for() {
    let schema = parse("       05  A PIC X(3).\n       05  B PIC X(4).\n");
    assert_eq!(schema.record_length(schema.roots()[0]), (7, 7));
    assert_eq!(schema.path(find(&schema, "B")), "FILLER.B");
}

#[test]
fn decimal_comma_and_currency_change_pictures() {
    use copybook_decode::schema::CopybookOptions;
    let options = CopybookOptions {
        decimal_point_is_comma: true,
        currency: '€',
        ..Default::default()
    };
    let schema = Schema::parse_bytes("01 A PIC €€.€€9,99-.".as_bytes(), &options).unwrap();
    let Kind::Edited {
        number, picture, ..
    } = &schema.field(schema.roots()[0]).kind()
    else {
        panic!()
    };
    assert_eq!(
        (number.digits, number.scale, picture.as_str()),
        (6, 2, "€€.€€9,99-")
    );
    assert_eq!(schema.field(schema.roots()[0]).size(), 10);
}
