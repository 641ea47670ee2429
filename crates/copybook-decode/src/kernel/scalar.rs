//! Safe Rust for every CPU: 64-bit words instead of vectors.
//!
//! Digits travel as one digit a byte, the last in the lowest byte of a 128-bit word:
//!
//! ```text
//! read:  packed half bytes are spread, zoned zones masked off, binary divided by powers of ten
//! print: leading zeros are counted as bytes, shifted out, the point put between two wide stores
//! ```
//!
//! Checks set bits of `bad`; nothing branches on them until the record is printed.

use crate::decode::Trim;
use crate::decode::charset::{INVALID, NEGATIVE, SPECIAL};
use crate::decode::plan::{Literal, PAD, Program, Run, Slot};
use crate::decode::shape::{BinaryShape, PackedShape, Shape, Tail, TextShape, ZonedShape};
use crate::schema::Sign;

use super::Batch;
use super::steps::{self, Elements, Machine, State};

/// Bytes of output that are initialised at a time, beyond what a record needs: they are still in the
/// first cache when they are printed.
const AHEAD: usize = 16 << 10;

/// `'0'` in every byte.
const ZEROS: u128 = 0x3030_3030_3030_3030_3030_3030_3030_3030;
const ONES: u128 = 0x0101_0101_0101_0101_0101_0101_0101_0101;

pub(super) fn run(program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
    let room = program.max_output + PAD;
    let count = batch.places.count();
    let mut state = State::new(program);
    let mut filled = out.len();
    let mut printed = 0;
    while printed < count {
        if out.len() - filled < room {
            out.resize(filled + room + if count > 1 { AHEAD } else { 0 }, 0);
        }
        let (start, len) = batch.places.at(printed);
        let mut machine = Scalar {
            program,
            record: &batch.data[start..],
            out: &mut out[filled..],
            at: 0,
            bad: 0,
            scratch: String::new(),
        };
        steps::record(program, &mut state, &mut machine, len);
        if machine.bad != 0 {
            break;
        }
        filled += machine.at;
        printed += 1;
    }
    out.truncate(filled);
    printed
}

/// A record being printed.
pub(super) struct Scalar<'a> {
    pub(super) program: &'a Program,
    /// The record and at least [`PAD`] bytes behind its greatest length.
    pub(super) record: &'a [u8],
    /// Room for all that a record can print, and [`PAD`] bytes.
    pub(super) out: &'a mut [u8],
    pub(super) at: usize,
    /// Not zero: suspect.
    pub(super) bad: u64,
    pub(super) scratch: String,
}

impl Machine for Scalar<'_> {
    #[inline(always)]
    fn literal(&mut self, literal: Literal) {
        let (from, len) = (literal.at as usize, literal.len as usize);
        // A copy of fixed length is two instructions; of variable length, a call.
        if len <= 32 {
            let wide = &self.program.literals[from..from + 32];
            self.out[self.at..self.at + 32].copy_from_slice(wide);
        } else {
            let text = &self.program.literals[from..from + len];
            self.out[self.at..self.at + len].copy_from_slice(text);
        }
        self.at += len;
    }

    #[inline(always)]
    fn run(&mut self, run: &Run, delta: isize) {
        let mut rest = run.slots.as_slice();
        while let Some(first) = rest.first() {
            let (slots, next) = rest.split_at(first.same as usize);
            self.fields(slots, delta, &self.program.shapes[first.shape as usize]);
            rest = next;
        }
    }

    #[inline(always)]
    fn elements(&mut self, run: &Run, elements: Elements) {
        let mut delta = elements.delta;
        for _ in 0..elements.count {
            self.run(run, delta);
            self.literal(elements.close);
            delta += elements.stride;
        }
    }

    #[inline(always)]
    fn unprint(&mut self) {
        self.at -= 1;
    }

    fn bytes(&self, start: usize, size: usize) -> &[u8] {
        self.record
            .get(start..)
            .and_then(|rest| rest.get(..size))
            .unwrap_or_default()
    }

    fn suspect(&mut self) {
        self.bad = 1;
    }
}

