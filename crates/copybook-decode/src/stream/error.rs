//! Why a stream could not be decoded to its end.

use std::io;

use crate::decode::{DecodeError, Report};
use crate::record::FrameError;

/// The first error in the order of the records, and what was decoded before it.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct StreamError {
    /// What went wrong.
    #[source]
    pub cause: Cause,
    /// Totals up to the error.
    pub report: Box<Report>,
}

/// What went wrong with a stream.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A record's bytes are not what the copybook says.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The bytes cannot be cut into records.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The input could not be read.
    #[error("cannot read records from byte {offset} on: {error}")]
    Read {
        /// Bytes of the file before those that were asked for.
        offset: u64,
        /// The system's answer.
        error: io::Error,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Write(io::Error),
}
