//! The gate against itself: how often it is wrong, and what it finds, on this very machine.
//!
//! Every trial is a comparison as `bench ab` makes it, of the suite with itself: unchanged (any finding
//! is a false alarm), or with a known share of extra work in every timed run (a finding is right, and
//! the interval should hold that share).

mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use gate::ab::Verdict;
use gate::ab::record::{Host, Settings};
use instrument::subject::Supervisor;
use serde::{Deserialize, Serialize};
use workload::catalog::Filter;

use super::neighbour::Neighbour;
use super::ready::Ready;
use super::{Plan, Witness, build, compare, host, lock};
use crate::Outcome;
use crate::heartbeat::Heartbeat;
use crate::output::Output;
use crate::streams::{note, say};
use crate::suite::locate;

/// Name of the file in the output folder.
const NAME: &str = "selftest.json";

/// What the command line asked for.
pub(crate) struct Test {
    /// The suite program; the one that came with this program, if there is none.
    pub(crate) suite: Option<PathBuf>,
    pub(crate) checkout: Option<PathBuf>,
    pub(crate) filter: Filter,
    pub(crate) settings: Settings,
    pub(crate) output: PathBuf,
    /// Per cent of extra work; 0 for none. Every one as often as `trials` says.
    pub(crate) injected: Vec<f64>,
    pub(crate) trials: u32,
    pub(crate) neighbour: bool,
    pub(crate) lock: bool,
    pub(crate) markdown: bool,
    pub(crate) command: Vec<String>,
}

/// What is kept, after every trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// SHA-256 of the suite program.
    program_sha256: String,
    settings: Settings,
    host: Host,
    trials: Vec<Trial>,
}

impl Kept {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
        Self::parse(&text, path)
    }

    fn parse(text: &[u8], path: &Path) -> Result<Self> {
        serde_json::from_slice(text).with_context(|| {
            format!(
                "{} is no self-test of this release; move it away",
                path.display()
            )
        })
    }

    /// What keeps trials of the other from being counted with these.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let same = [
            ("the program", self.program_sha256 == other.program_sha256),
            ("the settings", self.settings == other.settings),
            (
                "the machine",
                self.host.cpu == other.host.cpu && self.host.cores == other.host.cores,
            ),
        ];
        same.into_iter()
            .find(|(_, same)| !same)
            .map(|(what, _)| what)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trial {
    /// Per cent of extra work in the arm called new.
    injected: f64,
    /// Beside a noisy neighbour.
    neighbour: bool,
    /// Of the lots.
    seed: u64,
    seconds: f64,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    benchmark: String,
    verdict: Verdict,
    /// Time of new over base.
    ratio: f64,
    ci95: [Option<f64>; 2],
    pairs: u32,
}

/// Runs the trials that are not there yet, keeps each, prints the rates of all.
///
/// # Errors
/// A comparison fails; the trials before it are kept, and the next call goes on with them.
pub(crate) fn execute(test: &Test) -> Result<Outcome> {
    let supervisor = Supervisor::new()?;
    let output = Output::open(&test.output)?;
    let folder = output
        .folder()
        .context("--output: expected a folder, found `-`")?
        .to_owned();
    let _lock = lock(test.lock, &supervisor)?;
    let suite = locate::locate(test.suite.as_deref(), test.checkout.as_deref(), &supervisor)?;
    let built = build::program(&suite)?;
    let mut kept = begin(test, &folder, &built.sha256)?;
    for percent in &test.injected {
        let like = |trial: &&Trial| trial.injected == *percent && trial.neighbour == test.neighbour;
        let done = kept.trials.iter().filter(like).count() as u32;
        for number in done..test.trials {
            note!(
                "{percent} % of extra work, trial {} of {}",
                number + 1,
                test.trials
            );
            let trial = one(test, &built, *percent, &output, &folder, &supervisor)?;
            kept.trials.push(trial);
            keep(&kept, &folder)?;
        }
    }
    tell(&kept, test.markdown)
}

/// Prints the rates of self-tests that were made: files, or the folders that they lie in. Their trials
/// are counted together.
///
/// # Errors
/// One can't be read, or they are of different programs, settings or machines.
pub(crate) fn show(paths: &[PathBuf], markdown: bool) -> Result<Outcome> {
    let mut all: Option<Kept> = None;
    for path in paths {
        let path = match path.is_dir() {
            true => path.join(NAME),
            false => path.clone(),
        };
        let found = Kept::read(&path)?;
        match &mut all {
            None => all = Some(found),
            Some(all) => {
                if let Some(what) = all.differs(&found) {
                    bail!(
                        "{}: expected {what} of the self-tests before it, found another; trials of two can't be counted together",
                        path.display()
                    );
                }
                // Their lots were drawn: two trials are never the same.
                if found.trials.iter().any(|trial| all.trials.contains(trial)) {
                    bail!(
                        "{}: expected trials that are not counted yet, found some that are; name each self-test once",
                        path.display()
                    );
                }
                all.trials.extend(found.trials);
            }
        }
    }
    let all = all.context("expected at least one self-test, found none")?;
    tell(&all, markdown)
}

fn tell(kept: &Kept, markdown: bool) -> Result<Outcome> {
    match markdown {
        true => say!("{}", table::markdown(kept))?,
        false => say!("{}", table::text(kept))?,
    }
    Ok(Outcome::Done)
}

