//! What the names in REDEFINES, DEPENDING ON and RENAMES mean.
//!
//! Language Reference, "REDEFINES clause", "OCCURS DEPENDING ON clause", "Qualification".

use compact_str::CompactString;

use super::entry::{Name, OccursClause};
use super::error::{At, Fault};
use super::tree::Tree;
use super::{FieldId, Occurs};

/// Comparisons of references with items of their names: a thousand references to a name that ten thousand
/// items have take as many.
const MAX_LOOKUPS: usize = 10_000_000;

impl Tree {
    /// The nearest item of that name before, under the same group (level 01: any record before).
    pub(super) fn redefined(&self, id: FieldId, target: &Name) -> Result<FieldId, Fault> {
        let parent = self.schema.fields[id.0].parent;
        let same_name = self
            .by_name
            .get(&target.name)
            .map_or(&[][..], Vec::as_slice);
        let before = &same_name[..same_name.partition_point(|c| *c < id)];
        before
            .iter()
            .rev()
            .copied()
            .find(|c| {
                let field = &self.schema.fields[c.0];
                field.parent == parent && field.level != 66
            })
            .ok_or_else(|| {
                let expected =
                    format!("{} to be an earlier item under the same group", target.name);
                let found = if before.is_empty() {
                    "no earlier item of that name"
                } else {
                    "one under another group only"
                };
                Fault::expected(target.at, &expected, found)
            })
    }

    pub(super) fn table(&self, id: FieldId, clause: &OccursClause) -> Result<Occurs, Fault> {
        let Some(max) = std::num::NonZeroUsize::new(clause.max) else {
            return Err(Fault::expected(clause.at, "at least one occurrence", "0"));
        };
        let Some(count) = &clause.depending_on else {
            if clause.min.is_some_and(|min| min != clause.max) {
                return Err(Fault::expected(
                    clause.at,
                    "DEPENDING ON with OCCURS ... TO",
                    "none",
                ));
            }
            return Ok(Occurs {
                min: clause.max,
                max,
                depending_on: None,
            });
        };
        // Language Reference, "OCCURS DEPENDING ON clause": 1 where the least number is omitted.
        let min = clause.min.unwrap_or(1);
        if min > clause.max {
            let expected = format!("at least {min} occurrences after TO");
            return Err(Fault::expected(clause.at, &expected, clause.max));
        }
        let counter = self.resolve(count, id)?;
        if counter >= id {
            let message = format!(
                "{} is declared in or after the table whose length it gives; a count has to stand before its table",
                count.name
            );
            return Err(Fault::new(count.at, message));
        }
        self.check_counter(counter, id, count.at)?;
        Ok(Occurs {
            min,
            max,
            depending_on: Some(counter),
        })
    }

    /// An unscaled number; if it is in a table, the table it counts is in the same occurrence.
    fn check_counter(&self, counter: FieldId, table: FieldId, at: At) -> Result<(), Fault> {
        let number = self.schema.fields[counter.0].kind.countable();
        if number.is_none_or(|n| n.scale != 0) {
            return Err(Fault::expected(
                at,
                "an integer item after DEPENDING ON",
                "another kind of item",
            ));
        }
        let around: Vec<FieldId> = self.schema.ancestors(table).collect();
        let apart = std::iter::once(counter)
            .chain(self.schema.ancestors(counter))
            .find(|f| self.schema.fields[f.0].occurs.is_some() && !around.contains(f));
        match apart {
            Some(f) => {
                let found = format!("it inside the table {}", self.schema.fields[f.0].name);
                Err(Fault::expected(
                    at,
                    "a count outside of other tables",
                    found,
                ))
            }
            None => Ok(()),
        }
    }

    /// The one item of the record of `near` that a reference means.
    pub(super) fn resolve(&self, name: &Name, near: FieldId) -> Result<FieldId, Fault> {
        let root = self.schema.root_of(near);
        let same_name = self.by_name.get(&name.name).map_or(&[][..], Vec::as_slice);
        // The fields of a record follow each other.
        let same_name = &same_name[same_name.partition_point(|c| *c < root)..];
        self.lookups.set(self.lookups.get() + same_name.len());
        if self.lookups.get() > MAX_LOOKUPS {
            let expected = format!("names that are found in at most {MAX_LOOKUPS} comparisons");
            let found = format!(
                "more, since {} items are named {}",
                same_name.len(),
                name.name
            );
            return Err(Fault::expected(name.at, &expected, found));
        }
        let mut found = same_name
            .iter()
            .copied()
            .take_while(|c| self.schema.root_of(*c) == root)
            .filter(|c| *c != near && self.qualified(*c, &name.qualifiers));
        let expected = format!("{} to be an item of the same record", name.name);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(a), Some(b)) => {
                let lines = (self.schema.fields[a.0].line, self.schema.fields[b.0].line);
                let found = format!(
                    "several (lines {} and {}): qualify it with OF",
                    lines.0, lines.1
                );
                Err(Fault::expected(name.at, &expected, found))
            }
            _ if same_name.is_empty() => {
                Err(Fault::expected(name.at, &expected, "no item of that name"))
            }
            _ => Err(Fault::expected(name.at, &expected, "it only elsewhere")),
        }
    }

    /// Whether the qualifiers name groups around the field, from the inside out.
    fn qualified(&self, id: FieldId, qualifiers: &[CompactString]) -> bool {
        let mut groups = self.schema.ancestors(id);
        qualifiers
            .iter()
            .all(|q| groups.any(|g| self.schema.fields[g.0].name == *q))
    }
}
