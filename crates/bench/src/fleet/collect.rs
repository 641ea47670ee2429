//! From a folder of results to one fleet's receipt.
//!
//! Every receipt is verified before it counts, on all CPUs; of each only what the fleet's receipt holds
//! stays in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use gate::fleet::{
    Expected, Fleet, Measured, Outcome, Primary, ResultFile, Taken, Unreadable, asked_for, choose,
};
use jiff::Timestamp;
use receipt::model::Task;
use receipt::{Receipt, bounded};
use workload::machine;

use super::alike::{self, Read, Seen, Shared};
use super::result::{MANIFEST, Manifest, lies_right};
use crate::words::count;

/// For whoever named another folder.
const WHENCE: &str = "`bench fleet submit` names the folder of its results, in which each task leaves files JOB/TASK-RESTART-RUN-NODE.json; receipts of single runs are compared by `bench compare`";

/// What the command line asked for.
pub(crate) struct Plan {
    pub(crate) folder: PathBuf,
    /// Only these jobs; all of them where none is named.
    pub(crate) jobs: Vec<String>,
    /// Tasks of jobs that left no manifest.
    pub(crate) tasks: Option<u64>,
    /// Runs of each of these tasks.
    pub(crate) runs: u64,
}

/// Reads, verifies and sums up.
///
/// # Errors
/// There is nothing to collect, or it is of several programs or objectives.
pub(crate) fn collect(plan: &Plan) -> Result<Fleet> {
    let folders = folders(plan)?;
    let mut jobs = Vec::new();
    let mut files = Vec::new();
    for (job, folder) in &folders {
        let found = results(folder)?;
        jobs.push(expected(job, folder, plan)?);
        files.extend(found);
    }
    asked_for(&jobs).context("the tasks of a job times its runs")?;
    let mut read = Vec::with_capacity(files.len());
    let mut unreadable = Vec::new();
    for (file, found) in files.iter().zip(read_all(&files)) {
        match found {
            Ok(one) => read.push(one),
            Err(error) => unreadable.push(Unreadable {
                file: below(&plan.folder, file),
                reason: receipt::words::printable(&crate::words::error(&error)),
            }),
        }
    }
    for one in &mut read {
        unasked(&jobs, &mut one.taken);
    }
    let first = read.iter().find(|one| one.taken.outcome == Outcome::Used);
    let first = first.with_context(|| {
        let found = match (read.first(), unreadable.first()) {
            (Some(one), _) => one.taken.reason.clone().unwrap_or_default(),
            (None, Some(one)) => format!("{}: {}", one.file, one.reason),
            (None, None) => "no file that ends in .json".to_owned(),
        };
        format!(
            "expected a sound result in {}, found {found}; {WHENCE}",
            plan.folder.display()
        )
    })?;
    let shared = Arc::clone(&first.shared);
    alike::same_program(&read, &shared.suite_sha256)?;
    alike::same_work(&read)?;
    let objectives = alike::objectives(&read)?;
    alike::apart_by_kernels(&mut read);
    for one in jobs.iter_mut().filter(|one| one.tasks.is_none()) {
        let mine = read.iter().filter(|read| read.taken.job == one.job);
        one.runs = mine.map(|read| read.taken.run).max().unwrap_or(1);
    }
    let candidates = read.into_iter().map(|one| one.taken).collect();
    let primary = Primary {
        timestamp: Timestamp::now().to_string(),
        subject: shared.subject.clone(),
        suite_sha256: shared.suite_sha256.clone(),
        jobs,
        objectives,
        results: choose(candidates),
        unreadable,
    };
    Ok(Fleet::sealed(primary)?)
}

/// The folder of each job, by name.
fn folders(plan: &Plan) -> Result<Vec<(String, PathBuf)>> {
    ensure!(
        plan.folder.is_dir(),
        "expected the folder of a fleet's results, found {} {}; {WHENCE}",
        if plan.folder.exists() {
            "the file"
        } else {
            "no"
        },
        plan.folder.display()
    );
    let mut found = BTreeMap::new();
    for path in entries(&plan.folder)? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wanted = plan.jobs.is_empty() || plan.jobs.contains(&name);
        if wanted && path.is_dir() && name != "log" && !name.starts_with('.') {
            found.insert(name, path);
        }
    }
    for job in &plan.jobs {
        ensure!(
            found.contains_key(job),
            "expected the results of job {job} in {}, found no such folder",
            plan.folder.display()
        );
    }
    ensure!(
        !found.is_empty(),
        "expected a folder for each job in {}, found none; {WHENCE}",
        plan.folder.display()
    );
    Ok(found.into_iter().collect())
}

/// The results of a job; what is being written has a name with a dot first.
fn results(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_result = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !name.starts_with('.') && name != MANIFEST
    };
    let mut files: Vec<PathBuf> = entries(folder)?.into_iter().filter(is_result).collect();
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || format!("can't list the folder {}", folder.display());
    let entries = fs::read_dir(folder).with_context(list)?;
    entries
        .map(|entry| Ok(entry.with_context(list)?.path()))
        .collect()
}

