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

mod error;
mod field;
mod one;
mod place;

use crate::program::tree::{Bounds, Tree};
use crate::value::Value;
use crate::value::charset::Charset;

use super::{BlankNumbers, DecodeError, DecodeOptions, LongRecords, OnError, ShortRecords, Tables};

pub(crate) use one::Place;

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
    let mut walk = Walk::new(tree, charset, policy, record, visitor);
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
            let error = error::surplus(tree, record, end);
            if !policy.null {
                return Err(error);
            }
            visitor.tolerated(&error);
            Ok(())
        }
    }
}

/// A record on the way: where each field lies is found in `place`, what it is worth in `field`, and
/// what is wrong with it is told in `error`.
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
    fn new(
        tree: &'a Tree,
        charset: &'a Charset,
        policy: Policy,
        record: &'a [u8],
        visitor: &'a mut V,
    ) -> Walk<'a, V> {
        Walk {
            charset,
            record,
            policy,
            visitor,
            counts: vec![Some(0); tree.counters.len()],
            bounds: &tree.counters,
            path: Vec::new(),
            scratch: String::new(),
            lost: false,
        }
    }
}
