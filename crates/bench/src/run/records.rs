//! Records on disk whose values we know, and the judge of what a subject made of them.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use instrument::wire;
use workload::canonical;
use workload::catalog::Benchmark;
use workload::check::{self, Mismatch};
use workload::lines::Style;

use super::task;

/// A workload on disk, and the canonical lines that follow from its values.
pub(super) struct Records {
    handed_over: wire::Records,
    expected: String,
    expected_sha256: String,
}

impl Records {
    /// Writes copybook and data of a benchmark into a folder of its own.
    ///
    /// # Errors
    /// It has no fixed-length records that others can decode, or the folder is full.
    pub(super) fn write(benchmark: &Benchmark, folder: &Path) -> Result<Self> {
        let name = benchmark.name();
        let workload = benchmark.fixed_records().with_context(|| {
            format!("{name}: other decoders are asked for whole fixed-length data sets only; narrow --filter")
        })?;
        let writing = || format!("can't write to {}", folder.display());
        fs::create_dir_all(folder).with_context(writing)?;
        let (copybook, data) = (folder.join("copybook.cpy"), folder.join("data"));
        fs::write(&copybook, workload.copybook()).with_context(writing)?;
        fs::write(&data, workload.data()).with_context(writing)?;
        let fields = workload.description.spellings();
        let (drawing, mut line, mut expected) = (workload.drawing(), String::new(), String::new());
        for index in 0..workload.records {
            line.clear();
            workload.expected_line(&drawing, index, Style::default(), &mut line);
            expected.push_str(&canonical::canonical_line(&line, &fields)?);
            expected.push('\n');
        }
        let expected_sha256 = check::sha256(expected.as_bytes());
        Ok(Self {
            handed_over: wire::Records {
                copybook,
                data,
                record_length: workload.record_length() as u64,
                records: workload.records,
                fields,
                canonical: folder.join("canonical"),
            },
            expected,
            expected_sha256,
        })
    }

    /// For a job. No earlier subject's answer may pass for that of the next.
    pub(super) fn fresh(&self) -> Result<wire::Records> {
        task::forget(&self.handed_over.canonical)?;
        Ok(self.handed_over.clone())
    }

    /// The digest of what the subject wrote is computed here as well.
    pub(super) fn judge(&self, answer: &wire::Verified) -> Result<()> {
        let path = &self.handed_over.canonical;
        let reading = || format!("can't read the canonical lines in {}", path.display());
        let facts = fs::metadata(path).with_context(reading)?;
        let longest = 2 * self.expected.len() as u64 + (1 << 20);
        ensure!(
            facts.is_file() && facts.len() <= longest,
            "{}: expected a file of {} bytes, found {}",
            path.display(),
            self.expected.len(),
            facts.len()
        );
        let found = fs::read(path).with_context(reading)?;
        let digest = check::sha256(&found);
        ensure!(
            digest == answer.output_sha256,
            "it claims the digest {}, and its canonical lines have {digest}",
            answer.output_sha256
        );
        if digest != self.expected_sha256 {
            return self.difference(path).with_context(reading)?;
        }
        let records = self.handed_over.records;
        ensure!(
            answer.records == records,
            "expected {records} records, found {}",
            answer.records
        );
        Ok(())
    }

    /// The first line that differs, of which there is one.
    fn difference(&self, path: &Path) -> std::io::Result<Result<()>> {
        let mut expected = self.expected.lines();
        let mut record = 0;
        for line in BufReader::new(File::open(path)?).split(b'\n') {
            let line = line?;
            record += 1;
            let wanted = expected.next().unwrap_or("the end of the output");
            if wanted.as_bytes() != line {
                return Ok(Err(check::difference(record, wanted, &line).into()));
            }
        }
        Ok(Err(Mismatch {
            record: record + 1,
            field: String::new(),
            expected: expected
                .next()
                .unwrap_or("the end of the output")
                .to_owned(),
            found: "the end of the output".to_owned(),
        }
        .into()))
    }
}
