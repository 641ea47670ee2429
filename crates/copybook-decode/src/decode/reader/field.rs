//! What a field is worth, and what becomes of one that is invalid, blank or not there.

use crate::decode::{BlankNumbers, DecodeError, ShortRecords};
use crate::program::leaf::Leaf;
use crate::program::tree::Node;
use crate::value::{Fault, Value};

use super::{Visitor, Walk};

impl<V: Visitor> Walk<'_, V> {
    pub(super) fn decode(
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
    pub(super) fn absent(
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
}
