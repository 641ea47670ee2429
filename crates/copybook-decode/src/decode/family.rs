//! Records that belong to others before them: which segments do, and to which record.

use crate::program::{NamedFields, PlanError};
use crate::schema::{FieldId, Schema};

use super::id::Id;
use super::select::known_segment;
use super::{DecodeOptions, Selection};

/// Which segments belong to which.
#[derive(Debug)]
pub(crate) struct Family {
    members: Vec<Member>,
}

/// A segment, and the one that it belongs to.
#[derive(Debug)]
struct Member {
    field: FieldId,
    name: String,
    /// Its place among the members.
    parent: Option<usize>,
    /// What identifies its records; none if the id of the segment does.
    key: Option<Id>,
}

/// The last record of each member that further records can belong to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ancestors(Vec<Option<Ancestor>>);

/// A record that others belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ancestor {
    /// Its number in the file, from 1.
    pub number: u64,
    /// What identifies it, if that can be read.
    pub id: Option<String>,
}

/// A record that should belong to another one, of which there is none: the name of its segment.
#[derive(Debug)]
pub(crate) struct Orphan<'a> {
    pub parent: &'a str,
}

impl Family {
    pub(super) fn new(
        schema: &Schema,
        selection: &Selection,
        segments: &[FieldId],
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Option<Family>, PlanError> {
        if selection.parents.is_empty() {
            return Ok(None);
        }
        let mut family = Family {
            members: Vec::new(),
        };
        for link in &selection.parents {
            let child = family.member(schema, &link.child, segments)?;
            let parent = family.member(schema, &link.parent, segments)?;
            if let Some(name) = &link.key {
                let name = format!("{}.{name}", link.parent);
                let names = std::iter::once(name.as_str());
                let key = Id::new(schema, names, "key", options, fields)?;
                family.members[parent].key = Some(key);
            }
            if family.members[child].parent.replace(parent).is_some() {
                return Err(PlanError::Options {
                    problem: format!("the segment {} is given two parents", link.child),
                    remedy: "give it one",
                });
            }
            if family.ancestors(parent).any(|ancestor| ancestor == child) {
                return Err(PlanError::Options {
                    problem: format!("the segment {} would belong to itself", link.child),
                    remedy: "check which segment is the parent: it is behind the equal sign",
                });
            }
        }
        Ok(Some(family))
    }

    /// The place of a segment among the members.
    fn member(
        &mut self,
        schema: &Schema,
        name: &str,
        segments: &[FieldId],
    ) -> Result<usize, PlanError> {
        let field = known_segment(schema, name, segments)?;
        let known = self.members.iter().position(|member| member.field == field);
        Ok(known.unwrap_or_else(|| {
            self.members.push(Member {
                field,
                name: schema.field(field).name().to_owned(),
                parent: None,
                key: None,
            });
            self.members.len() - 1
        }))
    }

    /// A member, and those that it belongs to; no more than there are.
    fn ancestors(&self, member: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(member), |&member| self.members[member].parent)
            .take(self.members.len())
    }

    /// Notes a record of a segment, and says to which record it belongs.
    pub(crate) fn enter(
        &self,
        last: &mut Ancestors,
        segment: Option<FieldId>,
        id: &Id,
        record: &[u8],
        number: u64,
    ) -> Result<Option<Ancestor>, Orphan<'_>> {
        last.0.resize(self.members.len(), None);
        let own = self
            .members
            .iter()
            .position(|member| Some(member.field) == segment);
        let Some(own) = own else {
            return Ok(None);
        };
        let member = &self.members[own];
        // What belonged to the record before belongs to this one no more.
        for other in 0..self.members.len() {
            if self
                .ancestors(other)
                .skip(1)
                .any(|ancestor| ancestor == own)
            {
                last.0[other] = None;
            }
        }
        last.0[own] = Some(Ancestor {
            number,
            id: member.key.as_ref().unwrap_or(id).text(record),
        });
        match member.parent {
            None => Ok(None),
            Some(parent) => match &last.0[parent] {
                Some(ancestor) => Ok(Some(ancestor.clone())),
                None => Err(Orphan {
                    parent: &self.members[parent].name,
                }),
            },
        }
    }
}
