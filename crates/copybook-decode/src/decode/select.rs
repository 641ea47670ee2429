//! Records of several kinds in one file: the value of a field says which of the descriptions that
//! share its bytes is meant.

use crate::program::leaf::Leaf;
use crate::program::{NamedFields, PlanError};
use crate::schema::{FieldId, Kind, Schema};
use crate::value::Value;
use crate::value::charset::Charset;

use super::names::{ambiguous, named, none, one};
use super::{DecodeError, DecodeOptions, Decoder, OnError, Trim};

/// Fields of all segments together, a bound on what hostile copybooks cost.
const MAX_FIELDS: usize = 1 << 20;

/// Which description a record has.
///
/// Only the named segments are affected: of those, a record shows the one that its id stands for.
/// Whatever is not named is shown in every record. An id that stands for no segment is an invalid
/// field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Selection {
    /// Name of the field that holds the id, with as many groups (`HEADER.KIND`) as it takes to be
    /// unique. Views of the same bytes may have the same name.
    pub field: String,
    /// Ids with the segment that each stands for. An id is text without the spaces and zero bytes around it, or
    /// a number as it is printed (`1` for PIC 9(3)). A segment is a level-01 entry, a field with
    /// REDEFINES or one that is redefined; it can have several ids.
    pub segments: Vec<(String, String)>,
    /// What an id means that stands for no segment.
    pub unknown: UnknownSegment,
}

/// What an id means that stands for no segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum UnknownSegment {
    /// The field with the id is invalid.
    #[default]
    Error,
    /// The record shows none of the segments.
    None,
    /// The record shows this one.
    Segment(String),
}

/// A decoder for each segment, and how to tell which.
#[derive(Debug)]
pub(crate) struct Selector {
    name: String,
    offset: usize,
    size: usize,
    leaf: Leaf,
    charset: Charset,
    cases: Vec<(String, Decoder)>,
    /// For all other ids.
    other: Option<Decoder>,
    /// For records whose id is an error that decoding does not stop at.
    none: Option<Decoder>,
}

impl Selector {
    pub(crate) fn new(
        schema: &Schema,
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Option<Self>, PlanError> {
        let Some(selection) = &options.select else {
            return Ok(None);
        };
        let id = id_field(schema, &selection.field, "segment field")?;
        let field = schema.field(id);
        let segments = segments(schema, selection)?;
        bounded(schema, &segments)?;
        let single = DecodeOptions {
            select: None,
            length_field: None,
            ..options.clone()
        };
        let showing = |chosen: Option<FieldId>| {
            let left_out = segments
                .iter()
                .copied()
                .filter(|&segment| Some(segment) != chosen);
            Decoder::with(&schema.without(left_out), &single, fields)
        };
        let cases = selection
            .segments
            .iter()
            .zip(&segments)
            .map(|((value, _), &chosen)| Ok((value.clone(), showing(Some(chosen))?)));
        let other = match &selection.unknown {
            UnknownSegment::Error => None,
            UnknownSegment::None => Some(showing(None)?),
            // The last one, as `segments` has it.
            UnknownSegment::Segment(_) => Some(showing(segments.last().copied())?),
        };
        let none = match options.on_error {
            OnError::Null => Some(showing(None)?),
            OnError::Stop | OnError::Skip { .. } => None,
        };
        // Trimming is about output.
        let whole = DecodeOptions {
            trim: Trim::None,
            ..single.clone()
        };
        Ok(Some(Selector {
            name: schema.path(id),
            offset: field.offset(),
            size: field.size(),
            // A group is text.
            leaf: match field.kind() {
                Kind::Group { .. } => Leaf::Text(Trim::None),
                _ => fields.leaf(schema, id, &whole.program().values)?,
            },
            charset: Charset::new(&options.code_page, options.signs),
            cases: cases.collect::<Result<_, PlanError>>()?,
            other,
            none,
        }))
    }

    /// What prints a record of no known kind, if decoding goes on there.
    pub(crate) fn showing_none(&self) -> Option<&Decoder> {
        self.none.as_ref()
    }

    /// Bytes of a record that it takes to tell.
    pub(crate) fn end(&self) -> usize {
        self.offset + self.size
    }

    /// The bytes of a record's id; empty if the record ends before them.
    pub(crate) fn id<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        record
            .get(self.offset..self.offset + self.size)
            .unwrap_or_default()
    }

