//! What is said of a record that does not end where it should, and of a field by its name.

use crate::decode::DecodeError;
use crate::program::tree::{Node, Tree};

use super::Walk;

/// Bytes that no field is in.
pub(super) fn surplus(tree: &Tree, record: &[u8], end: usize) -> DecodeError {
    let remedy = if end < tree.max {
        "check the counter, leave out what follows with --long-records ignore, or use \
         --tables full if every table has room for all its elements"
    } else {
        "check the record format and that the copybook is the one of this file, or leave out what \
         follows with --long-records ignore"
    };
    let expected = if end < tree.max {
        format!("the record to end at byte {end}, as its counters say")
    } else {
        format!("a record of at most {end} bytes")
    };
    DecodeError {
        record: 0,
        field: tree
            .roots
            .last()
            .map_or_else(Box::default, |root| root.name.as_str().into()),
        offset: end,
        absolute: None,
        bytes: record[end..].into(),
        expected: expected.into(),
        remedy,
        skip_limit: None,
    }
}

impl<V> Walk<'_, V> {
    /// The record ends before the field does.
    pub(super) fn short_record(&self, node: &Node, start: usize) -> DecodeError {
        let len = self.record.len();
        DecodeError {
            record: 0,
            field: self.qualified(),
            offset: start.min(len),
            absolute: None,
            // What is there may be good.
            bytes: Box::default(),
            expected: format!(
                "{} bytes from byte {start}, in a record that has {len} bytes",
                node.size
            )
            .into(),
            remedy: "check the record length and format, and the counters of tables before it, or \
                     accept short records with --short-records null or cut",
            skip_limit: None,
        }
    }

    /// The current field's name behind those of its groups, with subscripts.
    pub(super) fn qualified(&self) -> Box<str> {
        let names = self.path.iter().map(|(name, _)| name.len() + 1);
        let mut text = String::with_capacity(names.sum());
        for (name, subscript) in &self.path {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(name);
            if let Some(subscript) = subscript {
                text.push_str(&format!("({subscript})"));
            }
        }
        text.into()
    }
}
