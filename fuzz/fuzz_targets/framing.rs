//! Any bytes in any format: memory and stream give the same records, and end alike.
#![no_main]

use copybook_decode::record::{Endian, FileFormat, Framing, LineEnd, RecordReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 4], u8, bool, &[u8])| {
    let ([kind, a, b, limit], capacity, flag, data) = input;
    let endian = [Endian::Big, Endian::Little][usize::from(flag)];
    let framing = match kind % 5 {
        0 => Framing::Fixed {
            length: usize::from(a)
                .try_into()
                .unwrap_or(std::num::NonZeroUsize::MIN),
        },
        1 => Framing::Rdw {
            header_included: a % 2 == 0,
            endian,
        },
        2 => Framing::Blocked,
        3 => Framing::Lines {
            end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Nel][usize::from(a % 3)],
        },
        _ => Framing::LengthField {
            offset: a.into(),
            width: b.into(),
            endian,
            adjustment: i64::from(b) - 9,
        },
    };
    let format = FileFormat {
        header: u64::from(a % 4),
        footer: u64::from(b % 4),
        max_record: limit.into(),
        ..framing.into()
    };
    let mut records = format.records(data);
    let mut reader = RecordReader::with_capacity(capacity.into(), format, data);
    loop {
        match (records.next(), reader.next_record()) {
            (Some(Ok(one)), Some(Ok(other))) => assert_eq!(one, other),
            (Some(Err(one)), Some(Err(other))) => assert_eq!(one.to_string(), other.to_string()),
            (one, other) => break assert!(one.is_none() && other.is_none(), "{one:?} {other:?}"),
        }
    }
});
