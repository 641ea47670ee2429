//! Text, two bytes a look-up.

use crate::decode::Trim;
use crate::decode::charset::SPECIAL;
use crate::decode::shape::TextShape;

use super::Scalar;

impl Scalar<'_> {
    #[inline(always)]
    pub(super) fn text(&mut self, start: usize, &TextShape { len, trim }: &TextShape) {
        let len = len as usize;
        let mut source = &self.record[start..start + len];
        if trim == Trim::Both {
            let blank = &self.program.text.blank;
            let lead = source
                .iter()
                .take_while(|&&byte| blank[usize::from(byte)])
                .count();
            source = &source[lead..];
        }
        let table = &self.program.text.plain;
        let target = &mut self.out[self.at..self.at + source.len()];
        // Two bytes a look-up, and the last one of an odd number alone.
        let (twos, last) = source.as_chunks::<2>();
        let (to_twos, to_last) = target.as_chunks_mut::<2>();
        let Some(pairs) = &self.program.text.pairs else {
            // The vector kernels print text themselves.
            return self.special_text(start + len - source.len(), source.len(), trim);
        };
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
        let mut kept = target.len();
        if trim != Trim::None {
            kept -= target
                .iter()
                .rev()
                .take_while(|&&byte| byte == b' ')
                .count();
        }
        self.at += kept;
    }

    /// Text with characters that are not ASCII, or escaped, or unassigned.
    #[inline(never)]
    fn special_text(&mut self, start: usize, len: usize, trim: Trim) {
        let tables = &self.program.text;
        let mut source = &self.record[start..start + len];
        if trim != Trim::None {
            let blank = &tables.blank;
            let tail = source
                .iter()
                .rev()
                .take_while(|&&byte| blank[usize::from(byte)])
                .count();
            // An unassigned byte is no blank, so none is trimmed away.
            source = &source[..len - tail];
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
