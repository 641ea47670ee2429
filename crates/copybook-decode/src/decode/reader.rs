//! Records as values, for Rust code that wants no JSON.
//!
//! A [`Visitor`] is told what is in a record, in source order. It sees exactly what the JSON output
//! shows: the same keys, the same groups, the same choice of what to do with bad data.
//!
//! ```
//! use copybook_decode::decode::reader::Visitor;
//! use copybook_decode::decode::{Decimal, Value};
//! use copybook_decode::{DecodeOptions, Decoder, Schema};
//!
//! /// Adds up every AMOUNT, without JSON in between.
//! #[derive(Default)]
//! struct Sum(u128);
//!
//! impl Visitor for Sum {
//!     fn field(&mut self, key: &str, _bytes: &[u8], value: Value<'_>) {
//!         if let ("AMOUNT", Value::Decimal(Decimal { coefficient, .. })) = (key, value) {
//!             self.0 += coefficient;
//!         }
//!     }
//!     fn group(&mut self, _key: &str) {}
//!     fn end_group(&mut self) {}
//!     fn table(&mut self, _key: &str, _count: usize) {}
//!     fn end_table(&mut self) {}
//! }
//!
//! let schema = Schema::parse("01 R. 05 ID PIC X(2). 05 AMOUNT PIC 9(3) COMP-3 OCCURS 2.")?;
//! let decoder = Decoder::new(&schema, &DecodeOptions::default())?;
//! let mut sum = Sum::default();
//! decoder.read_record(&[0xC1, 0xC2, 0x12, 0x3F, 0x00, 0x7F], 1, &mut sum)?;
//! assert_eq!(sum.0, 130);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The walk is the plain reading of the copybook. It finds the field and the byte of every error,
//! and prints whatever the kernels leave to it.

use crate::program::leaf::Leaf;
use crate::program::tree::{Body, Bounds, Node, Tree};
use crate::value::charset::Charset;
use crate::value::{Fault, Value};

use super::DecodeError;