impl Scalar<'_> {
    /// Prints fields of one shape.
    #[inline(always)]
    pub(super) fn fields(&mut self, slots: &[Slot], delta: isize, shape: &Shape) {
        match shape {
            Shape::Text(text) => self.each(slots, delta, |m, at| m.text(at, text)),
            Shape::Packed(packed) if packed.bytes <= 8 && !packed.tail.wide() => {
                self.each(slots, delta, |m, at| m.packed(at, packed));
            }
            Shape::Packed(packed) => {
                self.each(slots, delta, |m, at| m.packed_wide(at, packed));
            }
            Shape::Zoned(zoned) if !zoned.tail.wide() => {
                self.each(slots, delta, |m, at| m.zoned(at, zoned));
            }
            Shape::Zoned(zoned) => {
                self.each(slots, delta, |m, at| m.zoned_wide(at, zoned));
            }
            Shape::Binary(binary) if !binary.tail.wide() => {
                self.each(slots, delta, |m, at| m.binary(at, binary));
            }
            Shape::Binary(binary) => {
                self.each(slots, delta, |m, at| m.binary_wide(at, binary));
            }
            Shape::Other { leaf, size } => {
                self.each(slots, delta, |m, at| m.other(at, leaf, *size as usize));
            }
        }
    }

    #[inline(always)]
    fn each(&mut self, slots: &[Slot], delta: isize, mut print: impl FnMut(&mut Self, usize)) {
        for slot in slots {
            self.literal(slot.before);
            print(self, (slot.offset as usize).wrapping_add_signed(delta));
        }
    }

    #[inline(always)]
    fn text(&mut self, start: usize, &TextShape { len, trim }: &TextShape) {
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

    #[inline(always)]
    fn packed(&mut self, start: usize, shape: &PackedShape) {
        let word = self.word(start) >> (64 - 8 * shape.bytes);
        let (digits, negative) = if shape.sign_nibble {
            (word >> 4, self.packed_sign(word as u32 & 0xF, shape))
        } else {
            (word, false)
        };
        let above_nine = (digits >> 3) & ((digits >> 2) | (digits >> 1));
        self.bad |= above_nine & 0x1111_1111_1111_1111;
        if shape.digits < 16 {
            self.bad |= digits >> (4 * shape.digits);
        }
        let spread = u128::from(spread(digits >> 32)) << 64 | u128::from(spread(digits));
        self.print(spread, negative, &shape.tail);
    }

    #[inline(always)]
    fn packed_sign(&mut self, sign: u32, shape: &PackedShape) -> bool {
        self.bad |= shape.refused >> sign & 1;
        shape.minus >> sign & 1 != 0
    }

    /// Up to 31 digits in up to 16 bytes.
    fn packed_wide(&mut self, start: usize, shape: &PackedShape) {
        let word = self.wide_word(start) >> (128 - 8 * shape.bytes);
        let (digits, negative) = if shape.sign_nibble {
            (word >> 4, self.packed_sign(word as u32 & 0xF, shape))
        } else {
            (word, false)
        };
        let above_nine = (digits >> 3) & ((digits >> 2) | (digits >> 1));
        self.bad |= u64::from(above_nine & (ONES | ONES << 4) != 0);
        if shape.digits < 32 {
            self.bad |= u64::from(digits >> (4 * shape.digits) != 0);
        }
        let part = |shift: u32| u128::from(spread((digits >> shift) as u64));
        self.print_wide(
            part(96) << 64 | part(64),
            part(32) << 64 | part(0),
            negative,
            &shape.tail,
        );
    }

    #[inline(always)]
    fn zoned(&mut self, start: usize, shape: &ZonedShape) {
        let (digits_at, sign_at) = shape.places();
        let unused = 8 * (16 - shape.digits);
        let word = self.wide_word(start + digits_at as usize) >> unused;
        let zone = (u128::from(self.program.charset.zone) * ONES) >> unused;
        if shape.blank_when_zero && self.is_blank(start, shape) {
            return self.print(0, false, &shape.tail);
        }
        let (word, negative) = match sign_place(shape) {
            Some(shift) => self.overpunched(word, shift),
            None => (word, self.separate(start, sign_at)),
        };
        let digits = word & (ONES * 0x0F);
        self.bad |= bits((word ^ zone) & (ONES * 0xF0));
        self.bad |= bits((digits + ONES * 6) & (ONES * 0x10));
        self.print(digits, negative, &shape.tail);
    }

    /// Puts a plain digit where digit and sign share a byte.
    #[inline(always)]
    fn overpunched(&mut self, word: u128, shift: u32) -> (u128, bool) {
        let charset = &self.program.charset;
        let entry = charset.overpunch[usize::from((word >> shift) as u8)];
        self.bad |= u64::from(entry & INVALID);
        let digit = u128::from(charset.zone | entry & 0x0F);
        let others = word & !(0xFF << shift);
        (others | digit << shift, entry & NEGATIVE != 0)
    }

    /// Whether there is a sign of its own that says minus.
    #[inline(always)]
    fn separate(&mut self, start: usize, sign_at: Option<u32>) -> bool {
        let Some(sign_at) = sign_at else { return false };
        let sign = self.record[start + sign_at as usize];
        let entry = self.program.charset.separate[usize::from(sign)];
        self.bad |= u64::from(entry & INVALID);
        entry & NEGATIVE != 0
    }

    fn is_blank(&self, start: usize, shape: &ZonedShape) -> bool {
        let size = shape.digits as usize + usize::from(shape.places().1.is_some());
        let space = self.program.charset.space;
        self.record[start..start + size]
            .iter()
            .all(|&byte| byte == space)
    }

    /// Up to 32 digits, in two words.
    fn zoned_wide(&mut self, start: usize, shape: &ZonedShape) {
        if shape.blank_when_zero && self.is_blank(start, shape) {
            return self.print_wide(0, 0, false, &shape.tail);
        }
        let (digits_at, sign_at) = shape.places();
        let mut digits = [self.program.charset.zone; 32];
        let size = shape.digits as usize;
        let from = start + digits_at as usize;
        digits[32 - size..].copy_from_slice(&self.record[from..from + size]);
        let (high, low) = digits.split_at(16);
        let (mut high, mut low) = (be_word(high), be_word(low));
        let negative;
        match sign_place(shape) {
            Some(shift) if shift >= 128 => {
                (high, negative) = self.overpunched(high, shift - 128);
            }
            Some(shift) => (low, negative) = self.overpunched(low, shift),
            None => negative = self.separate(start, sign_at),
        }
        for word in [high, low] {
            let zone = u128::from(self.program.charset.zone) * ONES;
            self.bad |= bits((word ^ zone) & (ONES * 0xF0));
            self.bad |= bits(((word & (ONES * 0x0F)) + ONES * 6) & (ONES * 0x10));
        }
        self.print_wide(
            high & (ONES * 0x0F),
            low & (ONES * 0x0F),
            negative,
            &shape.tail,
        );
    }

    #[inline(always)]
    fn binary(&mut self, start: usize, shape: &BinaryShape) {
        let (size, negative) = self.binary_value(start, shape);
        // Not more than 16 digits, else suspect: the remainder keeps the divisions in range.
        let size = size % 10_000_000_000_000_000;
        self.print(digits_16(size), negative, &shape.tail);
    }

    fn binary_wide(&mut self, start: usize, shape: &BinaryShape) {
        let (size, negative) = self.binary_value(start, shape);
        let (high, low) = (size / 10_000_000_000_000_000, size % 10_000_000_000_000_000);
        self.print_wide(digits_16(high), digits_16(low), negative, &shape.tail);
    }

    #[inline(always)]
    fn binary_value(&mut self, start: usize, shape: &BinaryShape) -> (u64, bool) {
        let (size, negative) = shape.magnitude(self.word(start));
        self.bad |= u64::from(size > shape.max);
        (size, negative != 0)
    }

    /// Prints digits (one a byte, not in ASCII) with sign and point.
    #[inline(always)]
    fn print(&mut self, digits: u128, negative: bool, tail: &Tail) {
        self.out[self.at] = b'-';
        self.at += usize::from(negative && digits != 0);
        let whole = digits >> (8 * tail.fraction);
        // At least one digit, in the lowest byte.
        let dropped = (whole | 1).leading_zeros() / 8;
        self.store((whole | ZEROS) << (8 * dropped));
        self.at += 16 - dropped as usize;
        if tail.fraction > 0 {
            self.out[self.at] = b'.';
            self.at += 1;
            self.store((digits | ZEROS) << (128 - 8 * tail.fraction));
            self.at += tail.fraction as usize;
        }
    }

    /// As [`Scalar::print`] for up to 32 digits.
    fn print_wide(&mut self, high: u128, low: u128, negative: bool, tail: &Tail) {
        let mut digits = [0; 32];
        digits[..16].copy_from_slice(&(high | ZEROS).to_be_bytes());
        digits[16..].copy_from_slice(&(low | ZEROS).to_be_bytes());
        self.out[self.at] = b'-';
        self.at += usize::from(negative && (high | low) != 0);
        let point = 32 - tail.fraction as usize;
        let zeros = digits
            .iter()
            .take_while(|&&digit| digit == b'0')
            .count()
            .min(point - 1);
        let whole = &digits[zeros..point];
        self.out[self.at..self.at + whole.len()].copy_from_slice(whole);
        self.at += whole.len();
        if tail.fraction > 0 {
            self.out[self.at] = b'.';
            let fraction = &digits[point..];
            self.out[self.at + 1..self.at + 1 + fraction.len()].copy_from_slice(fraction);
            self.at += 1 + fraction.len();
        }
    }

    /// A field that has no kernel of its own.
    #[inline(never)]
    fn other(&mut self, start: usize, leaf: &crate::decode::leaf::Leaf, size: usize) {
        let bytes = &self.record[start..start + size];
        let mut text = Vec::new();
        match leaf.decode(&self.program.charset, bytes, &mut self.scratch) {
            Ok(value) => crate::decode::json::write_value(value, &mut text),
            Err(_) => self.bad |= 1,
        }
        self.out[self.at..self.at + text.len()].copy_from_slice(&text);
        self.at += text.len();
    }

    #[inline(always)]
    fn word(&self, start: usize) -> u64 {
        let mut word = [0; 8];
        word.copy_from_slice(&self.record[start..start + 8]);
        u64::from_be_bytes(word)
    }

    #[inline(always)]
    fn wide_word(&self, start: usize) -> u128 {
        be_word(&self.record[start..start + 16])
    }

    #[inline(always)]
    fn store(&mut self, word: u128) {
        self.out[self.at..self.at + 16].copy_from_slice(&word.to_be_bytes());
    }
}