    /// The decoder for a record.
    pub(crate) fn decoder(&self, record: &[u8]) -> Result<&Decoder, DecodeError> {
        let bytes = self.id(record);
        if bytes.is_empty() {
            // The record ends before it.
            return self.other.as_ref().ok_or_else(|| self.no_segment(bytes));
        }
        let mut scratch = String::new();
        let id = match self.leaf.decode(&self.charset, bytes, &mut scratch) {
            Ok(Value::Text(text)) => Some(text.trim_matches([' ', '\0']).to_owned()),
            Ok(Value::Decimal(number)) => {
                let mut text = Vec::new();
                number.write(&mut text);
                String::from_utf8(text).ok()
            }
            _ => None,
        };
        let case = self
            .cases
            .iter()
            .find(|(value, _)| Some(value) == id.as_ref());
        case.map(|(_, decoder)| decoder)
            .or(self.other.as_ref())
            .ok_or_else(|| self.no_segment(bytes))
    }

    fn no_segment(&self, bytes: &[u8]) -> DecodeError {
        let ids: Vec<&str> = self.cases.iter().map(|(value, _)| value.as_str()).collect();
        DecodeError {
            record: 0,
            field: self.name.as_str().into(),
            offset: self.offset,
            absolute: None,
            bytes: bytes.into(),
            expected: format!("the id of a segment ({})", ids.join(", ")).into(),
            remedy: "name the segment that this id stands for with --segment, or all others with \
                     --segment-default, or check the field with the ids",
            skip_limit: None,
        }
    }
}

/// A field that is read before the others, and so must lie at the same place in every record.
pub(super) fn id_field(schema: &Schema, name: &str, what: &str) -> Result<FieldId, PlanError> {
    let found = named(schema, name);
    let first = *found.first().ok_or_else(|| none(name))?;
    let field = schema.field(first);
    let alike = |&id: &FieldId| {
        let other = schema.field(id);
        (other.offset(), other.size(), other.kind()) == (field.offset(), field.size(), field.kind())
    };
    if !found.iter().all(alike) {
        return Err(ambiguous(schema, name, &found));
    }
    let in_table = std::iter::once(first)
        .chain(schema.ancestors(first))
        .any(|id| schema.field(id).occurs().is_some());
    let moves = schema.fields().iter().any(|other| {
        other.offset() < field.offset()
            && other.occurs().is_some_and(|o| o.depending_on().is_some())
    });
    if in_table || moves {
        return Err(PlanError::Options {
            problem: format!("the {what} {name} has no fixed place in the record"),
            remedy: "choose a field outside of tables and before those of variable length",
        });
    }
    Ok(first)
}

/// The fields of the segments, each of which shares its bytes with another description.
fn segments(schema: &Schema, selection: &Selection) -> Result<Vec<FieldId>, PlanError> {
    let mut fields = Vec::with_capacity(selection.segments.len());
    let default = match &selection.unknown {
        UnknownSegment::Segment(name) => Some(name),
        UnknownSegment::Error | UnknownSegment::None => None,
    };
    for (index, (value, name)) in selection.segments.iter().enumerate() {
        if selection.segments[..index]
            .iter()
            .any(|(earlier, _)| earlier == value)
        {
            return Err(PlanError::Options {
                problem: format!("the segment id {value} is given twice"),
                remedy: "give every id once",
            });
        }
        fields.push(segment(schema, name)?);
    }
    if let Some(name) = default {
        fields.push(segment(schema, name)?);
    }
    if selection.segments.is_empty() {
        return Err(PlanError::Options {
            problem: "a segment field is given, but no segment".to_owned(),
            remedy: "name at least one id and its segment",
        });
    }
    Ok(fields)
}

/// Every segment has a decoder of its own, over all that its records show.
fn bounded(schema: &Schema, segments: &[FieldId]) -> Result<(), PlanError> {
    let (count, fields) = (segments.len(), schema.fields().len());
    if count.saturating_mul(fields) <= MAX_FIELDS {
        return Ok(());
    }
    Err(PlanError::Options {
        problem: format!(
            "expected segments times fields to be at most {MAX_FIELDS}, found {count} segments over a \
             copybook of {fields} fields"
        ),
        remedy: "cut the copybook down to the fields that these records have",
    })
}

fn segment(schema: &Schema, name: &str) -> Result<FieldId, PlanError> {
    let id = one(schema, name)?;
    let shares = schema.field(id).redefines().is_some()
        || schema
            .fields()
            .iter()
            .any(|field| field.redefines() == Some(id))
        || (schema.roots().len() > 1 && schema.roots().contains(&id));
    if !shares {
        return Err(PlanError::Options {
            problem: format!("the segment {name} shares its bytes with no other description"),
            remedy: "name level-01 entries, or fields that redefine each other",
        });
    }
    Ok(id)
}
