//! Records of several kinds in one file: the value of a field says which of the descriptions that
//! share its bytes is meant.

use crate::program::{NamedFields, PlanError};
#[cfg(feature = "serde")]
use crate::schema::is_default;
use crate::schema::{FieldId, Schema};

use super::family::Family;
use super::id::Id;
use super::names::one;
use super::{DecodeError, DecodeOptions, Decoder, OnError};

/// Fields of all segments together, a bound on what hostile copybooks cost.
const MAX_FIELDS: usize = 1 << 20;

/// Which description a record has.
///
/// Only the named segments are affected: of those, a record shows the one that its id stands for.
/// Whatever is not named is shown in every record. An id that stands for no segment is an invalid
/// field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Selection {
    /// Name of the field that holds the id, with as many groups (`HEADER.KIND`) as it takes to be
    /// unique. Views of the same bytes may have the same name. A group is read as text. Several
    /// fields, with commas between them, hold an id together, which has commas, too: `C,1`.
    pub field: String,
    /// Ids with the segment that each stands for. An id is text without the spaces and zero bytes around it, or
    /// a number as it is printed (`1` for PIC 9(3)). A segment is a level-01 entry, a field with
    /// REDEFINES or one that is redefined; it can have several ids.
    pub segments: Vec<(String, String)>,
    /// What an id means that stands for no segment.
    pub unknown: UnknownSegment,
    /// If any are given, records of other segments are left out. `none` stands for records that
    /// show no segment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub keep: Vec<String>,
    /// Records of these segments are left out.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub skip: Vec<String>,
    /// Segments whose records belong to the last record of another segment before them. Streams
    /// ([`decode_stream`](crate::decode_stream)) print that record's number and id with them.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_default"))]
    pub parents: Vec<SegmentParent>,
}

/// A segment whose records belong to those of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct SegmentParent {
    /// The segment that belongs to the other.
    pub child: String,
    /// The other.
    pub parent: String,
    /// The field that identifies a record of the parent; without it, that is the one with the id of
    /// the segment.
    pub key: Option<String>,
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
    id: Id,
    cases: Vec<(String, Segment)>,
    /// For all other ids.
    other: Option<Segment>,
    /// For records whose id is an error that decoding does not stop at.
    none: Option<Decoder>,
    /// Which segments belong to which.
    family: Option<Family>,
}

/// How records of one segment are printed.
#[derive(Debug)]
pub(crate) struct Segment {
    /// The field with its description; none for records that show no segment.
    pub(super) field: Option<FieldId>,
    pub(super) decoder: Decoder,
    /// Whether they are printed at all.
    pub(super) shown: bool,
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
        let names = selection.field.split(',');
        let id = Id::new(schema, names, "segment field", options, fields)?;
        bounded(schema, selection.segments.len())?;
        let segments = segments(schema, selection)?;
        let filter = Filter::new(schema, selection, &segments)?;
        let single = DecodeOptions {
            select: None,
            length_field: None,
            ..options.clone()
        };
        let decoder = |chosen: Option<FieldId>| {
            let left_out = segments
                .iter()
                .copied()
                .filter(|&segment| Some(segment) != chosen);
            Decoder::with(&schema.without(left_out), &single, fields)
        };
        let showing = |chosen: Option<FieldId>| {
            Ok(Segment {
                field: chosen,
                decoder: decoder(chosen)?,
                shown: filter.shows(chosen),
            })
        };
        let cases = selection
            .segments
            .iter()
            .zip(&segments)
            .map(|((value, _), &chosen)| Ok((value.clone(), showing(Some(chosen))?)));
        let cases = cases.collect::<Result<_, PlanError>>()?;
        let other = match &selection.unknown {
            UnknownSegment::Error => None,
            UnknownSegment::None => Some(showing(None)?),
            // The last one, as `segments` has it.
            UnknownSegment::Segment(_) => Some(showing(segments.last().copied())?),
        };
        let none = match options.on_error {
            OnError::Null => Some(decoder(None)?),
            OnError::Stop | OnError::Skip { .. } => None,
        };
        Ok(Some(Selector {
            id,
            family: Family::new(schema, selection, &segments, &single, fields)?,
            cases,
            other,
            none,
        }))
    }

    /// What prints a record of no known kind, if decoding goes on there.
    pub(crate) fn showing_none(&self) -> Option<&Decoder> {
        self.none.as_ref()
    }

    /// Which segments belong to which, if any do.
    pub(crate) fn family(&self) -> Option<&Family> {
        self.family.as_ref()
    }

    /// Where the ids are.
    pub(crate) fn id(&self) -> &Id {
        &self.id
    }

    /// The segment of a record.
    pub(crate) fn segment(&self, record: &[u8]) -> Result<&Segment, DecodeError> {
        let id = self.id.text(record);
        let case = self
            .cases
            .iter()
            .find(|(value, _)| Some(value) == id.as_ref());
        case.map(|(_, segment)| segment)
            .or(self.other.as_ref())
            .ok_or_else(|| self.no_segment(record))
    }

    fn no_segment(&self, record: &[u8]) -> DecodeError {
        let ids: Vec<&str> = self.cases.iter().map(|(value, _)| value.as_str()).collect();
        let (offset, bytes) = self.id.first(record);
        DecodeError {
            record: 0,
            field: self.id.name().into(),
            offset,
            absolute: None,
            bytes: bytes.into(),
            expected: format!("the id of a segment ({})", ids.join(", ")).into(),
            remedy: "name the segment of this id with --segment, or the one for all other ids with \
                     --segment-default, or check that --segment-field is the right field",
            skip_limit: None,
        }
    }
}

/// Which records are left out because of their segment.
struct Filter {
    keep: Vec<Option<FieldId>>,
    skip: Vec<Option<FieldId>>,
}

impl Filter {
    fn new(
        schema: &Schema,
        selection: &Selection,
        segments: &[FieldId],
    ) -> Result<Filter, PlanError> {
        let read = |names: &[String]| {
            let chosen = names.iter().map(|name| {
                if name == "none" {
                    return Ok(None);
                }
                known_segment(schema, name, segments).map(Some)
            });
            chosen.collect::<Result<Vec<_>, PlanError>>()
        };
        Ok(Filter {
            keep: read(&selection.keep)?,
            skip: read(&selection.skip)?,
        })
    }

    fn shows(&self, segment: Option<FieldId>) -> bool {
        (self.keep.is_empty() || self.keep.contains(&segment)) && !self.skip.contains(&segment)
    }
}

/// One of the segments that ids stand for.
pub(super) fn known_segment(
    schema: &Schema,
    name: &str,
    segments: &[FieldId],
) -> Result<FieldId, PlanError> {
    let id = one(schema, name)?;
    if segments.contains(&id) {
        return Ok(id);
    }
    let known: Vec<&str> = segments.iter().map(|&id| schema.field(id).name()).collect();
    Err(PlanError::Options {
        problem: format!(
            "no id stands for the segment {name}, only for {}",
            known.join(", ")
        ),
        remedy: "give its id with --segment ID=SEGMENT",
    })
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
                remedy: "give each id once",
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
            remedy: "give at least one id and its segment with --segment",
        });
    }
    Ok(fields)
}

/// Every segment has a decoder of its own, over all that its records show.
fn bounded(schema: &Schema, count: usize) -> Result<(), PlanError> {
    let fields = schema.fields().len();
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