/// What a self-test of this machine in `folder` found, in one line.
pub(super) fn of_machine(folder: &Path, host: &Host) -> Option<String> {
    let path = folder.join(NAME);
    let kept: Kept = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
    if kept.host.cpu != host.cpu || kept.host.cores != host.cores {
        return None;
    }
    let rows = |percent: f64| -> Vec<&Row> {
        let trials = kept.trials.iter().filter(|trial| trial.injected == percent);
        trials.flat_map(|trial| &trial.rows).collect()
    };
    let alarms = rows(0.0)
        .iter()
        .filter(|row| is_finding(row.verdict))
        .count();
    let mut line = format!(
        "this gate, on this machine: {alarms} of {} false alarms",
        rows(0.0).len()
    );
    let mut shares: Vec<f64> = kept.trials.iter().map(|trial| trial.injected).collect();
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    for percent in shares.into_iter().filter(|percent| *percent > 0.0) {
        let rows = rows(percent);
        let found = rows
            .iter()
            .filter(|row| row.verdict == Verdict::Slower)
            .count();
        line.push_str(&format!(", finds {percent} % in {found} of {}", rows.len()));
    }
    Some(format!("{line} ({})", path.display()))
}

fn begin(test: &Test, folder: &Path, program_sha256: &str) -> Result<Kept> {
    let fresh = Kept {
        program_sha256: program_sha256.to_owned(),
        settings: test.settings.clone(),
        host: host()?,
        trials: Vec::new(),
    };
    let path = folder.join(NAME);
    let Ok(text) = fs::read(&path) else {
        return Ok(fresh);
    };
    let kept = Kept::parse(&text, &path)?;
    if let Some(what) = kept.differs(&fresh) {
        bail!(
            "{} holds trials of another kind: expected {what} of now, found another; move it away, or choose another --output",
            path.display()
        );
    }
    note!("{} trials are there already", kept.trials.len());
    Ok(kept)
}

fn keep(kept: &Kept, folder: &Path) -> Result<()> {
    let path = folder.join(NAME);
    let mut text = serde_json::to_string_pretty(kept)?;
    text.push('\n');
    receipt::file::write_whole(&path, text.as_bytes())
        .context("the trials before this one are kept")
}

fn one(
    test: &Test,
    built: &build::Built,
    percent: f64,
    output: &Output,
    folder: &Path,
    supervisor: &Supervisor,
) -> Result<Trial> {
    let work = output.work()?;
    // Of one length, so that the environments are.
    let arms = [0.0, 0.0, percent].map(|percent| format!("{percent:07.3}"));
    let plan = Plan {
        base: "itself".to_owned(),
        new: format!("itself with {percent} % of extra work"),
        filter: test.filter.clone(),
        settings: test.settings.clone(),
        output: folder.to_owned(),
        checkout: None,
        seed: None,
        resume: false,
        markdown: false,
        enforce: false,
        witness: Witness::Time,
        slo: None,
        lock: false,
        environment: vec![("BENCH_BURDEN".to_owned(), arms)],
        command: test.command.clone(),
    };
    let started = Instant::now();
    let neighbour = test
        .neighbour
        .then(|| crate::host::cpu::cores().map(Neighbour::start))
        .transpose()?;
    let programs = [built.clone(), built.clone()];
    let heartbeat = Heartbeat::from_env();
    let ready = Ready::make(&plan, &programs, work.path(), supervisor, &heartbeat)?;
    let (record, journal) = compare(&plan, &programs, &ready, folder)?;
    drop(neighbour);
    journal.done()?;
    Ok(Trial {
        injected: percent,
        neighbour: test.neighbour,
        seed: record.seed,
        seconds: started.elapsed().as_secs_f64(),
        rows: record
            .benchmarks
            .into_iter()
            .map(|row| Row {
                benchmark: row.name,
                verdict: row.verdict,
                ratio: row.ratio,
                ci95: row.ci95,
                pairs: row.pairs,
            })
            .collect(),
    })
}

fn is_finding(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Slower | Verdict::Faster)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(super) fn trial(injected: f64, verdict: Verdict, ci95: [Option<f64>; 2]) -> Trial {
        Trial {
            injected,
            neighbour: false,
            seed: 1,
            seconds: 40.0,
            rows: vec![Row {
                benchmark: "g/f".to_owned(),
                verdict,
                ratio: 1.0,
                ci95,
                pairs: 16,
            }],
        }
    }

    pub(super) fn kept(trials: Vec<Trial>) -> Kept {
        Kept {
            program_sha256: "0".repeat(64),
            settings: Settings {
                warm_up_s: 0.02,
                measure_s: 0.1,
                samples: 10,
            },
            host: host().expect("a machine"),
            trials,
        }
    }

    #[test]
    fn only_a_self_test_of_this_machine_speaks_for_it() {
        let at = tempfile::tempdir().expect("a folder");
        let mut kept = kept(vec![
            trial(0.0, Verdict::Same, [None, None]),
            trial(2.0, Verdict::Slower, [None, None]),
        ]);
        let host = kept.host.clone();
        assert_eq!(of_machine(at.path(), &host), None);
        keep(&kept, at.path()).expect("kept");
        let line = of_machine(at.path(), &host).expect("a line");
        assert!(
            line.starts_with(
                "this gate, on this machine: 0 of 1 false alarms, finds 2 % in 1 of 1"
            ),
            "{line}"
        );
        kept.host.cores += 1;
        keep(&kept, at.path()).expect("kept");
        assert_eq!(of_machine(at.path(), &host), None);
    }
}