fn expected(job: &str, folder: &Path, plan: &Plan) -> Result<Expected> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Ok(Expected {
            job: job.to_owned(),
            tasks: plan.tasks,
            runs: plan.runs,
        });
    }
    let text = bounded::regular_to_string(&path, bounded::DOCUMENT)
        .with_context(|| format!("can't read {}", path.display()))?;
    let manifest: Manifest =
        serde_json::from_str(&text).with_context(|| format!("{} is malformed", path.display()))?;
    ensure!(
        manifest.job == job,
        "{}: expected job {job}, found {}",
        path.display(),
        manifest.job
    );
    Ok(Expected {
        job: manifest.job,
        tasks: Some(manifest.tasks),
        runs: manifest.runs,
    })
}

/// Every file, in its order, on all CPUs.
fn read_all(files: &[PathBuf]) -> Vec<Result<Read>> {
    let (next, seen) = (AtomicUsize::new(0), Seen::default());
    let mut all: Vec<(usize, Result<Read>)> = thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(index) else {
                    return mine;
                };
                mine.push((index, read(file, &seen)));
            }
        };
        let others: Vec<_> = (1..machine::threads().get())
            .map(|_| scope.spawn(work))
            .collect();
        let mut all = work();
        for other in others {
            // A thread that panicked has told why.
            all.extend(other.join().unwrap_or_default());
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, read)| read).collect()
}

/// One result. That its receipt does not verify is an outcome; that it is no result is an error.
fn read(path: &Path, seen: &Seen) -> Result<Read> {
    let text = bounded::regular_to_string(path, bounded::DOCUMENT).context("can't be read")?;
    let file = ResultFile::parse(&text)?;
    let text = file.receipt.get();
    let receipt = Receipt::parse(text, path)?;
    let sound = receipt::verify(&receipt, text);
    let reason = match sound {
        Ok(()) => misplaced(path, &file.claimed(), &receipt),
        Err(problems) => Some(receipt::words::printable(&problems[0].to_string())),
    };
    let cpu = &receipt.environment.cpu;
    let by_cpu = format!(
        "{} x {} {}",
        receipt.summary.host_cores, cpu.model, cpu.arch
    );
    let taken = Taken {
        job: file.job,
        task: file.task,
        run: file.run,
        restart: file.restart,
        node: file.node,
        // Whatever somebody calls them, machines with different CPUs are not averaged.
        machine_type: match file.machine_type {
            Some(name) => format!("{name}, {by_cpu}"),
            None => by_cpu,
        },
        timestamp: receipt.timestamp.clone(),
        receipt_sha256: receipt.integrity.sha256.clone(),
        outcome: match reason {
            None => Outcome::Used,
            Some(_) => Outcome::Unsound,
        },
        unfit: !receipt.environment.unfit.is_empty(),
        benchmarks: match reason {
            None => measured(&receipt),
            Some(_) => Vec::new(),
        },
        reason,
    };
    Ok(Read {
        taken,
        shared: seen.once(Shared::of(receipt))?,
    })
}

/// A run that nobody asked for does not count; whoever did can't have meant it.
fn unasked(jobs: &[Expected], taken: &mut Taken) {
    let job = jobs.iter().find(|job| job.job == taken.job);
    let Some(tasks) = job.and_then(|job| job.tasks) else {
        return;
    };
    let asked = job.is_some_and(|job| job.has(taken.task, taken.run));
    if asked || taken.outcome != Outcome::Used {
        return;
    }
    taken.outcome = Outcome::Unsound;
    taken.benchmarks.clear();
    taken.reason = Some(format!(
        "expected one of {} of {} each, as was asked for, found task {}, run {}",
        count(tasks, "task"),
        count(job.map_or(1, |job| job.runs), "run"),
        taken.task,
        taken.run
    ));
}

/// What the result says of itself, what its receipt says, and where it lies: one task. A receipt that says
/// nothing, as those before version 5, contradicts nothing.
fn misplaced(path: &Path, task: &Task, receipt: &Receipt) -> Option<String> {
    if !lies_right(path, task) {
        return Some(format!(
            "expected its place to be {task}.json, as it says: it was moved or renamed"
        ));
    }
    let other = receipt.environment.task.as_ref();
    let other = other.filter(|found| *found != task)?;
    Some(format!(
        "expected a receipt of {task}, as its place says, found one of {other}"
    ))
}

fn measured(receipt: &Receipt) -> Vec<Measured> {
    let benchmarks = receipt.benchmarks.iter().map(|one| {
        let each = (one.samples.len() / one.launches as usize).max(1);
        let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len() as f64;
        Measured {
            name: one.name.clone(),
            bytes_processed: one.bytes_processed,
            launch_means_ns: one.samples.chunks(each).map(mean).collect(),
        }
    });
    benchmarks.collect()
}

fn below(folder: &Path, file: &Path) -> String {
    let name = file.strip_prefix(folder).unwrap_or(file);
    receipt::words::printable(&name.display().to_string())
}
