//! The COBOL programs, in fixed format: one that measures, and one that goes from a file to a file,
//! a record at a time.
//!
//! ```text
//! read all records into IN-ROW(1..n)
//! for each order on standard input:
//!     0: write OUT-ROW(1..n) to the output file
//!     k: k times, for every record: MOVE it to the copybook's record, convert, MOVE each field
//!        to its printable one, MOVE the printable record to OUT-ROW
//!     reply with the nanoseconds it took
//! ```

use std::fmt::Write;

use adapter::Records;
use anyhow::{Context, Result};
use peer_gnucobol::source::{self, Program};
use workload::copybook_decode::codepage::CodePage;

use crate::columns::Columns;

/// The source for one copybook and one number of records.
pub fn generate(copybook: &str, columns: &Columns, handed: &Records) -> Result<String> {
    let (length, out_length, records) =
        (handed.record_length, columns.row_length(), handed.records);
    let record = record_name(copybook)?;
    let printable = printable(columns);
    let moves = moves(columns);
    let tables = conversion_table();
    let bytes = bytes(length, Some(&record));
    let data = format!(
        r#"       01 PEER-ORDER PIC 9(9).
       01 PEER-ROW PIC S9(9) COMP-5.
       01 PEER-START.
           05 PEER-START-S PIC S9(18) COMP-5.
           05 PEER-START-NS PIC S9(18) COMP-5.
       01 PEER-END.
           05 PEER-END-S PIC S9(18) COMP-5.
           05 PEER-END-NS PIC S9(18) COMP-5.
       01 PEER-ELAPSED PIC S9(18) COMP-5.
       01 PEER-REPLY PIC 9(18).
{tables}{copybook}
{bytes}       01 PEER-PRINTABLE.
{printable}       01 PEER-IN-TABLE.
           05 PEER-IN-ROW PIC X({length}) OCCURS {records}.
       01 PEER-OUT-TABLE.
           05 PEER-OUT-ROW PIC X({out_length}) OCCURS {records}.
"#
    );
    let procedure = format!(
        r#"       MAIN-LINE.
           OPEN INPUT PEER-IN.
           PERFORM VARYING PEER-ROW FROM 1 BY 1
               UNTIL PEER-ROW > {records}
               READ PEER-IN INTO PEER-IN-ROW(PEER-ROW)
           END-PERFORM.
           CLOSE PEER-IN.
           PERFORM UNTIL 1 = 0
               ACCEPT PEER-ORDER FROM SYSIN
               CALL "clock_gettime" USING BY VALUE 1
                   BY REFERENCE PEER-START
               IF PEER-ORDER = 0
                   PERFORM WRITE-ALL
               ELSE
                   PERFORM DECODE-ALL PEER-ORDER TIMES
               END-IF
               CALL "clock_gettime" USING BY VALUE 1
                   BY REFERENCE PEER-END
               COMPUTE PEER-ELAPSED =
                   (PEER-END-S - PEER-START-S) * 1000000000
                   + PEER-END-NS - PEER-START-NS
               MOVE PEER-ELAPSED TO PEER-REPLY
               DISPLAY PEER-REPLY UPON SYSOUT
           END-PERFORM.
       WRITE-ALL.
           OPEN OUTPUT PEER-OUT.
           PERFORM VARYING PEER-ROW FROM 1 BY 1
               UNTIL PEER-ROW > {records}
               WRITE PEER-OUT-RECORD FROM PEER-OUT-ROW(PEER-ROW)
           END-PERFORM.
           CLOSE PEER-OUT.
       DECODE-ALL.
           PERFORM DECODE-ONE VARYING PEER-ROW FROM 1 BY 1
               UNTIL PEER-ROW > {records}.
       DECODE-ONE.
           MOVE PEER-IN-ROW(PEER-ROW) TO PEER-BYTES.
{moves}           MOVE PEER-PRINTABLE TO PEER-OUT-ROW(PEER-ROW).
"#
    );
    let program = Program {
        input_length: length,
        output_length: out_length,
        lines: false,
        records: ["", ""],
        data: &data,
        procedure: &procedure,
    };
    Ok(program.text())
}

