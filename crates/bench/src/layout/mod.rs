//! What a copybook's fields are and where their bytes lie, for people and for programs.

mod describe;
mod text;

use anyhow::{Result, ensure};
use copybook_decode::schema::{FieldId, Kind, Schema};
use serde::Serialize;

pub(crate) use text::text;

/// A short copybook can have long paths: each field repeats the names of all groups around it, bytes.
const LONGEST_PATHS: usize = 64 << 20;

/// A copybook's records, as `bench layout --json` prints them.
#[derive(Debug, Serialize)]
pub(crate) struct Layout {
    /// One a level-01 or level-77 entry, in source order.
    pub(crate) records: Vec<Record>,
}

/// One level-01 or level-77 entry with everything in it.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    /// Name of the entry.
    pub(crate) name: String,
    /// Bytes with every OCCURS DEPENDING ON at its minimum.
    pub(crate) min_length: usize,
    /// Bytes with every OCCURS DEPENDING ON at its maximum.
    pub(crate) max_length: usize,
    /// The entry itself and all below it, in source order.
    pub(crate) fields: Vec<Field>,
}

/// One data description entry.
#[derive(Debug, Serialize)]
pub(crate) struct Field {
    /// Level number.
    pub(crate) level: u8,
    /// Name as written, in upper case; `FILLER` where there is none.
    pub(crate) name: String,
    /// Name with its groups, outermost first: `CUSTOMER.ADDRESS.CITY`.
    pub(crate) path: String,
    /// Number of groups around it.
    pub(crate) depth: usize,
    /// Line of the copybook (or of the COPY member), from 1.
    pub(crate) line: usize,
    /// Bytes from the start of the record, from 0: in the first occurrence of every table around
    /// it, and with every OCCURS DEPENDING ON before it at its maximum.
    pub(crate) offset: usize,
    /// Whether an OCCURS DEPENDING ON before it moves it forward in shorter records.
    pub(crate) moves: bool,
    /// Bytes of one occurrence.
    pub(crate) length: usize,
    /// PICTURE as written, in upper case; null for groups and where USAGE says all.
    pub(crate) picture: Option<String>,
    /// USAGE, synonyms merged (BINARY, COMP-3, ...); null for groups and RENAMES.
    pub(crate) usage: Option<&'static str>,
    /// Decimal digits of a number; null for everything else.
    pub(crate) digits: Option<u8>,
    /// Of these, digits behind the decimal point; negative for trailing P.
    pub(crate) scale: Option<i8>,
    /// Whether a number has a sign.
    pub(crate) signed: Option<bool>,
    /// OCCURS.
    pub(crate) occurs: Option<Occurs>,
    /// Path of the entry whose bytes it describes anew.
    pub(crate) redefines: Option<String>,
    /// Level 66.
    pub(crate) renames: Option<Renames>,
    /// Clauses that change how the bytes are read: `sign leading separate`, ...
    pub(crate) clauses: Vec<&'static str>,
    /// Level-88 entries.
    pub(crate) conditions: Vec<Condition>,
}

/// A table.
#[derive(Debug, Serialize)]
pub(crate) struct Occurs {
    /// Least number of occurrences.
    pub(crate) min: usize,
    /// Greatest number of occurrences.
    pub(crate) max: usize,
    /// Bytes from one occurrence to the next.
    pub(crate) stride: usize,
    /// Path of the field that holds the number; null for a fixed table.
    pub(crate) depending_on: Option<String>,
}

/// The fields that a level-66 entry puts together.
#[derive(Debug, Serialize)]
pub(crate) struct Renames {
    /// Path of the first.
    pub(crate) from: String,
    /// Path of the last.
    pub(crate) through: String,
}

/// A level-88 entry.
#[derive(Debug, Serialize)]
pub(crate) struct Condition {
    /// Condition name.
    pub(crate) name: String,
    /// VALUE clause as written, without the keyword.
    pub(crate) values: String,
}

impl Layout {
    /// Of a parsed copybook.
    ///
    /// # Errors
    /// As [`paths_fit`].
    pub(crate) fn of(schema: &Schema) -> Result<Self> {
        paths_fit(schema)?;
        let varying = describe::Varying::of(schema);
        let mut records: Vec<Record> = Vec::new();
        for (id, field) in schema.iter() {
            if field.parent().is_none() {
                records.push(record(schema, id));
            }
            // A root comes before everything in it.
            if let Some(record) = records.last_mut() {
                record.fields.push(describe::field(schema, id, &varying));
            }
        }
        Ok(Self { records })
    }
}

/// Whether the paths of all fields together are short enough to be told.
///
/// # Errors
/// They are not.
pub(crate) fn paths_fit(schema: &Schema) -> Result<()> {
    let mut bytes = 0;
    for (id, field) in schema.iter() {
        let counted = field.occurs().and_then(|occurs| occurs.depending_on());
        let mut named = vec![id];
        named.extend(counted.into_iter().chain(field.redefines()));
        if let Kind::Rename { from, through } = field.kind() {
            named.extend([*from, *through]);
        }
        bytes += named
            .into_iter()
            .map(|id| path_length(schema, id))
            .sum::<usize>();
        ensure!(
            bytes <= LONGEST_PATHS,
            "expected names of fields, each with those of its groups, of at most {} MiB together, found more \
             up to line {}: shorten the names of groups with many fields",
            LONGEST_PATHS >> 20,
            field.line()
        );
    }
    Ok(())
}

/// Bytes of what [`Schema::path`] gives.
fn path_length(schema: &Schema, id: FieldId) -> usize {
    let around = schema.ancestors(id);
    let around = around.map(|group| schema.field(group).name().len() + 1);
    schema.field(id).name().len() + around.sum::<usize>()
}

fn record(schema: &Schema, root: FieldId) -> Record {
    let (min_length, max_length) = schema.record_length(root);
    Record {
        name: schema.field(root).name().to_owned(),
        min_length,
        max_length,
        fields: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout;

    /// Each field was compared with every other one, which took minutes.
    #[test]
    fn a_megabyte_of_fields_is_described() {
        let mut copybook = "01 R.\n05 N PIC 9.\n".to_owned();
        copybook.push_str("05 T PIC X OCCURS 1 TO 9 DEPENDING ON N.\n");
        copybook.push_str(&"05 A PIC X.\n".repeat(65_000));
        let schema = Schema::parse(&copybook).expect("a copybook");
        let layout = Layout::of(&schema).expect("short names");
        let moved = layout.records[0].fields.iter().filter(|field| field.moves);
        assert_eq!(moved.count(), 65_000);
        assert!(layout::text(&layout).len() < 8 << 20);
    }

    #[test]
    fn one_long_name_does_not_widen_every_line() {
        let long = "A".repeat(100_000);
        let copybook = format!("01 R.\n05 {long} PIC X.\n{}", "05 B PIC X.\n".repeat(1000));
        let schema = Schema::parse(&copybook).expect("a copybook");
        let text = layout::text(&Layout::of(&schema).expect("short enough"));
        assert!(text.len() < 1 << 20, "{} bytes", text.len());
        assert!(text.contains(&long));
    }

    #[test]
    fn paths_that_are_too_long_together_are_refused_with_the_bound() {
        let long = "A".repeat(100_000);
        let copybook = format!("01 {long}.\n{}", "05 B PIC X.\n".repeat(1000));
        let schema = Schema::parse(&copybook).expect("a copybook");
        let error = Layout::of(&schema).expect_err("100 MB").to_string();
        assert!(error.contains("at most 64 MiB"), "{error}");
    }
}
