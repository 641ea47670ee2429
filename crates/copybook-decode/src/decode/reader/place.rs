//! Where each field of a record lies.

use crate::decode::{DecodeError, Tables};
use crate::program::leaf::Leaf;
use crate::program::tree::{Body, Node};

use super::{Visitor, Walk};

impl<'a, V: Visitor> Walk<'a, V> {
    /// Walks descriptions of the same bytes, or of bytes one behind the other. Returns where the
    /// last of them ends.
    pub(super) fn roots(&mut self, roots: &'a [Node]) -> Result<usize, DecodeError> {
        let (mut start, mut after, mut end) = (0, 0, 0);
        for node in roots {
            if !node.view {
                start = after;
            }
            let behind = self.node(node, start)?;
            if !node.view {
                after = behind;
            }
            end = end.max(node.end().saturating_add_signed(behind));
        }
        Ok(end)
    }

    /// Walks siblings whose bytes lie `delta` behind their offset in the schema: elements of a
    /// table behind the first have a positive delta, fields behind a table that is not full a
    /// negative one. Returns the delta of what follows the siblings.
    fn siblings(&mut self, nodes: &'a [Node], delta: isize) -> Result<isize, DecodeError> {
        let (mut start, mut after) = (delta, delta);
        for node in nodes {
            if node.view {
                // Behind a redefinition the record goes on where it does behind its target.
                self.node(node, start)?;
            } else {
                start = after;
                after = self.node(node, start)?;
            }
        }
        Ok(after)
    }

    fn node(&mut self, node: &'a Node, delta: isize) -> Result<isize, DecodeError> {
        let Some(table) = node.table else {
            self.path.push((&node.name, None));
            let after = self.element(node, delta)?;
            self.path.pop();
            return Ok(after);
        };
        let count = match table.counter.map(|slot| self.counts[slot]) {
            None => table.max,
            Some(Some(count)) => count.min(table.max),
            Some(None) => {
                self.lost |= self.policy.tables == Tables::Slide;
                0
            }
        };
        if node.printed {
            if let Some(key) = &node.raw_key {
                self.visitor.raw_as(key);
            }
            self.visitor.table(&node.key, count);
        }
        let mut delta = delta;
        for index in 0..count {
            self.path.push((&node.name, Some(index + 1)));
            delta = self.element(node, delta)? + to_isize(node.size);
            self.path.pop();
        }
        if node.printed {
            self.visitor.end_table();
        }
        // The offset of what follows counts the full table; so does its place, if the room for all
        // elements is there.
        let room = match (self.policy.tables, table.counter) {
            (Tables::Full, Some(_)) => count,
            _ => table.max,
        };
        Ok(delta - to_isize(node.size * room))
    }

    fn element(&mut self, node: &'a Node, delta: isize) -> Result<isize, DecodeError> {
        match &node.body {
            Body::Group { children, object } => {
                let object = *object && node.printed;
                if object {
                    self.visitor.group(&node.key);
                }
                let after = self.siblings(children, delta)?;
                if object {
                    self.visitor.end_group();
                }
                Ok(after)
            }
            Body::Leaf(leaf) => {
                self.leaf(node, leaf, delta)?;
                Ok(delta)
            }
        }
    }

    pub(super) fn leaf(
        &mut self,
        node: &'a Node,
        leaf: &Leaf,
        delta: isize,
    ) -> Result<(), DecodeError> {
        let record = self.record;
        // Never before the record's start: a table shortens an offset by what it added to it.
        let start = node.offset.saturating_add_signed(delta);
        let there = record.get(start..).filter(|_| !self.lost);
        let Some(bytes) = there.and_then(|rest| rest.get(..node.size)) else {
            return self.absent(node, leaf, there.unwrap_or_default(), start);
        };
        if !node.printed && node.counter.is_none() {
            return Ok(());
        }
        self.decode(node, leaf, bytes, start)
    }
}

/// Sizes in a plan are far below 2^63 (`FileFormat::LONGEST`).
fn to_isize(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}
