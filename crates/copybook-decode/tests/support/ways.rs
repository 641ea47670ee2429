//! A file decoded record by record, and in every other way there is.

use std::num::NonZeroUsize;

use copybook_decode::decode::{DecodeError, Decoder, Report};
use copybook_decode::{FileFormat, Framing, decode_blocks, decode_slice, decode_stream};

/// Lines, totals and how it ended.
pub(crate) type Done = (Vec<u8>, Report, Option<String>);

/// One record after the other; lines that are too short are filled up, if there is a byte for that.
pub(crate) fn plainly(
    decoder: &Decoder,
    filler: Option<u8>,
    format: &FileFormat,
    data: &[u8],
) -> Done {
    let length = decoder.record_length().max;
    let (mut lines, mut report) = (Vec::new(), Report::default());
    for record in format.records(data) {
        let record = record.expect("a record");
        let mut bytes = record.bytes.to_vec();
        if let Some(filler) = filler.filter(|_| matches!(format.framing, Framing::Lines { .. })) {
            bytes.resize(length.max(bytes.len()), filler);
        }
        let had_error = report.first_error.is_some();
        let outcome = decoder.decode_record(&bytes, &mut lines, &mut report);
        report.input_bytes -= (bytes.len() - record.bytes.len()) as u64;
        let place = |error: &mut DecodeError| {
            assert_eq!(error.record, record.number);
            error.absolute = Some(record.offset + error.offset as u64);
        };
        if let Some(error) = report.first_error.as_mut().filter(|_| !had_error) {
            place(error);
        }
        if let Err(mut error) = outcome {
            place(&mut error);
            return (lines, report, Some(error.to_string()));
        }
    }
    (lines, report, None)
}

/// On one thread and on three, from a stream and from memory.
pub(crate) fn every_way(decoder: &Decoder, format: &FileFormat, data: &[u8]) -> Vec<Done> {
    let mut all = Vec::new();
    for threads in [1, 3].map(|threads| NonZeroUsize::new(threads).expect("not zero")) {
        let mut lines = [(); 3].map(|()| Vec::new());
        let results = [
            decode_stream(decoder, format, threads, data, &mut lines[0]),
            decode_slice(decoder, format, threads, data, &mut lines[1]),
            decode_blocks(decoder, format, threads, data, |block| {
                lines[2].extend_from_slice(block);
            }),
        ];
        all.extend(
            lines
                .into_iter()
                .zip(results)
                .map(|(lines, result)| match result {
                    Ok(report) => (lines, report, None),
                    Err(error) => (lines, *error.report, Some(error.cause.to_string())),
                }),
        );
    }
    all
}
