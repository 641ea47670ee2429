//! Files of one copybook in every framing.

use std::borrow::Cow;
use std::num::NonZeroUsize;

use copybook_decode::decode::{DecodeOptions, Decoder, OnError};
use copybook_decode::record::{Endian, LineEnd, Record};
use copybook_decode::schema::Schema;
use copybook_decode::{FileFormat, Framing};

use crate::line_end::line_end;

pub(super) const COPYBOOK: &str = "
       01 REC.
          05 A PIC 9(3).
          05 B PIC X(196).
          05 C PIC 9.
";
pub(super) const LENGTH: usize = 200;

pub(super) fn decoder(on_error: OnError) -> Decoder {
    let schema = Schema::parse(COPYBOOK).expect("a valid copybook");
    let options = DecodeOptions {
        on_error,
        ..DecodeOptions::default()
    };
    Decoder::new(&schema, &options).expect("a plan")
}

pub(super) fn record(index: usize, bad: bool) -> Vec<u8> {
    let mut bytes = vec![0x40; LENGTH];
    for (digit, byte) in format!("{:03}", index % 1000).bytes().zip(&mut bytes) {
        *byte = digit - b'0' + 0xF0;
    }
    bytes[LENGTH - 1] = if bad { 0x40 } else { 0xF1 };
    bytes
}

/// A file of 200-byte records of which those in `bad` have an invalid last field.
pub(super) fn file(framing: Framing, count: usize, bad: &[usize]) -> Vec<u8> {
    let mut file = b"HEAD".to_vec();
    for index in 0..count {
        let mut bytes = record(index, bad.contains(&index));
        match framing {
            Framing::Rdw {
                header_included,
                endian,
            } => {
                let length = LENGTH as u8 + if header_included { 4 } else { 0 };
                file.extend(match endian {
                    Endian::Big => [0, length, 0, 0],
                    Endian::Little => [length, 0, 0, 0],
                });
            }
            // A block of two records, the last of which may be missing.
            Framing::Blocked => {
                let both = if index % 2 == 0 && index + 1 < count {
                    2
                } else {
                    1
                };
                if index % 2 == 0 {
                    let length = 4 + both * (LENGTH as u16 + 4);
                    file.extend(length.to_be_bytes());
                    file.extend([0, 0]);
                }
                file.extend([0, LENGTH as u8 + 4, 0, 0]);
            }
            Framing::LengthField { offset, .. } => {
                bytes[offset..offset + 2].copy_from_slice(&[0, LENGTH as u8]);
            }
            Framing::Fixed { .. } | Framing::Lines { .. } | Framing::Computed => {}
            Framing::Spanned => {
                file.extend(in_three_blocks(&bytes));
                continue;
            }
        }
        file.extend(bytes);
        if let Framing::Lines { end } = framing {
            file.extend(line_end(end));
        }
    }
    file.extend(b"FOOTER");
    file
}

/// Where the second and the third segment of a record begin.
pub(super) const CUTS: [usize; 2] = [90, 150];

/// Each segment in a block of its own (RECFM=VS).
pub(super) fn in_three_blocks(record: &[u8]) -> Vec<u8> {
    let ends = [0, CUTS[0], CUTS[1], LENGTH];
    let mut out = Vec::new();
    for (range, control) in ends.windows(2).zip([1, 3, 2]) {
        let segment = &record[range[0]..range[1]];
        let length = segment.len() as u8;
        out.extend([0, length + 8, 0, 0, 0, length + 4, control, 0]);
        out.extend(segment);
    }
    out
}

/// Where a byte of a record lies behind the record's first one.
pub(super) fn distance(record: &Record<'_>, byte: usize) -> u64 {
    let words = match record.bytes {
        // Of three segments.
        Cow::Owned(_) => CUTS.iter().filter(|&&cut| cut <= byte).count(),
        Cow::Borrowed(_) => 0,
    };
    (byte + 8 * words) as u64
}

pub(super) fn format(framing: Framing) -> FileFormat {
    FileFormat {
        header: 4,
        footer: 6,
        ..FileFormat::new(framing)
    }
}

pub(super) fn fixed() -> Framing {
    FRAMINGS[0]
}

/// Every way of telling records apart.
pub(super) const FRAMINGS: [Framing; 10] = [
    Framing::Fixed {
        length: NonZeroUsize::new(LENGTH).unwrap(),
    },
    rdw(true, Endian::Big),
    rdw(true, Endian::Little),
    rdw(false, Endian::Big),
    Framing::Blocked,
    Framing::Spanned,
    Framing::Lines { end: LineEnd::Lf },
    Framing::Lines { end: LineEnd::CrLf },
    Framing::Lines { end: LineEnd::Nel },
    Framing::LengthField {
        offset: 3,
        width: 2,
        endian: Endian::Big,
        adjustment: 0,
    },
];

const fn rdw(header_included: bool, endian: Endian) -> Framing {
    Framing::Rdw {
        header_included,
        endian,
    }
}
