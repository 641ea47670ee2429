//! Files with any framing, decoded in blocks that are handed on in order, on any number of threads.
//!
//! What is timed does not keep the output: collecting it in one place would be done by one thread.
//! Each timed run has to hand on as many bytes as the one that was verified, and before and after
//! timing all of them are looked at.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use copybook_decode::decode::Report;
use copybook_decode::stream::{StreamError, decode_blocks};
use copybook_decode::{Decoder, FileFormat};

use super::custom::in_file;
use super::{Case, CaseError};
use crate::check::{self, Verified};

/// Compares an output, and the decoder's own count of it, with what they should be.
pub type Judge = Box<dyn Fn(&[u8], &Report) -> Result<Verified, CaseError>>;

/// A file in memory and what it should decode to.
pub struct Streaming {
    parts: Vec<Part>,
    format: FileFormat,
    threads: NonZeroUsize,
    judge: Judge,
    /// Bytes that the last run handed on.
    handed_on: u64,
    /// The same in the first one.
    first: Option<u64>,
}

/// A file in memory. The decoders of several differ by no more than the name that they print.
pub struct Part {
    /// What errors call it, unless it is the only one there can be.
    pub file: Option<PathBuf>,
    /// Of its records.
    pub decoder: Decoder,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl Streaming {
    /// A file, how it is decoded, and who judges the answer.
    pub fn new(
        decoder: Decoder,
        format: FileFormat,
        threads: NonZeroUsize,
        data: Vec<u8>,
        judge: Judge,
    ) -> Self {
        let file = None;
        let part = Part {
            file,
            decoder,
            data,
        };
        Streaming::of(vec![part], format, threads, judge)
    }

    /// Several files that are decoded one after the other.
    pub fn of(parts: Vec<Part>, format: FileFormat, threads: NonZeroUsize, judge: Judge) -> Self {
        Streaming {
            parts,
            format,
            threads,
            judge,
            handed_on: 0,
            first: None,
        }
    }

    fn decode(&self, mut sink: impl FnMut(&[u8]) + Send) -> Result<Report, CaseError> {
        let mut totals: Option<Report> = None;
        for part in &self.parts {
            let Part { decoder, data, .. } = part;
            let report = decode_blocks(decoder, &self.format, self.threads, data, &mut sink)
                .map_err(|error| part.error(error))?;
            match &mut totals {
                None => totals = Some(report),
                Some(totals) => totals.merge(&report),
            }
        }
        Ok(totals.unwrap_or_default())
    }

    fn collect(&self) -> Result<(Vec<u8>, Report), CaseError> {
        let mut out = Vec::new();
        let report = self.decode(|lines| out.extend_from_slice(lines))?;
        Ok((out, report))
    }
}

impl Part {
    fn error(&self, error: StreamError) -> CaseError {
        match &self.file {
            Some(file) => in_file(file, error),
            None => CaseError::new(error),
        }
    }
}

impl Case for Streaming {
    fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.data.len() as u64).sum()
    }

    fn run(&mut self) -> Result<(), CaseError> {
        let mut bytes = 0;
        self.decode(|lines| bytes += black_box(lines).len() as u64)?;
        self.handed_on = bytes;
        match *self.first.get_or_insert(bytes) {
            first if first == bytes => Ok(()),
            first => Err(CaseError::new(format!(
                "the answer changed while it was timed: {first} bytes became {bytes}"
            ))),
        }
    }

    fn check(&self) -> Result<Verified, CaseError> {
        let (out, report) = self.collect()?;
        if out.len() as u64 != self.handed_on {
            return Err(CaseError::new(format!(
                "two runs differ: {} and {} bytes of output",
                self.handed_on,
                out.len()
            )));
        }
        (self.judge)(&out, &report)
    }

    fn digest(&self) -> String {
        match self.collect() {
            Ok((out, _)) => check::sha256(&out),
            Err(error) => format!("none ({error})"),
        }
    }

    fn kernel(&self) -> Option<&'static str> {
        self.parts.first().map(|part| part.decoder.kernel())
    }
}
