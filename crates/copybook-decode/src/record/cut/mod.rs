//! The next record of a run of bytes: all framings, one function each.

mod blocks;
mod equal;
mod hint;
mod run;

use std::ops::Range;
use std::sync::Arc;

pub(crate) use equal::{EqualLines, mark};

use super::error::{Problem, Within};
use super::{Endian, FileFormat, Framing, LineEnd, Measure, Measured, Words};

/// What [`Cutter::cut`] found at the start of the bytes.
#[derive(Debug)]
pub(crate) enum Cut {
    /// A record.
    Record(Piece),
    /// The record is not complete; it needs at least this many bytes from where the cut began.
    More(usize),
    /// There is nothing left.
    End,
    /// There is no record here.
    Invalid(Problem),
}

/// Where a record lies, relative to where the cut began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// First byte of the record.
    pub start: usize,
    /// Behind its last byte; of a record in several segments, behind it when they lie together.
    pub end: usize,
    /// Where the next record or its descriptor word begins.
    pub next: usize,
    /// The block there.
    block: Block,
}

/// A block of records.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    /// Bytes that are left of it.
    left: usize,
    /// From 1; 0 before the first.
    number: u64,
}

/// Cuts records off the front of bytes. Knows which block it is in and what is left of it, nothing
/// else.
#[derive(Debug, Clone)]
pub(crate) struct Cutter {
    framing: Framing,
    max_record: usize,
    words: Words,
    /// Whether lines end in X'15', once the first end of a line has told.
    next_line: Option<bool>,
    pub(crate) measure: Option<Arc<dyn Measure>>,
    block: Block,
    /// Where the segments of the last record lie, if it has several.
    segments: Vec<Range<usize>>,
    /// What the last cut looked at.
    within: Option<Within>,
}

/// Bytes of a descriptor word.
const WORD: usize = 4;

const TOO_LONG: &str = "check --format, or raise --max-record if the data is right";

/// A piece, or how many bytes it takes to tell.
type Found = Result<Result<Piece, usize>, Problem>;

impl Cutter {
    pub(crate) fn new(format: &FileFormat) -> Cutter {
        Cutter {
            framing: format.framing,
            max_record: format.max_record,
            words: format.words,
            next_line: None,
            measure: None,
            block: Block::default(),
            segments: Vec::new(),
            within: None,
        }
    }

    /// Where the segments of the record that was cut last lie, relative to where the cut began;
    /// none if it lies in one piece.
    pub(crate) fn segments(&self) -> &[Range<usize>] {
        &self.segments
    }

    /// Cuts the first record off `data`; `last` says that nothing comes behind these bytes.
    pub(crate) fn cut(&mut self, data: &[u8], last: bool) -> Cut {
        match self.cut_plainly(data, last) {
            Cut::Invalid(problem) => self.hinted(problem, data, last),
            found => found,
        }
    }

    /// [`Cutter::cut`] without a look at what would help.
    fn cut_plainly(&mut self, data: &[u8], last: bool) -> Cut {
        if data.is_empty() && self.block.left == 0 {
            return if last { Cut::End } else { Cut::More(1) };
        }
        let found = match self.framing {
            Framing::Fixed { length } => Ok(Ok(piece(0, length.get()))),
            Framing::Rdw {
                header_included,
                endian,
            } => self.rdw(data, header_included, endian),
            Framing::Blocked => self.blocked(data),
            Framing::Spanned => self.spanned(data),
            Framing::Lines { end: LineEnd::Auto } => self.any_line(data, last),
            Framing::Lines { end } => self.line(data, end, last),
            Framing::Computed => self.computed(data),
            Framing::LengthField {
                offset,
                width,
                endian,
                adjustment,
            } => self.length_field(data, offset, width, endian, adjustment),
        };
        match found {
            Ok(Ok(piece)) if piece.next <= data.len() => {
                self.block = piece.block;
                Cut::Record(piece)
            }
            Ok(Ok(Piece { next: needed, .. }) | Err(needed)) if last => {
                Cut::Invalid(Problem::truncated(needed, data.len()).within(self.within))
            }
            Ok(Ok(Piece { next: needed, .. }) | Err(needed)) => Cut::More(needed),
            Err(problem) => Cut::Invalid(problem.within(self.within)),
        }
    }

    /// Nothing comes any more, whatever the block promised.
    pub(crate) fn stop(&mut self) {
        self.block.left = 0;
    }

    fn rdw(&self, data: &[u8], header_included: bool, endian: Endian) -> Found {
        let Some(word) = word(data, 0) else {
            return Ok(Err(WORD));
        };
        let length = rdw_length(word, endian)?;
        let least = if header_included { WORD } else { 0 };
        let Some(payload) = length.checked_sub(least) else {
            let expected = format!("a record length of at least {least}, which counts itself");
            let remedy = "check that each record has a descriptor word";
            let problem = Problem::invalid(0, expected, hex(&word), remedy);
            return Err(problem);
        };
        self.limit(0, payload)?;
        Ok(Ok(piece(WORD, payload)))
    }

