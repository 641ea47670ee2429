//! aarch64 with NEON, which every such CPU has: text by four look-ups in 64 bytes each.

#![allow(
    unsafe_code,
    reason = "intrinsics, and what the trait says about pointers"
)]

use std::arch::aarch64::*;

use crate::program::plan::{Program, Run, Slot, TextTables};

use super::Batch;
use super::proven::proven;
use super::steps::Elements;
use super::vector::{self, Isa, Place, Pos, Print, Slots, Vector, outlined};

/// Proof that the CPU has NEON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Neon(());

impl Neon {
    pub(super) fn new() -> Option<Neon> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Neon(()))
    }

    pub(super) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        #[target_feature(enable = "neon")]
        fn with_features(
            isa: Neon,
            program: &Program,
            batch: Batch<'_>,
            out: &mut Vec<u8>,
        ) -> usize {
            vector::run(isa, program, batch, out)
        }
        // SAFETY: `self` proves that the CPU has NEON.
        unsafe { with_features(self, program, batch, out) }
    }
}

proven! { Neon:
    vcgeq_u8 = vcgeq_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t;
    vget_lane_u64<LANE> = vget_lane_u64(a: uint64x1_t) -> u64;
    vmlsq_n_u16 = vmlsq_n_u16(a: uint16x8_t, b: uint16x8_t, n: u16) -> uint16x8_t;
    vmlsq_n_u32 = vmlsq_n_u32(a: uint32x4_t, b: uint32x4_t, n: u32) -> uint32x4_t;
    vmulq_n_u16 = vmulq_n_u16(a: uint16x8_t, n: u16) -> uint16x8_t;
    vmulq_n_u32 = vmulq_n_u32(a: uint32x4_t, n: u32) -> uint32x4_t;
    vorrq_u16 = vorrq_u16(a: uint16x8_t, b: uint16x8_t) -> uint16x8_t;
    vorrq_u32 = vorrq_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t;
    vqtbl4q_u8 = vqtbl4q_u8(table: uint8x16x4_t, indices: uint8x16_t) -> uint8x16_t;
    vqtbx4q_u8 = vqtbx4q_u8(a: uint8x16_t, table: uint8x16x4_t, indices: uint8x16_t) -> uint8x16_t;
    vreinterpret_u64_u8 = vreinterpret_u64_u8(a: uint8x8_t) -> uint64x1_t;
    vreinterpretq_u16_u32 = vreinterpretq_u16_u32(a: uint32x4_t) -> uint16x8_t;
    vreinterpretq_u16_u8 = vreinterpretq_u16_u8(a: uint8x16_t) -> uint16x8_t;
    vreinterpretq_u8_u16 = vreinterpretq_u8_u16(a: uint16x8_t) -> uint8x16_t;
    vshlq_n_u16<N> = vshlq_n_u16(a: uint16x8_t) -> uint16x8_t;
    vshlq_n_u32<N> = vshlq_n_u32(a: uint32x4_t) -> uint32x4_t;
    vshrn_n_u16<N> = vshrn_n_u16(a: uint16x8_t) -> uint8x8_t;
    vshrq_n_u16<N> = vshrq_n_u16(a: uint16x8_t) -> uint16x8_t;
    vshrq_n_u32<N> = vshrq_n_u32(a: uint32x4_t) -> uint32x4_t;
    vsubq_u8 = vsubq_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t;
    vtstq_u8 = vtstq_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t;
}

