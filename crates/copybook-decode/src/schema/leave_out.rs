//! A schema in which some fields say nothing.

use super::{FILLER, FieldId, Kind, Schema};

impl Schema {
    /// The schema with some fields turned into FILLER of nothing, and everything in them: their
    /// place stays, so that every other field keeps its own. Entries of level 01 and 77 keep their
    /// bytes, which say how long records are; a record may end before any of the others would.
    ///
    /// Fields still lie in their groups, and counts before their tables.
    pub(crate) fn without(&self, left_out: impl Iterator<Item = FieldId>) -> Schema {
        let mut schema = self.clone();
        for segment in left_out {
            schema.empty(segment);
        }
        schema
    }

    fn empty(&mut self, segment: FieldId) {
        let inside: Vec<FieldId> = (segment.0..self.fields.len())
            .map(FieldId)
            .filter(|&id| id == segment || self.ancestors(id).any(|up| up == segment))
            .collect();
        for id in inside {
            // Its tables count nothing any more.
            self.fields[id.0].occurs = None;
        }
        let is_root = self.roots.contains(&segment);
        let field = &mut self.fields[segment.0];
        field.name = FILLER;
        field.kind = Kind::Group {
            children: Vec::new(),
        };
        if !is_root {
            field.size = 0;
        }
    }
}