    fn line(&self, data: &[u8], end: LineEnd, last: bool) -> Found {
        let end = end.bytes();
        let found = match *end {
            [byte] => memchr::memchr(byte, data),
            _ => memchr::memmem::find(data, end),
        };
        // The first byte of a line end may be the last one here.
        let least = found.unwrap_or(if last {
            data.len()
        } else {
            data.len().saturating_sub(1)
        });
        if least > self.max_record {
            let expected = format!("a line of at most {} bytes", self.max_record);
            return Err(Problem::invalid(0, expected, "a longer one", TOO_LONG));
        }
        Ok(match found {
            Some(length) => Ok(Piece {
                next: length + end.len(),
                ..piece(0, length)
            }),
            None if last => Ok(piece(0, data.len())),
            None => Err(data.len() + 1),
        })
    }

    /// A line whose end the file tells.
    fn any_line(&mut self, data: &[u8], last: bool) -> Found {
        let end = match self.told_by(LineEnd::Auto, data) {
            Some(LineEnd::Nel) => LineEnd::Nel,
            _ => LineEnd::Lf,
        };
        let found = self.line(data, end, last)?;
        Ok(found.map(|piece| {
            let fed = end == LineEnd::Lf && data[piece.start..piece.end].ends_with(b"\r");
            Piece {
                end: piece.end - usize::from(fed),
                ..piece
            }
        }))
    }

    /// A record whose contents say how long it is.
    fn computed(&self, data: &[u8]) -> Found {
        let Some(measure) = &self.measure else {
            let expected = "a decoder that computes the length of each record";
            let remedy = "give the copybook of these records to what reads them";
            return Err(Problem::invalid(0, expected, "nobody", remedy));
        };
        match measure.measure(data) {
            Ok(Measured::Length(length)) if length > 0 => {
                self.limit(0, length)?;
                Ok(Ok(piece(0, length)))
            }
            Ok(Measured::Length(_)) => {
                let remedy = "check the copybook: such records would never end";
                Err(Problem::invalid(
                    0,
                    "a record of at least one byte",
                    "none",
                    remedy,
                ))
            }
            Ok(Measured::AtLeast(needed)) => {
                self.limit(0, needed)?;
                Ok(Err(needed.max(data.len() + 1)))
            }
            Err(why) => {
                let end = (why.at + why.len).min(data.len());
                let found = hex(data.get(why.at..end).unwrap_or_default());
                Err(Problem::invalid(why.at, why.expected, found, why.remedy))
            }
        }
    }

    fn length_field(
        &self,
        data: &[u8],
        offset: usize,
        width: usize,
        endian: Endian,
        adjustment: i64,
    ) -> Found {
        let end = offset.saturating_add(width);
        if !(1..=8).contains(&width) || end > self.max_record {
            let expected = format!("a length field of 1 to 8 bytes within {}", self.max_record);
            let found = format!("one of {width} bytes at offset {offset}");
            return Err(Problem::invalid(0, expected, found, TOO_LONG));
        }
        let Some(field) = data.get(offset..end) else {
            return Ok(Err(end));
        };
        let length = number(field, endian).saturating_add(i128::from(adjustment));
        let Some(length) = usize::try_from(length).ok().filter(|&length| length >= end) else {
            let expected = format!("a record length of at least {end}, adjusted by {adjustment}");
            return Err(Problem::invalid(
                offset,
                expected,
                format!("{} for {length}", hex(field)),
                "check the place of the length field (--length-field), its byte order (--little-endian) \
                 and --length-adjust",
            ));
        };
        self.limit(offset, length)?;
        Ok(Ok(piece(0, length)))
    }

    /// Refuses a record that is too long, so that damaged lengths do not ask for memory.
    fn limit(&self, at: usize, length: usize) -> Result<(), Problem> {
        if length <= self.max_record {
            return Ok(());
        }
        let expected = format!("a record of at most {} bytes", self.max_record);
        Err(Problem::invalid(
            at,
            expected,
            format!("{length} bytes"),
            TOO_LONG,
        ))
    }
}

fn piece(start: usize, length: usize) -> Piece {
    let end = start.saturating_add(length);
    Piece {
        start,
        end,
        next: end,
        block: Block::default(),
    }
}

fn word(data: &[u8], at: usize) -> Option<[u8; WORD]> {
    data.get(at..)?.first_chunk().copied()
}

/// The length in a record descriptor word.
fn rdw_length(word: [u8; WORD], endian: Endian) -> Result<usize, Problem> {
    length_in(word, endian).ok_or_else(|| {
        let remedy = "two bytes of a descriptor word are zero, unless records are \
                      spanned over blocks (RECFM=VS or VBS): for those use --format vbs; otherwise \
                      check that each record has a descriptor word";
        Problem::invalid(0, "a record descriptor word", hex(&word), remedy)
    })
}

/// The same; none if it is no such word.
fn length_in(word: [u8; WORD], endian: Endian) -> Option<usize> {
    let [a, b, c, d] = word;
    let (length, rest) = match endian {
        Endian::Big => ([a, b], [c, d]),
        Endian::Little if [a, b] == [0, 0] => ([d, c], [0, 0]),
        Endian::Little => ([b, a], [c, d]),
    };
    (rest == [0, 0]).then(|| usize::from(u16::from_be_bytes(length)))
}

fn number(bytes: &[u8], endian: Endian) -> i128 {
    let fold = |value: i128, byte: &u8| value << 8 | i128::from(*byte);
    match endian {
        Endian::Big => bytes.iter().fold(0, fold),
        Endian::Little => bytes.iter().rev().fold(0, fold),
    }
}

/// `X'00500000'`
fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("X'{digits}'")
}
