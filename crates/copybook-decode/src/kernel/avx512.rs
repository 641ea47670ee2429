//! x86-64 with AVX-512 VBMI and IFMA: text by two permutations of 128 bytes each, the digits of
//! binary numbers by multiplication of 52-bit fractions. Other digits are too few for vectors this
//! wide: they are printed as with AVX2.

#![allow(
    unsafe_code,
    clippy::multiple_unsafe_ops_per_block,
    reason = "intrinsics, and what the trait says about pointers"
)]

use std::arch::x86_64::*;

use crate::decode::plan::{Program, Run, TextTables};

use super::Batch;
use super::avx2::digits_on_x86;
use super::steps::Elements;
use super::vector::{self, Isa, Place, Pos, Print, Slots, Vector, outlined};

/// Proof that the CPU has AVX-512 F, BW, VL, VBMI and IFMA, and AVX2, BMI1, BMI2 and LZCNT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn new() -> Option<Avx512> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512ifma")
            && super::avx2::Avx2::new().is_some();
        found.then_some(Avx512(()))
    }

    pub(super) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        #[target_feature(
            enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,avx2,bmi1,bmi2,lzcnt"
        )]
        fn with_features(
            isa: Avx512,
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

impl Isa for Avx512 {
    type Table<'a> = [__m512i; 4];

    digits_on_x86!();
    #[inline(always)]
    fn elements(self, place: &Place<'_, Self>, pos: Pos, run: &Run, elements: &Elements) -> Pos {
        outlined!(compiled, "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,avx2,bmi1,bmi2,lzcnt", <>, (run: &Run, elements: &Elements), |vector| vector.all(run, elements));
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { compiled(place, pos, run, elements) }
    }

    #[inline(always)]
    fn special(self, place: &Place<'_, Self>, pos: Pos, text: &[u8], plain: usize) -> Pos {
        outlined!(compiled, "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,avx2,bmi1,bmi2,lzcnt", <>, (text: &[u8], plain: usize), |vector| vector.special(text, plain));
        // SAFETY: `self` proves that the CPU has the features.
        unsafe { compiled(place, pos, text, plain) }
    }

    /// With AVX-512 a comparison goes through a mask register, which takes longer than a vector:
    /// where nothing is 64 bytes long the loops are compiled without it.
    #[inline(always)]
    fn many<F: Print>(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        fields: &Slots<'_>,
        shape: F,
    ) -> Pos {
        outlined!(long, "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,avx2,bmi1,bmi2,lzcnt", <F: Print>, (fields: &Slots<'_>, shape: F), |vector| vector.neighbours(fields, shape));
        outlined!(short, "avx2,bmi1,bmi2,lzcnt", <F: Print>, (fields: &Slots<'_>, shape: F), |vector| vector.neighbours(fields, shape));
        // SAFETY: `self` proves that the CPU has the features.
        unsafe {
            if F::LONG {
                long(place, pos, fields, shape)
            } else {
                short(place, pos, fields, shape)
            }
        }
    }

    #[inline(always)]
    fn digits(self, high: u32, low: u32) -> __m128i {
        // SAFETY: `self` proves AVX-512 VBMI; the table has 64 bytes.
        unsafe {
            // The lowest byte of each of sixteen 64-bit lanes.
            let lanes = _mm512_loadu_si512(LOWEST.as_ptr().cast());
            let both = _mm512_permutex2var_epi8(eight(high), lanes, eight(low));
            _mm512_castsi512_si128(both)
        }
    }

    #[inline(always)]
    fn few_digits(self, value: u32) -> __m128i {
        // SAFETY: `self` proves AVX-512 VBMI; the table has 64 bytes.
        unsafe {
            let lanes = _mm512_loadu_si512(LOWEST_BEHIND.as_ptr().cast());
            let digits = _mm512_maskz_permutexvar_epi8(0xFF00, lanes, eight(value));
            _mm512_castsi512_si128(digits)
        }
    }

    #[inline(always)]
    fn table(self, tables: &TextTables) -> [__m512i; 4] {
        let quarter = |n: usize| {
            // SAFETY: `self` proves AVX-512; the table has 256 bytes.
            unsafe { _mm512_loadu_si512(tables.plain.as_ptr().add(64 * n).cast()) }
        };
        [quarter(0), quarter(1), quarter(2), quarter(3)]
    }

    #[inline(always)]
    unsafe fn translate<const TRIM: bool>(
        self,
        tables: [__m512i; 4],
        space: u8,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        // SAFETY: `self` proves AVX-512 VBMI and BMI2; every pointer stays within `len + 64` bytes.
        unsafe {
            // Most fields end here, and all of one length have the same mask.
            let mut kept = translate_64(tables, space, from, to, len.min(64))?;
            let mut done = 64;
            while done < len {
                let (from, to) = (from.add(done), to.add(done));
                match translate_64(tables, space, from, to, (len - done).min(64)) {
                    Ok(0) => {}
                    Ok(more) => kept = done + more,
                    Err(plain) => return Err(done + plain),
                }
                done += 64;
            }
            Ok(if TRIM { kept } else { len })
        }
    }
}

/// As [`Isa::translate`], trimmed, at most 64 bytes.
///
/// # Safety
/// The CPU has AVX-512 VBMI and BMI2; 64 bytes may be read and written.
#[inline(always)]
unsafe fn translate_64(
    [a, b, c, d]: [__m512i; 4],
    space: u8,
    from: *const u8,
    to: *mut u8,
    len: usize,
) -> Result<usize, usize> {
    // SAFETY: as above.
    unsafe {
        // Behind the text is something else.
        let within = _bzhi_u64(u64::MAX, len as u32);
        let bytes = _mm512_loadu_si512(from.cast());
        let low = _mm512_permutex2var_epi8(a, bytes, b);
        let high = _mm512_permutex2var_epi8(c, bytes, d);
        let text = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), low, high);
        _mm512_storeu_si512(to.cast(), text);
        let special = _mm512_movepi8_mask(text) & within;
        if special != 0 {
            return Err(special.trailing_zeros() as usize);
        }
        let space = _mm512_set1_epi8(space.cast_signed());
        let others = _mm512_cmpneq_epi8_mask(bytes, space) & within;
        Ok(64 - others.leading_zeros() as usize)
    }
}

/// Eight digits at once, the lowest byte of a lane each: digit n is the whole part of ten times the
/// fraction of value / 10^n. The lower 52 bits of value * (2^52 / 10^n) are that fraction.
///
/// # Safety
/// The CPU has AVX-512 IFMA.
#[inline(always)]
unsafe fn eight(value: u32) -> __m512i {
    // SAFETY: IFMA is the caller's to prove; the tables have 64 bytes.
    unsafe {
        let parts = _mm512_loadu_si512(FRACTIONS.as_ptr().cast());
        let round = _mm512_loadu_si512(ROUND.as_ptr().cast());
        let value = _mm512_set1_epi64(i64::from(value));
        let fractions = _mm512_madd52lo_epu64(round, value, parts);
        _mm512_madd52hi_epu64(_mm512_setzero_si512(), fractions, _mm512_set1_epi64(10))
    }
}

/// 2^52 / 10^n for n from 8 to 1, rounded up but for the first, which [`ROUND`] makes good.
static FRACTIONS: [u64; 8] = {
    let mut fractions = [0; 8];
    let mut power = 10;
    let mut at = 8;
    while at > 0 {
        at -= 1;
        fractions[at] = (1 << 52) / power + (at > 0) as u64;
        power *= 10;
    }
    fractions
};

/// 2^52 modulo 10^8: what 10^8 times the first fraction lacks of 2^52. Rounding that fraction up
/// would add too much to values near 10^8, this adds less than a digit's worth to any.
static ROUND: [u64; 8] = [(1 << 52) % 100_000_000, 0, 0, 0, 0, 0, 0, 0];

/// Index of the lowest byte of each 64-bit lane of two vectors.
static LOWEST: [u8; 64] = {
    let mut lowest = [0; 64];
    let mut at = 0;
    while at < 16 {
        lowest[at] = 8 * at as u8;
        at += 1;
    }
    lowest
};

/// The same of one vector, from the ninth byte on.
static LOWEST_BEHIND: [u8; 64] = {
    let mut lowest = [0; 64];
    let mut at = 0;
    while at < 8 {
        lowest[8 + at] = 8 * at as u8;
        at += 1;
    }
    lowest
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value whose digits could be rounded wrongly: next to multiples of powers of ten, and
    /// a stride through all others.
    #[test]
    fn digits_are_exact() {
        let Some(isa) = Avx512::new() else {
            println!("skipped: no AVX-512 VBMI and IFMA");
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
            #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx512ifma,avx2")]
            fn digits(isa: Avx512, value: u32, out: &mut [u8; 16]) {
                // SAFETY: 16 bytes.
                unsafe { isa.store(out.as_mut_ptr(), isa.digits(value, value)) }
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