/// The source of a program that reads the records of a file and writes lines of text: the record of
/// each file is what it MOVEs from and to.
pub fn from_file_to_file(copybook: &str, columns: &Columns, handed: &Records) -> String {
    let printable = printable(columns);
    let moves = moves(columns);
    let data = format!("       01 PEER-END PIC 9 VALUE 0.\n{}", conversion_table());
    let procedure = format!(
        r#"       MAIN-LINE.
           OPEN INPUT PEER-IN.
           OPEN OUTPUT PEER-OUT.
           PERFORM UNTIL PEER-END = 1
               READ PEER-IN
                   AT END MOVE 1 TO PEER-END
                   NOT AT END PERFORM DECODE-ONE
               END-READ
           END-PERFORM.
           CLOSE PEER-IN.
           CLOSE PEER-OUT.
           STOP RUN.
       DECODE-ONE.
{moves}           WRITE PEER-OUT-RECORD.
"#
    );
    let program = Program {
        input_length: handed.record_length,
        output_length: columns.row_length(),
        lines: true,
        records: [
            &format!("{copybook}{}", bytes(handed.record_length, None)),
            &format!("       01 PEER-PRINTABLE.\n{printable}"),
        ],
        data: &data,
        procedure: &procedure,
    };
    program.text()
}

fn record_name(copybook: &str) -> Result<String> {
    let words: Vec<_> = copybook.split_whitespace().collect();
    let level = words.iter().position(|word| *word == "01" || *word == "1");
    let name = level.and_then(|level| words.get(level + 1));
    Ok(name
        .context("the copybook has no level 01")?
        .trim_end_matches('.')
        .to_owned())
}

fn printable(columns: &Columns) -> String {
    columns
        .columns
        .iter()
        .enumerate()
        .fold(String::new(), |mut out, (i, column)| {
            let _ = writeln!(out, "           05 PEER-P{i} PIC {}.", column.picture);
            out
        })
}

/// The record's characters converted, by as few loops as they are stretches; then every field to its
/// printable one.
fn moves(columns: &Columns) -> String {
    let mut out = String::new();
    for (from, to) in stretches(columns) {
        let _ = write!(
            out,
            "           PERFORM VARYING PEER-K FROM {} BY 1
               UNTIL PEER-K > {to}
               MOVE PEER-LATIN1(PEER-CODE(PEER-K) + 1)
                   TO PEER-CHAR(PEER-K)
           END-PERFORM.
",
            from + 1
        );
    }
    for (i, column) in columns.columns.iter().enumerate() {
        let _ = writeln!(out, "           MOVE {}", column.reference);
        let _ = writeln!(out, "               TO PEER-P{i}.");
    }
    out
}

/// Bytes that are characters, (first, behind the last).
fn stretches(columns: &Columns) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (offset, length) in columns
        .columns
        .iter()
        .filter_map(|column| column.characters)
    {
        match out.last_mut() {
            Some(last) if last.1 == offset => last.1 += length,
            _ => out.push((offset, offset + length)),
        }
    }
    out
}

/// What cp037 makes of each byte in Latin-1, to be looked up; and where in the record.
fn conversion_table() -> String {
    let page = CodePage::default();
    let latin1 = |byte: u8| page.chars()[usize::from(byte)].map_or(b'?', |c| c as u32 as u8);
    let table: Vec<u8> = (0..=255).map(latin1).collect();
    let table = source::table("PEER-TABLE", &table);
    format!(
        "{table}       01 PEER-TABLE-R REDEFINES PEER-TABLE.
           05 PEER-LATIN1 PIC X OCCURS 256.
       01 PEER-K PIC S9(9) COMP-5.
"
    )
}

/// The bytes of a record, as characters and as numbers; the same bytes as those of `record`, if it is
/// not in a file, where all records share them.
fn bytes(length: u64, record: Option<&str>) -> String {
    let redefines = record
        .map(|name| format!(" REDEFINES {name}"))
        .unwrap_or_default();
    format!(
        "       01 PEER-BYTES{redefines}.
           05 PEER-CHAR PIC X OCCURS {length}.
       01 PEER-CODES{redefines}.
           05 PEER-CODE USAGE BINARY-CHAR UNSIGNED
               OCCURS {length}.
"
    )
}
