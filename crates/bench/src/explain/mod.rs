//! `bench decode --explain`: what each field costs, and by which way it goes.
//!
//! Each part of a record is decoded alone, in turn with the record without any field, many times over
//! the same bytes; the difference is what the part costs. A diagnosis: one process, no receipt.

mod show;

use std::collections::HashMap;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use copybook_decode::decode::reader::Visitor;
use copybook_decode::decode::{Part, Value};
use copybook_decode::stream::left_to_reader;
use copybook_decode::{Decoder, FileFormat, Framing, decode_blocks};

pub(crate) use show::{summary, text};

/// Bytes that are decoded again and again, where records can be cut off anywhere between them.
const SAMPLE: usize = 2 << 20;
/// More than this is no sample.
pub(crate) const MOST: u64 = 256 << 20;
/// More parts than this are more than anybody reads; those that are alike become one.
const PARTS: usize = 60;
/// What all rounds together may take, unless the least number takes longer.
const PATIENCE: Duration = Duration::from_secs(8);
const ROUNDS: std::ops::RangeInclusive<usize> = 5..=101;

/// What was found.
pub(crate) struct Explained {
    pub(crate) kernel: &'static str,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) rounds: usize,
    /// The dearest first.
    pub(crate) parts: Vec<Cost>,
    /// All fields together, ns a record.
    pub(crate) whole: Spread,
    /// No field at all, ns a record: telling records apart, counts, braces.
    pub(crate) frame: Spread,
    /// Records that the reader prints.
    pub(crate) to_reader: u64,
}

/// What one part costs.
pub(crate) struct Cost {
    pub(crate) part: Part,
    /// ns a record, beyond the frame.
    pub(crate) ns: Spread,
    /// Values a record, the mean.
    pub(crate) values: f64,
    /// Records that these fields send to the reader.
    pub(crate) to_reader: u64,
}

/// A median, and half of what lies between the quartiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) half: f64,
}

/// Times every part of the records in a file.
///
/// # Errors
/// The file holds no record, or one that does not decode; no kernel runs.
pub(crate) fn explain(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Result<Explained> {
    let data = sample(format, data);
    let report = decode_blocks(decoder, format, NonZeroUsize::MIN, data, |_| ())
        .map_err(|error| error.cause)
        .context("what does not decode can't be explained")?;
    ensure!(report.records > 0, "expected records, found none");
    let mut parts = decoder.parts().context(
        "expected records of one kind that a kernel decodes: leave out --raw, and give the copybook of one segment",
    )?;
    if parts.len() > PARTS {
        parts = Part::merged(parts);
    }
    let mut decoders = vec![decoder.clone(), decoder.only(None)];
    decoders.extend(parts.iter().map(|part| decoder.only(Some(part))));

    let records = report.records;
    let times = times(&decoders, format, data, records);
    let rounds = times[0].len();
    let [whole, frame, rest @ ..] = times.as_slice() else {
        anyhow::bail!("nothing was timed");
    };
    let values = values(decoder, format, data);
    let mut parts: Vec<Cost> = parts
        .into_iter()
        .zip(rest)
        .zip(&decoders[2..])
        .map(|((part, times), alone)| Cost {
            ns: Spread::of(times.iter().zip(frame).map(|(all, frame)| all - frame)),
            values: part
                .fields
                .iter()
                .filter_map(|name| values.get(name))
                .sum::<u64>() as f64
                / records as f64,
            to_reader: left_to_reader(alone, format, data),
            part,
        })
        .collect();
    parts.sort_by(|a, b| b.ns.median.total_cmp(&a.ns.median));
    Ok(Explained {
        kernel: decoder.kernel(),
        records,
        bytes: report.input_bytes,
        rounds,
        parts,
        whole: Spread::of(whole.iter().copied()),
        frame: Spread::of(frame.iter().copied()),
        to_reader: left_to_reader(decoder, format, data),
    })
}

/// The first whole records, where their length says where they end.
fn sample<'a>(format: &FileFormat, data: &'a [u8]) -> &'a [u8] {
    match format.framing {
        Framing::Fixed { length } if format.header == 0 && format.footer == 0 => {
            let records = (data.len().min(SAMPLE) / length).max(1);
            &data[..data.len().min(records * length.get())]
        }
        _ => data,
    }
}

