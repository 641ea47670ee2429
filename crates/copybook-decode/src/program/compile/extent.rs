//! How much there is to a node of the tree.

use crate::program::tree::{Body, Node};

/// Whether how many bytes it has depends on a counter.
pub(super) fn variable(node: &Node) -> bool {
    node.table.is_some_and(|table| table.counter.is_some()) || inner_variable(node)
}

pub(super) fn inner_variable(node: &Node) -> bool {
    matches!(&node.body, Body::Group { children, .. } if children.iter().any(variable))
}

/// Bytes of the keys of one occurrence, inner tables unrolled.
pub(super) fn keys(node: &Node) -> usize {
    let inner = match &node.body {
        Body::Leaf(_) => 0,
        Body::Group { children, .. } => children
            .iter()
            .map(|child| keys(child).saturating_mul(child.table.map_or(1, |table| table.max)))
            .fold(0, usize::saturating_add),
    };
    inner.saturating_add(node.key.len())
}

/// Printed fields of one occurrence, inner tables unrolled.
pub(super) fn fields(node: &Node) -> usize {
    match &node.body {
        Body::Leaf(_) => 1,
        Body::Group { children, .. } => children
            .iter()
            .map(|child| fields(child).saturating_mul(child.table.map_or(1, |table| table.max)))
            .fold(0, usize::saturating_add),
    }
}
