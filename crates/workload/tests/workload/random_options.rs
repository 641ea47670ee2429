//! Random records as they are in files that no manual describes: cut off, with something behind
//! them, with numbers that no program ever filled, with counts and values beyond what the copybook
//! allows. Every kernel prints what the option for it promises.

use proptest::prelude::*;
use proptest::sample::Index;
use workload::copybook_decode::DecodeOptions;
use workload::copybook_decode::decode::{
    BinaryRange, BlankNumbers, Counts, Fillers, LongRecords, RawBytes, Report, ShortRecords,
};
use workload::encode::{self, Encoding};
use workload::lines::{self, Style};
use workload::model::{Description, Item, Kind, Node, Occurs};
use workload::value::{Blank, Drawing, Value};

use crate::random;
use crate::random_records::{EVERYTHING, decoders, encodings, has_hidden_views, options, styles};

/// What is accepted beyond what the copybook says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tolerance {
    blank_numbers: BlankNumbers,
    short_records: ShortRecords,
    long_records: LongRecords,
    counts: Counts,
    binary_range: BinaryRange,
    raw: Option<RawBytes>,
}

impl Tolerance {
    pub(crate) fn added_to(self, options: DecodeOptions) -> DecodeOptions {
        DecodeOptions {
            blank_numbers: self.blank_numbers,
            short_records: self.short_records,
            long_records: self.long_records,
            counts: self.counts,
            binary_range: self.binary_range,
            raw: self.raw,
            ..options
        }
    }
}

pub(crate) fn tolerances() -> impl Strategy<Value = Tolerance> {
    (
        prop_oneof![
            Just(BlankNumbers::Error),
            Just(BlankNumbers::Null),
            Just(BlankNumbers::Zero)
        ],
        prop_oneof![
            Just(ShortRecords::Error),
            Just(ShortRecords::Null),
            Just(ShortRecords::Cut)
        ],
        prop_oneof![Just(LongRecords::Error), Just(LongRecords::Ignore)],
        prop_oneof![Just(Counts::Strict), Just(Counts::Lenient)],
        prop_oneof![Just(BinaryRange::Picture), Just(BinaryRange::Storage)],
        prop_oneof![
            4 => Just(None),
            1 => Just(Some(RawBytes::Hex)),
            1 => Just(Some(RawBytes::Base64))
        ],
    )
        .prop_map(
            |(blank_numbers, short_records, long_records, counts, binary_range, raw)| Tolerance {
                blank_numbers,
                short_records,
                long_records,
                counts,
                binary_range,
                raw,
            },
        )
}

/// Numbers, one after another.
struct Numbers(u64);

