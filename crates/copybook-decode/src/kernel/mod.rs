//! The inner loops, chosen once at run time. The only place with unsafe code.
//!
//! A kernel runs the steps of a [`Program`] over records. It prints a record or calls it suspect;
//! it never says why: the caller has the reader look at suspect records, which finds field and
//! byte. [`scalar`] is safe, runs everywhere, and is what the others are tested against.
//!
//! ```text
//! for each record, or several at once if they are nothing but fields in fixed places (`rows.rs`):
//!     for each step: print a run of fields | read a counter | start or end a table's element
//!     any bit of `bad` set, or bytes missing: suspect
//! ```

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod choice;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod proven;
mod rows;
mod scalar;
mod steps;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod vector;

use std::ops::Range;

use crate::program::PlanError;
use crate::program::plan::Program;

pub(crate) use choice::KernelChoice;

/// A set of inner loops that this CPU can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Safe Rust.
    Scalar,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    /// 512-bit vectors for text.
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
    /// 128-bit vectors.
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
}

impl Kernel {
    /// The fastest kernel of this CPU, or the one asked for.
    pub(crate) fn new(choice: Option<KernelChoice>) -> Result<Kernel, PlanError> {
        let available = Kernel::available();
        let Some(choice) = choice else {
            return Ok(available.last().copied().unwrap_or(Kernel::Scalar));
        };
        let found = available.iter().find(|kernel| kernel.choice() == choice);
        found.copied().ok_or_else(|| PlanError::Kernel {
            wanted: choice.name(),
            available: available
                .iter()
                .map(|k| k.name())
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// What this CPU can run, the fastest last.
    pub(crate) fn available() -> Vec<Kernel> {
        #[allow(unused_mut, reason = "other architectures have no more")]
        let mut kernels = vec![Kernel::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            kernels.extend(avx2::Avx2::new().map(Kernel::Avx2));
            kernels.extend(avx512::Avx512::new().map(Kernel::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        kernels.extend(neon::Neon::new().map(Kernel::Neon));
        kernels
    }

    pub(crate) fn name(self) -> &'static str {
        self.choice().name()
    }

    pub(crate) fn choice(self) -> KernelChoice {
        match self {
            Kernel::Scalar => KernelChoice::Scalar,
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(_) => KernelChoice::Avx2,
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(_) => KernelChoice::Avx512,
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(_) => KernelChoice::Neon,
        }
    }

    /// Prints the records of a batch, and stops before the first suspect one. Returns how many it
    /// printed.
    pub(crate) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        match self {
            Kernel::Scalar => scalar::run(program, batch, out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(isa) => isa.run(program, batch, out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(isa) => isa.run(program, batch, out),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(isa) => isa.run(program, batch, out),
        }
    }

    /// Prints the fields of one record that is nothing but fields in fixed places
    /// ([`Program::plain`]), from the one with this index up to the first that is suspect, each with
    /// the literal before it. Returns the index of that one, which is not printed.
    ///
    /// From the start of `record`, [`Program::max_record`] and [`PAD`](crate::program::plan::PAD)
    /// bytes can be read.
    pub(crate) fn fields(
        self,
        program: &Program,
        record: &[u8],
        from: usize,
        out: &mut Vec<u8>,
    ) -> usize {
        let Some((run, _)) = program.plain() else {
            return from;
        };
        let slots = &run.slots[from..];
        from + match self {
            Kernel::Scalar => scalar::fields(program, record, slots, out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(isa) => vector::fields(isa, program, record, slots, out),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(isa) => vector::fields(isa, program, record, slots, out),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(isa) => vector::fields(isa, program, record, slots, out),
        }
    }
}

/// Records in memory. From the start of each, [`Program::max_record`] and
/// [`PAD`](crate::program::plan::PAD) bytes can be read, whatever they are behind the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub data: &'a [u8],
    pub places: Places<'a>,
    /// Most bytes of each that are not filled up: nothing may lie behind the fields of these. With
    /// 0 anything may.
    pub own: usize,
}

/// Where records lie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places<'a> {
    /// Each of one length, and as far from the one before.
    Fixed {
        length: usize,
        stride: usize,
        count: usize,
    },
    /// Anywhere, each of its own length.
    Pieces(&'a [Range<usize>]),
}

impl Places<'_> {
    /// Number of records.
    pub(crate) fn count(self) -> usize {
        match self {
            Places::Fixed { count, .. } => count,
            Places::Pieces(pieces) => pieces.len(),
        }
    }

    /// Start and length of a record.
    #[inline(always)]
    fn at(self, index: usize) -> (usize, usize) {
        match self {
            Places::Fixed { length, stride, .. } => (index * stride, length),
            Places::Pieces(pieces) => (pieces[index].start, pieces[index].len()),
        }
    }
}
