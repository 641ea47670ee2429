//! From a list of entries to groups and items, names resolved.
//!
//! Language Reference, "Level-numbers": a group holds everything behind it up to the next level
//! that is not greater; levels under one group need not be equal.

use std::collections::HashMap;

use super::entry::{Entry, Name, OccursClause};
use super::error::{At, Fault};
use super::kind::{Elementary, Inherited, elementary};
use super::{Condition, Field, FieldId, Kind, Occurs, Schema};

/// More entries than any copybook has; a bound on what hostile input costs.
const MAX_FIELDS: usize = 1 << 16;

/// A schema without offsets, and what the layout needs beside it.
pub(super) struct Tree {
    pub(super) schema: Schema,
    /// Where each field's entry is.
    pub(super) at: Vec<At>,
    /// SYNCHRONIZED boundary of each elementary field; 1 for none and for groups.
    pub(super) boundary: Vec<usize>,
    /// Level-66 entries, to be resolved when offsets are known.
    pub(super) renames: Vec<(FieldId, Name, Option<Name>)>,
    by_name: HashMap<String, Vec<FieldId>>,
}

/// Builds the tree.
pub(super) fn build(entries: Vec<Entry>) -> Result<Tree, Fault> {
    let mut builder = Builder::default();
    for entry in entries {
        builder.add(entry)?;
    }
    let mut tree = Tree {
        schema: Schema {
            fields: builder.fields,
            roots: builder.roots,
        },
        at: builder.entries.iter().map(|e| e.at).collect(),
        boundary: Vec::new(),
        renames: Vec::new(),
        by_name: HashMap::new(),
    };
    for (i, field) in tree.schema.fields.iter().enumerate() {
        tree.by_name
            .entry(field.name.clone())
            .or_default()
            .push(FieldId(i));
    }
    tree.describe(builder.entries)?;
    Ok(tree)
}

#[derive(Default)]
struct Builder {
    fields: Vec<Field>,
    entries: Vec<Entry>,
    roots: Vec<FieldId>,
    /// Open groups, outermost first.
    open: Vec<FieldId>,
    /// A level-66 entry ended the record.
    closed: bool,
}

impl Builder {
    fn add(&mut self, entry: Entry) -> Result<(), Fault> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(Fault::expected(
                entry.at,
                &format!("at most {MAX_FIELDS} entries"),
                "more",
            ));
        }
        match entry.level {
            88 => self.condition(entry),
            66 => {
                let Some(&root) = self.roots.last() else {
                    return Err(Fault::expected(entry.at, "a record before RENAMES", "none"));
                };
                self.closed = true;
                self.push(entry, Some(root));
                Ok(())
            }
            1 | 77 => {
                if let Some(occurs) = &entry.occurs {
                    let expected = "OCCURS only at levels 02 to 49";
                    return Err(Fault::expected(
                        occurs.at,
                        expected,
                        format!("level {:02}", entry.level),
                    ));
                }
                self.closed = false;
                self.root(entry);
                Ok(())
            }
            _ => self.subordinate(entry),
        }
    }

    fn root(&mut self, entry: Entry) {
        let id = self.push(entry, None);
        self.roots.push(id);
        self.open = vec![id];
    }

    fn subordinate(&mut self, entry: Entry) -> Result<(), Fault> {
        if self.roots.is_empty() {
            // A fragment meant for COPY under someone's level 01: the record is implied.
            self.root(Entry {
                level: 1,
                at: entry.at,
                ..Entry::default()
            });
        }
        while self.open.len() > 1
            && self
                .open
                .last()
                .is_some_and(|top| self.fields[top.0].level >= entry.level)
        {
            self.open.pop();
        }
        // `root` left one, and the loop keeps it.
        let parent = self.open[self.open.len() - 1];
        if self.closed || self.fields[parent.0].level == 77 {
            let found = format!("level {:02}", entry.level);
            return Err(Fault::expected(
                entry.at,
                "level 01, 77, 66 or 88 here",
                found,
            ));
        }
        let above = &self.entries[parent.0];
        if above.picture.is_some() {
            let message = format!(
                "expected no subordinate entry under {} (line {}), which has a PICTURE; found level {:02}",
                self.fields[parent.0].name, self.fields[parent.0].line, entry.level
            );
            return Err(Fault::new(entry.at, message));
        }
        let id = self.push(entry, Some(parent));
        if let Kind::Group { children } = &mut self.fields[parent.0].kind {
            children.push(id);
        }
        self.open.push(id);
        Ok(())
    }

    fn condition(&mut self, entry: Entry) -> Result<(), Fault> {
        let Some(field) = self.fields.last_mut() else {
            return Err(Fault::expected(
                entry.at,
                "an item before its level-88 condition",
                "none",
            ));
        };
        field.conditions.push(Condition {
            name: entry.name.unwrap_or_default(),
            values: entry.values.unwrap_or_default(),
        });
        Ok(())
    }

    fn push(&mut self, entry: Entry, parent: Option<FieldId>) -> FieldId {
        let id = FieldId(self.fields.len());
        self.fields.push(Field {
            level: entry.level,
            name: entry.name.clone().unwrap_or_else(|| "FILLER".to_owned()),
            line: entry.at.line,
            parent,
            offset: 0,
            size: 0,
            occurs: None,
            redefines: None,
            kind: Kind::Group {
                children: Vec::new(),
            },
            conditions: Vec::new(),
        });
        self.entries.push(entry);
        id
    }
}

