//! Records to files: the words and line ends that tell records apart.
//!
//! Written from z/OS DFSMS Using Data Sets, "Variable-length record formats", not from the decoder.

use copybook_decode::record::{Endian, LineEnd};
use copybook_decode::{FileFormat, Framing};

/// Records of a block in [`Framed::Blocked`].
const PER_BLOCK: usize = 16;

/// How the records of a file are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framed {
    /// By their length.
    Fixed,
    /// A word of four bytes before each: length with the word, two zeros.
    Rdw,
    /// The same, without the word's own four bytes, least significant byte first.
    RdwLittle,
    /// [`Framed::Rdw`] in blocks of 16 records, before each a word with the block's length.
    Blocked,
    /// Lines that end with EBCDIC's next-line character X'15', which text may not contain.
    Lines,
}

impl Framed {
    /// What the decoder is told about a file of records of `length` bytes (their greatest length,
    /// where it varies).
    pub fn format(self, length: usize) -> FileFormat {
        let rdw = |header_included, endian| Framing::Rdw {
            header_included,
            endian,
        };
        FileFormat::new(match self {
            Framed::Fixed => Framing::Fixed {
                length: length.try_into().expect("a record has a first byte"),
            },
            Framed::Rdw => rdw(true, Endian::Big),
            Framed::RdwLittle => rdw(false, Endian::Little),
            Framed::Blocked => Framing::Blocked,
            Framed::Lines => Framing::Lines { end: LineEnd::Nel },
        })
    }

    /// The file.
    ///
    /// # Panics
    ///
    /// A record, or a block of 16, is too long for two bytes.
    pub fn file<R: AsRef<[u8]>>(self, records: &[R]) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Framed::Blocked => {
                for block in records.chunks(PER_BLOCK) {
                    let body: usize = block.iter().map(|record| record.as_ref().len() + 4).sum();
                    out.extend_from_slice(&length(body + 4).to_be_bytes());
                    out.extend_from_slice(&[0, 0]);
                    block
                        .iter()
                        .for_each(|r| Framed::Rdw.record(r.as_ref(), &mut out));
                }
            }
            _ => records
                .iter()
                .for_each(|r| self.record(r.as_ref(), &mut out)),
        }
        out
    }

    fn record(self, record: &[u8], out: &mut Vec<u8>) {
        match self {
            Framed::Rdw | Framed::Blocked => {
                out.extend_from_slice(&length(record.len() + 4).to_be_bytes());
                out.extend_from_slice(&[0, 0]);
            }
            Framed::RdwLittle => {
                out.extend_from_slice(&length(record.len()).to_le_bytes());
                out.extend_from_slice(&[0, 0]);
            }
            Framed::Fixed | Framed::Lines => {}
        }
        out.extend_from_slice(record);
        if self == Framed::Lines {
            out.push(0x15);
        }
    }
}

fn length(bytes: usize) -> u16 {
    u16::try_from(bytes).expect("records and blocks of a workload are below 64 KiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_the_manual_has_them() {
        let records = [&b"\xc1"[..], b"\xc2\xc3"];
        for (framed, expected) in [
            (Framed::Fixed, &b"\xc1\xc2\xc3"[..]),
            (Framed::Rdw, b"\0\x05\0\0\xc1\0\x06\0\0\xc2\xc3"),
            (Framed::RdwLittle, b"\x01\0\0\0\xc1\x02\0\0\0\xc2\xc3"),
            (
                Framed::Blocked,
                b"\0\x0f\0\0\0\x05\0\0\xc1\0\x06\0\0\xc2\xc3",
            ),
            (Framed::Lines, b"\xc1\x15\xc2\xc3\x15"),
        ] {
            assert_eq!(framed.file(&records), expected, "{framed:?}");
        }
    }
}