/// Bits below the digit that carries the sign, if one does.
#[inline(always)]
fn sign_place(shape: &ZonedShape) -> Option<u32> {
    match shape.sign {
        Sign::TrailingOverpunch => Some(0),
        Sign::LeadingOverpunch => Some(8 * (shape.digits - 1)),
        _ => None,
    }
}

#[inline(always)]
fn be_word(bytes: &[u8]) -> u128 {
    let mut word = [0; 16];
    word.copy_from_slice(bytes);
    u128::from_be_bytes(word)
}

/// Whether any bit is set, without a comparison.
#[inline(always)]
fn bits(word: u128) -> u64 {
    (word >> 64) as u64 | word as u64
}

/// The lower eight half bytes, a byte each.
#[inline(always)]
fn spread(digits: u64) -> u64 {
    let mut word = digits & 0xFFFF_FFFF;
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF;
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF;
    (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
}

/// Digits of a number below 10^16, a byte each.
#[inline(always)]
fn digits_16(value: u64) -> u128 {
    let (high, low) = (value / 100_000_000, value % 100_000_000);
    u128::from(digits_8(high)) << 64 | u128::from(digits_8(low))
}

/// Digits of a number below 10^8, a byte each: divides two, then four parts of a word at once
/// (Paul Khuong, "How to print integers really fast", 2017).
#[inline(always)]
fn digits_8(value: u64) -> u64 {
    let halves = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((halves * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    (tens | (pairs - 10 * tens) << 8).swap_bytes()
}
