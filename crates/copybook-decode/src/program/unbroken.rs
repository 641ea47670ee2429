//! Lines without a line end in them, shown by printing them.

use std::ops::Range;

use crate::value::charset::{INVALID, SPECIAL};

use super::plan::{Program, TextTables};
use super::shape::Shape;

/// Most places of a record that are looked at one by one, and their share of its bytes: with more of
/// them, looking for the ends of lines costs less.
const GAPS: usize = 2;
const SHARE: usize = 4;

/// A program for records of its greatest length that calls each suspect that has a certain byte in a
/// field.
#[derive(Debug)]
pub(crate) struct Unbroken {
    pub program: Program,
    byte: u8,
    /// Where a record has bytes that may be anything, for all that the program asks.
    gaps: Vec<Range<usize>>,
}

impl Unbroken {
    /// Nothing if too many bytes of a record may be anything.
    pub(crate) fn new(program: &Program, byte: u8) -> Option<Unbroken> {
        let gaps = gaps(program)?;
        let bytes: usize = gaps.iter().map(Range::len).sum();
        let charset = &program.charset;
        let entry = usize::from(byte);
        // Neither text that is printed as it is, nor a space, nor a digit.
        let control = charset.plain[entry] == SPECIAL
            && charset.chars[entry] != Some(' ')
            && byte != charset.space
            && byte & 0xF0 != charset.zone;
        if !control || gaps.len() > GAPS || bytes > program.max_record / SHARE {
            return None;
        }
        let mut without = charset.clone();
        without.chars[entry] = None;
        let mut program = program.clone();
        program.text = TextTables::new(&without, program.text.pairs.is_some());
        for signs in &mut program.signs[1..] {
            signs[entry] = INVALID;
        }
        Some(Unbroken {
            program,
            byte,
            gaps,
        })
    }

    /// Whether the byte is nowhere between the fields of a record.
    #[inline(always)]
    pub(crate) fn gaps(&self, record: &[u8]) -> bool {
        let mut gaps = self.gaps.iter();
        gaps.all(|gap| memchr::memchr(self.byte, &record[gap.clone()]).is_none())
    }
}

/// The bytes of a record that belong to neither text nor digits, if it is nothing but fields in fixed
/// places.
fn gaps(program: &Program) -> Option<Vec<Range<usize>>> {
    let (run, _) = program.plain()?;
    let fields = run.slots.iter().filter_map(|slot| {
        let len = match &program.shapes[slot.shape as usize] {
            Shape::Text(text) => text.len,
            Shape::Zoned(zoned) if !zoned.blank_when_zero => {
                let (_, sign) = zoned.places();
                zoned.digits + u32::from(sign.is_some())
            }
            _ => return None,
        };
        let start = slot.offset as usize;
        Some(start..start + len as usize)
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable_by_key(|field| field.start);
    let (mut gaps, mut end) = (Vec::new(), 0);
    for field in fields {
        if end < field.start {
            gaps.push(end..field.start);
        }
        end = end.max(field.end);
    }
    if end < program.max_record {
        gaps.push(end..program.max_record);
    }
    Some(gaps)
}
