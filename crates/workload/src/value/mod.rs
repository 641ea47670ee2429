//! Values drawn from a seed: the truth that bytes and expected output both come from.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::model::{Decimal, Description, Edited, Item, Kind, Node, Occurs};

mod view;

/// The value of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Characters, without the spaces that pad the field.
    Text(String),
    /// The number times 10^scale; of a float, times 8.
    Number(i128),
    /// Values of a group's children.
    Group(Vec<Value>),
    /// Values of a table's elements.
    Table(Vec<Value>),
    /// Bytes that no program ever made a number of.
    Blank(Blank),
    /// The record ends before it.
    Absent,
    /// The record ends within it: the characters that are there, padding and all.
    Cut(String),
}

/// What is in a field that no program filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// Spaces.
    Spaces,
    /// X'00'.
    Zeros,
}

/// Draws record after record; record `i` of a seed is the same in every data set and on every
/// machine, since each has a ChaCha stream (RFC 8439's function with 8 rounds) of its own.
#[derive(Debug, Clone)]
pub struct Drawing<'a> {
    description: &'a Description,
    counters: BTreeMap<String, (usize, usize)>,
    seed: u64,
}

impl<'a> Drawing<'a> {
    /// Draws records of this description.
    pub fn new(description: &'a Description, seed: u64) -> Self {
        let mut counters = BTreeMap::new();
        collect_counters(&description.items, &mut counters);
        Drawing {
            description,
            counters,
            seed,
        }
    }

    /// The values of record `index`, from 0.
    pub fn record(&self, index: u64) -> Vec<Value> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(index);
        let mut counts = BTreeMap::new();
        self.items(&self.description.items, &mut rng, &mut counts)
    }

    fn items(
        &self,
        items: &'a [Item],
        rng: &mut ChaCha8Rng,
        counts: &mut BTreeMap<&'a str, usize>,
    ) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::with_capacity(items.len());
        for item in items {
            let value = match &item.redefines {
                None => self.item(item, rng, counts),
                Some(target) => {
                    let seen = items.iter().zip(&values);
                    let target = seen.rev().find(|(other, _)| other.name == *target);
                    // One that is not there is a mistake in the description.
                    let (target, value) = target.expect("REDEFINES names an item before it");
                    view::of(target, value, item)
                }
            };
            values.push(value);
        }
        values
    }

    fn item(
        &self,
        item: &'a Item,
        rng: &mut ChaCha8Rng,
        counts: &mut BTreeMap<&'a str, usize>,
    ) -> Value {
        let times = match &item.occurs {
            Occurs::Once => return self.element(item, rng, counts),
            Occurs::Times(times) => *times,
            // A counter that the record does not have before its table is a mistake in the
            // description, which the copybook parser then refuses as well.
            Occurs::DependingOn { counter, .. } => counts[counter.as_str()],
        };
        Value::Table(
            (0..times)
                .map(|_| self.element(item, rng, counts))
                .collect(),
        )
    }

    fn element(
        &self,
        item: &'a Item,
        rng: &mut ChaCha8Rng,
        counts: &mut BTreeMap<&'a str, usize>,
    ) -> Value {
        match &item.node {
            Node::Group(children) => Value::Group(self.items(children, rng, counts)),
            Node::Field(kind) => match self.counters.get(&item.name) {
                Some(&(min, max)) => {
                    let count = min + below(rng, (max - min + 1) as u64) as usize;
                    counts.insert(&item.name, count);
                    Value::Number(count as i128)
                }
                None => field(*kind, rng),
            },
        }
    }
}

fn collect_counters(items: &[Item], counters: &mut BTreeMap<String, (usize, usize)>) {
    for item in items {
        if let Occurs::DependingOn { min, max, counter } = &item.occurs {
            counters.insert(counter.clone(), (*min, *max));
        }
        if let Node::Group(children) = &item.node {
            collect_counters(children, counters);
        }
    }
}

fn field(kind: Kind, rng: &mut ChaCha8Rng) -> Value {
    match kind {
        Kind::Text { length } | Kind::Justified { length } => Value::Text(text(length, rng)),
        Kind::Edited(edited) => Value::Number(number(decimal(edited), rng)),
        Kind::Blank(decimal)
        | Kind::Zoned(decimal, _)
        | Kind::Packed(decimal)
        | Kind::Binary(decimal)
        | Kind::Unsigned(decimal) => Value::Number(number(decimal, rng)),
        Kind::Native(decimal) => Value::Number(native(kind.length(), decimal.signed, rng)),
        Kind::Float { .. } => Value::Number(number(EIGHTHS, rng)),
    }
}

/// Upper- and lower-case words with digits and punctuation, at least half as long as the field. One
/// text in 64 holds a quote or a backslash, which JSON has to escape; none ends in a space, since
/// that could not be told from padding.
fn text(length: usize, rng: &mut ChaCha8Rng) -> String {
    const COMMON: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -.,/&";
    let filled = length / 2 + below(rng, (length - length / 2 + 1) as u64) as usize;
    let draw = |rng: &mut ChaCha8Rng| COMMON[below(rng, COMMON.len() as u64) as usize];
    let mut text: Vec<u8> = (0..filled).map(|_| draw(rng)).collect();
    if filled > 0 && below(rng, 64) == 0 {
        let at = below(rng, filled as u64) as usize;
        text[at] = if below(rng, 2) == 0 { b'"' } else { b'\\' };
    }
    while text.last() == Some(&b' ') {
        text.pop();
    }
    text.into_iter().map(char::from).collect()
}

/// One number in 16 is zero, one in 16 the greatest, one in 16 has up to three digits; the rest is
/// uniform. Half of the signed ones are negative.
fn number(decimal: Decimal, rng: &mut ChaCha8Rng) -> i128 {
    let greatest = 10_i128.pow(decimal.digits as u32) - 1;
    let magnitude = match below(rng, 16) {
        0 => 0,
        1 => greatest,
        2 => i128::from(below(rng, 1000)).min(greatest),
        _ => {
            let wide = u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64());
            (wide % (greatest as u128 + 1)) as i128
        }
    };
    if decimal.signed && below(rng, 2) == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// What a numeric-edited picture can show.
fn decimal(edited: Edited) -> Decimal {
    Decimal {
        digits: edited.digits(),
        scale: edited.behind as i32,
        signed: edited.signed(),
    }
}

/// Whole eighths, 17 bits of them before the point: see [`Kind::Float`].
const EIGHTHS: Decimal = Decimal {
    digits: 6,
    scale: 3,
    signed: true,
};

/// One number in 16 is the least of the storage, one the greatest; the rest is uniform, but 16
/// unsigned bytes stay below 2^127.
fn native(bytes: usize, signed: bool, rng: &mut ChaCha8Rng) -> i128 {
    let bits = (8 * bytes - usize::from(signed)).min(127);
    let greatest = i128::MAX >> (127 - bits);
    let least = if signed { -greatest - 1 } else { 0 };
    match below(rng, 16) {
        0 => least,
        1 => greatest,
        _ => {
            let wide = u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64());
            let positive = wide as i128 & greatest;
            if signed && below(rng, 2) == 1 {
                -positive - 1
            } else {
                positive
            }
        }
    }
}

/// A number below `bound`: the upper half of a product, whose bias of bound / 2^64 no test sees.
fn below(rng: &mut ChaCha8Rng, bound: u64) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(bound)) >> 64) as u64
}
