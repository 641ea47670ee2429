//! The ways in: as a stream, in memory and in blocks, on any number of threads, and record by record.

use std::num::NonZeroUsize;

use copybook_decode::decode::{Decoder, Report};
use copybook_decode::stream::StreamError;
use copybook_decode::{FileFormat, Framing, decode_blocks, decode_slice, decode_stream};

use super::file::{LENGTH, distance};

/// Lines, totals and how it ended.
pub(super) type Done = (Vec<u8>, Report, Option<String>);

pub(super) fn streamed(
    decoder: &Decoder,
    format: &FileFormat,
    data: &[u8],
    threads: usize,
) -> Done {
    collected(threads, |threads, lines| {
        decode_stream(decoder, format, threads, data, lines)
    })
}

pub(super) fn in_memory(
    decoder: &Decoder,
    format: &FileFormat,
    data: &[u8],
    threads: usize,
) -> Done {
    collected(threads, |threads, lines| {
        decode_slice(decoder, format, threads, data, lines)
    })
}

pub(super) fn in_blocks(
    decoder: &Decoder,
    format: &FileFormat,
    data: &[u8],
    threads: usize,
) -> Done {
    collected(threads, |threads, lines| {
        decode_blocks(decoder, format, threads, data, |block| {
            assert_eq!(block.last(), Some(&b'\n'), "whole lines");
            lines.extend_from_slice(block);
        })
    })
}

fn collected(
    threads: usize,
    decode: impl FnOnce(NonZeroUsize, &mut Vec<u8>) -> Result<Report, StreamError>,
) -> Done {
    let mut lines = Vec::new();
    let threads = NonZeroUsize::new(threads).expect("not zero");
    match decode(threads, &mut lines) {
        Ok(report) => (lines, report, None),
        Err(error) => (lines, *error.report, Some(error.cause.to_string())),
    }
}

/// Record by record, positions by hand.
pub(super) fn plainly(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Done {
    let (mut lines, mut report) = (Vec::new(), Report::default());
    let mut records = format.records(data);
    let mut end = None;
    for record in &mut records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                end = Some(error.to_string());
                break;
            }
        };
        let had_error = report.first_error.is_some();
        let mut bytes = record.bytes.to_vec();
        if matches!(format.framing, Framing::Lines { .. }) {
            bytes.resize(LENGTH.max(bytes.len()), 0x40);
        }
        let outcome = decoder.decode_record(&bytes, &mut lines, &mut report);
        report.input_bytes -= (bytes.len() - record.bytes.len()) as u64;
        let place = |error: &mut copybook_decode::decode::DecodeError| {
            assert_eq!(error.record, record.number);
            error.absolute = Some(record.offset + distance(&record, error.offset));
        };
        if let Some(error) = report.first_error.as_mut().filter(|_| !had_error) {
            place(error);
        }
        if let Err(mut error) = outcome {
            place(&mut error);
            end = Some(error.to_string());
            break;
        }
    }
    report.truncated = records.truncated().cloned();
    (lines, report, end)
}

pub(super) fn assert_all_alike(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Done {
    let expected = plainly(decoder, format, data);
    for threads in [1, 2, 3, 7] {
        for run in [streamed, in_memory, in_blocks] {
            let found = run(decoder, format, data, threads);
            assert_eq!(found.2, expected.2, "{threads} threads: error");
            assert_eq!(found.1, expected.1, "{threads} threads: report");
            assert!(found.0 == expected.0, "{threads} threads: lines");
        }
    }
    expected
}
