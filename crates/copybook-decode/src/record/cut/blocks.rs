//! Blocks with a descriptor word each: of whole records, or of records in segments.
//!
//! z/OS DFSMS Using Data Sets, "Block Descriptor Word", "Record Descriptor Word", "Segment
//! Descriptor Word" and "Spanned Format-VS Records".

use super::{Block, Cutter, Found, Piece, Problem, WORD, Within, hex, piece, rdw_length, word};
use crate::record::{Endian, Words};

const NOT_BDW: &str = "check that the file has block descriptor words; a transfer may have removed \
                       them and left those of the records (RDW)";

const NOT_SDW: &str =
    "check that records are spanned (RECFM=VS or VBS) and that no block is missing";

/// The descriptor word of a record or segment.
struct Descriptor {
    word: [u8; WORD],
    at: usize,
    /// The block that it is in, with all that follows before it is taken off.
    block: Block,
}

impl Cutter {
    pub(super) fn blocked(&mut self, data: &[u8]) -> Found {
        let found = match self.descriptor(data, 0, self.block, None)? {
            Ok(found) => found,
            Err(needed) => return Ok(Err(needed)),
        };
        let counted =
            rdw_length(found.word, self.words.endian).map_err(|problem| problem.moved(found.at))?;
        let length = counted + self.uncounted();
        found.fits(length, "record", NOT_BDW)?;
        self.limit(found.at, length - WORD)?;
        Ok(Ok(Piece {
            block: found.block.less(length),
            ..piece(found.at + WORD, length - WORD)
        }))
    }

    /// Bytes that the length of a record leaves out of its word.
    pub(super) fn uncounted(&self) -> usize {
        if self.words.record_included { 0 } else { WORD }
    }

    /// Follows a record from segment to segment.
    pub(super) fn spanned(&mut self, data: &[u8]) -> Found {
        self.segments.clear();
        let (mut at, mut block, mut total) = (0, self.block, 0);
        loop {
            let number = self.segments.len() as u64 + 1;
            let found = match self.descriptor(data, at, block, Some(number))? {
                Ok(found) => found,
                Err(needed) => return Ok(Err(needed)),
            };
            let (length, last) = found.segment(number == 1, self.words)?;
            total += length - WORD;
            self.limit(found.at, total)?;
            let start = found.at + WORD;
            at = found.at + length;
            block = found.block.less(length);
            self.segments.push(start..at);
            if last {
                break;
            }
        }
        let start = self.segments[0].start;
        if self.segments.len() == 1 {
            self.segments.clear();
        }
        Ok(Ok(Piece {
            next: at,
            block,
            ..piece(start, total)
        }))
    }

    /// The next descriptor word at `at`, behind that of a block if one begins there; or how many
    /// bytes it takes to tell.
    fn descriptor(
        &mut self,
        data: &[u8],
        mut at: usize,
        mut block: Block,
        segment: Option<u64>,
    ) -> Result<Result<Descriptor, usize>, Problem> {
        let begins = block.left == 0;
        let number = block.number + u64::from(begins);
        self.within = Some(Within {
            block: number,
            segment,
        });
        if begins {
            let Some(word) = word(data, at) else {
                return Ok(Err(at + WORD));
            };
            let left = bdw_length(word, self.words).map_err(|problem| problem.moved(at))?;
            block = Block { left, number };
            at += WORD;
        }
        if block.left < WORD {
            let found = format!("{} bytes at the end of the block", block.left);
            let expected = "a record descriptor word";
            return Err(Problem::invalid(at, expected, found, NOT_BDW));
        }
        let found = |word| Descriptor { word, at, block };
        Ok(word(data, at).map(found).ok_or(at + WORD))
    }
}

impl Descriptor {
    /// Bytes of a segment, its word included, and whether the record ends with it.
    fn segment(&self, first: bool, words: Words) -> Result<(usize, bool), Problem> {
        let [high, low, control, reserved] = self.word;
        let expected = match (control, reserved, first) {
            (0 | 1, 0, true) | (2 | 3, 0, false) => None,
            (.., true) => Some("a whole record (control code X'00') or its first segment (X'01')"),
            (.., false) => {
                Some("the next segment of the record (control code X'03' or, last, X'02')")
            }
        };
        if let Some(expected) = expected {
            return Err(Problem::invalid(
                self.at,
                expected,
                hex(&self.word),
                NOT_SDW,
            ));
        }
        let own = if words.record_included { 0 } else { WORD };
        let length = own
            + usize::from(match words.endian {
                Endian::Big => u16::from_be_bytes([high, low]),
                Endian::Little => u16::from_le_bytes([high, low]),
            });
        self.fits(length, "segment", NOT_SDW)?;
        // A whole record may be empty; segments without a byte could go on for ever.
        if length == WORD && control != 0 {
            let expected = "a segment of at least one byte";
            return Err(Problem::invalid(
                self.at,
                expected,
                hex(&self.word),
                NOT_SDW,
            ));
        }
        Ok((length, matches!(control, 0 | 2)))
    }

    fn fits(&self, length: usize, what: &str, remedy: &'static str) -> Result<(), Problem> {
        let left = self.block.left;
        if (WORD..=left).contains(&length) {
            return Ok(());
        }
        let expected = format!("a {what} length of {WORD} to {left}, the bytes left of the block");
        Err(Problem::invalid(self.at, expected, hex(&self.word), remedy))
    }
}

impl Block {
    pub(super) fn less(self, length: usize) -> Block {
        Block {
            left: self.left - length,
            ..self
        }
    }
}

/// The bytes behind a block descriptor word, which have room for a record's.
pub(super) fn bdw_length(word: [u8; WORD], words: Words) -> Result<usize, Problem> {
    let bits = match (words.endian, word) {
        (Endian::Big, _) => u32::from_be_bytes(word),
        // The word swapped as a whole, or each half.
        (Endian::Little, [0, 0, low, high]) | (Endian::Little, [low, high, 0, 0]) => {
            u32::from_be_bytes([high, low, 0, 0])
        }
        (Endian::Little, _) => u32::from_le_bytes(word),
    };
    let extended = bits >> 31 == 1;
    let length = if extended {
        bits & 0x7FFF_FFFF
    } else {
        bits >> 16
    };
    let usual = extended || bits & 0xFFFF == 0;
    usize::try_from(length)
        .ok()
        .map(|length| length.saturating_sub(if words.block_included { WORD } else { 0 }))
        .filter(|&length| usual && length >= WORD)
        .ok_or_else(|| {
            let expected = match words.block_included {
                true => "a block descriptor word with a length of at least 8",
                false => "a block descriptor word with a length of at least 4",
            };
            Problem::invalid(0, expected, hex(&word), NOT_BDW)
        })
}
