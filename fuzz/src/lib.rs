//! What the fuzz targets share: formats drawn from bytes, and walks that must agree.

#[path = "../../crates/copybook-decode/tests/support/check.rs"]
mod check;
mod files;
mod kernels;
#[path = "../../crates/copybook-decode/src/decode/tests/record.rs"]
mod record;

use std::num::NonZeroUsize;

pub use files::assert_ways_in_agree;
pub use kernels::{assert_kernels_agree, assert_kernels_agree_about};

// Where `record` finds them.
use copybook_decode::{codepage, schema};

use copybook_decode::record::{Endian, FileFormat, Framing, LineEnd, RecordReader, Words};
use copybook_decode::schema::{CopybookOptions, NSymbol, Schema};

/// Any format, sensible or not.
pub fn format([kind, a, b, limit]: [u8; 4], little: bool) -> FileFormat {
    let endian = if little { Endian::Little } else { Endian::Big };
    let framing = match kind % 5 {
        0 => Framing::Fixed {
            length: NonZeroUsize::new(a.into()).unwrap_or(NonZeroUsize::MIN),
        },
        1 => Framing::Rdw {
            header_included: a % 2 == 0,
            endian,
        },
        // Blocks say nothing about the second number but for its lowest bits.
        2 if b >= 128 => Framing::Spanned,
        2 => Framing::Blocked,
        3 => Framing::Lines {
            end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Nel, LineEnd::Auto][usize::from(a % 4)],
        },
        _ => Framing::LengthField {
            offset: a.into(),
            width: b.into(),
            endian,
            adjustment: i64::from(b) - 9,
        },
    };
    FileFormat {
        header: u64::from(a % 4),
        footer: u64::from(b % 4),
        max_record: limit.into(),
        words: Words {
            block_included: a % 8 < 4,
            record_included: a % 2 == 0,
            endian,
        },
        ..framing.into()
    }
}

/// The schema keeps its own rules.
pub fn assert_promises(schema: &Schema) {
    check::check(schema).unwrap();
}

/// Memory and stream give the same records, and end alike.
pub fn assert_walks_agree(format: FileFormat, data: &[u8], capacity: usize) {
    let mut records = format.records(data);
    let mut reader = RecordReader::with_capacity(capacity, format, data);
    loop {
        match (records.next(), reader.next_record()) {
            (Some(Ok(one)), Some(Ok(other))) => assert_eq!(one, other),
            (Some(Err(one)), Some(Err(other))) => assert_eq!(one.to_string(), other.to_string()),
            (one, other) => break assert!(one.is_none() && other.is_none(), "{one:?} {other:?}"),
        }
    }
}

/// Choices about a copybook's text.
pub fn copybook_options(drawn: u8) -> CopybookOptions {
    let mut options = CopybookOptions {
        decimal_point_is_comma: drawn & 1 != 0,
        vendor_usages: drawn & 2 != 0,
        ..CopybookOptions::default()
    };
    if drawn & 16 != 0 {
        options.nsymbol = NSymbol::Dbcs;
    }
    if drawn & 4 != 0 {
        options.define.insert("A".to_owned(), "1".to_owned());
    }
    if drawn & 8 != 0 {
        options.replace.push((":A:".to_owned(), "B".to_owned()));
    }
    options
}
