//! What a subject is asked to do: one benchmark, in one of the protocol's three ways.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use instrument::answer::Answer;
use instrument::wire::{self, Against, Hello, Job, Takes, Verified};
use workload::catalog::{self, Benchmark};

use super::Plan;
use super::records::Records;
use crate::settings::Settings;

/// A benchmark of this run.
pub(crate) struct Task {
    /// `group/id`.
    pub(crate) name: String,
    /// Input bytes of one iteration.
    pub(crate) bytes: u64,
    way: Way,
    /// The catalogue's benchmark of this name, and the answer to it once it was computed.
    known: Option<(Benchmark, OnceCell<Option<Answer>>)>,
}

enum Way {
    /// The subject has it.
    Own,
    /// The subject gets records whose values we know.
    Records(Records),
    /// The subject gets the user's own records.
    Copybook(PathBuf),
}

impl Task {
    /// What the plan asks of a subject that has said who it is. Files that it needs go to `work`.
    ///
    /// # Errors
    /// It does not take such jobs, or a file can't be written.
    pub(crate) fn all(plan: &Plan, hello: &Hello, work: &Path) -> Result<Vec<Self>> {
        if let Some(job) = &plan.job {
            ensure!(
                hello.takes.contains(&Takes::Copybook),
                "{} takes no records of yours (--data)",
                hello.subject.name
            );
            let benchmark = Benchmark::custom(job.clone())?;
            let file = work.join("job.json");
            job.write(&file)
                .with_context(|| format!("can't write {}", file.display()))?;
            return Ok(vec![Self::new(&benchmark, Way::Copybook(file))]);
        }
        if hello.takes.contains(&Takes::Benchmarks) {
            let own = hello.benchmarks.iter();
            let own = own.filter(|benchmark| plan.selects(&benchmark.name));
            // Another project says with its catalog what its benchmarks are.
            let known = match plan.catalog {
                None => catalog::all().0,
                Some(_) => Vec::new(),
            };
            return own.map(|benchmark| Self::own(benchmark, &known)).collect();
        }
        ensure!(
            hello.takes.contains(&Takes::Records),
            "{} takes neither benchmarks nor records",
            hello.subject.name
        );
        let benchmarks = catalog::all().0.into_iter();
        let benchmarks = benchmarks.filter(|benchmark| plan.selects(&benchmark.name()));
        benchmarks
            .enumerate()
            .map(|(i, benchmark)| {
                let records = Records::write(&benchmark, &work.join(format!("records-{i}")))?;
                Ok(Self::new(&benchmark, Way::Records(records)))
            })
            .collect()
    }

    /// The order, as it goes over the wire. What an earlier subject wrote is removed.
    ///
    /// # Errors
    /// It can't be removed.
    pub(crate) fn job(&self, settings: &Settings, kernel: Option<&str>) -> Result<Job> {
        let mut job = Job {
            benchmark: self.name.clone(),
            warm_up_s: settings.warm_up,
            measure_s: settings.measure,
            samples: settings.samples,
            kernel: kernel.map(str::to_owned),
            records: None,
            copybook: None,
        };
        match &self.way {
            Way::Own => {}
            Way::Copybook(file) => job.copybook = Some(file.clone()),
            Way::Records(records) => job.records = Some(records.fresh()?),
        }
        Ok(job)
    }

    /// Whether the answer is accepted: the subject's word is not enough where we know the values.
    ///
    /// # Errors
    /// Other bytes than it should have decoded; with records, the first difference.
    pub(crate) fn accept(&self, verified: &Verified) -> Result<()> {
        ensure!(
            verified.bytes == self.bytes,
            "{}: expected {} input bytes, found {}",
            self.name,
            self.bytes,
            verified.bytes
        );
        match &self.way {
            Way::Own => self.recomputed(verified),
            Way::Copybook(_) => Ok(()),
            Way::Records(records) => {
                ensure!(
                    verified.against == Against::CanonicalValues,
                    "{}: expected an answer in canonical values, found {:?}",
                    self.name,
                    verified.against
                );
                records.judge(verified).with_context(|| self.name.clone())
            }
        }
    }

    /// One that the subject has. What the catalogue knows of it the subject can't say otherwise.
    fn own(benchmark: &wire::Benchmark, catalog: &[Benchmark]) -> Result<Self> {
        let name = benchmark.name.clone();
        let known = catalog.iter().find(|known| known.name() == name);
        if let Some(known) = known {
            ensure!(
                known.bytes == benchmark.bytes,
                "{name}: expected {} input bytes, as in the catalogue, found {}; a suite of another \
                 project needs a catalogue of its own (--catalog)",
                known.bytes,
                benchmark.bytes
            );
        }
        Ok(Self {
            name,
            bytes: benchmark.bytes,
            way: Way::Own,
            known: known.map(|known| (known.clone(), OnceCell::new())),
        })
    }

    /// Holds a subject's word about a benchmark of the catalogue against the answer that follows from
    /// its values.
    fn recomputed(&self, verified: &Verified) -> Result<()> {
        let Some((known, answer)) = &self.known else {
            return Ok(());
        };
        let Some(answer) = answer.get_or_init(|| known.answer()) else {
            return Ok(());
        };
        let found = Answer {
            against: verified.against,
            records: verified.records,
            output_bytes: verified.output_bytes,
            output_sha256: verified.output_sha256.clone(),
        };
        ensure!(
            found == *answer,
            "{}: expected {} records and {} bytes of output with the digest {}, found {} records and \
             {} bytes with {}",
            self.name,
            answer.records,
            answer.output_bytes,
            answer.output_sha256,
            found.records,
            found.output_bytes,
            found.output_sha256
        );
        Ok(())
    }

    fn new(benchmark: &Benchmark, way: Way) -> Self {
        Self {
            name: benchmark.name(),
            bytes: benchmark.bytes,
            way,
            known: None,
        }
    }
}

/// Names and input bytes that a project says its suite has: each of them must be there.
///
/// # Errors
/// One is missing, or has other bytes.
pub(crate) fn complete(tasks: &[Task], catalog: &[(String, u64)]) -> Result<()> {
    for (name, bytes) in catalog {
        let found = tasks.iter().find(|task| task.name == *name);
        let task = found.with_context(|| {
            format!("{name} is in the catalog (--catalog), and the suite does not have it")
        })?;
        ensure!(
            task.bytes == *bytes,
            "{name}: the catalog (--catalog) says {bytes} input bytes, the suite {}",
            task.bytes
        );
    }
    Ok(())
}

/// Removes a file that may not be there.
pub(super) fn forget(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
