//! x86-64 with AVX2. Text: the row of the table that a byte's upper half names is picked among
//! sixteen shuffles; rows that print nothing as itself are left out.

#![allow(
    unsafe_code,
    reason = "intrinsics, and what the trait says about pointers"
)]

use std::arch::x86_64::*;

use crate::program::plan::{Program, Run, Slot, TextTables};

use super::Batch;
use super::proven::proven;
use super::steps::Elements;
use super::vector::{self, Isa, Place, Pos, Print, Slots, Vector, outlined};

/// Proof that the CPU has AVX2, BMI1, BMI2 and LZCNT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(super) fn new() -> Option<Avx2> {
        let found = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt");
        found.then_some(Avx2(()))
    }

    pub(super) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
        fn with_features(
            isa: Avx2,
            program: &Program,
            batch: Batch<'_>,
            out: &mut Vec<u8>,
        ) -> usize {
            vector::run(isa, program, batch, out)
        }
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { with_features(self, program, batch, out) }
    }
}

proven! { Avx2:
    mm_add_epi8 = _mm_add_epi8(a: __m128i, b: __m128i) -> __m128i;
    mm_and_si128 = _mm_and_si128(a: __m128i, b: __m128i) -> __m128i;
    mm_cvtsi32_si128 = _mm_cvtsi32_si128(n: i32) -> __m128i;
    mm_movemask_epi8 = _mm_movemask_epi8(a: __m128i) -> i32;
    mm_set1_epi8 = _mm_set1_epi8(n: i8) -> __m128i;
    mm_srli_epi16<N> = _mm_srli_epi16(a: __m128i) -> __m128i;
    mm_unpacklo_epi64 = _mm_unpacklo_epi64(a: __m128i, b: __m128i) -> __m128i;
    mm256_and_si256 = _mm256_and_si256(a: __m256i, b: __m256i) -> __m256i;
    mm256_blendv_epi8 = _mm256_blendv_epi8(a: __m256i, b: __m256i, mask: __m256i) -> __m256i;
    mm256_broadcastsi128_si256 = _mm256_broadcastsi128_si256(a: __m128i) -> __m256i;
    mm256_castsi256_si128 = _mm256_castsi256_si128(a: __m256i) -> __m128i;
    mm256_cmpeq_epi8 = _mm256_cmpeq_epi8(a: __m256i, b: __m256i) -> __m256i;
    mm256_extracti128_si256<N> = _mm256_extracti128_si256(a: __m256i) -> __m128i;
    mm256_movemask_epi8 = _mm256_movemask_epi8(a: __m256i) -> i32;
    mm256_mul_epu32 = _mm256_mul_epu32(a: __m256i, b: __m256i) -> __m256i;
    mm256_mulhi_epu16 = _mm256_mulhi_epu16(a: __m256i, b: __m256i) -> __m256i;
    mm256_mullo_epi16 = _mm256_mullo_epi16(a: __m256i, b: __m256i) -> __m256i;
    mm256_or_si256 = _mm256_or_si256(a: __m256i, b: __m256i) -> __m256i;
    mm256_set1_epi8 = _mm256_set1_epi8(n: i8) -> __m256i;
    mm256_set1_epi16 = _mm256_set1_epi16(n: i16) -> __m256i;
    mm256_set1_epi32 = _mm256_set1_epi32(n: i32) -> __m256i;
    mm256_set1_epi64x = _mm256_set1_epi64x(n: i64) -> __m256i;
    mm256_set_m128i = _mm256_set_m128i(high: __m128i, low: __m128i) -> __m256i;
    mm256_shuffle_epi8 = _mm256_shuffle_epi8(a: __m256i, indices: __m256i) -> __m256i;
    mm256_slli_epi16<N> = _mm256_slli_epi16(a: __m256i) -> __m256i;
    mm256_slli_epi32<N> = _mm256_slli_epi32(a: __m256i) -> __m256i;
    mm256_slli_epi64<N> = _mm256_slli_epi64(a: __m256i) -> __m256i;
    mm256_srli_epi16<N> = _mm256_srli_epi16(a: __m256i) -> __m256i;
    mm256_srli_epi64<N> = _mm256_srli_epi64(a: __m256i) -> __m256i;
    mm256_sub_epi16 = _mm256_sub_epi16(a: __m256i, b: __m256i) -> __m256i;
    mm256_sub_epi64 = _mm256_sub_epi64(a: __m256i, b: __m256i) -> __m256i;
    bzhi_u32 = _bzhi_u32(a: u32, bits: u32) -> u32;
}

