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

use super::{BlankNumbers, DecodeError, DecodeOptions, LongRecords, OnError, ShortRecords, Tables};

/// Receives the contents of a record.
///
/// Calls nest: `group`, fields, `end_group`; `table`, its elements as groups or fields,
/// `end_table`. The elements of a table carry the table's key.
pub trait Visitor {
    /// An elementary field: its key, its bytes and what they are worth.
    fn field(&mut self, key: &str, bytes: &[u8], value: Value<'_>);
    /// The raw bytes of the field or table that comes next go under this key: another field has its
    /// own key with `_raw` behind it.
    fn raw_as(&mut self, key: &str) {
        let _ = key;
    }
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
    /// Something else than a field was wrong with the record, which is read all the same.
    fn tolerated(&mut self, error: &DecodeError) {
        let _ = error;
    }
    /// A number was blank and is given as null or zero next.
    fn blank(&mut self) {}
    /// The record ended before a field, which is given as [`Value::Null`] next.
    fn absent(&mut self) {}
}

/// What is accepted of records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// Invalid fields become [`Value::Null`].
    null: bool,
    blanks: BlankNumbers,
    short: ShortRecords,
    long: LongRecords,
    tables: Tables,
}

impl Policy {
    pub(crate) fn new(options: &DecodeOptions) -> Policy {
        Policy {
            null: options.on_error == OnError::Null,
            blanks: options.blank_numbers,
            short: options.short_records,
            long: options.long_records,
            tables: options.tables,
        }
    }
}

/// Walks one record; nothing may lie behind the fields of its first `own` bytes, unless what is
/// behind is ignored. Where invalid fields become [`Value::Null`], so does what lies behind a table
/// whose count is invalid, since nobody knows where that is.
pub(crate) fn walk<V: Visitor>(
    tree: &Tree,
    charset: &Charset,
    policy: Policy,
    record: &[u8],
    own: usize,
    visitor: &mut V,
) -> Result<(), DecodeError> {
    let mut walk = Walk {
        charset,
        record,
        policy,
        visitor,
        counts: vec![Some(0); tree.counters.len()],
        bounds: &tree.counters,
        path: Vec::new(),
        scratch: String::new(),
        lost: false,
    };
    let end = walk.roots(&tree.roots)?;
    let long = policy.long == LongRecords::Error;
    let surplus = match policy.tables {
        Tables::Slide if !walk.lost && own.min(record.len()) > end => Some(end),
        _ if record.len() > tree.max => Some(tree.max),
        _ => None,
    };
    match surplus.filter(|_| long) {
        None => Ok(()),
        Some(end) => {
            let error = surplus_of(tree, record, end);
            if !policy.null {
                return Err(error);
            }
            visitor.tolerated(&error);
            Ok(())
        }
    }
}

