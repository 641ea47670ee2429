//! From a list of entries to groups and items, names resolved.
//!
//! Language Reference, "Level-numbers": a group holds everything behind it up to the next level
//! that is not greater; levels under one group need not be equal.

use std::cell::Cell;
use std::collections::HashMap;

use compact_str::CompactString;

use super::entry::{Entry, Name};
use super::error::{At, Fault};
use super::kind::{Elementary, Inherited, elementary};
use super::usage::Usage;
use super::{Condition, FILLER, Field, FieldId, Kind, Schema};

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
    /// Items by name, in source order, of the names that entries refer to.
    pub(super) by_name: HashMap<CompactString, Vec<FieldId>>,
    /// Items that references were compared with so far.
    pub(super) lookups: Cell<usize>,
}

/// Builds the tree.
pub(super) fn build(entries: Vec<Entry>) -> Result<Tree, Fault> {
    let count = entries.len();
    let mut builder = Builder {
        fields: Vec::with_capacity(count),
        own: Vec::with_capacity(count),
        entries,
        ..Builder::default()
    };
    for index in 0..count {
        builder.add(index)?;
    }
    let mut tree = Tree {
        schema: Schema {
            fields: builder.fields,
            roots: builder.roots,
        },
        at: builder.own.iter().map(|e| builder.entries[*e].at).collect(),
        boundary: Vec::new(),
        renames: Vec::new(),
        by_name: referred(&builder.entries),
        lookups: Cell::new(0),
    };
    if !tree.by_name.is_empty() {
        for (i, field) in tree.schema.fields.iter().enumerate() {
            if let Some(same_name) = tree.by_name.get_mut(&field.name) {
                same_name.push(FieldId(i));
            }
        }
    }
    tree.describe(&builder.own, &mut builder.entries)?;
    Ok(tree)
}

/// Every name in REDEFINES, DEPENDING ON and RENAMES.
fn referred(entries: &[Entry]) -> HashMap<CompactString, Vec<FieldId>> {
    let names = entries.iter().flat_map(|entry| {
        let count = entry.occurs.as_ref().and_then(|o| o.depending_on.as_ref());
        let renames = entry.renames.as_deref().into_iter();
        let renamed = renames.flat_map(|(from, through)| std::iter::once(from).chain(through));
        entry
            .redefines
            .as_deref()
            .into_iter()
            .chain(count)
            .chain(renamed)
    });
    names.map(|name| (name.name.clone(), Vec::new())).collect()
}

#[derive(Default)]
struct Builder {
    fields: Vec<Field>,
    /// Index of each field's entry.
    own: Vec<usize>,
    /// All entries, those of level 88 too.
    entries: Vec<Entry>,
    roots: Vec<FieldId>,
    /// Open groups, outermost first.
    open: Vec<FieldId>,
    /// A level-66 entry ended the record.
    closed: bool,
}

impl Builder {
    fn add(&mut self, index: usize) -> Result<(), Fault> {
        let entry = &self.entries[index];
        if self.fields.len() >= MAX_FIELDS {
            return Err(Fault::expected(
                entry.at,
                &format!("at most {MAX_FIELDS} entries"),
                "more",
            ));
        }
        match entry.level {
            88 => self.condition(index),
            66 => {
                let Some(&root) = self.roots.last() else {
                    return Err(Fault::expected(entry.at, "a record before RENAMES", "none"));
                };
                self.closed = true;
                self.push(index, Some(root));
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
                self.root(index);
                Ok(())
            }
            _ => self.subordinate(index),
        }
    }

    fn root(&mut self, index: usize) {
        let id = self.push(index, None);
        self.roots.push(id);
        self.open = vec![id];
    }

    fn subordinate(&mut self, index: usize) -> Result<(), Fault> {
        let Entry { level, at, .. } = self.entries[index];
        if self.roots.is_empty() {
            // A fragment meant for COPY under someone's level 01: the record is implied.
            self.entries.push(Entry {
                level: 1,
                at,
                ..Entry::default()
            });
            self.root(self.entries.len() - 1);
        }
        while self.open.len() > 1
            && self
                .open
                .last()
                .is_some_and(|top| self.fields[top.0].level >= level)
        {
            self.open.pop();
        }
        // `root` left one, and the loop keeps it.
        let parent = self.open[self.open.len() - 1];
        if self.closed || self.fields[parent.0].level == 77 {
            let found = format!("level {level:02}");
            return Err(Fault::expected(at, "level 01, 77, 66 or 88 here", found));
        }
        let above = &self.entries[self.own[parent.0]];
        if above.picture.is_some() {
            let message = format!(
                "expected no subordinate entry under {} (line {}), which has a PICTURE; found level {level:02}",
                self.fields[parent.0].name, self.fields[parent.0].line
            );
            return Err(Fault::new(at, message));
        }
        let id = self.push(index, Some(parent));
        if let Kind::Group { children } = &mut self.fields[parent.0].kind {
            children.push(id);
        }
        self.open.push(id);
        Ok(())
    }

    fn condition(&mut self, index: usize) -> Result<(), Fault> {
        let entry = &mut self.entries[index];
        let Some(field) = self.fields.last_mut() else {
            return Err(Fault::expected(
                entry.at,
                "an item before its level-88 condition",
                "none",
            ));
        };
        field.conditions.push(Condition {
            name: entry.name.take().unwrap_or_default(),
            values: entry.values.take().unwrap_or_default(),
        });
        Ok(())
    }

    fn push(&mut self, index: usize, parent: Option<FieldId>) -> FieldId {
        let entry = &mut self.entries[index];
        let id = FieldId(self.fields.len());
        self.fields.push(Field {
            level: entry.level,
            name: entry.name.take().unwrap_or(FILLER),
            line: entry.at.line(),
            parent,
            offset: 0,
            size: 0,
            occurs: None,
            redefines: None,
            picture: None,
            usage: None,
            kind: Kind::Group {
                children: Vec::new(),
            },
            conditions: Vec::new(),
        });
        self.own.push(index);
        id
    }
}

impl Tree {
    /// Kinds, tables and redefinitions; parents come before children, so one pass is enough.
    /// `own` has the index of each field's entry.
    fn describe(&mut self, own: &[usize], entries: &mut [Entry]) -> Result<(), Fault> {
        let mut inherited: Vec<Inherited> = Vec::with_capacity(own.len());
        for (i, &index) in own.iter().enumerate() {
            let entry = &mut entries[index];
            let id = FieldId(i);
            let parent = self.schema.fields[i].parent;
            let above = parent.map_or_else(Inherited::default, |p| inherited[p.0]);
            inherited.push(above.with(entry));
            self.boundary.push(1);
            if let Some(renamed) = entry.renames.take() {
                let (from, through) = *renamed;
                self.renames.push((id, from, through));
                continue;
            }
            if matches!(&self.schema.fields[i].kind, Kind::Group { children } if children.is_empty())
            {
                let Elementary {
                    kind,
                    size,
                    boundary,
                } = elementary(entry, above)?;
                self.schema.fields[i].kind = kind;
                self.schema.fields[i].size = size;
                self.schema.fields[i].picture = entry.picture_text.take();
                self.schema.fields[i].usage = inherited[i].usage.map(Usage::name);
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
}
