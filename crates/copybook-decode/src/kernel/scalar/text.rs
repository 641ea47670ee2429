//! Text, four bytes at a time.

use std::hint::select_unpredictable;

use crate::program::shape::TextShape;
use crate::value::Trim;
use crate::value::charset::SPECIAL;

use super::Scalar;

impl Scalar<'_> {
    #[inline(always)]
    pub(super) fn text(&mut self, start: usize, shape: &TextShape) {
        let (trim, shape_len) = (shape.trim, shape.len as usize);
        let len = shape_len;
        let mut source = &self.record[start..start + len];
        if trim.leading() {
            let blank = &self.program.text.blank;
            let lead = source
                .iter()
                .take_while(|&&byte| blank[usize::from(byte)])
                .count();
            source = &source[lead..];
        }
        let Some(pairs) = self.program.text.pairs.as_deref() else {
            // The vector kernels print text themselves.
            return self.special_text(start + len - source.len(), source.len(), trim);
        };
        let table = &self.program.text.plain;
        let target = &mut self.out[self.at..self.at + source.len()];
        // Two bytes a look-up, and the last one of an odd number alone.
        let (twos, last) = source.as_chunks::<2>();
        let (to_twos, to_last) = target.as_chunks_mut::<2>();
        let mut seen = 0;
        for (to, from) in to_twos.iter_mut().zip(twos) {
            let pair = pairs[usize::from(u16::from_ne_bytes(*from))];
            *to = pair.to_ne_bytes();
            seen |= pair;
        }
        let mut seen = (seen >> 8 | seen) as u8;
        for (to, from) in to_last.iter_mut().zip(last) {
            *to = table[usize::from(*from)];
            seen |= *to;
        }
        if seen & SPECIAL != 0 {
            return self.special_text(start + len - source.len(), source.len(), trim);
        }
        self.at += match (trim, shape.space) {
            (Trim::None | Trim::Left, _) => target.len(),
            (_, Some(space)) => {
                let len = source.len();
                self.trimmed(start + shape_len - len, len, u64::from_ne_bytes([space; 8]))
            }
            (_, None) => target.len() - trailing(target, |byte| byte == b' '),
        };
    }

    /// How many bytes are left without the spaces at the end. All words are looked at, and the last
    /// one with another byte wins: where a text ends is what no branch can foresee.
    #[inline(always)]
    fn trimmed(&self, start: usize, len: usize, spaces: u64) -> usize {
        let (words, _) = self.record[start..start + len.next_multiple_of(8)].as_chunks::<8>();
        let Some((last, words)) = words.split_last() else {
            return 0;
        };
        let (mut kept, mut end) = (0, 0);
        let mut look = |others: u64| {
            end += 8;
            let found = end - (others | 1).leading_zeros() as usize / 8;
            kept = select_unpredictable(others == 0, kept, found);
        };
        for word in words {
            look(u64::from_le_bytes(*word) ^ spaces);
        }
        let behind = 8 * (len.next_multiple_of(8) - len);
        look((u64::from_le_bytes(*last) ^ spaces) << behind >> behind);
        kept
    }

    /// Text with characters that are not ASCII, or escaped, or unassigned.
    #[inline(never)]
    fn special_text(&mut self, start: usize, len: usize, trim: Trim) {
        let tables = &self.program.text;
        let mut source = &self.record[start..start + len];
        if trim.trailing() {
            let blank = &tables.blank;
            // An unassigned byte is no blank, so none is trimmed away.
            source = &source[..len - trailing(source, |byte| blank[usize::from(byte)])];
        }
        let (mut at, mut unassigned) = (self.at, false);
        for &byte in source {
            let rendered = &tables.rendered[usize::from(byte)];
            self.out[at..at + 8].copy_from_slice(rendered);
            at += usize::from(rendered[7]);
            unassigned |= rendered[7] == 0;
        }
        self.at = at;
        self.bad |= u64::from(unassigned);
    }
}

/// How many bytes at the end are such.
#[inline(always)]
fn trailing(bytes: &[u8], such: impl Fn(u8) -> bool) -> usize {
    bytes.iter().rev().take_while(|&&byte| such(byte)).count()
}