/// Bytes that no field is in.
fn surplus_of(tree: &Tree, record: &[u8], end: usize) -> DecodeError {
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

struct Walk<'a, V> {
    charset: &'a Charset,
    record: &'a [u8],
    policy: Policy,
    visitor: &'a mut V,
    /// None: the counter was invalid.
    counts: Vec<Option<usize>>,
    bounds: &'a [Bounds],
    /// Names and subscripts (from 1) from the root to the current field.
    path: Vec<(&'a str, Option<usize>)>,
    scratch: String,
    /// Nobody knows where what follows lies.
    lost: bool,
}

impl<'a, V: Visitor> Walk<'a, V> {
    /// Walks descriptions of the same bytes, or of bytes one behind the other. Returns where the
    /// last of them ends.
    fn roots(&mut self, roots: &'a [Node]) -> Result<usize, DecodeError> {
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

    fn leaf(&mut self, node: &'a Node, leaf: &Leaf, delta: isize) -> Result<(), DecodeError> {
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

    fn decode(
        &mut self,
        node: &Node,
        leaf: &Leaf,
        bytes: &[u8],
        start: usize,
    ) -> Result<(), DecodeError> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let outcome = match leaf.decode(self.charset, bytes, &mut scratch) {
            Ok(value) => self.value(node, bytes, value, start),
            Err(fault) => match (leaf.blank(self.charset, bytes), self.policy.blanks) {
                (Some(_), BlankNumbers::Null) => {
                    self.visitor.blank();
                    self.value(node, bytes, Value::Null, start)
                }
                (Some(zero), BlankNumbers::Zero) => {
                    self.visitor.blank();
                    self.value(node, bytes, Value::Decimal(zero), start)
                }
                _ => self.fault(node, bytes, fault, start),
            },
        };
        self.scratch = scratch;
        outcome
    }

    /// A field that is not there as a whole: `rest` is what the record still has.
    fn absent(
        &mut self,
        node: &Node,
        leaf: &Leaf,
        rest: &[u8],
        start: usize,
    ) -> Result<(), DecodeError> {
        let short = !self.lost && self.policy.short == ShortRecords::Error;
        if short && !self.policy.null {
            return Err(self.short_record(node, start));
        }
        if let Some(slot) = node.counter {
            // Elements that are not there are counted by nothing.
            self.counts[slot] = Some(self.bounds[slot].min);
        }
        if !node.printed {
            return Ok(());
        }
        if let (ShortRecords::Cut, Some(length)) = (self.policy.short, leaf.cut(rest))
            && length > 0
        {
            return self.decode(node, &leaf.shortened(), &rest[..length], start);
        }
        if short {
            let error = self.short_record(node, start);
            self.visitor.invalid(&error);
        } else {
            self.visitor.absent();
        }
        self.show(node, rest, Value::Null);
        Ok(())
    }

    fn value(
        &mut self,
        node: &Node,
        bytes: &[u8],
        value: Value<'_>,
        start: usize,
    ) -> Result<(), DecodeError> {
        if let Some(slot) = node.counter {
            match self.counted(slot, value) {
                Ok(count) => self.counts[slot] = Some(count),
                Err((expected, remedy)) => {
                    let error = DecodeError {
                        record: 0,
                        field: self.qualified(),
                        offset: start,
                        absolute: None,
                        bytes: bytes.into(),
                        expected: expected.into(),
                        remedy,
                        skip_limit: None,
                    };
                    return self.uncounted(node, slot, bytes, error);
                }
            }
        }
        if node.printed {
            self.show(node, bytes, value);
        }
        Ok(())
    }

    fn show(&mut self, node: &Node, bytes: &[u8], value: Value<'_>) {
        // Of a table's elements the table was told.
        if let (Some(key), None) = (&node.raw_key, &node.table) {
            self.visitor.raw_as(key);
        }
        self.visitor.field(&node.key, bytes, value);
    }

    /// A counter that does not count: an error, or null.
    fn uncounted(
        &mut self,
        node: &Node,
        slot: usize,
        bytes: &[u8],
        error: DecodeError,
    ) -> Result<(), DecodeError> {
        if !self.policy.null {
            return Err(error);
        }
        self.counts[slot] = None;
        self.visitor.invalid(&error);
        if node.printed {
            self.show(node, bytes, Value::Null);
        }
        Ok(())
    }

    /// The count that a counter holds, or what it should have been.
    fn counted(&self, slot: usize, value: Value<'_>) -> Result<usize, (String, &'static str)> {
        let bounds = self.bounds[slot];
        let found = match value {
            Value::Decimal(number) => number.to_count(),
            _ => None,
        };
        match found.filter(|count| (bounds.min..=bounds.max).contains(count)) {
            Some(count) => Ok(count),
            None => {
                let (min, max) = (bounds.min, bounds.max);
                let remedy = match found {
                    Some(count) if count < min => {
                        "check the counter's offset and the bounds of its OCCURS, or take it as it \
                         is with --counts lenient"
                    }
                    _ => "check the counter's offset and the bounds of its OCCURS",
                };
                let expected = format!("a count from {min} to {max} (OCCURS DEPENDING ON)");
                Err((expected, remedy))
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
        if let Some(slot) = node.counter {
            return self.uncounted(node, slot, bytes, error);
        }
        if !self.policy.null {
            return Err(error);
        }
        self.visitor.invalid(&error);
        self.show(node, bytes, Value::Null);
        Ok(())
    }

    fn short_record(&self, node: &Node, start: usize) -> DecodeError {
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
