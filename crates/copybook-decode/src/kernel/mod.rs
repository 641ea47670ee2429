//! The inner loops, chosen once at run time. The only place with unsafe code.
//!
//! A kernel runs the steps of a [`Program`] over records. It prints a record or calls it suspect;
//! it never says why: the caller has the reader look at suspect records, which finds field and
//! byte. [`scalar`] is safe, runs everywhere, and is what the others are tested against.
//!
//! ```text
//! for each record:
//!     for each step: print a run of fields | read a counter | start or end a table's element
//!     any bit of `bad` set, or bytes missing: suspect
//! ```

mod scalar;
mod steps;

use crate::decode::plan::Program;
use crate::decode::{KernelChoice, PlanError};

/// A set of inner loops that this CPU can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Safe Rust.
    Scalar,
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
        vec![Kernel::Scalar]
    }

    pub(crate) fn name(self) -> &'static str {
        self.choice().name()
    }

    fn choice(self) -> KernelChoice {
        match self {
            Kernel::Scalar => KernelChoice::Scalar,
        }
    }

    /// Prints up to `count` records of `stride` bytes that lie back to back in `data`, and stops
    /// before the first suspect one. Returns how many it printed.
    ///
    /// `data` has [`PAD`](crate::decode::plan::PAD) bytes, whatever they are, behind the last
    /// record, and `len` of the `stride` bytes of each record are there.
    pub(crate) fn run(self, program: &Program, batch: Batch<'_>, out: &mut Vec<u8>) -> usize {
        match self {
            Kernel::Scalar => scalar::run(program, batch, out),
        }
    }
}

/// Records back to back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The records and at least `max_record + PAD` bytes from the start of the last.
    pub data: &'a [u8],
    /// From one record to the next.
    pub stride: usize,
    /// Bytes of a record that are its own: what lies behind is not to be printed.
    pub len: usize,
    /// Number of records.
    pub count: usize,
}
