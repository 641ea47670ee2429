//! Bytes that are printed a second time: groups as text, and entries of level 66.

use crate::schema::{FieldId, Kind};

use super::PlanError;
use super::leaf::Leaf;
use super::tree::{Body, Builder, Keys, Node};

/// Key of a group's text among its fields.
const TEXT: &str = "_text";

impl Builder<'_> {
    /// The text of a group of nothing but characters, all of them always there; it lies where the
    /// group starts. `own`: it is printed among the group's fields, and nothing else there starts
    /// with a low line.
    pub(super) fn group_text(&self, id: FieldId, own: bool, names: &mut Keys) -> Option<Node> {
        let inside: Vec<FieldId> = self
            .schema
            .inside(id)
            .filter(|&field| !matches!(self.schema.field(field).kind(), Kind::Rename { .. }))
            .collect();
        let moves = inside.iter().any(|&field| {
            let occurs = self.schema.field(field).occurs();
            occurs.is_some_and(|occurs| occurs.depending_on().is_some())
        });
        let elementary: Vec<FieldId> = inside
            .into_iter()
            .filter(|&field| !matches!(self.schema.field(field).kind(), Kind::Group { .. }))
            .collect();
        let characters = |id: &FieldId| self.schema.field(*id).kind().has_characters();
        if moves || elementary.is_empty() || !elementary.iter().all(characters) {
            return None;
        }
        let leaf = self.named.text(&elementary, &self.options.values)?;
        let key = if own {
            TEXT.to_owned()
        } else {
            self.unique(self.schema.field(id).name(), names)
        };
        Some(self.overlay(id, key, leaf))
    }

    /// Puts the entries of level 66 behind those of the record's items that they start in, which
    /// lie at fixed places, as the schema sees to.
    pub(super) fn renames(
        &self,
        record: FieldId,
        children: &mut Vec<Node>,
        names: &mut Keys,
    ) -> Result<(), PlanError> {
        for (id, field) in self.schema.iter() {
            let Kind::Rename { from, through } = *field.kind() else {
                continue;
            };
            if field.parent() != Some(record) || !self.named.prints(id) {
                continue;
            }
            let around = |node: &Node| {
                node.id == from || self.schema.ancestors(from).any(|up| up == node.id)
            };
            let Some(at) = children.iter().position(around) else {
                continue;
            };
            if self.is_left_out(from) {
                continue;
            }
            let leaf = self.renamed(id, from, through)?;
            let key = self.unique(field.name(), names);
            let views = children[at + 1..].iter().take_while(|node| node.view);
            let behind = at + 1 + views.count();
            children.insert(behind, self.overlay(id, key, leaf));
        }
        Ok(())
    }

    fn renamed(&self, id: FieldId, from: FieldId, through: FieldId) -> Result<Leaf, PlanError> {
        let values = &self.options.values;
        let is_group = matches!(self.schema.field(from).kind(), Kind::Group { .. });
        if from == through && !is_group {
            return self.named.leaf(self.schema, from, values);
        }
        let field = self.schema.field(id);
        let range = field.offset()..field.offset() + field.size();
        let inside = self
            .schema
            .iter()
            .filter(|(_, other)| other.kind().has_characters() && range.contains(&other.offset()));
        let inside: Vec<FieldId> = inside.map(|(id, _)| id).collect();
        self.named
            .text(&inside, values)
            .ok_or_else(|| PlanError::Field {
                line: field.line(),
                field: field.name().to_owned(),
                problem: "it renames fields in several code pages".to_owned(),
                remedy: "leave it out, without --renames keep, or give its fields one page",
            })
    }

    /// Whether a field lies in a segment that is not shown, and so is nothing.
    fn is_left_out(&self, id: FieldId) -> bool {
        let empty = |id: FieldId| matches!(self.schema.field(id).kind(), Kind::Group { children } if children.is_empty());
        empty(id) || self.schema.ancestors(id).any(empty)
    }

    fn overlay(&self, id: FieldId, key: String, leaf: Leaf) -> Node {
        let field = self.schema.field(id);
        Node {
            id,
            name: field.name().to_owned(),
            key,
            raw_key: None,
            printed: true,
            offset: field.offset(),
            size: field.size(),
            table: None,
            view: true,
            counter: None,
            body: Body::Leaf(leaf),
        }
    }
}
