//! The options under which bytes that could not be cut would be records.

use super::{Block, Cut, Cutter, Problem, WORD};
use crate::record::{Endian, Framing};

/// What people get wrong about descriptor words and length fields, as flags that change one of them.
#[derive(Debug, Clone, Copy)]
enum Flip {
    Endian,
    RecordIncluded,
    BlockIncluded,
}

/// One at a time first, then two: the fewest that help are named.
const FLIPS: [&[Flip]; 6] = [
    &[Flip::Endian],
    &[Flip::RecordIncluded],
    &[Flip::BlockIncluded],
    &[Flip::Endian, Flip::RecordIncluded],
    &[Flip::Endian, Flip::BlockIncluded],
    &[Flip::BlockIncluded, Flip::RecordIncluded],
];

impl Cutter {
    /// The same problem, whose remedy names the options under which `data` begins with records, if
    /// there are any; or how many bytes it takes to tell. `last` says that nothing comes behind these
    /// bytes.
    pub(super) fn hinted(&self, problem: Problem, data: &[u8], last: bool) -> Cut {
        for flips in FLIPS {
            let Some(other) = flips.iter().try_fold(self.clone(), Cutter::flipped) else {
                continue;
            };
            let skips: &[usize] = match flips {
                // The record before this one may have ended a word too early.
                [.., Flip::RecordIncluded] if self.record_included() => &[0, WORD],
                _ => &[0],
            };
            for &skip in skips {
                match other.clone().begins(data, skip, last) {
                    Ok(false) => {}
                    Ok(true) => return Cut::Invalid(problem.remedied(self.remedy(flips))),
                    // Whether bytes come in one piece or several, the same is said of them.
                    Err(needed) => return Cut::More(needed),
                }
            }
        }
        Cut::Invalid(problem)
    }

    /// With one option changed, at the same place; `None` where the option means nothing.
    fn flipped(mut self, flip: &Flip) -> Option<Cutter> {
        match (flip, &mut self.framing) {
            (Flip::Endian, Framing::Rdw { endian, .. } | Framing::LengthField { endian, .. }) => {
                *endian = other(*endian)
            }
            (
                Flip::RecordIncluded,
                Framing::Rdw {
                    header_included, ..
                },
            ) => {
                *header_included = !*header_included;
            }
            (Flip::Endian, Framing::Blocked | Framing::Spanned) => {
                self.words.endian = other(self.words.endian);
            }
            (Flip::RecordIncluded, Framing::Blocked | Framing::Spanned) => {
                self.words.record_included = !self.words.record_included;
            }
            (Flip::BlockIncluded, Framing::Blocked | Framing::Spanned) => {
                self.words.block_included = !self.words.block_included;
                if self.block.number > 0 {
                    self.block = self.block.other(self.words.block_included)?;
                }
            }
            _ => return None,
        }
        Some(self)
    }

    /// Whether there is a record `skip` bytes into `data`, and another one or nothing behind it: by
    /// chance, any two bytes are a length. Or how many bytes it takes to tell.
    fn begins(mut self, data: &[u8], skip: usize, last: bool) -> Result<bool, usize> {
        let Some(data) = data.get(skip..) else {
            return if last { Ok(false) } else { Err(skip) };
        };
        if self.block.number > 0 {
            let Some(left) = self.block.left.checked_sub(skip) else {
                return Ok(false);
            };
            self.block.left = left;
        }
        let piece = match self.cut_plainly(data, last) {
            Cut::Record(piece) if piece.start < piece.end => piece,
            Cut::More(needed) => return Err(skip + needed),
            _ => return Ok(false),
        };
        match self.cut_plainly(&data[piece.next..], last) {
            Cut::Record(_) | Cut::End => Ok(true),
            Cut::More(needed) => Err(skip + piece.next + needed),
            Cut::Invalid(_) => Ok(false),
        }
    }

    /// What to do about options, which may have been given.
    fn remedy(&self, flips: &[Flip]) -> String {
        let option = |flip: &Flip| match flip {
            Flip::Endian if self.endian() == Endian::Big => "try --little-endian",
            Flip::Endian => "leave --little-endian out",
            Flip::RecordIncluded if self.record_included() => "try --rdw-excludes-itself",
            Flip::RecordIncluded => "leave --rdw-excludes-itself out",
            Flip::BlockIncluded if self.words.block_included => "try --bdw-excludes-itself",
            Flip::BlockIncluded => "leave --bdw-excludes-itself out",
        };
        let options: Vec<_> = flips.iter().map(option).collect();
        format!(
            "these bytes are records with other options: {}",
            options.join(" and ")
        )
    }

    fn endian(&self) -> Endian {
        match self.framing {
            Framing::Rdw { endian, .. } | Framing::LengthField { endian, .. } => endian,
            _ => self.words.endian,
        }
    }

    fn record_included(&self) -> bool {
        match self.framing {
            Framing::Rdw {
                header_included, ..
            } => header_included,
            _ => self.words.record_included,
        }
    }
}

impl Block {
    /// What is left of the block if its length counts its word (`included`) and was read as if not, or
    /// the reverse.
    fn other(self, included: bool) -> Option<Block> {
        let left = match included {
            true => self.left.checked_sub(WORD)?,
            false => self.left + WORD,
        };
        Some(Block { left, ..self })
    }
}

fn other(endian: Endian) -> Endian {
    match endian {
        Endian::Big => Endian::Little,
        Endian::Little => Endian::Big,
    }
}