impl Isa for Neon {
    type Bytes = uint8x16_t;
    const LANE: u32 = 4;
    type Table<'a> = [uint8x16x4_t; 4];
    type First = ();

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
            "neon",
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
            "neon",
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
            "neon",
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
            "neon",
            <F: Print>,
            (fields: &Slots<'_>, shape: F),
            |vector| vector.neighbours(fields, shape)
        );
        // SAFETY: `self` proves that the CPU has the features; the rest is the caller's.
        unsafe { compiled(place, pos, fields, shape) }
    }

    #[inline(always)]
    unsafe fn load(self, at: *const u8) -> uint8x16_t {
        // SAFETY: the caller's; unaligned.
        unsafe { vld1q_u8(at) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8, bytes: uint8x16_t) {
        // SAFETY: the caller's; unaligned.
        unsafe { vst1q_u8(at, bytes) }
    }

    #[inline(always)]
    unsafe fn copy32(self, from: *const u8, to: *mut u8) {
        // SAFETY: the caller's; unaligned.
        let first = unsafe { vld1q_u8(from) };
        // SAFETY: the first half was there.
        let from = unsafe { from.add(16) };
        // SAFETY: the second half is.
        let second = unsafe { vld1q_u8(from) };
        // SAFETY: the caller's; unaligned.
        unsafe { vst1q_u8(to, first) };
        // SAFETY: there was room for the first half.
        let to = unsafe { to.add(16) };
        // SAFETY: there is for the second.
        unsafe { vst1q_u8(to, second) };
    }

    #[inline(always)]
    fn splat(self, byte: u8) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { vdupq_n_u8(byte) }
    }

    #[inline(always)]
    fn and(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { vandq_u8(a, b) }
    }

    #[inline(always)]
    fn or(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { vorrq_u8(a, b) }
    }

    #[inline(always)]
    fn xor(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { veorq_u8(a, b) }
    }

    #[inline(always)]
    fn upper(self, a: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { vshrq_n_u8::<4>(a) }
    }

    #[inline(always)]
    fn above(self, a: uint8x16_t, limit: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON.
        unsafe { vqsubq_u8(a, limit) }
    }

    #[inline(always)]
    fn shuffle(self, a: uint8x16_t, indices: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` proves NEON. Indices from 16 up give zero.
        unsafe { vqtbl1q_u8(a, indices) }
    }

    /// There is no instruction that gathers top bits: a narrowing shift keeps four bits a lane.
    #[inline(always)]
    fn nonzero(self, a: uint8x16_t) -> u64 {
        let lanes = self.vreinterpretq_u16_u8(self.vtstq_u8(a, a));
        self.vget_lane_u64::<0>(self.vreinterpret_u64_u8(self.vshrn_n_u16::<4>(lanes)))
    }

    #[inline(always)]
    fn any(self, a: uint8x16_t) -> bool {
        // SAFETY: `self` proves NEON.
        unsafe { vmaxvq_u8(a) != 0 }
    }

    /// Quarters and eighths of both numbers at once; halves by scalar division.
    #[inline(always)]
    fn digits(self, high: u32, low: u32) -> uint8x16_t {
        let fours = [high / 10_000, high % 10_000, low / 10_000, low % 10_000];
        // SAFETY: four numbers; `self` proves NEON.
        let fours = unsafe { vld1q_u32(fours.as_ptr()) };
        // value / 100 for values below 10^4, value / 10 for values below 100.
        let quotient = self.vshrq_n_u32::<19>(self.vmulq_n_u32(fours, 5_243));
        let rest = self.vmlsq_n_u32(fours, quotient, 100);
        let twos = self.vorrq_u32(quotient, self.vshlq_n_u32::<16>(rest));
        let twos = self.vreinterpretq_u16_u32(twos);
        let quotient = self.vshrq_n_u16::<10>(self.vmulq_n_u16(twos, 103));
        let rest = self.vmlsq_n_u16(twos, quotient, 10);
        self.vreinterpretq_u8_u16(self.vorrq_u16(quotient, self.vshlq_n_u16::<8>(rest)))
    }

    #[inline(always)]
    fn table(self, tables: &TextTables) -> [uint8x16x4_t; 4] {
        [0, 64, 128, 192].map(|at| {
            // SAFETY: the table has 256 bytes.
            let quarter = unsafe { tables.plain.as_ptr().add(at) };
            // SAFETY: a whole quarter; `self` proves NEON.
            unsafe { vld1q_u8_x4(quarter) }
        })
    }

    /// With vectors of this length an early load gains nothing.
    #[inline(always)]
    unsafe fn first(self, _from: *const u8) {}

    #[inline(always)]
    unsafe fn translate<const TRIM: bool>(
        self,
        quarters: [uint8x16x4_t; 4],
        space: u8,
        _first: (),
        from: *const u8,
        to: *mut u8,
        len: usize,
    ) -> Result<usize, usize> {
        let (mut done, mut kept) = (0, 0);
        let space = self.splat(space);
        while done < len {
            // Behind the text is something else.
            let within = u64::MAX >> (64 - Self::LANE * (len - done).min(16) as u32);
            // SAFETY: within the text.
            let from = unsafe { from.add(done) };
            // SAFETY: 16 bytes from there end less than 16 bytes behind the text.
            let bytes = unsafe { self.load(from) };
            // An index beyond a quarter leaves what the one before has found.
            let behind = |at: u8| self.vsubq_u8(bytes, self.splat(at));
            let mut text = self.vqtbl4q_u8(quarters[0], bytes);
            text = self.vqtbx4q_u8(text, quarters[1], behind(64));
            text = self.vqtbx4q_u8(text, quarters[2], behind(128));
            text = self.vqtbx4q_u8(text, quarters[3], behind(192));
            // SAFETY: within the room for the text.
            let to = unsafe { to.add(done) };
            // SAFETY: 16 bytes from there end less than 16 bytes behind that room.
            unsafe { self.store(to, text) };
            let special = self.vcgeq_u8(text, self.splat(0x80));
            if self.any(special) {
                let special = self.nonzero(special) & within;
                if special != 0 {
                    return Err(done + (special.trailing_zeros() / Self::LANE) as usize);
                }
            }
            if TRIM {
                let others = self.nonzero(self.xor(bytes, space)) & within;
                if others != 0 {
                    kept = done + 16 - (others.leading_zeros() / Self::LANE) as usize;
                }
            }
            done += 16;
        }
        Ok(if TRIM { kept } else { len })
    }
}
