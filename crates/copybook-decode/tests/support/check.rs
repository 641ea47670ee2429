//! What a parsed copybook promises, checked on a finished one.

use copybook_decode::schema::{FieldId, Kind, Schema, Sign};

/// Fields lie in their groups, siblings overlap only by REDEFINES, sizes fit the kinds, counts come
/// before their tables. The error is the first promise that does not hold, with the field's path.
pub(crate) fn check(schema: &Schema) -> Result<(), String> {
    for (id, _) in schema.iter() {
        field(schema, id).map_err(|what| format!("{}: {what}", schema.path(id)))?;
    }
    for &root in schema.roots() {
        let (min, max) = schema.record_length(root);
        if min > max {
            let path = schema.path(root);
            return Err(format!("{path}: least length {min} above greatest {max}"));
        }
    }
    Ok(())
}

fn field(schema: &Schema, id: FieldId) -> Result<(), String> {
    let field = schema.field(id);
    let parent = |id| schema.ancestors(id).next();
    let behind = |id| schema.field(id).offset() + schema.field(id).size();
    if let Some(group) = parent(id) {
        let start = schema.field(group).offset();
        if group >= id || field.offset() < start || end(schema, id) > behind(group) {
            return Err("outside of its group".to_owned());
        }
        if field.level() != 66 && schema.children(group).binary_search(&id).is_err() {
            return Err("not among the children of its group".to_owned());
        }
    }
    if let Some(target) = field.redefines() {
        let other = schema.field(target);
        if target >= id || parent(target) != parent(id) || other.offset() != field.offset() {
            return Err("does not lie on what it redefines".to_owned());
        }
    }
    if let Some(counter) = field.occurs().and_then(|occurs| occurs.depending_on())
        && (counter >= id || behind(counter) > field.offset())
    {
        return Err("starts before the end of its count".to_owned());
    }
    match expected_size(field.kind()) {
        Some(size) if size != field.size() => Err(format!("{} bytes, not {size}", field.size())),
        _ => children(schema, id),
    }
}

/// Byte behind the last occurrence.
fn end(schema: &Schema, id: FieldId) -> usize {
    let field = schema.field(id);
    let count = field.occurs().map_or(1, |occurs| occurs.max().get());
    field
        .size()
        .saturating_mul(count)
        .saturating_add(field.offset())
}

/// Items that redefine nothing follow each other with less than a doubleword of slack.
fn children(schema: &Schema, id: FieldId) -> Result<(), String> {
    let field = schema.field(id);
    let mut last = field.offset();
    for &child in schema.children(id) {
        let item = schema.field(child);
        let (name, offset) = (item.name(), item.offset());
        if item.redefines().is_none() && !(last..last + 8).contains(&offset) {
            return Err(format!("{name} at {offset}, expected from {last} on"));
        }
        last = last.max(end(schema, child));
    }
    let whole = matches!(field.kind(), Kind::Group { .. });
    if whole && !(last..last + 8).contains(&(field.offset() + field.size())) {
        return Err(format!(
            "{} bytes, its children end at {last}",
            field.size()
        ));
    }
    Ok(())
}

/// The size that digits and sign demand, where the kind says it.
fn expected_size(kind: &Kind) -> Option<usize> {
    Some(match kind {
        Kind::Zoned { number, sign, .. } => {
            let own = matches!(sign, Sign::LeadingSeparate | Sign::TrailingSeparate);
            usize::from(number.digits) + usize::from(own)
        }
        Kind::Packed {
            number,
            sign_nibble,
            ..
        } => (usize::from(number.digits) + usize::from(*sign_nibble)).div_ceil(2),
        Kind::Edited { picture, .. } => picture
            .chars()
            .filter(|c| !matches!(c, 'V' | 'P' | 'S'))
            .count(),
        Kind::ExternalFloat { picture } => picture.chars().filter(|c| *c != 'V').count(),
        Kind::NationalNumber { display } => 2 * expected_size(display)?,
        Kind::Utf8 { chars } => 4 * (*chars)?,
        _ => return None,
    })
}
