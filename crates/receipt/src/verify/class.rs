//! Names of the ways in which a receipt contradicts itself.

use std::fmt;

/// A class of contradiction. docs/receipt.md explains each; both verifiers print the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A sample that no clock can have measured.
    ScaledSamples,
    /// Iterations that are not of the recorded sampling mode.
    IrregularIterations,
    /// All samples of a benchmark are the same.
    EqualSamples,
    /// Two launches of a benchmark with the same samples.
    CopiedLaunch,
    /// A launch of one benchmark with the samples of another benchmark's.
    ReplayedLaunch,
    /// Counts or names that are not those that the settings ask for.
    UnlikeSettings,
    /// More memory than there is.
    ImpossibleMemory,
    /// A kernel of another architecture.
    ForeignKernel,
    /// One digest of two outputs.
    SharedDigest,
    /// More records than bytes.
    TooManyRecords,
    /// Requests for less than a byte, or more of them than a run has time for.
    ImpossibleAllocations,
    /// A task of a fleet that the command does not name, or another one.
    ForeignTask,
    /// Measured later than now.
    FutureDate,
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::ScaledSamples => "scaled-samples",
            Self::IrregularIterations => "irregular-iterations",
            Self::EqualSamples => "equal-samples",
            Self::CopiedLaunch => "copied-launch",
            Self::ReplayedLaunch => "replayed-launch",
            Self::UnlikeSettings => "unlike-settings",
            Self::ImpossibleMemory => "impossible-memory",
            Self::ForeignKernel => "foreign-kernel",
            Self::SharedDigest => "shared-digest",
            Self::TooManyRecords => "too-many-records",
            Self::ImpossibleAllocations => "impossible-allocations",
            Self::ForeignTask => "foreign-task",
            Self::FutureDate => "future-date",
        })
    }
}
