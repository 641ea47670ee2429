//! Questions about a schema.

use std::collections::HashMap;

use super::{Field, FieldId, Kind, Schema};

impl Schema {
    /// Every field of levels 01 to 49, 66 and 77, in source order, by [`FieldId`]. A
    /// level-66 entry has its record as parent but is not among its children.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The level-01 and level-77 entries.
    pub fn roots(&self) -> &[FieldId] {
        &self.roots
    }

    /// The field of an index that this schema gave.
    ///
    /// # Panics
    /// If the index is that of another, longer schema.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.0]
    }

    /// Every field with its index, in source order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        self.fields
            .iter()
            .enumerate()
            .map(|(i, field)| (FieldId(i), field))
    }

    /// Direct children of a group in source order; empty for an elementary item. Level-66 entries
    /// are nobody's children: they describe bytes that other fields have.
    pub fn children(&self, id: FieldId) -> &[FieldId] {
        match &self.field(id).kind {
            Kind::Group { children } => children,
            _ => &[],
        }
    }

    /// Everything in a group, in source order; of a record also its entries of level 66.
    pub(crate) fn inside(&self, id: FieldId) -> impl Iterator<Item = FieldId> {
        (id.0 + 1..self.fields.len())
            .map(FieldId)
            .take_while(move |&field| self.ancestors(field).any(|up| up == id))
    }

    /// The groups around a field, innermost first.
    pub fn ancestors(&self, id: FieldId) -> impl Iterator<Item = FieldId> {
        std::iter::successors(self.field(id).parent, |p| self.field(*p).parent)
    }

    /// The level-01 or level-77 entry that a field belongs to.
    pub fn root_of(&self, id: FieldId) -> FieldId {
        self.ancestors(id).last().unwrap_or(id)
    }

    /// Name with its groups, outermost first: `CUSTOMER.ADDRESS.CITY`.
    pub fn path(&self, id: FieldId) -> String {
        let mut names: Vec<&str> = self
            .ancestors(id)
            .map(|p| self.field(p).name.as_str())
            .collect();
        names.reverse();
        names.push(&self.field(id).name);
        names.join(".")
    }

    /// Least and greatest number of bytes of a record (or of one occurrence of any field): they
    /// differ by what OCCURS DEPENDING ON leaves out.
    pub fn record_length(&self, root: FieldId) -> (usize, usize) {
        (self.least(root), self.field(root).size)
    }

    /// Bytes of one occurrence with every count at its minimum; slack as in the full layout.
    fn least(&self, id: FieldId) -> usize {
        let field = self.field(id);
        let Kind::Group { children } = &field.kind else {
            return field.size;
        };
        let mut starts: HashMap<FieldId, usize> = HashMap::new();
        let (mut least_end, mut full_end) = (0, field.offset);
        for &child in children {
            let item = self.field(child);
            let start = match item.redefines {
                Some(target) => starts.get(&target).copied().unwrap_or(0),
                None => least_end + (item.offset - full_end),
            };
            starts.insert(child, start);
            let (min, max) = item.occurs.map_or((1, 1), |o| (o.min, o.max.get()));
            least_end = least_end.max(start + self.least(child) * min);
            full_end = full_end.max(item.offset + item.size * max);
        }
        least_end + (field.offset + field.size - full_end)
    }
}