/// The methods that all x86 sets share, on 128-bit vectors. The closure makes an [`Avx2`]
/// of one of them.
macro_rules! digits_on_x86 {
    (|$isa:ident| $avx2:expr) => {
        type Bytes = __m128i;
        const LANE: u32 = 1;

        #[inline(always)]
        unsafe fn load(self, at: *const u8) -> __m128i {
            // SAFETY: the caller's; unaligned.
            unsafe { _mm_loadu_si128(at.cast()) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut u8, bytes: __m128i) {
            // SAFETY: the caller's; unaligned.
            unsafe { _mm_storeu_si128(at.cast(), bytes) }
        }

        #[inline(always)]
        unsafe fn copy32(self, from: *const u8, to: *mut u8) {
            // SAFETY: the caller's; unaligned.
            let bytes = unsafe { _mm256_loadu_si256(from.cast()) };
            // SAFETY: the caller's; unaligned.
            unsafe { _mm256_storeu_si256(to.cast(), bytes) }
        }

        #[inline(always)]
        fn splat(self, byte: u8) -> __m128i {
            // SAFETY: `self` proves SSE2.
            unsafe { _mm_set1_epi8(byte.cast_signed()) }
        }

        #[inline(always)]
        fn and(self, a: __m128i, b: __m128i) -> __m128i {
            // SAFETY: `self` proves SSE2.
            unsafe { _mm_and_si128(a, b) }
        }

        #[inline(always)]
        fn or(self, a: __m128i, b: __m128i) -> __m128i {
            // SAFETY: `self` proves SSE2.
            unsafe { _mm_or_si128(a, b) }
        }

        #[inline(always)]
        fn xor(self, a: __m128i, b: __m128i) -> __m128i {
            // SAFETY: `self` proves SSE2.
            unsafe { _mm_xor_si128(a, b) }
        }

        #[inline(always)]
        fn upper(self, a: __m128i) -> __m128i {
            let $isa = self;
            $avx2.upper_halves(a)
        }

        #[inline(always)]
        fn above(self, a: __m128i, limit: __m128i) -> __m128i {
            // SAFETY: `self` proves SSE2.
            unsafe { _mm_subs_epu8(a, limit) }
        }

        #[inline(always)]
        fn shuffle(self, a: __m128i, indices: __m128i) -> __m128i {
            // SAFETY: `self` proves SSSE3.
            unsafe { _mm_shuffle_epi8(a, indices) }
        }

        #[inline(always)]
        fn nonzero(self, a: __m128i) -> u64 {
            let $isa = self;
            $avx2.nonzero_lanes(a)
        }

        #[inline(always)]
        fn any(self, a: __m128i) -> bool {
            // SAFETY: `self` proves SSE4.1.
            unsafe { _mm_testz_si128(a, a) == 0 }
        }

        #[inline(always)]
        fn digits(self, high: u32, low: u32) -> __m128i {
            let $isa = self;
            let [_, both] = $avx2.eights(0, 0, high, low);
            both
        }

        #[inline(always)]
        fn many_digits(self, high: u32, middle: u32, low: u32) -> [__m128i; 2] {
            let $isa = self;
            $avx2.eights(0, high, middle, low)
        }
    };
}
pub(super) use digits_on_x86;

impl Isa for Avx2 {
    type Table<'a> = &'a TextTables;
    type First = ();

    digits_on_x86!(|isa| isa);
    #[inline(always)]
    unsafe fn elements(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        run: &Run,
        elements: &Elements,
    ) -> Pos {
        outlined!(
            compiled,
            "avx2,bmi1,bmi2,lzcnt",
            <>,
            (run: &Run, elements: &Elements),
            |vector| vector.all(run, elements)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, run, elements) }
    }

    #[inline(always)]
    unsafe fn until_suspect(self, place: &Place<'_, Self>, pos: Pos, slots: &[Slot]) -> Pos {
        outlined!(
            compiled,
            "avx2,bmi1,bmi2,lzcnt",
            <>,
            (slots: &[Slot]),
            |vector| vector.until_suspect(slots)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, slots) }
    }

    #[inline(always)]
    unsafe fn special(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        text: &[u8],
        plain: usize,
        space: Option<u8>,
    ) -> Pos {
        outlined!(
            compiled,
            "avx2,bmi1,bmi2,lzcnt",
            <>,
            (text: &[u8], plain: usize, space: Option<u8>),
            |vector| vector.special(text, plain, space)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, text, plain, space) }
    }

    #[inline(always)]
    unsafe fn many<F: Print>(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        fields: &Slots<'_>,
        shape: F,
    ) -> Pos {
        outlined!(
            compiled,
            "avx2,bmi1,bmi2,lzcnt",
            <F: Print>,
            (fields: &Slots<'_>, shape: F),
            |vector| vector.neighbours(fields, shape)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, fields, shape) }
    }

    #[inline(always)]
    fn table(self, tables: &TextTables) -> &TextTables {
        tables
    }

    /// With vectors of this length an early load gains nothing.
    #[inline(always)]
    unsafe fn first(self, _from: *const u8) {}

    #[inline(always)]
    unsafe fn translate<const TRIM: bool>(
        self,
        tables: &TextTables,
        space: u8,
        _first: (),
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        match tables.rows {
            used if used & 0x000F == 0 => {
                // SAFETY: the caller's.
                unsafe { self.rows::<TRIM, 4, 16>(tables, space, from, to, len) }
            }
            used if used & 0xFF00 == 0 => {
                // SAFETY: the caller's.
                unsafe { self.rows::<TRIM, 0, 8>(tables, space, from, to, len) }
            }
            // SAFETY: the caller's.
            _ => unsafe { self.rows::<TRIM, 0, 16>(tables, space, from, to, len) },
        }
    }
}

