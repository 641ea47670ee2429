//! The text of a program, in fixed format: what every generated one has around what it does.

use std::fmt::Write;

/// A program that reads the file PEERIN and writes the file PEEROUT.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// Bytes of a record of PEER-IN.
    pub input_length: u64,
    /// Bytes of a record of PEER-OUT.
    pub output_length: usize,
    /// Whether PEER-OUT is lines of text.
    pub lines: bool,
    /// More records of PEER-IN and PEER-OUT, which share their bytes.
    pub records: [&'a str; 2],
    /// Entries of the WORKING-STORAGE SECTION, and of a LINKAGE SECTION behind it.
    pub data: &'a str,
    /// Paragraphs of the PROCEDURE DIVISION.
    pub procedure: &'a str,
}

impl Program<'_> {
    /// The whole text.
    pub fn text(&self) -> String {
        let Program {
            input_length,
            output_length,
            lines,
            records: [inputs, outputs],
            data,
            procedure,
        } = self;
        let organization = if *lines {
            "LINE SEQUENTIAL"
        } else {
            "SEQUENTIAL"
        };
        format!(
            r#"       IDENTIFICATION DIVISION.
       PROGRAM-ID. PEER.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT PEER-IN ASSIGN TO PEERIN
               ORGANIZATION SEQUENTIAL.
           SELECT PEER-OUT ASSIGN TO PEEROUT
               ORGANIZATION {organization}.
       DATA DIVISION.
       FILE SECTION.
       FD PEER-IN.
       01 PEER-IN-RECORD PIC X({input_length}).
{inputs}       FD PEER-OUT.
       01 PEER-OUT-RECORD PIC X({output_length}).
{outputs}       WORKING-STORAGE SECTION.
{data}       PROCEDURE DIVISION.
{procedure}"#
        )
    }
}

/// A group of these bytes, as hexadecimal literals.
pub fn table(name: &str, bytes: &[u8]) -> String {
    let mut out = format!("       01 {name}.\n");
    for row in bytes.chunks(16) {
        let hex: String = row.iter().map(|byte| format!("{byte:02X}")).collect();
        let _ = writeln!(out, "           05 FILLER PIC X({}) VALUE", row.len());
        let _ = writeln!(out, "               X\"{hex}\".");
    }
    out
}
