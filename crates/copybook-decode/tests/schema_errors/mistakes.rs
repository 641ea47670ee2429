//! Copybooks with one mistake each.

/// Copybook, part of the first line, and the text that the caret underlines.
pub(super) const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "01 R. 05 A PICX(3).",
        "expected a clause or a period, found `PICX(3)`",
        "PICX(3)",
    ),
    (
        "01 R. 50 A PIC X.",
        "expected a level number (01 to 49, 66, 77, 78 or 88), found `50`",
        "50",
    ),
    (
        "01 R. 05 A.",
        "expected a PICTURE clause or subordinate entries, found neither",
        "05",
    ),
    (
        "01 R PIC X. 05 A PIC X.",
        "expected no subordinate entry under R (line 1)",
        "05",
    ),
    (
        "01 R. 05 A PIC X",
        "expected a period at the end of the entry, found the end of the copybook",
        "",
    ),
    // A continuation behind a line that holds nothing but a comment.
    (
        "       01 R.\n           05 A PIC X VALUE 'abc'\n           *> note\n      -    PIC X.\n",
        "line 4, column 12: expected one PICTURE clause in an entry, found a second",
        "PIC",
    ),
    ("01 R. 05 A PIC Q(3).", "expected a picture symbol", "Q"),
    (
        "01 R. 05 A PIC 9(39).",
        "expected 1 to 38 digit positions",
        "9",
    ),
    ("01 R. 05 A PIC 9V9V9.", "expected V once", "V"),
    ("01 R. 05 A PIC 9S9.", "expected S once, and first", "S"),
    (
        "01 R. 05 A PIC X(0).",
        "expected a repeat count from 1",
        "(",
    ),
    (
        "01 R. 05 A PIC ZZ*9.",
        "one kind of suppressed or floating position",
        "*",
    ),
    ("01 R. 05 A PIC 9.9.9.", "expected one decimal point", "."),
    (
        "01 R. 05 A PIC +9.9E99.",
        "expected a sign (+ or -) after E",
        "9",
    ),
    (
        "01 R. 05 A PIC 9.9E+99.",
        "expected a sign (+ or -) before the mantissa",
        "9",
    ),
    (
        "01 R. 05 A PIC +9.9E+999.",
        "expected an exponent of 99",
        "9",
    ),
    (
        "01 R. 05 A PIC -9(17)V.9E-99.",
        "expected at most 16 digits in the mantissa",
        "9",
    ),
    (
        "01 R. 05 A PIC -9V9E-99 COMP-3.",
        "an external floating-point picture cannot have USAGE COMP-3",
        "COMP-3",
    ),
    (
        "01 R. 05 A PIC S9(3) NATIONAL.",
        "expected SIGN ... SEPARATE with a signed number of USAGE NATIONAL",
        "NATIONAL",
    ),
    (
        "01 R. 05 A PIC X(3) NATIONAL.",
        "an alphanumeric picture cannot have USAGE NATIONAL",
        "NATIONAL",
    ),
    (
        "01 R. 05 A PIC UX.",
        "expected a UTF-8 picture of U only",
        "X",
    ),
    (
        "01 R. 05 A PIC U(3) BYTE-LENGTH 9.",
        "expected BYTE-LENGTH only after the picture U",
        "BYTE-LENGTH",
    ),
    (
        "01 R. 05 A PIC X(9) COMP-X.",
        "expected 1 to 8 X in a number, found 9",
        "X(9)",
    ),
    (
        "01 R. 05 A PIC A(2) COMP-X.",
        "an alphanumeric picture cannot have USAGE COMP-X",
        "COMP-X",
    ),
    (
        "01 R. 05 A USAGE OBJECT.",
        "expected REFERENCE after OBJECT, found the end of the entry",
        ".",
    ),
    (
        "01 R. 05 A PIC 9 PROCEDURE-POINTER.",
        "USAGE PROCEDURE-POINTER takes no PICTURE",
        "9",
    ),
    (
        "01 R. 05 A PIC X COMP-3.",
        "an alphanumeric picture cannot have USAGE COMP-3",
        "COMP-3",
    ),
    (
        "01 R COMP. 05 A PIC X.",
        "cannot have USAGE BINARY (from its group)",
        "X",
    ),
    (
        "01 R. 05 A PIC 9 COMP-1.",
        "USAGE COMP-1 takes no PICTURE; remove one of the two",
        "9",
    ),
    (
        "01 R. 05 A PIC S9 COMP-6.",
        "cannot have USAGE COMP-6",
        "COMP-6",
    ),
    (
        "01 R. 05 A PIC 9 PIC 9.",
        "expected one PICTURE clause in an entry, found a second",
        "PIC",
    ),
    (
        "01 R. 05 A PIC 9 SIGN LEADING.",
        "SIGN only with a numeric DISPLAY picture that has S",
        "SIGN",
    ),
    (
        "01 R. 05 A PIC 9 COMP-9.",
        "the usage COMP-9 is of some compilers only",
        "COMP-9",
    ),
    (
        "01 R. 05 A PIC 9 USAGE IS COMP-3U.",
        "allow it with --vendor-usages",
        "COMP-3U",
    ),
    (
        "01 R. 05 A FLOAT-SHORT.",
        "the clause USAGE FLOAT-... is not supported",
        "FLOAT-SHORT",
    ),
    (
        "01 R IS EXTERNAL. 05 A PIC X.",
        "the clause EXTERNAL is not supported",
        "IS",
    ),
    (
        "01 R EXTERNAL AS 'SHARED'. 05 A PIC X.",
        "the clause EXTERNAL is not supported",
        "EXTERNAL",
    ),
    (
        "01 T IS TYPEDEF. 05 A PIC X.",
        "the clause TYPEDEF is not supported",
        "IS",
    ),
    (
        "01 R. 05 A SQL TYPE IS CLOB(1M).",
        "the clause SQL TYPE is not supported",
        "SQL",
    ),
    (
        "01 R. 05 A USAGE IS SQL TYPE IS BLOB-FILE.",
        "the clause SQL TYPE is not supported",
        "SQL",
    ),
    (
        "01 R. 05 A BINARY-C-LONG.",
        "the clause USAGE BINARY-C-LONG is not supported",
        "BINARY-C-LONG",
    ),
    (
        "01 R. 05 A PIC S9(6)USAGE COMP.",
        "expected a space between the picture `S9(6)` and USAGE",
        "USAGE",
    ),
    (
        "01 R. 05 A PIC 9(4)COMP-3.",
        "expected a space between the picture `9(4)` and COMP-3",
        "COMP-3",
    ),
    (
        "01 R. 05 A PIC ZZZ.ZZ9,99.",
        "no 9 after Z or * right of the point; it is one in a program with DECIMAL-POINT IS COMMA: give --decimal-point-is-comma",
        "9",
    ),
    (
        "01 R. 05 A PIC Z.ZZZ.ZZ9,99.",
        "give --decimal-point-is-comma",
        ".",
    ),
    (
        "01 :TAG:-R. 05 A PIC X.",
        ":TAG: is a placeholder that programs replace: give the replacement with --replace :TAG:=TEXT",
        ":TAG:-R",
    ),
    (
        "78 N VALUE LENGTH OF R. 01 R PIC X.",
        "a constant from LENGTH is not supported",
        "LENGTH",
    ),
    (
        "78 N VALUE 2 + 3 * 4. 01 R PIC X OCCURS N.",
        "20 from left to right and 14 with products first",
        "2",
    ),
    (
        "78 N VALUE 2. 78 N VALUE 3. 01 R PIC X.",
        "expected one value of the constant N",
        "N",
    ),
    (
        "78 N VALUE 'A'. 01 R. 05 A PIC X OCCURS N.",
        "expected a number of occurrences, found `N`",
        "N",
    ),
    (
        "01 R. 05 A PIC X ANY LENGTH.",
        "the clause ANY LENGTH is not supported",
        "ANY",
    ),
    (
        "01 R. 05 A PIC X OCCURS 1 TO UNBOUNDED DEPENDING ON B.",
        "OCCURS UNBOUNDED is not supported",
        "UNBOUNDED",
    ),
    (
        "01 R. 05 A PIC X OCCURS 0.",
        "expected at least one occurrence, found 0",
        "OCCURS",
    ),
    (
        "01 R. 05 A PIC X OCCURS 1 TO 5.",
        "expected DEPENDING ON with OCCURS ... TO",
        "OCCURS",
    ),
    (
        "01 R. 05 N PIC 9. 05 A PIC X OCCURS 5 TO 2 DEPENDING ON N.",
        "at least 5 occurrences",
        "OCCURS",
    ),
    (
        "01 R. 05 A PIC X OCCURS 5 DEPENDING ON N.",
        "expected N to be an item of the same record, found no item",
        "N",
    ),
    (
        "01 R. 05 A PIC X OCCURS 5 DEPENDING ON N. 05 N PIC 9.",
        "N is declared in or after the table whose length it gives",
        "N",
    ),
    (
        "01 R. 05 N PIC X. 05 A PIC X OCCURS 5 DEPENDING ON N.",
        "expected an integer item",
        "N",
    ),
    (
        "01 R. 05 T OCCURS 2. 10 N PIC 9. 05 A PIC X OCCURS 5 DEPENDING ON N.",
        "a count outside of other tables, found it inside the table T",
        "N",
    ),
    (
        "01 R. 05 G. 10 N PIC 9. 05 H. 10 N PIC 9. 05 A PIC X OCCURS 5 DEPENDING ON N.",
        "qualify it with OF",
        "N",
    ),
    (
        "01 R OCCURS 5. 05 A PIC X.",
        "expected OCCURS only at levels 02 to 49, found level 01",
        "OCCURS",
    ),
    (
        "01 R. 05 A PIC X. 05 B REDEFINES C PIC X.",
        "expected C to be an earlier item under the same group",
        "C",
    ),
    (
        "01 R. 05 A PIC X VALUE.",
        "expected a literal or figurative constant, found the end of the entry",
        ".",
    ),
    (
        "01 R. 05 A PIC X VALUE 'Y.",
        "expected a closing ' on this line",
        "'Y.",
    ),
    (
        "01 R. 88 C.",
        "expected VALUE in a level-88 entry, found none",
        "88",
    ),
    (
        "88 C VALUE 1.",
        "expected an item before its level-88 condition",
        "88",
    ),
    (
        "01 R. 05 A PIC X. 05 B RENAMES A.",
        "expected RENAMES only at level 66, found level 05",
        "A",
    ),
    (
        "01 R. 05 A PIC X. 66 B RENAMES NOPE.",
        "expected NOPE to be an item of the same record",
        "NOPE",
    ),
    (
        "01 R. 05 A PIC X(999999999). 05 B PIC X.",
        "expected a record of at most 999999999 bytes",
        "05",
    ),
    (
        "01 R. 05 A OCCURS 999999999. 10 B OCCURS 999999999 PIC X(999999999).",
        "record of at most",
        "10",
    ),
    (
        "77 A PIC X. 05 B PIC X.",
        "expected level 01, 77, 66 or 88 here, found level 05",
        "05",
    ),
    (
        "01 -A PIC X.",
        "expected a data name, FILLER or a clause, found `-A`",
        "-A",
    ),
    (
        "01 R. 05 A REPLACE ==A== BY ==B==.",
        "expected a clause or a period, found `REPLACE`",
        "REPLACE",
    ),
    (
        "        REPLACE ==A== BY ==B==",
        "expected a period after REPLACE, found none",
        "REPLACE",
    ),
    (
        "        REPLACE ==A== ==B==.",
        "expected BY after this operand",
        "==",
    ),
    (
        "        REPLACE.",
        "expected what to replace, and BY what, found a period",
        "REPLACE",
    ),
    (
        "        SELECT F ASSIGN TO D. 01 R PIC X.",
        "expected a data description entry",
        "SELECT",
    ),
    (
        "        FD F. 01 R PIC X. FD G. 01 S PIC X.",
        "expected the records of one file (FD F), found those of another (FD G)",
        "01",
    ),
    (
        "        FD F",
        "expected a period after this header, found none",
        "FD",
    ),
    ("", "expected at least one data description entry", ""),
    (
        "      X01 R.",
        "expected a space, `*`, `/`, `-` or `D` in column 7",
        "X",
    ),
];
