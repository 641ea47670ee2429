//! Offsets and sizes.
//!
//! Slack bytes of SYNCHRONIZED follow the Language Reference, "Slack bytes within records": they
//! lie before the item, outside of a group that the item opens, and at the end of each occurrence
//! of a table, so that every occurrence is aligned like the first.

use super::error::Fault;
use super::tree::Tree;
use super::{FieldId, Kind, MAX_BYTES, Schema};

/// Fills offset and size of every field.
pub(super) fn lay_out(mut tree: Tree) -> Result<Schema, Fault> {
    for root in tree.schema.roots.clone() {
        tree.place(root, 0)?;
    }
    for (id, from, through) in std::mem::take(&mut tree.renames) {
        let from_id = tree.resolve(&from, id)?;
        let through_id = through
            .as_ref()
            .map_or(Ok(from_id), |name| tree.resolve(name, id))?;
        let at = through.as_ref().map_or(from.at, |t| t.at);
        tree.check_rename(from_id, through_id).map_err(|found| {
            Fault::expected(
                at,
                "RENAMES of items at fixed places, the first before the last",
                found,
            )
        })?;
        let fields = &mut tree.schema.fields;
        let (start, end) = (
            fields[from_id.0].offset,
            fields[through_id.0].offset + fields[through_id.0].size,
        );
        fields[id.0].offset = start;
        fields[id.0].size = end - start;
        fields[id.0].kind = Kind::Rename {
            from: from_id,
            through: through_id,
        };
    }
    tree.check_counters()?;
    Ok(tree.schema)
}

impl Tree {
    /// Places a field and everything in it; returns the greatest boundary inside. Recursion is
    /// bounded: levels rise from 1 to 49.
    fn place(&mut self, id: FieldId, offset: usize) -> Result<usize, Fault> {
        self.schema.fields[id.0].offset = offset;
        let Kind::Group { children } = &self.schema.fields[id.0].kind else {
            self.bounded(id, self.schema.fields[id.0].size)?;
            return Ok(self.boundary[id.0]);
        };
        let mut end = offset;
        let mut boundary = 1;
        let mut previous = None;
        for child in children.clone() {
            let start = match self.schema.fields[child.0].redefines {
                Some(target) => self.redefinition(child, target)?,
                None => end.next_multiple_of(self.leading_boundary(child)),
            };
            if let Some(before) = previous.filter(|_| start > end) {
                self.stretch(before, start - end);
            }
            previous = Some(child);
            boundary = boundary.max(self.place(child, start)?);
            let field = &self.schema.fields[child.0];
            let count = field.occurs.map_or(1, |o| o.max.get());
            let total = field
                .size
                .checked_mul(count)
                .and_then(|n| n.checked_add(start));
            // A redefinition may be longer than what it redefines: the group holds the longest.
            end = end.max(self.bounded(child, total.unwrap_or(usize::MAX))?);
        }
        let mut size = end - offset;
        if self.schema.fields[id.0].occurs.is_some() {
            size = size.next_multiple_of(boundary);
        }
        self.schema.fields[id.0].size = size;
        Ok(boundary)
    }

    /// Where a redefinition starts. Language Reference, "SYNCHRONIZED clause": it gets no slack
    /// bytes, and the first item of a group must need none.
    fn redefinition(&self, id: FieldId, target: FieldId) -> Result<usize, Fault> {
        let start = self.schema.fields[target.0].offset;
        let boundary = self.leading_boundary(id);
        let field = &self.schema.fields[id.0];
        if matches!(field.kind, Kind::Group { .. }) && !start.is_multiple_of(boundary) {
            let expected = format!(
                "{} to redefine an item on a boundary of {boundary} bytes, which its first item (SYNCHRONIZED) needs",
                field.name
            );
            let found = format!("it at byte {start}");
            return Err(Fault::expected(self.at[id.0], &expected, found));
        }
        Ok(start)
    }

    /// Slack bytes have the level of the elementary item before them, so they belong to the groups
    /// that this item ends, up to a table (whose occurrences were rounded already).
    fn stretch(&mut self, mut before: FieldId, slack: usize) {
        while self.schema.fields[before.0].occurs.is_none()
            && let Kind::Group { children } = &self.schema.fields[before.0].kind
            && let Some(last) = children.last().copied()
        {
            self.schema.fields[before.0].size += slack;
            before = last;
        }
    }

    /// Boundary of the first elementary item: slack before it goes before the whole group.
    fn leading_boundary(&self, mut id: FieldId) -> usize {
        while let Kind::Group { children } = &self.schema.fields[id.0].kind {
            let Some(first) = children.first() else { break };
            id = *first;
        }
        self.boundary[id.0]
    }

    fn bounded(&self, id: FieldId, bytes: usize) -> Result<usize, Fault> {
        if bytes <= MAX_BYTES {
            return Ok(bytes);
        }
        let name = &self.schema.fields[id.0].name;
        let message =
            format!("expected a record of at most {MAX_BYTES} bytes, found more with {name}");
        Err(Fault::new(self.at[id.0], message))
    }

    /// Language Reference, "RENAMES clause".
    fn check_rename(&self, from: FieldId, through: FieldId) -> Result<(), &'static str> {
        let fields = &self.schema.fields;
        let end = |id: FieldId| fields[id.0].offset + fields[id.0].size;
        if fields[through.0].offset < fields[from.0].offset || end(through) < end(from) {
            return Err("the last before the first");
        }
        for id in [from, through] {
            if matches!(fields[id.0].level, 1 | 66 | 77) {
                return Err("an item of level 01, 66 or 77");
            }
            if self
                .schema
                .ancestors(id)
                .chain([id])
                .any(|f| fields[f.0].occurs.is_some())
            {
                return Err("an item of a table");
            }
        }
        let moving = fields[..=through.0.max(from.0)]
            .iter()
            .any(|f| f.offset < end(through) && f.occurs.is_some_and(|o| o.depending_on.is_some()));
        if moving {
            Err("a table of variable length before the end")
        } else {
            Ok(())
        }
    }

    /// A count must be known before its table starts.
    fn check_counters(&self) -> Result<(), Fault> {
        for (i, field) in self.schema.fields.iter().enumerate() {
            let Some(counter) = field.occurs.and_then(|o| o.depending_on) else {
                continue;
            };
            let count = &self.schema.fields[counter.0];
            if count.offset + count.size > field.offset {
                let message = format!(
                    "expected the count {} to end before the table {} starts; the count is at bytes {} to {}, and the table starts at byte {}",
                    count.name,
                    field.name,
                    count.offset,
                    count.offset + count.size,
                    field.offset
                );
                return Err(Fault::new(self.at[i], message));
            }
        }
        Ok(())
    }
}
