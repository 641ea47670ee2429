//! One byte of a record changed: both call it an error, or both find the same values.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use anyhow::{Context as _, Result};
use workload::copybook_decode::decode::{BinaryRange, Report, Signs};
use workload::copybook_decode::{DecodeOptions, Decoder};
use workload::encode::{Characters, Order};
use workload::model::{Kind, Sign};

use super::supported::Filter;
use super::{Codec, PLAN, values};
use crate::columns::{Column, Columns};
use crate::fields::{self, Difference, Fields};
use crate::sample::{self, Sample};

/// What came of the damage.
#[derive(Debug, Default)]
struct Outcomes {
    both_refuse: u64,
    both_decode: u64,
    decided: BTreeMap<Decided, u64>,
}

/// A difference that ../../README.md decides, "Decided differences".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decided {
    /// It refuses control characters in text, but for some.
    ControlCharacter,
    /// It takes bytes from X'80' on for characters of ASCII.
    EighthBit,
    /// It refuses another sign than F in fields without S, where we were told to be lenient.
    SignOfUnsigned,
    /// It refuses the zones A, B and E as signs, which the hardware takes.
    SignOfZoned,
    /// It takes fill characters behind a digit.
    FillBehindDigit,
    /// It refuses unsigned binary numbers of 2^63 and more.
    SixtyFourBits,
    /// It has no value of a hexadecimal single beyond the range of IEEE ones.
    SinglesThroughIeee,
    /// It takes a space or a zero for a plus as a separate sign.
    SeparateSign,
}

#[test]
fn copybook_codec_refuses_what_we_refuse() {
    let outcomes = RefCell::new(Outcomes::default());
    let filter = RefCell::new(Filter::default());
    let figures = sample::run(PLAN, |sample, figures| {
        let description = filter.borrow_mut().supported(&sample.description);
        let sample = Sample {
            description,
            ..sample.clone()
        };
        figures.copybooks += 1;
        compare(&sample, &mut outcomes.borrow_mut())
    });
    figures.unwrap_or_else(|error| panic!("{error}"));
    println!(
        "copybook-codec, one byte changed a record: {:?}",
        outcomes.borrow()
    );
}

fn compare(sample: &Sample, outcomes: &mut Outcomes) -> Result<Vec<Difference>> {
    let mut codec = Codec::new(sample)?;
    // Otherwise it clips counts that are out of bounds.
    codec.options.strict_mode = true;
    let kinds = values::kinds(&sample.description);
    // Signs of every spelling and binary numbers as large as they come, as it takes them.
    let options = DecodeOptions {
        signs: Signs::Lenient,
        binary_range: BinaryRange::Storage,
        ..sample.options()
    };
    let decoder = Decoder::new(&sample.schema()?, &options)?;
    let columns = Columns::of(sample)?;
    let columns: Vec<&Column> = columns.all().filter(|it| alone(it, &columns)).collect();
    let data = sample.data(Order::BigEndian);
    let mut differences = Vec::new();
    for (record, bytes) in data.chunks(sample.description.record_length()).enumerate() {
        let mut bytes = bytes.to_owned();
        let damage = Damage::new(sample.seed, record, &columns);
        let at = damage.column.offset.context("it has one")? + damage.at;
        bytes[at] = damage.byte(bytes[at]);
        let ours = decode(&decoder, &bytes);
        let theirs = codec.decode(&bytes);
        let (what, ours, theirs) = match (ours, theirs) {
            (Err(_), Err(_)) => {
                outcomes.both_refuse += 1;
                continue;
            }
            (Ok(ours), Ok(theirs)) => {
                outcomes.both_decode += 1;
                differences.extend(values::differences(record, &kinds, &ours, &theirs));
                continue;
            }
            (Ok(_), Err(theirs)) => ("validity", "valid".to_owned(), format!("{theirs:#}")),
            (Err(ours), Ok(_)) => ("validity", format!("{ours:#}"), "valid".to_owned()),
        };
        if let Some(decided) = damage.decided(sample.characters, bytes[at], theirs == "valid") {
            *outcomes.decided.entry(decided).or_default() += 1;
            continue;
        }
        let field = format!(
            "{} {:?}, byte {} {:02X}",
            damage.column.reference(),
            damage.column.kind,
            damage.at,
            bytes[at]
        );
        differences.push(Difference {
            record,
            field,
            what,
            ours,
            theirs,
        });
    }
    Ok(differences)
}

