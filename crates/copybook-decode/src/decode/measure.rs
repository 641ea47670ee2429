//! How long a record is that only its own contents tell: its counters, its segment, or a field
//! that says so.

use crate::program::NamedFields;
use crate::program::leaf::Leaf;
use crate::program::tree::{Body, Node, Tree};
use crate::record::{Measure, Measured, Unmeasured};
use crate::schema::Schema;
use crate::value::Value;
use crate::value::charset::Charset;

use super::id::id_field;
use super::{DecodeOptions, Decoder, PlanError, Tables};

/// A field with the length of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct LengthField {
    /// Its name, with as many groups (`HEADER.LENGTH`) as it takes to be unique. It is a number of
    /// any usage, at a fixed place.
    pub name: String,
    /// Length of the whole record minus the field's value.
    pub adjustment: i64,
}

/// The same, found in the schema.
#[derive(Debug, Clone)]
pub(crate) struct LengthItem {
    offset: usize,
    size: usize,
    leaf: Leaf,
    adjustment: i64,
}

impl LengthItem {
    pub(crate) fn new(
        schema: &Schema,
        options: &DecodeOptions,
        fields: &NamedFields,
    ) -> Result<Option<LengthItem>, PlanError> {
        let Some(wanted) = &options.length_field else {
            return Ok(None);
        };
        let id = id_field(schema, &wanted.name, "length field")?;
        let field = schema.field(id);
        let unscaled = field
            .kind()
            .countable()
            .is_some_and(|number| number.scale <= 0);
        if !unscaled {
            return Err(PlanError::Options {
                problem: format!("the length field {} is not an integer", wanted.name),
                remedy: "name a zoned, packed or binary field without decimals",
            });
        }
        Ok(Some(LengthItem {
            offset: field.offset(),
            size: field.size(),
            leaf: fields.leaf(schema, id, &options.program().values)?,
            adjustment: wanted.adjustment,
        }))
    }

    fn measure(&self, charset: &Charset, data: &[u8]) -> Result<Measured, Unmeasured> {
        let end = self.offset + self.size;
        let Some(bytes) = data.get(self.offset..end) else {
            return Ok(Measured::AtLeast(end));
        };
        let mut scratch = String::new();
        let value = match self.leaf.decode(charset, bytes, &mut scratch) {
            Ok(Value::Decimal(number)) => number.to_count(),
            _ => None,
        };
        let length = value
            .and_then(|value| i64::try_from(value).ok())
            .and_then(|value| value.checked_add(self.adjustment))
            .and_then(|length| usize::try_from(length).ok())
            .filter(|&length| length >= end);
        length.map(Measured::Length).ok_or_else(|| Unmeasured {
            at: self.offset,
            len: self.size,
            expected: format!(
                "a record length of at least {end}, adjusted by {}",
                self.adjustment
            ),
            remedy: "check the length field, or give the bytes that it does not count with --length-adjust",
        })
    }
}

impl Measure for Decoder {
    fn measure(&self, data: &[u8]) -> Result<Measured, Unmeasured> {
        let plan = self.plan();
        if let Some(item) = &plan.length_item {
            return item.measure(&plan.charset, data);
        }
        if let Some(selector) = &plan.selector {
            let end = selector.id().end();
            if data.len() < end {
                return Ok(Measured::AtLeast(end));
            }
            return match selector.segment(data) {
                Ok(segment) => segment.decoder.measure(data),
                Err(error) => Err(Unmeasured {
                    at: error.offset,
                    len: error.bytes.len(),
                    expected: error.expected.into(),
                    remedy: error.remedy,
                }),
            };
        }
        Ruler::new(&plan.tree, &plan.charset, plan.options.tables, data).measure()
    }
}

/// Walks the lengths of a record.
struct Ruler<'a> {
    tree: &'a Tree,
    charset: &'a Charset,
    tables: Tables,
    data: &'a [u8],
    counts: Vec<usize>,
    /// Where the record ends so far.
    end: usize,
    scratch: String,
}

/// Why the walk ends early.
enum Stop {
    More(usize),
    Invalid(Unmeasured),
}

impl<'a> Ruler<'a> {
    fn new(tree: &'a Tree, charset: &'a Charset, tables: Tables, data: &'a [u8]) -> Ruler<'a> {
        Ruler {
            tree,
            charset,
            tables,
            data,
            counts: vec![0; tree.counters.len()],
            end: 0,
            scratch: String::new(),
        }
    }

    fn measure(mut self) -> Result<Measured, Unmeasured> {
        match self.siblings(&self.tree.roots, 0) {
            Ok(_) => Ok(Measured::Length(self.end)),
            Err(Stop::More(needed)) => Ok(Measured::AtLeast(needed)),
            Err(Stop::Invalid(why)) => Err(why),
        }
    }

    /// As the reader walks; returns how far what follows is moved.
    fn siblings(&mut self, nodes: &'a [Node], delta: isize) -> Result<isize, Stop> {
        let (mut start, mut after) = (delta, delta);
        for node in nodes {
            if node.view {
                self.node(node, start)?;
            } else {
                start = after;
                after = self.node(node, start)?;
            }
        }
        Ok(after)
    }

    fn node(&mut self, node: &'a Node, delta: isize) -> Result<isize, Stop> {
        let Some(table) = node.table else {
            return self.element(node, delta);
        };
        let count = table
            .counter
            .map_or(table.max, |slot| self.counts[slot].min(table.max));
        let mut after = delta;
        for _ in 0..count {
            after = self.element(node, after)? + node.size.cast_signed();
        }
        let full = self.tables == Tables::Full && table.counter.is_some();
        let room = if full { count } else { table.max };
        after -= (node.size * room).cast_signed();
        self.reach(node.end(), after);
        Ok(after)
    }

    fn element(&mut self, node: &'a Node, delta: isize) -> Result<isize, Stop> {
        match &node.body {
            Body::Group { children, .. } => self.siblings(children, delta),
            Body::Leaf(leaf) => {
                self.reach(node.offset + node.size, delta);
                if let Some(slot) = node.counter {
                    self.counts[slot] = self.count(node, leaf, slot, delta)?;
                }
                Ok(delta)
            }
        }
    }

    fn reach(&mut self, end: usize, delta: isize) {
        self.end = self.end.max(end.saturating_add_signed(delta));
    }

    fn count(
        &mut self,
        node: &Node,
        leaf: &Leaf,
        slot: usize,
        delta: isize,
    ) -> Result<usize, Stop> {
        let start = node.offset.saturating_add_signed(delta);
        let Some(bytes) = self.data.get(start..start + node.size) else {
            return Err(Stop::More(start + node.size));
        };
        let bounds = self.tree.counters[slot];
        let value = match leaf.decode(self.charset, bytes, &mut self.scratch) {
            Ok(Value::Decimal(number)) => number.to_count(),
            _ => None,
        };
        let counted = value.filter(|count| (bounds.min..=bounds.max).contains(count));
        counted.ok_or_else(|| {
            Stop::Invalid(Unmeasured {
                at: start,
                len: node.size,
                expected: format!(
                    "a count from {} to {} in {} (OCCURS DEPENDING ON)",
                    bounds.min, bounds.max, node.name
                ),
                remedy: match value {
                    Some(count) if count < bounds.min => {
                        "check where the first record begins, or take the count as it is with \
                         --counts lenient"
                    }
                    _ => "check the copybook, and where the first record begins",
                },
            })
        })
    }
}
