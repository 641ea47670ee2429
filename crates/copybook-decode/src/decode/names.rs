//! Fields by name: what options call them.

use std::collections::HashSet;
use std::sync::Arc;

use crate::program::{NamedFields, PlanError};
use crate::schema::{FieldId, Kind, Schema};
use crate::value::charset::Charset;

use super::DecodeOptions;

/// Finds what the options name; in the whole schema, since fields of segments that are left out
/// lose their names.
pub(super) fn named_fields(
    schema: &Schema,
    options: &DecodeOptions,
) -> Result<NamedFields, PlanError> {
    let mut found = NamedFields {
        selected: selected(schema, &options.only)?,
        ..NamedFields::default()
    };
    let mut pages: Vec<(FieldId, Arc<Charset>)> = Vec::new();
    for (name, page) in &options.field_pages {
        let id = one(schema, name)?;
        if pages.iter().any(|(other, _)| *other == id) {
            return Err(PlanError::Options {
                problem: format!("{name} is given two code pages"),
                remedy: "give one code page for each field",
            });
        }
        pages.push((id, Arc::new(Charset::new(page, options.signs))));
    }
    // A group before what is in it, so that the nearer one counts.
    pages.sort_by_key(|(id, _)| *id);
    for (id, charset) in pages {
        let inside: Vec<FieldId> = schema
            .iter()
            .filter(|(field, _)| *field == id || schema.ancestors(*field).any(|up| up == id))
            .filter(|(_, field)| field.kind().has_characters())
            .map(|(field, _)| field)
            .collect();
        if inside.is_empty() {
            return Err(PlanError::Options {
                problem: format!("{} has no characters of a code page", schema.path(id)),
                remedy: "name a field with USAGE DISPLAY or DISPLAY-1, or a group of them",
            });
        }
        let charset = &charset;
        found
            .pages
            .extend(inside.into_iter().map(|field| (field, charset.clone())));
    }
    Ok(found)
}

/// The fields of these names, and everything in them.
fn selected(schema: &Schema, names: &[String]) -> Result<Option<HashSet<FieldId>>, PlanError> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut selected = HashSet::new();
    for name in names {
        let found = with_renames(schema, name);
        if found.is_empty() {
            return Err(none(name));
        }
        selected.extend(found);
    }
    // A group comes before what is in it.
    for (id, field) in schema.iter() {
        let inside = field.parent().is_some_and(|up| selected.contains(&up));
        if inside && !matches!(field.kind(), Kind::Rename { .. }) {
            selected.insert(id);
        }
    }
    Ok(Some(selected))
}

/// The one field of this name.
pub(super) fn one(schema: &Schema, name: &str) -> Result<FieldId, PlanError> {
    match named(schema, name)[..] {
        [] => Err(none(name)),
        [id] => Ok(id),
        ref several => Err(ambiguous(schema, name, several)),
    }
}

/// Fields with this name, or whose path ends in it; level 66 and FILLER are none.
pub(super) fn named(schema: &Schema, name: &str) -> Vec<FieldId> {
    let mut found = with_renames(schema, name);
    found.retain(|&id| !matches!(schema.field(id).kind(), Kind::Rename { .. }));
    found
}

/// The same, and entries of level 66.
fn with_renames(schema: &Schema, name: &str) -> Vec<FieldId> {
    // Part by part from the field upwards: thousands of names made a path for each field, which took seconds.
    let matches = |id: FieldId| {
        let mut names = std::iter::once(id).chain(schema.ancestors(id));
        name.rsplit('.').all(|part| {
            let own = names.next().map(|up| schema.field(up).name());
            own.is_some_and(|own| own.eq_ignore_ascii_case(part))
        })
    };
    let usable = schema
        .iter()
        .filter(|(_, field)| !field.name().eq_ignore_ascii_case("FILLER"));
    usable.map(|(id, _)| id).filter(|&id| matches(id)).collect()
}

pub(super) fn none(name: &str) -> PlanError {
    PlanError::Options {
        problem: format!("the copybook has no field {name}"),
        remedy: "check the spelling; qualify it with its groups as in GROUP.FIELD",
    }
}

pub(super) fn ambiguous(schema: &Schema, name: &str, found: &[FieldId]) -> PlanError {
    let paths: Vec<String> = found.iter().map(|&id| schema.path(id)).collect();
    PlanError::Options {
        problem: format!("{name} is the name of several fields: {}", paths.join(", ")),
        remedy: "qualify it with its groups, as in GROUP.FIELD",
    }
}
