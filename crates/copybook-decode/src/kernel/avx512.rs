//! x86-64 with AVX-512 VBMI: text by two permutations of 128 bytes each. Digits are too few for vectors
//! this wide: they are printed as with AVX2.

#![allow(
    unsafe_code,
    reason = "intrinsics, and what the trait says about pointers"
)]

use std::arch::x86_64::*;
use std::hint::select_unpredictable;

use crate::program::plan::{Program, Run, Slot, TextTables};

use super::Batch;
use super::avx2::{Avx2, digits_on_x86};
use super::proven::proven;
use super::steps::Elements;
use super::vector::{self, Isa, Place, Pos, Print, Slots, Vector, outlined};

/// Proof that the CPU has AVX-512 F, BW, VL and VBMI, and AVX2, BMI1, BMI2 and LZCNT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(Avx2);

impl Avx512 {
    pub(super) fn new() -> Option<Avx512> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi");
        Avx2::new().filter(|_| found).map(Avx512)
    }

    pub(super) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt")]
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

proven! { Avx512:
    mm512_cmpneq_epi8_mask = _mm512_cmpneq_epi8_mask(a: __m512i, b: __m512i) -> u64;
    mm512_mask_blend_epi8 = _mm512_mask_blend_epi8(mask: u64, a: __m512i, b: __m512i) -> __m512i;
    mm512_movepi8_mask = _mm512_movepi8_mask(a: __m512i) -> u64;
    mm512_permutex2var_epi8 = _mm512_permutex2var_epi8(a: __m512i, indices: __m512i, b: __m512i) -> __m512i;
    mm512_set1_epi8 = _mm512_set1_epi8(n: i8) -> __m512i;
    bzhi_u64 = _bzhi_u64(a: u64, bits: u32) -> u64;
}

impl Isa for Avx512 {
    type Table<'a> = [__m512i; 4];
    type First = __m512i;

    digits_on_x86!(|isa| isa.0);
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
            "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt",
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
            "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt",
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
            "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt",
            <>,
            (text: &[u8], plain: usize, space: Option<u8>),
            |vector| vector.special(text, plain, space)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, text, plain, space) }
    }

    /// With AVX-512 a comparison goes through a mask register, which takes longer than a vector:
    /// where nothing is 64 bytes long the loops are compiled without it.
    #[inline(always)]
    unsafe fn many<F: Print>(
        self,
        place: &Place<'_, Self>,
        pos: Pos,
        fields: &Slots<'_>,
        shape: F,
    ) -> Pos {
        outlined!(
            long,
            "avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt",
            <F: Print>,
            (fields: &Slots<'_>, shape: F),
            |vector| vector.neighbours(fields, shape)
        );
        outlined!(
            short,
            "avx2,bmi1,bmi2,lzcnt",
            <F: Print>,
            (fields: &Slots<'_>, shape: F),
            |vector| vector.neighbours(fields, shape)
        );
        if F::LONG {
            // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
            unsafe { long(place, pos, fields, shape) }
        } else {
            // SAFETY: the same.
            unsafe { short(place, pos, fields, shape) }
        }
    }

    #[inline(always)]
    fn table(self, tables: &TextTables) -> [__m512i; 4] {
        let quarter = |n: usize| {
            // SAFETY: the table has 256 bytes, and `n` is below 4.
            let table = unsafe { tables.plain.as_ptr().add(64 * n) };
            // SAFETY: a whole quarter; `self` proves AVX-512.
            unsafe { _mm512_loadu_si512(table.cast()) }
        };
        [quarter(0), quarter(1), quarter(2), quarter(3)]
    }

    #[inline(always)]
    unsafe fn first(self, from: *const u8) -> __m512i {
        // SAFETY: the caller's; unaligned.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    unsafe fn translate<const TRIM: bool>(
        self,
        tables: [__m512i; 4],
        space: u8,
        first: __m512i,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        // Most fields end here, and all of one length have the same mask.
        if len <= 64 {
            // SAFETY: the caller's.
            let kept = unsafe { self.translate_64(tables, space, first, to, len) }?;
            return Ok(match TRIM {
                // SAFETY: 64 bytes may be read, by the caller.
                true if len <= 16 => unsafe { kept_of_16(space, from, len) },
                true => kept,
                false => len,
            });
        }
        let (mut done, mut kept) = (0, 0);
        while done < len {
            // SAFETY: within the text.
            let from = unsafe { from.add(done) };
            // SAFETY: 64 bytes from there end less than 64 bytes behind the text.
            let bytes = unsafe { self.first(from) };
            // SAFETY: within the room for the text.
            let to = unsafe { to.add(done) };
            let left = (len - done).min(64);
            // SAFETY: 64 bytes from there end less than 64 bytes behind that room.
            match unsafe { self.translate_64(tables, space, bytes, to, left) } {
                Ok(0) => {}
                Ok(more) => kept = done + more,
                Err(plain) => return Err(done + plain),
            }
            done += 64;
        }
        Ok(if TRIM { kept } else { len })
    }
}

/// How many bytes of at most 16 are left without the spaces at their end: sooner there than through a
/// mask register, and where the next field is printed depends on it.
///
/// # Safety
/// 16 bytes may be read.
#[inline(always)]
unsafe fn kept_of_16(space: u8, from: *const u8, len: usize) -> usize {
    let others = |from: *const u8| {
        // SAFETY: within the 16 bytes, by the caller.
        let word = u64::from_le(unsafe { from.cast::<u64>().read_unaligned() });
        word ^ u64::from_le_bytes([space; 8])
    };
    let spaces = |others: u64| others.leading_zeros() as usize / 8;
    if len <= 8 {
        let others = others(from) << (64 - 8 * len.max(1));
        // Zeros that were shifted in are no more than the spaces of an empty text.
        return len - spaces(others).min(len);
    }
    let (first, last) = (others(from), others(from.wrapping_add(len - 8)));
    select_unpredictable(last == 0, 8 - spaces(first), len - spaces(last))
}

impl Avx512 {
    /// As [`Isa::translate`], trimmed, at most 64 bytes.
    ///
    /// # Safety
    /// 64 bytes may be written.
    #[inline(always)]
    unsafe fn translate_64(
        self,
        [a, b, c, d]: [__m512i; 4],
        space: u8,
        bytes: __m512i,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        // Behind the text is something else.
        let within = self.bzhi_u64(u64::MAX, len as u32);
        let low = self.mm512_permutex2var_epi8(a, bytes, b);
        let high = self.mm512_permutex2var_epi8(c, bytes, d);
        let text = self.mm512_mask_blend_epi8(self.mm512_movepi8_mask(bytes), low, high);
        // SAFETY: the caller's; unaligned.
        unsafe { _mm512_storeu_si512(to.cast(), text) };
        let special = self.mm512_movepi8_mask(text) & within;
        if special != 0 {
            return Err(special.trailing_zeros() as usize);
        }
        let space = self.mm512_set1_epi8(space.cast_signed());
        let others = self.mm512_cmpneq_epi8_mask(bytes, space) & within;
        Ok(64 - others.leading_zeros() as usize)
    }
}
