//! x86-64 with AVX-512 VBMI: text by two permutations of 128 bytes each. Digits are too few for
//! vectors this wide: they are printed as with AVX2.

#![allow(
    unsafe_code,
    clippy::multiple_unsafe_ops_per_block,
    reason = "intrinsics, and what the trait says about pointers"
)]

use std::arch::x86_64::*;

use crate::decode::plan::{Program, Run, TextTables};
use crate::decode::shape::{BinaryShape, PackedShape, TextShape, ZonedShape};

use super::Batch;
use super::avx2::digits_on_x86;
use super::vector::{self, Isa, Place, Pos, Vector, outlined};

/// Proof that the CPU has AVX-512 F, BW, VL and VBMI, and AVX2, BMI1, BMI2 and LZCNT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn new() -> Option<Avx512> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && super::avx2::Avx2::new().is_some();
        found.then_some(Avx512(()))
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

impl Isa for Avx512 {
    digits_on_x86!();
    outlined!("avx512f,avx512bw,avx512vl,avx512vbmi,avx2,bmi1,bmi2,lzcnt");

    #[inline(always)]
    unsafe fn translate(
        self,
        tables: &TextTables,
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> bool {
        let table = tables.plain.as_ptr();
        // SAFETY: `self` proves AVX-512 VBMI; the table has 256 bytes, and every other pointer
        // stays within `len + 64` bytes.
        unsafe {
            let quarter = |n: usize| _mm512_loadu_si512(table.add(64 * n).cast());
            let (a, b, c, d) = (quarter(0), quarter(1), quarter(2), quarter(3));
            let mut special = 0;
            let mut done = 0;
            while done < len {
                let bytes = _mm512_loadu_si512(from.add(done).cast());
                let low = _mm512_permutex2var_epi8(a, bytes, b);
                let high = _mm512_permutex2var_epi8(c, bytes, d);
                let text = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), low, high);
                _mm512_storeu_si512(to.add(done).cast(), text);
                let own = u64::MAX >> (64 - (len - done).min(64));
                special |= _mm512_movepi8_mask(text) & own;
                done += 64;
            }
            special == 0
        }
    }
}
