//! The most that a record can print, known before there is one.

use super::raw_keys::SUFFIX;
use super::tree::{Body, Node, Tree};

/// Around a key, from its quotes to the bracket of a table.
const KEY: usize = "\"\":[],".len();
/// What is printed of a field that is invalid or not there.
const NULL: usize = "null".len();

/// Bytes of the line of one record at most, with raw bytes beside every field if they are asked for;
/// `usize::MAX` stands for more than can be counted.
pub(crate) fn most(tree: &Tree, raw: bool) -> usize {
    siblings(&tree.roots, raw).saturating_add("{}\n".len())
}

fn siblings(nodes: &[Node], raw: bool) -> usize {
    let each = nodes.iter().map(|node| whole(node, raw));
    each.fold(0, usize::saturating_add)
}

/// A field with its key, a table with all elements that it can have.
fn whole(node: &Node, raw: bool) -> usize {
    if !node.printed {
        return 0;
    }
    let own_key = key(node.key.len());
    let raw_key = match &node.body {
        Body::Leaf(_) if raw => {
            let usual = node.key.len() + SUFFIX.len();
            key(node.raw_key.as_ref().map_or(usual, String::len))
        }
        _ => 0,
    };
    let elements = node.table.map_or(1, |table| table.max);
    let one = element(node, raw).saturating_add(",".len());
    elements
        .saturating_mul(one)
        .saturating_add(own_key)
        .saturating_add(raw_key)
}

fn element(node: &Node, raw: bool) -> usize {
    match &node.body {
        Body::Group { children, .. } => siblings(children, raw).saturating_add("{}".len()),
        Body::Leaf(leaf) => {
            let value = leaf.max_output(node.size).max(NULL);
            // Two digits a byte; the other form has four letters for three bytes, and for one.
            let bytes = if raw { 2 * node.size + 2 } else { 0 };
            value.saturating_add("\"\",".len() + bytes + "\"\"".len())
        }
    }
}

/// A character of a key is at most `\u0000`.
fn key(length: usize) -> usize {
    6 * length + KEY
}