impl Avx2 {
    /// The upper half of each byte, in its lower half.
    #[inline(always)]
    pub(super) fn upper_halves(self, a: __m128i) -> __m128i {
        self.mm_and_si128(self.mm_srli_epi16::<4>(a), self.mm_set1_epi8(0x0F))
    }

    /// A bit for every byte (below X'80') that is not zero.
    #[inline(always)]
    pub(super) fn nonzero_lanes(self, a: __m128i) -> u64 {
        // What is not zero reaches the top bit. A comparison would go through a mask register where
        // there are any, which takes longer.
        let top = self.mm_add_epi8(a, self.mm_set1_epi8(0x7F));
        u64::from(self.mm_movemask_epi8(top).cast_unsigned())
    }

    /// Digits of numbers below 10^8, those of the first two and those of the last two. Halves,
    /// quarters and eighths of all at once: quotients by multiplication, as compilers divide by
    /// constants.
    #[inline(always)]
    pub(super) fn eights(self, a: u32, b: u32, c: u32, d: u32) -> [__m128i; 2] {
        let pair = |a: u32, b: u32| {
            let lane = |n: u32| self.mm_cvtsi32_si128(n.cast_signed());
            self.mm_unpacklo_epi64(lane(a), lane(b))
        };
        let eights = self.mm256_set_m128i(pair(a, b), pair(c, d));
        let product = self.mm256_mul_epu32(eights, self.mm256_set1_epi64x(3_518_437_209));
        let quotient = self.mm256_srli_epi64::<45>(product);
        let product = self.mm256_mul_epu32(quotient, self.mm256_set1_epi64x(10_000));
        let rest = self.mm256_sub_epi64(eights, product);
        let fours = self.mm256_or_si256(quotient, self.mm256_slli_epi64::<32>(rest));

        let product = self.mm256_mulhi_epu16(fours, self.mm256_set1_epi32(5_243));
        let quotient = self.mm256_srli_epi16::<3>(product);
        let product = self.mm256_mullo_epi16(quotient, self.mm256_set1_epi32(100));
        let rest = self.mm256_sub_epi16(fours, product);
        let twos = self.mm256_or_si256(quotient, self.mm256_slli_epi32::<16>(rest));

        let quotient = self.mm256_mulhi_epu16(twos, self.mm256_set1_epi16(6_554));
        let product = self.mm256_mullo_epi16(quotient, self.mm256_set1_epi16(10));
        let rest = self.mm256_sub_epi16(twos, product);
        let digits = self.mm256_or_si256(quotient, self.mm256_slli_epi16::<8>(rest));
        [
            self.mm256_extracti128_si256::<1>(digits),
            self.mm256_castsi256_si128(digits),
        ]
    }