/// ns a record of each decoder, round by round. Every round begins with another one, so that what the
/// machine does meanwhile happens to all of them.
fn times(decoders: &[Decoder], format: &FileFormat, data: &[u8], records: u64) -> Vec<Vec<f64>> {
    let time = |decoder: &Decoder| {
        let start = Instant::now();
        // The whole was decoded without an error, and each of these looks at less of it.
        let _ = decode_blocks(decoder, format, NonZeroUsize::MIN, data, |lines| {
            black_box(lines);
        });
        start.elapsed()
    };
    let once: Duration = decoders.iter().map(time).sum();
    let most = PATIENCE.as_secs_f64() / once.as_secs_f64().max(1e-9);
    let rounds = (most as usize).clamp(*ROUNDS.start(), *ROUNDS.end());
    let mut times = vec![Vec::with_capacity(rounds); decoders.len()];
    for round in 0..rounds {
        for turn in 0..decoders.len() {
            let index = (round + turn) % decoders.len();
            let elapsed = time(&decoders[index]);
            times[index].push(elapsed.as_secs_f64() * 1e9 / records as f64);
        }
    }
    times
}

/// How often each field is printed, by its path.
fn values(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> HashMap<String, u64> {
    let mut counter = Counter::default();
    for record in decoder.records(format, data).filter_map(Result::ok) {
        counter.around.clear();
        // A record that can't be read has no values.
        let _ = decoder.read_record(&record.bytes, record.number, &mut counter);
    }
    counter.found
}

#[derive(Default)]
struct Counter {
    around: Vec<String>,
    found: HashMap<String, u64>,
}

impl Visitor for Counter {
    fn field(&mut self, key: &str, _: &[u8], _: Value<'_>) {
        let mut path = self.around.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        *self.found.entry(path).or_default() += 1;
    }

    fn group(&mut self, key: &str) {
        self.around.push(key.to_owned());
    }

    fn end_group(&mut self) {
        self.around.pop();
    }

    fn table(&mut self, _: &str, _: usize) {}

    fn end_table(&mut self) {}
}

impl Spread {
    /// At least one value.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
        Self {
            median: at(0.5),
            half: (at(0.75) - at(0.25)) / 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use copybook_decode::{DecodeOptions, Schema};
    use workload::Workload;
    use workload::encode::{self, Encoding};

    fn explained(set: &Workload) -> Explained {
        let length = set.record_length().try_into().expect("a length");
        explained_as(set, Framing::Fixed { length }, &set.data())
    }

    fn explained_as(set: &Workload, framing: Framing, data: &[u8]) -> Explained {
        let schema = Schema::parse(&set.copybook()).expect("a copybook");
        let decoder = Decoder::new(&schema, &DecodeOptions::default()).expect("a decoder");
        explain(&decoder, &FileFormat::new(framing), data).expect("an explanation")
    }

    #[test]
    fn every_value_of_a_record_is_accounted_for() {
        let found = explained(&Workload::customer(20));
        let values: f64 = found.parts.iter().map(|cost| cost.values).sum();
        // Eight of its own, three more of the address, four of each of ten orders.
        assert_eq!(values, 10.0 + 4.0 * 10.0, "a customer's values");
        assert_eq!((found.records, found.to_reader), (20, 0));
        let names: Vec<_> = found
            .parts
            .iter()
            .flat_map(|cost| &cost.part.fields)
            .collect();
        assert!(
            names.contains(&&"ORDERS.ORDER-TOTAL".to_owned()),
            "{names:?}"
        );
    }

    /// Tables of varying length have as many values as the records say, whether or not records are
    /// filled up to one length; and the kernel prints them.
    #[test]
    fn values_of_a_table_are_counted_not_guessed() {
        let set = Workload::odo_heavy(30);
        let (drawing, mut varying) = (set.drawing(), Vec::new());
        for index in 0..set.records {
            let values = drawing.record(index);
            let encoding = Encoding::default();
            encode::varying_record(&set.description, encoding, &values, &mut varying);
        }
        let lines = {
            let (mut records, mut lines) = (Vec::new(), Vec::new());
            workload::files::write(&set, &mut records, &mut lines).expect("memory");
            String::from_utf8(lines).expect("text")
        };
        let expected = lines.matches("\"PURPOSE\":").count() as f64 / 30.0;
        let purpose = |cost: &&Cost| cost.part.fields.contains(&"MOVEMENT.PURPOSE".to_owned());
        for found in [
            explained(&set),
            explained_as(&set, Framing::Computed, &varying),
        ] {
            let cost = found.parts.iter().find(purpose).expect("the field");
            assert!((cost.values - expected).abs() < 1e-9, "{}", cost.values);
            assert_eq!((found.records, found.to_reader), (30, 0));
        }
    }

    #[test]
    fn very_many_fields_are_told_by_kind() {
        let found = explained(&Workload::wide(1));
        let fields: usize = found.parts.iter().map(|cost| cost.part.fields.len()).sum();
        assert_eq!(fields, 1_400);
        assert!(found.parts.len() <= 7, "{}", found.parts.len());
    }

    #[test]
    fn the_spread_is_between_the_quartiles() {
        let spread = Spread::of([5.0, 1.0, 3.0, 2.0, 4.0].into_iter());
        assert_eq!(
            spread,
            Spread {
                median: 3.0,
                half: 1.0
            }
        );
    }
}
