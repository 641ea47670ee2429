//! What a schema promises, checked on a finished one.

use std::collections::HashSet;

use super::{FieldId, Kind, NameScope, Schema, Sign};

impl Schema {
    /// Checks what [`Schema::parse`] guarantees, for tests: fields
    /// lie in their groups, siblings overlap only by REDEFINES, sizes fit the kinds, counts come
    /// before their tables, names can be made unique.
    ///
    /// # Errors
    /// The first promise that does not hold, with the path of the field.
    pub fn check(&self) -> Result<(), String> {
        for (id, _) in self.iter() {
            self.check_field(id)
                .map_err(|what| format!("{}: {what}", self.path(id)))?;
        }
        for &root in &self.roots {
            let (min, max) = self.record_length(root);
            if min > max {
                return Err(format!(
                    "{}: least length {min} above greatest {max}",
                    self.path(root)
                ));
            }
        }
        for scope in [NameScope::Siblings, NameScope::Record] {
            let names = self.unique_names_by(scope, |name| name.replace('-', "_"));
            let places = self.iter().map(|(id, field)| match scope {
                NameScope::Siblings => field.parent,
                NameScope::Record => field.parent.map(|_| self.root_of(id)),
            });
            let mut seen = HashSet::new();
            if let Some(twice) = places.zip(&names).find(|p| !seen.insert(*p)) {
                return Err(format!("{}: the name is not unique", twice.1));
            }
        }
        Ok(())
    }

    fn check_field(&self, id: FieldId) -> Result<(), String> {
        let field = self.field(id);
        if let Some(parent) = field.parent {
            let above = self.field(parent);
            let end = self.end(id);
            if parent >= id || field.offset < above.offset || end > above.offset + above.size {
                return Err("outside of its group".to_owned());
            }
            if field.level != 66 && self.children(parent).binary_search(&id).is_err() {
                return Err("not among the children of its group".to_owned());
            }
        }
        if let Some(target) = field.redefines {
            let other = self.field(target);
            if target >= id || other.parent != field.parent || other.offset != field.offset {
                return Err("does not lie on what it redefines".to_owned());
            }
        }
        if let Some(counter) = field.occurs.and_then(|o| o.depending_on)
            && (counter >= id
                || self.field(counter).offset + self.field(counter).size > field.offset)
        {
            return Err("starts before the end of its count".to_owned());
        }
        match expected_size(&field.kind) {
            Some(size) if size != field.size => Err(format!("{} bytes, not {size}", field.size)),
            _ => self.check_children(id),
        }
    }

    /// Byte behind the last occurrence.
    fn end(&self, id: FieldId) -> usize {
        let field = self.field(id);
        let count = field.occurs.map_or(1, |o| o.max.get());
        field
            .size
            .saturating_mul(count)
            .saturating_add(field.offset)
    }

    /// Items that redefine nothing follow each other with less than a doubleword of slack.
    fn check_children(&self, id: FieldId) -> Result<(), String> {
        let field = self.field(id);
        let mut end = field.offset;
        for &child in self.children(id) {
            let item = self.field(child);
            if item.redefines.is_none() && !(end..end + 8).contains(&item.offset) {
                return Err(format!(
                    "{} at {}, expected from {end} on",
                    item.name, item.offset
                ));
            }
            end = end.max(self.end(child));
        }
        let whole = matches!(field.kind, Kind::Group { .. });
        if whole && !(end..end + 8).contains(&(field.offset + field.size)) {
            return Err(format!("{} bytes, its children end at {end}", field.size));
        }
        Ok(())
    }
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
