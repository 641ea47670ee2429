//! What a peer is asked to do, and whether it did.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Serialize;
use workload::canonical::{self, Spelling};
use workload::catalog::Benchmark;
use workload::expected::Style;
use workload::verify::{self, Mismatch};

use super::launch::Answer;
use crate::settings::Settings;

/// A workload on disk, and the digest that a right peer finds.
pub(super) struct Task {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) job: Job,
    expected: String,
    expected_sha256: String,
}

/// The first line of a conversation; docs in peers/README.md.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Job {
    protocol: u32,
    copybook: PathBuf,
    data: PathBuf,
    record_length: usize,
    records: u64,
    fields: BTreeMap<String, Spelling>,
    canonical: PathBuf,
    warm_up_s: f64,
    measure_s: f64,
    samples: u32,
}

/// Writes the data of a benchmark into a folder of its own.
pub(super) fn task(benchmark: &Benchmark, settings: &Settings, folder: &Path) -> Result<Task> {
    let name = benchmark.name();
    let workload = benchmark
        .fixed_records()
        .with_context(|| format!("{name}: peers decode whole fixed-length data sets only"))?;
    fs::create_dir_all(folder)?;
    let (copybook, data) = (folder.join("copybook.cpy"), folder.join("data"));
    fs::write(&copybook, workload.copybook())?;
    fs::write(&data, workload.data())?;
    let fields = workload.description.spellings();
    let (drawing, mut line, mut expected) = (workload.drawing(), String::new(), String::new());
    for index in 0..workload.records {
        line.clear();
        workload.expected_line(&drawing, index, Style::default(), &mut line);
        expected.push_str(&canonical::canonical_line(&line, &fields)?);
        expected.push('\n');
    }
    let job = Job {
        protocol: 1,
        copybook,
        data,
        record_length: workload.record_length(),
        records: workload.records,
        fields,
        canonical: folder.join("canonical"),
        warm_up_s: settings.warm_up,
        measure_s: settings.measure,
        samples: settings.samples,
    };
    let expected_sha256 = verify::sha256(expected.as_bytes());
    Ok(Task {
        name,
        bytes: benchmark.bytes,
        job,
        expected,
        expected_sha256,
    })
}

/// The digest of what the peer wrote is computed here as well: its word is not enough.
pub(super) fn judge(task: &Task, answer: &Answer) -> Result<()> {
    let path = &task.job.canonical;
    let found = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    let digest = verify::sha256(&found);
    ensure!(
        digest == answer.canonical_sha256,
        "it claims the digest {}, and its canonical lines have {digest}",
        answer.canonical_sha256
    );
    if digest == task.expected_sha256 && answer.records == task.job.records {
        return Ok(());
    }
    let mut expected = task.expected.lines();
    let found = String::from_utf8_lossy(&found);
    for (index, line) in found.lines().enumerate() {
        let record = index as u64 + 1;
        let wanted = expected.next().unwrap_or("the end of the output");
        if wanted != line {
            bail!(verify::difference(record, wanted, line.as_bytes()));
        }
    }
    bail!(Mismatch {
        record: found.lines().count() as u64 + 1,
        field: String::new(),
        expected: expected
            .next()
            .unwrap_or("the end of the output")
            .to_owned(),
        found: "the end of the output".to_owned(),
    })
}
