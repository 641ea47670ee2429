//! The program's text, in fixed format.

use std::fmt::Write;

use peer_gnucobol::source::{self, Program};
use workload::encode::Characters;
use workload::model::Kind;

use crate::columns::{Column, Columns};
use crate::sample::Sample;

pub(super) fn generate(sample: &Sample, columns: &Columns) -> String {
    let copybook = sample.description.copybook();
    let record = &sample.description.name;
    let (length, row_length) = (sample.description.record_length(), columns.row_length());
    let ebcdic = source::table("PEER-EBCDIC", &printable(Characters::Cp037));
    let ascii = source::table("PEER-ASCII", &printable(Characters::Ascii));
    let rows = rows(columns);
    let statements = statements(sample.characters, columns);
    let data = format!(
        r#"       01 PEER-COPY PIC X({length}).
       01 PEER-END PIC 9 VALUE 0.
       01 PEER-FIRST USAGE POINTER.
       01 PEER-FIRST-N REDEFINES PEER-FIRST PIC S9(18) COMP-5.
       01 PEER-HERE USAGE POINTER.
       01 PEER-HERE-N REDEFINES PEER-HERE PIC S9(18) COMP-5.
{ebcdic}{ascii}       01 PEER-ROW.
{rows}       LINKAGE SECTION.
       01 PEER-BYTES PIC X(1000).
{copybook}"#
    );
    let procedure = format!(
        r#"       MAIN-LINE.
           SET ADDRESS OF {record} TO ADDRESS OF PEER-COPY.
           SET PEER-FIRST TO ADDRESS OF PEER-COPY.
           OPEN INPUT PEER-IN.
           OPEN OUTPUT PEER-OUT.
           PERFORM UNTIL PEER-END = 1
               READ PEER-IN
                   AT END MOVE 1 TO PEER-END
                   NOT AT END PERFORM ONE-RECORD
               END-READ
           END-PERFORM.
           CLOSE PEER-IN.
           CLOSE PEER-OUT.
           STOP RUN.
       ONE-RECORD.
           MOVE SPACES TO PEER-ROW.
{statements}           MOVE PEER-ROW TO PEER-OUT-RECORD.
           WRITE PEER-OUT-RECORD.
"#
    );
    Program {
        input_length: length as u64,
        output_length: row_length,
        lines: false,
        records: ["", ""],
        data: &data,
        procedure: &procedure,
    }
    .text()
}

/// For every column: the value, offset and length, and of an edited field the field itself and what
/// becomes of the value in it.
fn rows(columns: &Columns) -> String {
    columns
        .all()
        .enumerate()
        .fold(String::new(), |mut out, (i, column)| {
            let _ = writeln!(out, "           05 PEER-P{i} PIC {}.", column.printed().0);
            let _ = writeln!(out, "           05 PEER-A{i} PIC 9(8).");
            let _ = writeln!(out, "           05 PEER-L{i} PIC 9(8).");
            if let Kind::Edited(edited) = column.kind {
                let blank = if edited.blank_when_zero {
                    "BLANK WHEN ZERO"
                } else {
                    ""
                };
                let _ = writeln!(out, "           05 PEER-F{i} PIC X({}).", edited.length());
                let _ = writeln!(out, "           05 PEER-E{i}");
                let _ = writeln!(out, "               PIC {} {blank}.", edited.picture());
            }
            out
        })
}

fn statements(characters: Characters, columns: &Columns) -> String {
    let ebcdic = characters == Characters::Cp037;
    let mut out = String::new();
    let mut i = 0;
    for (pass, set) in columns.passes.iter().enumerate() {
        let _ = writeln!(out, "           MOVE PEER-IN-RECORD TO PEER-COPY.");
        if ebcdic && pass > 0 {
            // Where fields lie depends on them.
            let counts = columns.passes[0].iter().filter(|column| column.is_count);
            counts
                .filter(|column| column.is_display())
                .for_each(|count| convert(&mut out, count));
        }
        for column in set {
            one_column(&mut out, i, column, ebcdic);
            i += 1;
        }
    }
    out
}

fn one_column(out: &mut String, i: usize, column: &Column, ebcdic: bool) {
    let reference = column.reference();
    for (counter, least) in &column.counts {
        let _ = writeln!(out, "           IF {counter} NOT < {least}");
    }
    if ebcdic && column.is_display() {
        convert(out, column);
        out.truncate(out.len() - 2); // its full stop would end the IF
        out.push('\n');
    }
    let _ = writeln!(out, "           MOVE {reference}");
    let _ = writeln!(out, "               TO PEER-P{i}");
    let _ = writeln!(out, "           SET PEER-HERE TO ADDRESS OF");
    let _ = writeln!(out, "               {reference}");
    let _ = writeln!(out, "           SUBTRACT PEER-FIRST-N FROM PEER-HERE-N");
    let _ = writeln!(out, "               GIVING PEER-A{i}");
    let _ = writeln!(out, "           MOVE LENGTH OF {}", column.name);
    let _ = writeln!(out, "               TO PEER-L{i}");
    if matches!(column.kind, Kind::Edited(_)) {
        let _ = writeln!(out, "           SET ADDRESS OF PEER-BYTES");
        let _ = writeln!(out, "               TO ADDRESS OF {reference}");
        let _ = writeln!(out, "           MOVE PEER-BYTES TO PEER-F{i}");
        let _ = writeln!(out, "           MOVE PEER-P{i} TO PEER-E{i}");
    }
    out.push_str(&" ".repeat(11));
    out.push_str(&"END-IF ".repeat(column.counts.len()));
    out.push_str(if column.counts.is_empty() {
        "CONTINUE.\n"
    } else {
        ".\n"
    });
}

/// INSPECT of a signed field would take its sign off first: the bytes have another name.
fn convert(out: &mut String, column: &Column) {
    let _ = writeln!(out, "           SET ADDRESS OF PEER-BYTES");
    let _ = writeln!(out, "               TO ADDRESS OF {}", column.reference());
    let _ = writeln!(out, "           INSPECT PEER-BYTES(1:{})", column.size);
    let _ = writeln!(out, "               CONVERTING PEER-EBCDIC TO PEER-ASCII.");
}

/// All printable characters.
fn printable(characters: Characters) -> Vec<u8> {
    (b' '..=b'~').map(|ascii| characters.byte(ascii)).collect()
}