/// Whether its place is known and no other field shows the same bytes.
fn alone(column: &Column, columns: &Columns) -> bool {
    let bytes = |it: &Column| it.offset.map(|offset| offset..offset + it.size);
    let Some(own) = bytes(column) else {
        return false;
    };
    let sharing = columns
        .all()
        .filter_map(bytes)
        .filter(|it| it.start < own.end && own.start < it.end);
    sharing.count() == 1
}

fn decode(decoder: &Decoder, record: &[u8]) -> Result<Fields> {
    let (mut out, mut report) = (Vec::new(), Report::default());
    decoder.decode_fixed(record, &mut out, &mut report)?;
    fields::of_json(std::str::from_utf8(&out)?)
}

/// A byte of a field, and what becomes of it.
struct Damage<'a> {
    column: &'a Column,
    at: usize,
    random: u64,
}

impl<'a> Damage<'a> {
    fn new(seed: u64, record: usize, columns: &[&'a Column]) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, record).hash(&mut hasher);
        let random = hasher.finish();
        let column = columns[random as usize % columns.len()];
        Damage {
            column,
            at: (random >> 16) as usize % column.size,
            random: random >> 32,
        }
    }

    /// Another one; as often as not with one of the halves as it was.
    fn byte(&self, before: u8) -> u8 {
        let byte = self.random as u8;
        match self.random >> 8 & 3 {
            0 => before & 0xf0 | byte & 0xf,
            1 => before & 0xf | byte & 0xf0,
            _ => byte,
        }
    }

    fn decided(&self, characters: Characters, byte: u8, they_take_it: bool) -> Option<Decided> {
        let last = self.at + 1 == self.column.size;
        match self.column.kind {
            Kind::Text { .. } | Kind::Justified { .. } if they_take_it => {
                let ascii = characters == Characters::Ascii;
                (ascii && byte >= 0x80).then_some(Decided::EighthBit)
            }
            Kind::Text { .. } | Kind::Justified { .. } => Some(Decided::ControlCharacter),
            Kind::Zoned(decimal, _) | Kind::Packed(decimal) | Kind::Blank(decimal)
                if !decimal.signed =>
            {
                (last && !they_take_it).then_some(Decided::SignOfUnsigned)
            }
            Kind::Zoned(_, Sign::Trailing) if last && !they_take_it => Some(Decided::SignOfZoned),
            Kind::Zoned(_, Sign::LeadingSeparate) if self.at == 0 => {
                plus(characters, byte, they_take_it)
            }
            Kind::Zoned(_, Sign::TrailingSeparate) if last => plus(characters, byte, they_take_it),
            Kind::Binary(decimal) if !decimal.signed && self.column.size == 8 => {
                (self.at == 0 && byte >= 0x80 && !they_take_it).then_some(Decided::SixtyFourBits)
            }
            Kind::Edited(_) if they_take_it => Some(Decided::FillBehindDigit),
            Kind::Float { double: false } if !they_take_it => Some(Decided::SinglesThroughIeee),
            _ => None,
        }
    }
}

fn plus(characters: Characters, byte: u8, they_take_it: bool) -> Option<Decided> {
    let plus = [b' ', b'0']
        .map(|ascii| characters.byte(ascii))
        .contains(&byte);
    (plus && they_take_it).then_some(Decided::SeparateSign)
}
