//! One field of a record, without the others.

use crate::decode::DecodeError;
use crate::program::tree::{Body, Node, Tree};
use crate::schema::FieldId;
use crate::value::charset::Charset;

use super::{Policy, Visitor, Walk};

/// Tells `visitor` what the field with this id is worth that starts at byte `start`, in a record
/// whose fields are in fixed places and all there. Returns whether there is such a field.
pub(crate) fn read_one<V: Visitor>(
    tree: &Tree,
    charset: &Charset,
    policy: Policy,
    record: &[u8],
    field: (FieldId, usize),
    visitor: &mut V,
) -> Result<bool, DecodeError> {
    Walk::new(tree, charset, policy, record, visitor).find(&tree.roots, 0, field)
}

impl<'a, V: Visitor> Walk<'a, V> {
    /// Looks among nodes whose bytes lie `delta` behind their offsets.
    fn find(
        &mut self,
        nodes: &'a [Node],
        delta: isize,
        (id, start): (FieldId, usize),
    ) -> Result<bool, DecodeError> {
        for node in nodes {
            let first = node.offset.saturating_add_signed(delta);
            let count = node.table.map_or(1, |table| table.max);
            if !(first..first + node.size * count).contains(&start) {
                continue;
            }
            let index = (start - first) / node.size;
            self.path.push((&node.name, node.table.map(|_| index + 1)));
            // Sizes in a plan are far below 2^63 (`tree::MAX_RECORD`).
            let delta = delta.saturating_add_unsigned(index * node.size);
            let found = match &node.body {
                Body::Group { children, .. } => self.find(children, delta, (id, start))?,
                Body::Leaf(leaf) if node.id == id => {
                    self.leaf(node, leaf, delta)?;
                    true
                }
                Body::Leaf(_) => false,
            };
            self.path.pop();
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