impl Tree {
    /// Kinds, tables and redefinitions; parents come before children, so one pass is enough.
    fn describe(&mut self, entries: Vec<Entry>) -> Result<(), Fault> {
        let mut inherited: Vec<Inherited> = Vec::with_capacity(entries.len());
        for (i, entry) in entries.into_iter().enumerate() {
            let id = FieldId(i);
            let parent = self.schema.fields[i].parent;
            let above = parent.map_or_else(Inherited::default, |p| inherited[p.0]);
            inherited.push(above.with(&entry));
            self.boundary.push(1);
            if let Some((from, through)) = entry.renames {
                self.renames.push((id, from, through));
                continue;
            }
            if matches!(&self.schema.fields[i].kind, Kind::Group { children } if children.is_empty())
            {
                let Elementary {
                    kind,
                    size,
                    boundary,
                } = elementary(&entry, above)?;
                self.schema.fields[i].kind = kind;
                self.schema.fields[i].size = size;
                self.boundary[i] = boundary;
            } else if let Some(at) = entry.justified.or(entry.blank_when_zero) {
                return Err(Fault::expected(
                    at,
                    "this clause only on an elementary item",
                    "a group",
                ));
            }
            if let Some(target) = &entry.redefines {
                self.schema.fields[i].redefines = Some(self.redefined(id, target)?);
            }
            if let Some(clause) = &entry.occurs {
                self.schema.fields[i].occurs = Some(self.table(id, clause)?);
            }
        }
        Ok(())
    }

    /// The nearest item of that name before, under the same group (level 01: any record before).
    fn redefined(&self, id: FieldId, target: &Name) -> Result<FieldId, Fault> {
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

    fn table(&self, id: FieldId, clause: &OccursClause) -> Result<Occurs, Fault> {
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
            let expected = format!("at least {min} occurrences behind TO");
            return Err(Fault::expected(clause.at, &expected, clause.max));
        }
        let counter = self.resolve(count, id)?;
        if counter >= id {
            let expected = format!("{} to lie before the table", count.name);
            return Err(Fault::expected(count.at, &expected, "it behind or inside"));
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
        let number = match &self.schema.fields[counter.0].kind {
            Kind::Zoned { number, .. }
            | Kind::Packed { number, .. }
            | Kind::Binary { number, .. } => Some(number),
            _ => None,
        };
        if number.is_none_or(|n| n.scale != 0) {
            return Err(Fault::expected(
                at,
                "an integer item behind DEPENDING ON",
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
        let mut found = same_name.iter().copied().filter(|c| {
            *c != near && self.schema.root_of(*c) == root && self.qualified(*c, &name.qualifiers)
        });
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
            _ => Err(Fault::expected(name.at, &expected, "it elsewhere only")),
        }
    }

    /// Whether the qualifiers name groups around the field, from the inside out.
    fn qualified(&self, id: FieldId, qualifiers: &[String]) -> bool {
        let mut groups = self.schema.ancestors(id);
        qualifiers
            .iter()
            .all(|q| groups.any(|g| self.schema.fields[g.0].name == *q))
    }
}
