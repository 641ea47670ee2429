//! The user's own data: read once, verified as far as the user says what they hold.

use std::fs::{self, File};
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::Path;

use copybook_decode::decode::{KernelChoice, Report};
use copybook_decode::{DecodeOptions, Decoder, Schema};

use super::CaseError;
use super::streaming::{Judge, Part, Streaming};
use crate::check::{Against, Verified};
use crate::expect::Expectation;
use crate::job::{Expect, Job};
use crate::packed;

/// Reads copybook and data.
///
/// # Errors
///
/// A file that can't be read, a copybook that is none, a kernel that does not run here; each with
/// the file's name.
pub fn prepare(job: &Job, kernel: Option<KernelChoice>) -> Result<Streaming, CaseError> {
    let copybook = read(&job.copybook)?;
    let schema = Schema::parse_bytes(&copybook, &job.copybook_options)
        .map_err(|error| in_file(&job.copybook, error))?;
    let options = DecodeOptions {
        kernel,
        ..job.options.clone()
    };
    let decoder = Decoder::new(&schema, &options).map_err(|error| in_file(&job.copybook, error))?;
    let mut parts = Vec::new();
    for file in job.files() {
        let decoder = match &job.options.with_file {
            Some(_) => decoder.with_file(&file.display().to_string()),
            None => decoder.clone(),
        };
        parts.push(Part {
            file: Some(file.clone()),
            decoder,
            data: read(file)?,
        });
    }
    let input_bytes = parts.iter().map(|part| part.data.len() as u64).sum();
    let judge = judge(job, &schema, input_bytes)?;
    Ok(Streaming::of(parts, job.format, NonZeroUsize::MIN, judge))
}

fn judge(job: &Job, schema: &Schema, input_bytes: u64) -> Result<Judge, CaseError> {
    let counted = counter(job, input_bytes);
    let Some(Expect { file, rules }) = job.expect.clone() else {
        return Ok(Box::new(counted));
    };
    // A file that is not there should be said before anything is decoded.
    File::open(&file).map_err(|error| in_file(&file, error))?;
    let expectation = Expectation::new(schema, rules);
    Ok(Box::new(move |out, report| {
        counted(out, report)?;
        let expected = File::open(&file).map_err(|error| in_file(&file, error))?;
        expectation
            .verify(BufReader::new(expected), out)
            .map_err(|error| in_file(&file, error))
    }))
}

/// Checks that records and bytes add up.
fn counter(
    job: &Job,
    input_bytes: u64,
) -> impl Fn(&[u8], &Report) -> Result<Verified, CaseError> + use<> {
    let (data, format) = (job.data.clone(), job.format);
    let files = job.files().count() as u64;
    move |out, report| {
        let same = |what: &str, expected: u64, found: u64| {
            if expected == found {
                return Ok(());
            }
            let message = format!("expected {expected} {what}, found {found}");
            Err(in_file(&data, message))
        };
        if report.records == 0 {
            return Err(in_file(
                &data,
                "it holds no record: there is nothing to measure",
            ));
        }
        let lines = out.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let left_out = report.skipped + report.left_out;
        same("lines of output", report.records - left_out, lines)?;
        same("bytes of output", report.output_bytes, out.len() as u64)?;
        if let copybook_decode::Framing::Fixed { length } = format.framing {
            let around = files * (format.header + format.footer);
            let bytes = report.records * length.get() as u64;
            let rest = input_bytes.checked_sub(bytes + around);
            let cut_off = format.truncated == copybook_decode::record::Truncated::Warn
                && rest.is_some_and(|rest| rest < files * length.get() as u64);
            if !cut_off {
                same("bytes of input", input_bytes, bytes + around)?;
            }
        }
        Ok(Verified::of(Against::DecodesOnly, lines, out))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CaseError> {
    fs::read(path).map_err(|error| in_file(path, error))
}

pub(super) fn in_file(path: &Path, error: impl std::fmt::Display) -> CaseError {
    CaseError::new(format!(
        "{}{}: {error}",
        path.display(),
        packed::remark(path)
    ))
}