    /// Translates by the rows `FIRST..END` of the table; a byte of any other row is special.
    ///
    /// # Safety
    /// As [`Isa::translate`].
    #[inline(always)]
    unsafe fn rows<const TRIM: bool, const FIRST: usize, const END: usize>(
        self,
        tables: &TextTables,
        space: u8,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        let (mut done, mut kept) = (0, 0);
        let space = self.mm256_set1_epi8(space.cast_signed());
        while done < len {
            // SAFETY: within the text.
            let from = unsafe { from.add(done) };
            // SAFETY: 32 bytes from there end less than 32 bytes behind the text.
            let bytes = unsafe { _mm256_loadu_si256(from.cast()) };
            let text = self.row_by_row::<FIRST, END>(tables, bytes);
            // SAFETY: within the room for the text.
            let to = unsafe { to.add(done) };
            // SAFETY: 32 bytes from there end less than 32 bytes behind that room.
            unsafe { _mm256_storeu_si256(to.cast(), text) };
            // Behind the text is something else.
            let within = self.bzhi_u32(u32::MAX, (len - done).min(32) as u32);
            let special = self.mm256_movemask_epi8(text).cast_unsigned() & within;
            if special != 0 {
                return Err(done + special.trailing_zeros() as usize);
            }
            if TRIM {
                let spaces = self.mm256_movemask_epi8(self.mm256_cmpeq_epi8(bytes, space));
                let others = !spaces.cast_unsigned() & within;
                if others != 0 {
                    kept = done + 32 - others.leading_zeros() as usize;
                }
            }
            done += 32;
        }
        Ok(if TRIM { kept } else { len })
    }

    /// What 32 bytes print; a byte whose row is none of `FIRST..END`, and so is special, has its top
    /// bit set.
    #[inline(always)]
    fn row_by_row<const FIRST: usize, const END: usize>(
        self,
        tables: &TextTables,
        bytes: __m256i,
    ) -> __m256i {
        let index = self.mm256_and_si256(bytes, self.mm256_set1_epi8(0x0F));
        // Bits 4, 5 and 6 where a blend looks for them: at the top of each byte.
        let bit4 = self.mm256_slli_epi16::<3>(bytes);
        let bit5 = self.mm256_slli_epi16::<2>(bytes);
        let bit6 = self.mm256_slli_epi16::<1>(bytes);
        // No closures: where one is not inlined, it is compiled without the instruction set.
        macro_rules! four {
            ($first:literal) => {
                if $first < FIRST || $first >= END {
                    self.mm256_set1_epi8(i8::MIN)
                } else {
                    let row = [
                        self.row(tables, $first, index),
                        self.row(tables, $first + 1, index),
                        self.row(tables, $first + 2, index),
                        self.row(tables, $first + 3, index),
                    ];
                    let even = self.mm256_blendv_epi8(row[0], row[1], bit4);
                    let odd = self.mm256_blendv_epi8(row[2], row[3], bit4);
                    self.mm256_blendv_epi8(even, odd, bit5)
                }
            };
        }
        let low = self.mm256_blendv_epi8(four!(0), four!(4), bit6);
        let high = self.mm256_blendv_epi8(four!(8), four!(12), bit6);
        self.mm256_blendv_epi8(low, high, bytes)
    }

    /// What the bytes with these lower halves print if they are of this row, below 16.
    #[inline(always)]
    fn row(self, tables: &TextTables, row: usize, index: __m256i) -> __m256i {
        let (rows, _) = tables.plain.as_chunks::<16>();
        let row = self.mm256_broadcastsi128_si256(self.lanes(&rows[row]));
        self.mm256_shuffle_epi8(row, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value whose digits could be rounded wrongly: next to multiples of powers of ten, and
    /// a stride through all others.
    #[test]
    fn digits_are_exact() {
        let Some(isa) = Avx2::new() else {
            println!("skipped: no AVX2");
            return;
        };
        let near = (1..=8u32).flat_map(|n| {
            let power = 10u32.pow(n);
            (0..=100_000_000 / power)
                .step_by(if n < 4 { 97 } else { 1 })
                .flat_map(move |m| {
                    let value = m * power;
                    [value.saturating_sub(1), value, value + 1]
                })
        });
        for value in near
            .chain((0..100_000_000).step_by(101))
            .filter(|&v| v < 100_000_000)
        {
            #[target_feature(enable = "avx2")]
            fn digits(isa: Avx2, value: u32, out: &mut [u8; 16]) {
                let digits = isa.digits(value, value);
                // SAFETY: 16 bytes.
                unsafe { isa.store(out.as_mut_ptr(), digits) }
            }
            let mut out = [0; 16];
            // SAFETY: `isa` proves the features.
            unsafe { digits(isa, value, &mut out) };
            let mut wanted = [0; 8];
            let mut rest = value;
            for digit in wanted.iter_mut().rev() {
                *digit = (rest % 10) as u8;
                rest /= 10;
            }
            assert_eq!(
                (&out[..8], &out[8..]),
                (&wanted[..], &wanted[..]),
                "{value}"
            );
        }
    }
}
