//! What a copybook's fields are and where their bytes lie, for people and for programs.

mod describe;
mod text;

use copybook_decode::schema::{FieldId, Schema};
use serde::Serialize;

pub(crate) use text::text;

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
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut records: Vec<Record> = Vec::new();
        for (id, field) in schema.iter() {
            if field.parent().is_none() {
                records.push(record(schema, id));
            }
            // A root comes before everything in it.
            if let Some(record) = records.last_mut() {
                record.fields.push(describe::field(schema, id));
            }
        }
        Self { records }
    }
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
