//! The COBOL program, in fixed format.
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

use anyhow::{Context, Result};
use protocol::Job;
use workload::copybook_decode::codepage::CodePage;

use crate::columns::{Column, Columns, Conversion};

/// The source for one copybook and one number of records.
pub fn generate(copybook: &str, columns: &Columns, job: &Job) -> Result<String> {
    let (length, out_length, records) = (job.record_length, columns.row_length(), job.records);
    let record = record_name(copybook)?;
    let printable = printable(columns);
    let moves = moves(columns);
    let (ebcdic, latin1) = conversion_tables();
    Ok(format!(
        r#"       IDENTIFICATION DIVISION.
       PROGRAM-ID. PEER.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PEER-IN ASSIGN TO PEERIN
               ORGANIZATION SEQUENTIAL.
           SELECT PEER-OUT ASSIGN TO PEEROUT
               ORGANIZATION SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD PEER-IN.
       01 PEER-IN-RECORD PIC X({length}).
       FD PEER-OUT.
       01 PEER-OUT-RECORD PIC X({out_length}).
       WORKING-STORAGE SECTION.
       01 PEER-ORDER PIC 9(9).
       01 PEER-ROW PIC S9(9) COMP-5.
       01 PEER-START.
           05 PEER-START-S PIC S9(18) COMP-5.
           05 PEER-START-NS PIC S9(18) COMP-5.
       01 PEER-END.
           05 PEER-END-S PIC S9(18) COMP-5.
           05 PEER-END-NS PIC S9(18) COMP-5.
       01 PEER-ELAPSED PIC S9(18) COMP-5.
       01 PEER-REPLY PIC 9(18).
       01 PEER-EBCDIC.
{ebcdic}       01 PEER-LATIN1.
{latin1}{copybook}
       01 PEER-BYTES REDEFINES {record} PIC X({length}).
       01 PEER-PRINTABLE.
{printable}       01 PEER-IN-TABLE.
           05 PEER-IN-ROW PIC X({length}) OCCURS {records}.
       01 PEER-OUT-TABLE.
           05 PEER-OUT-ROW PIC X({out_length}) OCCURS {records}.
       PROCEDURE DIVISION.
       MAIN-LINE.
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
    ))
}

fn record_name(copybook: &str) -> Result<String> {
    let words: Vec<_> = copybook.split_whitespace().collect();
    let level = words.iter().position(|word| *word == "01" || *word == "1");
    let name = level.and_then(|level| words.get(level + 1));
    Ok(name.context("the copybook has no level 01")?.trim_end_matches('.').to_owned())
}

fn printable(columns: &Columns) -> String {
    columns.columns.iter().enumerate().fold(String::new(), |mut out, (i, column)| {
        let _ = writeln!(out, "           05 PEER-P{i} PIC {}.", column.picture);
        out
    })
}

fn moves(columns: &Columns) -> String {
    columns.columns.iter().enumerate().fold(String::new(), |mut out, (i, column)| {
        one_move(&mut out, i, column);
        out
    })
}

fn one_move(out: &mut String, i: usize, column: &Column) {
    if let Conversion::Before(offset, length) = column.conversion {
        let _ = writeln!(out, "           INSPECT PEER-BYTES({}:{length})", offset + 1);
        let _ = writeln!(out, "               CONVERTING PEER-EBCDIC TO PEER-LATIN1.");
    }
    let _ = writeln!(out, "           MOVE {}", column.reference);
    let _ = writeln!(out, "               TO PEER-P{i}.");
    if matches!(column.conversion, Conversion::After) {
        let _ = writeln!(out, "           INSPECT PEER-P{i}");
        let _ = writeln!(out, "               CONVERTING PEER-EBCDIC TO PEER-LATIN1.");
    }
}

/// All 256 bytes, and what cp037 makes of them in Latin-1, as hexadecimal literals.
fn conversion_tables() -> (String, String) {
    let page = CodePage::default();
    let latin1 = |byte: u8| page.chars()[usize::from(byte)].map_or(b'?', |c| c as u32 as u8);
    let all: Vec<u8> = (0..=255).collect();
    (literals(&all), literals(&all.iter().map(|&byte| latin1(byte)).collect::<Vec<_>>()))
}

fn literals(bytes: &[u8]) -> String {
    bytes.chunks(8).fold(String::new(), |mut out, row| {
        let hex: String = row.iter().map(|byte| format!("{byte:02X}")).collect();
        let _ = writeln!(out, "           05 FILLER PIC X(8) VALUE X\"{hex}\".");
        out
    })
}
