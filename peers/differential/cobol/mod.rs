//! A program, generated for one copybook, that GnuCOBOL compiles: it reads records and writes, for
//! each, a row with every field as a MOVE prints it, where the field lies and how long it is.
//!
//! ```text
//! for each record of DD_PEERIN:
//!     for each set of fields that do not redefine each other:
//!         copy the record
//!         for each field: convert it from EBCDIC if it is, MOVE it to its printable one
//!     write the row to DD_PEEROUT
//! ```

mod printed;
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use peer_gnucobol::compiler;
use workload::encode::{Characters, Order};
use workload::model::{Edited, Fill, Kind, Mark};

use crate::columns::{Column, Columns};
use crate::fields::{self, Difference};
use crate::sample::{Figures, RECORDS, Sample};

/// Where GnuCOBOL reads the sample in another way than we do.
///
/// # Errors
///
/// What one of the two refuses.
pub fn compare(sample: &Sample, figures: &mut Figures) -> Result<Vec<Difference>> {
    let columns = Columns::of(sample)?;
    let folder = tempfile::tempdir()?;
    let binary = compile(
        folder.path(),
        &program::generate(sample, &columns),
        sample.characters,
    )?;
    let rows = execute(folder.path(), &binary, &sample.data(Order::LittleEndian))?;
    let ours = sample.ours()?;
    let length = columns.row_length();
    ensure!(
        rows.len() == length * RECORDS as usize && ours.len() == RECORDS as usize,
        "expected {RECORDS} records, found {} here and {} bytes, {length} a row, there",
        ours.len(),
        rows.len()
    );
    let mut differences = Vec::new();
    for (record, (row, ours)) in rows.chunks(length).zip(&ours).enumerate() {
        let mut at = 0;
        for column in columns.all() {
            let row = &row[at..at + column.row_length()];
            // Latin-1: what is no text is shown byte by byte.
            let row: String = row.iter().map(|&byte| char::from(byte)).collect();
            at += column.row_length();
            let ours = ours.get(&column.reference()).map(String::as_str);
            let found = column.differences(&row, ours, figures)?;
            differences.extend(found.into_iter().map(|(what, ours, theirs)| Difference {
                record,
                field: format!("{} {:?}", column.reference(), column.kind),
                what,
                ours,
                theirs,
            }));
        }
    }
    figures.copybooks += 1;
    figures.records += RECORDS;
    Ok(differences)
}

impl Column {
    /// What is compared, with both sides, where they differ.
    fn differences(
        &self,
        row: &str,
        ours: Option<&str>,
        figures: &mut Figures,
    ) -> Result<Vec<(&'static str, String, String)>> {
        let at = |index| {
            row.char_indices()
                .nth(index)
                .map_or(row.len(), |(at, _)| at)
        };
        let (value, rest) = row.split_at(at(self.printed().1));
        let Some(ours) = ours else {
            // Behind the count of its table.
            let absent = ("presence", String::new(), row.to_owned());
            return Ok(if row.trim().is_empty() {
                vec![]
            } else {
                vec![absent]
            });
        };
        let mut out = Vec::new();
        let mut check = |what, ours: String, theirs: String| {
            match what {
                "offset" | "length" => figures.places += 1,
                "MOVEd back" => figures.edited += 1,
                _ => figures.values += 1,
            }
            if ours != theirs {
                out.push((what, ours, theirs));
            }
        };
        match self.kind {
            Kind::Text { .. } | Kind::Justified { .. } => {
                check("text", ours.to_owned(), value.to_owned());
            }
            Kind::Edited(picture) if !reads_alike(picture) => {}
            _ => check(
                "number",
                fields::decimal(ours)?,
                fields::decimal(value).unwrap_or_else(|_| value.to_owned()),
            ),
        }
        let (place, edited) = rest.split_at(printed::PLACE);
        let (offset, length) = place.split_at(printed::PLACE / 2);
        if let Some(offset_here) = self.offset {
            check("offset", format!("{offset_here:08}"), offset.to_owned());
        }
        check("length", format!("{:08}", self.size), length.to_owned());
        if let Kind::Edited(picture) = self.kind
            && reads_alike(picture)
            && edits_alike(picture)
        {
            let half = edited.char_indices().nth(edited.chars().count() / 2);
            let (field, again) = edited.split_at(half.map_or(0, |(at, _)| at));
            check("MOVEd back", field.to_owned(), again.to_owned());
        }
        Ok(out)
    }
}

/// Whether GnuCOBOL takes the number out of a picture as the Language Reference has it:
/// ../README.md, "Decided differences".
fn reads_alike(picture: Edited) -> bool {
    picture.group != Some('0') && picture.mark != Mark::Debit
}

/// Whether GnuCOBOL edits by the rules of the Language Reference: see there.
fn edits_alike(picture: Edited) -> bool {
    let currency = picture.currency || picture.fill == Fill::Floating('$');
    let sign_first = currency && matches!(picture.mark, Mark::Leading(_));
    let kept = matches!(picture.group, Some('0' | '/')) && picture.shown < picture.whole;
    !sign_first && !kept
}

fn compile(folder: &Path, source: &str, characters: Characters) -> Result<PathBuf> {
    let sign = match characters {
        Characters::Cp037 | Characters::Ascii => "-fsign=EBCDIC",
        Characters::AsciiSigned => "-fsign=ASCII",
    };
    // What follows a table of variable length moves, as it does in Enterprise COBOL.
    compiler::compile(
        folder,
        source,
        &["-fodoslide", "-flarger-redefines-ok", sign],
    )
}

fn execute(folder: &Path, binary: &Path, data: &[u8]) -> Result<Vec<u8>> {
    let (input, rows) = (folder.join("in"), folder.join("out"));
    fs::write(&input, data)?;
    let output = compiler::command(binary, &input, &rows).output()?;
    let messages = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the program failed:\n{messages}");
    Ok(fs::read(&rows)?)
}
