//! One field of a record, without the others.

use crate::decode::{BlankNumbers, DecodeError};
use crate::program::leaf::Leaf;
use crate::program::tree::{Body, Node, Tree};
use crate::schema::FieldId;
use crate::value::charset::Charset;

use super::{Policy, Visitor, Walk};

/// Where an elementary field is in the tree: found once, read in any number of records.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    tree: &'a Tree,
    node: &'a Node,
    leaf: &'a Leaf,
    /// Names and subscripts (from 1) from the root to the field.
    path: Vec<(&'a str, Option<usize>)>,
    /// How far behind its offset in the tree it lies.
    delta: isize,
}

impl<'a> Place<'a> {
    /// The field with this id that starts at byte `start` of records whose fields are in fixed
    /// places and all there, if there is one.
    pub(crate) fn find(tree: &'a Tree, id: FieldId, start: usize) -> Option<Place<'a>> {
        let mut path = Vec::new();
        let (node, leaf, delta) = find(&tree.roots, 0, (id, start), &mut path)?;
        Some(Place {
            tree,
            node,
            leaf,
            path,
            delta,
        })
    }

    /// Its name behind those of its groups, without subscripts.
    pub(crate) fn name(&self) -> String {
        let names: Vec<&str> = self.path.iter().map(|(name, _)| *name).collect();
        names.join(".")
    }

    /// Tells `visitor` what the field is worth in a record.
    pub(crate) fn read<V: Visitor>(
        &self,
        charset: &Charset,
        policy: Policy,
        record: &[u8],
        visitor: &mut V,
    ) -> Result<(), DecodeError> {
        let mut walk = Walk::new(self.tree, charset, policy, record, visitor);
        walk.path.clone_from(&self.path);
        walk.leaf(self.node, self.leaf, self.delta)
    }

    /// Whether the field is invalid in a record, and no option makes another value of it: what
    /// [`Place::read`] finds, without the error. `scratch` is for text.
    pub(crate) fn invalid(
        &self,
        charset: &Charset,
        policy: Policy,
        record: &[u8],
        scratch: &mut String,
    ) -> bool {
        let start = self.node.offset.saturating_add_signed(self.delta);
        let bytes = record.get(start..start + self.node.size);
        let Some(bytes) = bytes.filter(|_| self.node.counter.is_none()) else {
            return false;
        };
        self.leaf.decode(charset, bytes, scratch).is_err()
            && (policy.blanks == BlankNumbers::Error || self.leaf.blank(charset, bytes).is_none())
    }
}

/// Looks among nodes whose bytes lie `delta` behind their offsets; notes the way in `path`.
fn find<'a>(
    nodes: &'a [Node],
    delta: isize,
    (id, start): (FieldId, usize),
    path: &mut Vec<(&'a str, Option<usize>)>,
) -> Option<(&'a Node, &'a Leaf, isize)> {
    for node in nodes {
        let first = node.offset.saturating_add_signed(delta);
        let count = node.table.map_or(1, |table| table.max);
        if !(first..first + node.size * count).contains(&start) {
            continue;
        }
        let index = (start - first) / node.size;
        path.push((&node.name, node.table.map(|_| index + 1)));
        // Sizes in a plan are far below 2^63 (`FileFormat::LONGEST`).
        let delta = delta.saturating_add_unsigned(index * node.size);
        let found = match &node.body {
            Body::Group { children, .. } => find(children, delta, (id, start), path),
            Body::Leaf(leaf) => (node.id == id).then_some((node, leaf, delta)),
        };
        if found.is_some() {
            return found;
        }
        path.pop();
    }
    None
}