impl Numbers {
    /// Of Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}

/// Changes values of fields that stand for themselves: no counters, nothing that is redefined.
fn change(items: &[Item], values: &mut [Value], field: &mut impl FnMut(Kind, &mut Value)) {
    let redefined: Vec<&str> = items
        .iter()
        .filter_map(|i| i.redefines.as_deref())
        .collect();
    let counters: Vec<&str> = items.iter().filter_map(counter).collect();
    for (item, value) in items.iter().zip(values) {
        let name = item.name.as_str();
        if item.redefines.is_none() && !redefined.contains(&name) && !counters.contains(&name) {
            change_one(item, value, field);
        }
    }
}

fn change_one(item: &Item, value: &mut Value, field: &mut impl FnMut(Kind, &mut Value)) {
    match (&item.node, value) {
        (_, Value::Table(rows)) => rows.iter_mut().for_each(|row| change_one(item, row, field)),
        (Node::Group(children), Value::Group(values)) => change(children, values, field),
        (Node::Field(kind), value) => field(*kind, value),
        (node, value) => unreachable!("{value:?} was drawn for {node:?}"),
    }
}

fn counter(item: &Item) -> Option<&str> {
    match &item.occurs {
        Occurs::DependingOn { counter, .. } => Some(counter),
        _ => None,
    }
}

/// What is behind the record's end, as the fields behind the first `present` show it.
fn behind(items: &[Item], values: &[Value], present: usize) -> Vec<Value> {
    let lost: Vec<&str> = items[present..]
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    let mut out = values[..present].to_vec();
    for (item, value) in items.iter().zip(values).skip(present) {
        let counted = counter(item).is_none_or(|name| !lost.contains(&name));
        out.push(absent(item, value, counted));
    }
    out
}

fn absent(item: &Item, value: &Value, counted: bool) -> Value {
    match (&item.node, value) {
        (_, Value::Table(rows)) => {
            // Where nobody says how many there are, the least number is.
            let count = match &item.occurs {
                Occurs::DependingOn { min, .. } if !counted => *min,
                _ => rows.len(),
            };
            let rows = rows[..count].iter().map(|row| absent(item, row, true));
            Value::Table(rows.collect())
        }
        (Node::Group(children), Value::Group(values)) => Value::Group(behind(children, values, 0)),
        _ => Value::Absent,
    }
}

/// A record that ends early, and the values that are left of it.
fn shortened(
    description: &Description,
    encoding: Encoding,
    values: &[Value],
    cut: (Index, Index),
    policy: ShortRecords,
) -> (Vec<u8>, Vec<Value>) {
    let items = &description.items;
    // Not between an item and what redefines it.
    let places: Vec<usize> = (0..items.len())
        .filter(|&at| items[at].redefines.is_none())
        .collect();
    let present = *cut.0.get(&places);
    let bytes = |count: usize| {
        let part = Description {
            name: description.name.clone(),
            items: items[..count].to_vec(),
        };
        let mut out = Vec::new();
        encode::varying_record(&part, encoding, &values[..count], &mut out);
        out
    };
    let mut record = bytes(present);
    let mut left = behind(items, values, present);
    let item = &items[present];
    let redefined = items
        .get(present + 1)
        .is_some_and(|next| next.redefines.is_some());
    if let (Node::Field(kind), Occurs::Once, false) = (&item.node, &item.occurs, redefined) {
        let whole = bytes(present + 1);
        // Bytes of the field itself, behind its slack bytes.
        let start = whole.len() - kind.length();
        let some = cut.1.index(kind.length());
        record = whole[..start + some].to_vec();
        let text = match (kind, &values[present]) {
            (Kind::Text { length }, Value::Text(text)) => format!("{text:length$}"),
            (Kind::Justified { length }, Value::Text(text)) => format!("{text:>length$}"),
            _ => String::new(),
        };
        if policy == ShortRecords::Cut && some > 0 && !text.is_empty() {
            left[present] = Value::Cut(text[..some].to_owned());
        }
    }
    (record, left)
}

fn check(
    description: &Description,
    options: &DecodeOptions,
    records: &[Vec<u8>],
    expected: &str,
) -> Result<(), TestCaseError> {
    for decoder in decoders(description, options) {
        let (mut out, mut report) = (Vec::new(), Report::default());
        for record in records {
            let outcome = decoder.decode_record(record, &mut out, &mut report);
            prop_assert!(outcome.is_ok(), "{}: {:?}", decoder.kernel(), outcome);
        }
        prop_assert_eq!(
            String::from_utf8_lossy(&out),
            expected,
            "{}\n{}",
            decoder.kernel(),
            description.copybook()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_short_record_lacks_is_null(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        style in styles(),
        encoding in encodings(),
        cuts in prop::collection::vec(any::<(Index, Index)>(), 1..8),
        cut in any::<bool>(),
    ) {
        let mut style = style;
        if has_hidden_views(&description.items) {
            style.fillers = Fillers::Drop;
        }
        let short_records = if cut { ShortRecords::Cut } else { ShortRecords::Null };
        let drawing = Drawing::new(&description, seed);
        let (mut records, mut expected) = (Vec::new(), String::new());
        for (index, cut) in (0..).zip(cuts) {
            let values = drawing.record(index);
            let (record, left) = shortened(&description, encoding, &values, cut, short_records);
            records.push(record);
            lines::record(&description, &left, style, &mut expected);
        }
        let options = DecodeOptions { short_records, ..options(style, encoding) };
        check(&description, &options, &records, &expected)?;
    }

    #[test]
    fn what_is_behind_a_record_changes_nothing(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        encoding in encodings(),
        surplus in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
    ) {
        let style = Style::default();
        let drawing = Drawing::new(&description, seed);
        let (mut records, mut expected) = (Vec::new(), String::new());
        for (index, surplus) in (0..).zip(surplus) {
            let values = drawing.record(index);
            let mut record = Vec::new();
            encode::varying_record(&description, encoding, &values, &mut record);
            record.extend(surplus);
            records.push(record);
            lines::record(&description, &values, style, &mut expected);
        }
        let options = DecodeOptions {
            long_records: LongRecords::Ignore,
            ..options(style, encoding)
        };
        check(&description, &options, &records, &expected)?;
    }

    #[test]
    fn blank_numbers_and_binary_ones_beyond_their_picture(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        style in styles(),
        encoding in encodings(),
        zero in any::<bool>(),
    ) {
        let blanks = if zero { BlankNumbers::Zero } else { BlankNumbers::Null };
        let mut style = Style { blanks, ..style };
        if has_hidden_views(&description.items) {
            style.fillers = Fillers::Drop;
        }
        let drawing = Drawing::new(&description, seed);
        let mut numbers = Numbers(seed);
        let (mut records, mut expected) = (Vec::new(), String::new());
        for index in 0..6 {
            let mut values = drawing.record(index);
            change(&description.items, &mut values, &mut |kind, value| {
                let drawn = numbers.next();
                let blank = if drawn & 4 == 0 { Blank::Spaces } else { Blank::Zeros };
                match kind {
                    Kind::Zoned(..) | Kind::Packed(_) | Kind::Edited(_) | Kind::Blank(_)
                        if drawn & 3 == 0 =>
                    {
                        *value = Value::Blank(blank);
                    }
                    Kind::Binary(decimal) if drawn & 1 == 0 => {
                        let bits = 8 * kind.length() as u32;
                        let wide = u128::from(numbers.next()) << 64 | u128::from(numbers.next());
                        // A value that has 128 bits has a sign here.
                        let unsigned = u32::from(!decimal.signed);
                        let shifted = (wide << (128 - bits)) as i128 >> (128 - bits);
                        *value = Value::Number(match unsigned {
                            0 => shifted,
                            _ => (wide & (u128::MAX >> (128 - bits)) & (u128::MAX >> 1)) as i128,
                        });
                    }
                    _ => {}
                }
            });
            let mut record = Vec::new();
            encode::varying_record(&description, encoding, &values, &mut record);
            records.push(record);
            lines::record(&description, &values, style, &mut expected);
        }
        let options = DecodeOptions {
            binary_range: BinaryRange::Storage,
            ..options(style, encoding)
        };
        check(&description, &options, &records, &expected)?;
    }

    #[test]
    fn counts_below_the_least_count(
        description in random::descriptions(EVERYTHING),
        seed in any::<u64>(),
        encoding in encodings(),
    ) {
        fn from_zero(items: &mut [Item]) {
            for item in items {
                if let Occurs::DependingOn { min, .. } = &mut item.occurs {
                    *min = 0;
                }
                if let Node::Group(children) = &mut item.node {
                    from_zero(children);
                }
            }
        }
        let mut drawn = description.clone();
        from_zero(&mut drawn.items);
        let style = Style::default();
        let drawing = Drawing::new(&drawn, seed);
        let (mut records, mut expected) = (Vec::new(), String::new());
        for index in 0..6 {
            let values = drawing.record(index);
            let mut record = Vec::new();
            encode::varying_record(&description, encoding, &values, &mut record);
            records.push(record);
            lines::record(&description, &values, style, &mut expected);
        }
        let options = DecodeOptions {
            counts: Counts::Lenient,
            ..options(style, encoding)
        };
        check(&description, &options, &records, &expected)?;
    }
}
