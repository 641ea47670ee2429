//! No key twice in an object, whatever names a copybook has and whatever is asked for.

use std::collections::HashSet;
use std::fmt;

use copybook_decode::Decoder;
use copybook_decode::decode::{DecodeOptions, Groups, Names, OnError, RawBytes};
use copybook_decode::schema::Schema;
use proptest::prelude::*;
use serde_json::Value;

/// Names that can get into each other's way once they are spelled or counted.
const NAMES: [&str; 9] = [
    "AMOUNT",
    "AMOUNT-RAW",
    "AMOUNT_RAW",
    "AMOUNT-2",
    "AMOUNT-RAW-2",
    "AMOUNT-2-RAW",
    "A",
    "A-RAW",
    "FILLER",
];

#[derive(Debug, Clone)]
struct Entry {
    level: u8,
    name: usize,
    table: bool,
}

fn copybook(entries: &[Entry]) -> String {
    let mut text = "       01 R.\n".to_owned();
    for (index, entry) in entries.iter().enumerate() {
        let is_group = entries
            .get(index + 1)
            .is_some_and(|next| next.level > entry.level);
        let name = NAMES[entry.name];
        let occurs = if entry.table { " OCCURS 2" } else { "" };
        let picture = if is_group { "" } else { " PIC X" };
        text += &format!("         {:02} {name}{picture}{occurs}.\n", entry.level);
    }
    text
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (
        prop::sample::select(vec![5u8, 10, 15]),
        0..NAMES.len(),
        prop::bool::weighted(0.2),
    );
    let entry = entry.prop_map(|(level, name, table)| Entry { level, name, table });
    prop::collection::vec(entry, 1..12)
}

/// The keys of a line that an object has twice, by a reader that does not forgive them.
fn twice(line: &[u8]) -> Vec<String> {
    struct Keys<'a>(&'a mut Vec<String>);

    impl<'de> serde::de::DeserializeSeed<'de> for Keys<'_> {
        type Value = ();

        fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
            from.deserialize_any(self)
        }
    }

    impl<'de> serde::de::Visitor<'de> for Keys<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            let mut seen = HashSet::new();
            while let Some(key) = map.next_key::<String>()? {
                if !seen.insert(key.clone()) {
                    self.0.push(key);
                }
                map.next_value_seed(Keys(self.0))?;
            }
            Ok(())
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while seq.next_element_seed(Keys(self.0))?.is_some() {}
            Ok(())
        }

        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }

        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
    }

    let mut found = Vec::new();
    let mut from = serde_json::Deserializer::from_slice(line);
    serde::de::DeserializeSeed::deserialize(Keys(&mut found), &mut from).expect("JSON");
    found
}

fn line(schema: &Schema, names: Names, groups: Groups, raw: Option<RawBytes>) -> Vec<u8> {
    let options = DecodeOptions {
        names,
        groups,
        raw,
        on_error: OnError::Null,
        ..DecodeOptions::default()
    };
    let decoder = Decoder::new(schema, &options).expect("a plan");
    let record = vec![0xC1; decoder.record_length().max];
    let (mut line, mut report) = (Vec::new(), Default::default());
    decoder
        .decode_record(&record, &mut line, &mut report)
        .expect("text");
    line
}

#[test]
fn a_field_that_has_the_name_of_raw_bytes_keeps_it() {
    let text = "       01 R.\n         05 AMOUNT PIC X.\n         05 AMOUNT-RAW PIC X.\n";
    let schema = Schema::parse(text).expect("a copybook");
    let line = line(&schema, Names::Snake, Groups::Nested, Some(RawBytes::Hex));
    let expected = r#"{"amount":"A","amount_raw_2":"c1","amount_raw":"A","amount_raw_raw":"c1"}"#;
    assert_eq!(String::from_utf8_lossy(&line).trim_end(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn keys_are_unique_and_raw_bytes_rename_nothing(entries in entries()) {
        let text = copybook(&entries);
        let Ok(schema) = Schema::parse(&text) else { return Ok(()) };
        for names in [Names::AsWritten, Names::Snake] {
            for groups in [Groups::Nested, Groups::Flat] {
                let plain = line(&schema, names, groups, None);
                for raw in [None, Some(RawBytes::Hex), Some(RawBytes::Base64)] {
                    let line = line(&schema, names, groups, raw);
                    let twice = twice(&line);
                    prop_assert!(twice.is_empty(), "{twice:?} twice in {}\n{text}", String::from_utf8_lossy(&line));
                    let value: Value = serde_json::from_slice(&line).expect("JSON");
                    let plain: Value = serde_json::from_slice(&plain).expect("JSON");
                    let kept = |key: &String| value.get(key).is_some();
                    prop_assert!(plain.as_object().expect("an object").keys().all(kept));
                }
            }
        }
    }
}
