//! Ways into the decoder that must agree whatever the bytes: record by record, a stream and a file
//! in memory, on one thread and on several.

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use copybook_decode::Schema;
use copybook_decode::decode::{DecodeOptions, Decoder, OnError, Report};
use copybook_decode::record::{FileFormat, Framing, RecordReader};
use copybook_decode::stream::{StreamError, decode_blocks, decode_slice, decode_stream};

/// Fields that refuse some bytes, and a record that may be short.
const COPYBOOK: &str = "
       01 R.
          05 A PIC X(2).
          05 N PIC 9.
          05 T PIC X OCCURS 0 TO 5 DEPENDING ON N.
";

/// What became of a file: its lines, the totals, and the error that ended it.
type Done = (Vec<u8>, Report, Option<String>);

/// Every way gives the same lines, totals and error.
pub fn assert_ways_in_agree(format: &FileFormat, data: &[u8]) {
    static DECODERS: LazyLock<Vec<Decoder>> = LazyLock::new(decoders);
    for decoder in DECODERS.iter() {
        let (lines, records, ended) = plainly(decoder, format, data);
        let mut wanted: Option<Done> = None;
        for threads in [1, 3] {
            for way in [streamed, from_memory, in_blocks] {
                let found = way(decoder, format, data, threads);
                assert!(found.0 == lines, "lines of {format:?} on {threads} threads");
                assert_eq!(found.1.records, records);
                assert_eq!(found.2.is_some(), ended);
                assert_eq!(&found, wanted.get_or_insert_with(|| found.clone()));
            }
        }
    }
}

fn decoders() -> Vec<Decoder> {
    let schema = Schema::parse(COPYBOOK).unwrap();
    let policies = [OnError::Stop, OnError::Null, OnError::Skip { limit: 3 }];
    let decoder = |on_error| {
        let options = DecodeOptions {
            on_error,
            ..DecodeOptions::default()
        };
        Decoder::new(&schema, &options).unwrap()
    };
    policies.map(decoder).into()
}

/// The lines, the number of records, and whether an error ended it.
fn plainly(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> (Vec<u8>, u64, bool) {
    let (mut lines, mut report) = (Vec::new(), Report::default());
    let mut reader = RecordReader::new(*format, data);
    let is_text = matches!(format.framing, Framing::Lines { .. });
    let ended = loop {
        let mut record = match reader.next_record() {
            Some(Ok(record)) => record.bytes.into_owned(),
            other => break other.is_some(),
        };
        if is_text {
            // Lines may lack their trailing spaces.
            record.resize(record.len().max(decoder.record_length().max), 0x40);
        }
        if decoder
            .decode_record(&record, &mut lines, &mut report)
            .is_err()
        {
            break true;
        }
    };
    (lines, report.records, ended)
}

fn streamed(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let result = decode_stream(decoder, format, count(threads), data, &mut lines);
    done(lines, result)
}

fn from_memory(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let result = decode_slice(decoder, format, count(threads), data, &mut lines);
    done(lines, result)
}

fn in_blocks(decoder: &Decoder, format: &FileFormat, data: &[u8], threads: usize) -> Done {
    let mut lines = Vec::new();
    let result = decode_blocks(decoder, format, count(threads), data, |block| {
        lines.extend_from_slice(block);
    });
    done(lines, result)
}

fn count(threads: usize) -> NonZeroUsize {
    NonZeroUsize::new(threads).unwrap()
}

fn done(lines: Vec<u8>, result: Result<Report, StreamError>) -> Done {
    match result {
        Ok(report) => (lines, report, None),
        Err(error) => (lines, *error.report, Some(error.cause.to_string())),
    }
}
