//! What has to be the same in all results before they are put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail, ensure};
use gate::fleet::{Objective, Outcome, Taken};
use receipt::Receipt;
use receipt::model::Subject;
use serde::Serialize;

/// One result, with what has to be the same in all of them.
pub(super) struct Read {
    pub(super) taken: Taken,
    pub(super) shared: Arc<Shared>,
}

/// Held once for all results that have it alike.
#[derive(Serialize)]
pub(super) struct Shared {
    pub(super) subject: Subject,
    pub(super) suite_sha256: String,
    objectives: Vec<Objective>,
    work: Vec<Work>,
    /// Of all benchmarks together.
    kernels: Option<Vec<String>>,
}

/// What one benchmark decoded, and with what.
#[derive(Serialize)]
struct Work {
    benchmark: String,
    bytes: u64,
    records: u64,
    output_sha256: String,
    kernels: Option<Vec<String>>,
}

/// What was seen of it so far, by its JSON.
#[derive(Default)]
pub(super) struct Seen(Mutex<BTreeMap<String, Arc<Shared>>>);

impl Seen {
    pub(super) fn once(&self, shared: Shared) -> Result<Arc<Shared>> {
        let text = serde_json::to_string(&shared)?;
        // Whoever panicked while it held the lock has told why.
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(
            seen.entry(text).or_insert_with(|| Arc::new(shared)),
        ))
    }
}

impl Shared {
    pub(super) fn of(receipt: Receipt) -> Self {
        let floors = receipt.slo.iter().filter_map(|slo| {
            Some(Objective {
                label: slo.label.clone(),
                benchmark: slo.benchmark.clone(),
                floor_mibps: slo.floor_mibps?,
            })
        });
        let work = receipt.benchmarks.iter().map(|one| Work {
            benchmark: one.name.clone(),
            bytes: one.bytes_processed,
            records: one.verified.records,
            output_sha256: one.verified.output_sha256.clone(),
            kernels: one.kernels.clone(),
        });
        Self {
            objectives: floors.collect(),
            work: work.collect(),
            subject: receipt.subject,
            suite_sha256: receipt.environment.suite_sha256,
            kernels: receipt.environment.kernels,
        }
    }
}

/// Machines are compared with one program on all of them.
pub(super) fn same_program(read: &[Read], suite: &str) -> Result<()> {
    if let Some(other) = used(read).find(|one| one.shared.suite_sha256 != suite) {
        bail!(
            "expected one suite program in all results, found {suite} and {} {}; {}",
            other.shared.suite_sha256,
            whose(other),
            remedy(read)
        );
    }
    Ok(())
}

/// And on the same records: one program decodes whatever its flags name, under one name.
pub(super) fn same_work(read: &[Read]) -> Result<()> {
    let mut known: BTreeMap<&str, &Work> = BTreeMap::new();
    for one in used(read) {
        for work in &one.shared.work {
            let first = *known.entry(&work.benchmark).or_insert(work);
            let what = |work: &Work| (work.bytes, work.records, work.output_sha256.clone());
            ensure!(
                what(first) == what(work),
                "expected the same work of {} in all results, found {} and {} {}; {}",
                work.benchmark,
                first.in_words(),
                work.in_words(),
                whose(one),
                remedy(read)
            );
        }
    }
    Ok(())
}

/// The floors of all results, which are the same.
pub(super) fn objectives(read: &[Read]) -> Result<Vec<Objective>> {
    let mut all: Vec<Objective> = Vec::new();
    for one in used(read) {
        for objective in &one.shared.objectives {
            let like = |known: &&Objective| {
                (&known.label, &known.benchmark) == (&objective.label, &objective.benchmark)
            };
            match all.iter().find(like) {
                None => all.push(objective.clone()),
                Some(known) => ensure!(
                    known.floor_mibps == objective.floor_mibps,
                    "expected one floor of {}, found {} and {} MiB/s {}; {}",
                    objective.label,
                    known.floor_mibps,
                    objective.floor_mibps,
                    whose(one),
                    remedy(read)
                ),
            }
        }
    }
    Ok(all)
}

/// Machines with the same name that ran different loops, since one lacks an instruction set or `--kernel` said so,
/// are types of their own.
pub(super) fn apart_by_kernels(read: &mut [Read]) {
    let mut known: BTreeMap<(&str, &str), &Vec<String>> = BTreeMap::new();
    let mut differ: BTreeSet<String> = BTreeSet::new();
    for one in used(read) {
        let machine = one.taken.machine_type.as_str();
        for work in &one.shared.work {
            let Some(kernels) = &work.kernels else {
                continue;
            };
            if *known.entry((machine, &work.benchmark)).or_insert(kernels) != kernels {
                differ.insert(machine.to_owned());
            }
        }
    }
    for one in read {
        if differ.contains(&one.taken.machine_type) {
            let kernels = one.shared.kernels.as_deref().unwrap_or_default();
            let kernels = kernels.join(" and ");
            one.taken.machine_type = format!("{}, kernels {kernels}", one.taken.machine_type);
        }
    }
}

impl Work {
    fn in_words(&self) -> String {
        format!(
            "{} records in {} bytes with output {}",
            self.records, self.bytes, self.output_sha256
        )
    }
}

fn used(read: &[Read]) -> impl Iterator<Item = &Read> {
    read.iter().filter(|one| one.taken.outcome == Outcome::Used)
}

fn whose(one: &Read) -> String {
    let Taken {
        job, task, node, ..
    } = &one.taken;
    format!("(job {job}, task {task} on {node})")
}

/// Jobs can be collected apart; within a job only whoever put the results there can tell them apart.
fn remedy(read: &[Read]) -> String {
    let jobs: BTreeSet<&str> = used(read).map(|one| one.taken.job.as_str()).collect();
    if jobs.len() > 1 {
        let jobs = Vec::from_iter(jobs).join(", ");
        return format!("collect one job at a time with --job ({jobs})");
    }
    "move the results of one of them elsewhere".to_owned()
}