/// Receives the contents of a record.
///
/// Calls nest: `group`, fields, `end_group`; `table`, its elements as groups or fields,
/// `end_table`. The elements of a table carry the table's key.
pub trait Visitor {
    /// An elementary field: its key, its bytes and what they are worth.
    fn field(&mut self, key: &str, bytes: &[u8], value: Value<'_>);
    /// A group starts.
    fn group(&mut self, key: &str);
    /// The last group ends.
    fn end_group(&mut self);
    /// A table of `count` elements starts.
    fn table(&mut self, key: &str, count: usize);
    /// The last table ends.
    fn end_table(&mut self);
    /// A field was invalid and is given as [`Value::Null`] next.
    fn invalid(&mut self, error: &DecodeError) {
        let _ = error;
    }
}

/// Walks one record. `null` turns invalid fields into [`Value::Null`]; an invalid counter is an
/// error even so, since without it nobody knows where the rest of the record lies.
pub(crate) fn walk<V: Visitor>(
    tree: &Tree,
    charset: &Charset,
    record: &[u8],
    null: bool,
    visitor: &mut V,
) -> Result<(), DecodeError> {
    let mut walk = Walk {
        charset,
        record,
        null,
        visitor,
        counts: vec![0; tree.counters.len()],
        bounds: &tree.counters,
        path: Vec::new(),
        scratch: String::new(),
    };
    walk.siblings(&tree.roots, 0)?;
    if record.len() > tree.max {
        return Err(DecodeError {
            record: 0,
            field: tree
                .roots
                .last()
                .map_or_else(Box::default, |root| root.name.as_str().into()),
            offset: tree.max,
            absolute: None,
            bytes: record[tree.max..].into(),
            expected: format!("a record of at most {} bytes", tree.max).into(),
            remedy: "check the record format and that the copybook is the one of this file",
            skip_limit: None,
        });
    }
    Ok(())
}

struct Walk<'a, V> {
    charset: &'a Charset,
    record: &'a [u8],
    null: bool,
    visitor: &'a mut V,
    counts: Vec<usize>,
    bounds: &'a [Bounds],
    /// Names and subscripts (from 1) from the root to the current field.
    path: Vec<(&'a str, Option<usize>)>,
    scratch: String,
}

impl<'a, V: Visitor> Walk<'a, V> {
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
        let count = table
            .counter
            .map_or(table.max, |slot| self.counts[slot].min(table.max));
        if node.printed {
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
        // The offset of what follows counts the full table.
        Ok(delta - to_isize(node.size * table.max))
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

    fn leaf(&mut self, node: &'a Node, leaf: &Leaf, delta: isize) -> Result<(), DecodeError> {
        let record = self.record;
        // Never before the record's start: a table shortens an offset by what it added to it.
        let start = node.offset.saturating_add_signed(delta);
        let Some(bytes) = record.get(start..).and_then(|rest| rest.get(..node.size)) else {
            return Err(self.short_record(node, start));
        };
        if !node.printed && node.counter.is_none() {
            return Ok(());
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let outcome = match leaf.decode(self.charset, bytes, &mut scratch) {
            Ok(value) => self.value(node, bytes, value, start),
            Err(fault) => self.fault(node, bytes, fault, start),
        };
        self.scratch = scratch;
        outcome
    }

    fn value(
        &mut self,
        node: &Node,
        bytes: &[u8],
        value: Value<'_>,
        start: usize,
    ) -> Result<(), DecodeError> {
        if let Some(slot) = node.counter {
            self.counts[slot] = self.counted(slot, value).map_err(|expected| DecodeError {
                record: 0,
                field: self.qualified(),
                offset: start,
                absolute: None,
                bytes: bytes.into(),
                expected: expected.into(),
                remedy: "check the counter's offset and the bounds of its OCCURS",
                skip_limit: None,
            })?;
        }
        if node.printed {
            self.visitor.field(&node.key, bytes, value);
        }
        Ok(())
    }

    /// The count that a counter holds, or what it should have been.
    fn counted(&self, slot: usize, value: Value<'_>) -> Result<usize, String> {
        let bounds = self.bounds[slot];
        let found = match value {
            Value::Decimal(number) => number.to_count(),
            _ => None,
        };
        match found.filter(|count| (bounds.min..=bounds.max).contains(count)) {
            Some(count) => Ok(count),
            None => {
                let (min, max) = (bounds.min, bounds.max);
                Err(format!("a count from {min} to {max} (OCCURS DEPENDING ON)"))
            }
        }
    }

    fn fault(
        &mut self,
        node: &Node,
        bytes: &[u8],
        fault: Fault,
        start: usize,
    ) -> Result<(), DecodeError> {
        let end = (fault.at + fault.len).min(bytes.len());
        let error = DecodeError {
            record: 0,
            field: self.qualified(),
            offset: start + fault.at,
            absolute: None,
            bytes: bytes.get(fault.at..end).unwrap_or_default().into(),
            expected: fault.expected.into(),
            remedy: fault.remedy,
            skip_limit: None,
        };
        if !self.null || node.counter.is_some() {
            return Err(error);
        }
        self.visitor.invalid(&error);
        self.visitor.field(&node.key, bytes, Value::Null);
        Ok(())
    }

    fn short_record(&self, node: &Node, start: usize) -> DecodeError {
        let len = self.record.len();
        DecodeError {
            record: 0,
            field: self.qualified(),
            offset: start.min(len),
            absolute: None,
            bytes: self.record.get(start..).unwrap_or_default().into(),
            expected: format!(
                "{} bytes from byte {start}, in a record that has {len} bytes",
                node.size
            )
            .into(),
            remedy: "check the record length and format, and the counters of tables before it",
            skip_limit: None,
        }
    }

    fn qualified(&self) -> Box<str> {
        let mut text = String::new();
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

/// Sizes in a plan are far below 2^63 (`tree::MAX_RECORD`).
fn to_isize(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}
