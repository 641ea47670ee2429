//! Two programs in one session, launch by launch, until it is known which is faster.

mod answers;
mod build;
mod instructions;
mod journal;
mod launch;
mod neighbour;
mod ready;
pub(crate) mod selftest;
mod show;
mod side;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use gate::ab::derive::{self, walk};
use gate::ab::record::{Benchmark, Host, Kind, Launch, Record, SCHEMA_VERSION, Settings, Subjects};
use gate::ab::{Arm as Role, Design, Next};
use gate::instructions::Instructions;
use instrument::subject::Supervisor;
use instrument::wire::Hello;
use jiff::Timestamp;
use receipt::model::Integrity;
use workload::catalog::Filter;

use crate::Outcome;
use crate::compare::outcome;
use crate::heartbeat::Heartbeat;
use crate::host::cgroup::Groups;
use crate::host::{self, cpu};
use crate::interruption;
use crate::machine_lock::{self, MachineLock};
use crate::output::Output;
use crate::provenance;
use crate::streams::{note, say};
use crate::words;
use answers::{first_answers, same_answers};
use journal::{Head, Journal};
use launch::{Arm, Launcher};
use ready::Ready;
use side::Side;

/// What the command line asked for.
pub(crate) struct Plan {
    pub(crate) base: String,
    pub(crate) new: String,
    /// The benchmarks that take part.
    pub(crate) filter: Filter,
    pub(crate) settings: Settings,
    pub(crate) output: PathBuf,
    pub(crate) checkout: Option<PathBuf>,
    /// Of the lots; drawn where it is not given.
    pub(crate) seed: Option<u64>,
    pub(crate) resume: bool,
    pub(crate) markdown: bool,
    pub(crate) enforce: bool,
    /// Who is asked.
    pub(crate) witness: Witness,
    /// Objectives whose limits for instructions hold, where they are not the project's own.
    pub(crate) slo: Option<PathBuf>,
    /// Keep other runs of this machine away.
    pub(crate) lock: bool,
    /// Extra variables by arm, for the self-test.
    pub(crate) environment: Vec<(String, [String; 3])>,
    pub(crate) command: Vec<String>,
}

/// What the verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Witness {
    /// Launches, timed.
    Time,
    /// Launches, and then counted instructions.
    Both,
    /// Counted instructions, for hosts that are too noisy for time.
    Instructions,
}

/// Builds what has to be built, measures until everything is settled, writes `ab.json`, prints.
///
/// # Errors
/// Anything that keeps it from a complete comparison. What was measured stays in the journal.
pub(crate) fn execute(plan: &Plan) -> Result<Outcome> {
    let sides = [
        Side::parse(&plan.base).context("--base")?,
        Side::parse(&plan.new).context("--new")?,
    ];
    let supervisor = Supervisor::new()?;
    let output = Output::open(&plan.output)?;
    let folder = output
        .folder()
        .context("--output: expected a folder for ab.json, found `-`")?;
    let folder = folder.to_owned();
    let _lock = lock(plan.lock, &supervisor)?;
    let work = output.work()?;
    let _containers = build::Containers::of(&sides);
    let programs = build::all(&sides, plan.checkout.as_deref(), work.path(), &supervisor)?;
    output.sweep();
    let heartbeat = Heartbeat::from_env();
    let ready = Ready::make(plan, &programs, work.path(), &supervisor, &heartbeat)?;
    if let Some(why) = ready::equal(&sides, &ready.subjects) {
        say!("{}", show::equal(plan, &why))?;
        return Ok(Outcome::Done);
    }
    for remark in &ready.remarks {
        note!("{remark}");
    }
    if plan.witness == Witness::Instructions {
        return count(plan, &ready, &folder, None);
    }
    let (record, journal) = compare(plan, &programs, &ready, &folder).map_err(|error| {
        interruption::leaves(
            error,
            "the rounds before are kept, --resume goes on with them",
        )
    })?;
    let (record, text) = record.sealed()?;
    // Nobody believes what its own verifier would refuse.
    Record::verified(&text).context("the comparison does not verify; this is a bug of bench")?;
    let path = folder.join("ab.json");
    receipt::file::write_whole(&path, text.as_bytes())
        .context("the journal keeps what was measured, --resume goes on with it")?;
    journal.done()?;
    for warning in &record.warnings {
        note!("warning: {warning}");
    }
    note!("comparison: {}", path.display());
    match plan.markdown {
        true => say!("{}", show::markdown(&record))?,
        false => say!("{}", show::text(&record))?,
    }
    let checkout = plan.checkout.clone();
    let checkout = checkout.or_else(|| Some(provenance::own_checkout().ok()?.root().to_owned()));
    if let Some(known) = selftest::of_machine(&folder, checkout.as_deref(), &record.host) {
        say!("{known}")?;
    }
    if plan.witness == Witness::Both {
        return count(plan, &ready, &folder, Some(&record));
    }
    let verdicts = record.benchmarks.iter().map(|row| row.verdict);
    Ok(outcome(verdicts.chain(ready.unknown()), plan.enforce))
}

/// Counts instructions, writes instructions.json, prints what both witnesses say.
fn count(plan: &Plan, ready: &Ready<'_>, folder: &Path, timed: Option<&Record>) -> Result<Outcome> {
    let limits = crate::run::objectives::load(plan.slo.as_deref())?.instructions;
    let counted = instructions::count(&ready.launcher, &ready.arms, &ready.names, &limits)?;
    let record = Instructions::of(
        Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ready.subjects.clone(),
        host()?,
        counted,
        timed,
        plan.command.clone(),
    );
    let (record, text) = record.sealed()?;
    // Nobody believes what its own verifier would refuse.
    Instructions::verified(&text, timed)
        .context("the counts do not verify; this is a bug of bench")?;
    let path = folder.join(instructions::NAME);
    receipt::file::write_whole(&path, text.as_bytes())
        .with_context(|| format!("can't write {}", path.display()))?;
    note!("instructions: {}", path.display());
    let told = instructions::text(&record.benchmarks);
    match plan.markdown {
        true => say!("\n```text\n{told}\n```")?,
        false => say!("{told}")?,
    }
    let verdicts = record.benchmarks.iter().map(|row| row.together);
    Ok(outcome(verdicts.chain(ready.unknown()), plan.enforce))
}

/// Keeps other runs of this machine away, where that is wanted.
fn lock(wanted: bool, supervisor: &Supervisor) -> Result<Option<MachineLock>> {
    let check = || Ok(supervisor.check()?);
    wanted
        .then(|| MachineLock::take(machine_lock::PLACES, check))
        .transpose()
}

fn compare(
    plan: &Plan,
    programs: &[build::Built; 2],
    ready: &Ready<'_>,
    folder: &Path,
) -> Result<(Record, Journal)> {
    let Ready {
        launcher,
        arms,
        hellos,
        names,
        subjects,
        remarks,
        ..
    } = ready;
    let (benchmarks, one) = first_answers(launcher, arms, names)?;
    let (mut journal, head, mut launches) =
        open_journal(plan, folder, subjects.clone(), benchmarks)?;
    let named: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut session, taken) = walk(&head.design, head.seed, &named, &launches)?;
    ensure!(
        taken == launches.len(),
        "the journal holds launches behind the end of its comparison; begin anew without --resume"
    );
    note!(
        "{}, seed {}; {}",
        words::count(names.len() as u64, "benchmark"),
        head.seed,
        show::at_most(session.most_rounds(), one)
    );
    while let Some(next) = session.next().cloned() {
        let round = round(launcher, arms, &next, &named, &head.benchmarks)?;
        journal.keep(&round)?;
        let at = launches.len();
        launches.extend(round);
        if let Some(findings) = derive::step(&mut session, &named, &launches[at..], at)? {
            note!("{}", show::look(&next, names, &findings));
            if session.next().is_some() {
                note!("{}", show::at_most(session.most_rounds(), one));
            }
        }
    }
    let (rows, verdict) = derive::derive(&head.design, head.seed, &head.benchmarks, &launches)?;
    let record = Record {
        kind: Kind::Comparison,
        schema_version: SCHEMA_VERSION,
        timestamp: head.timestamp,
        verdict,
        subjects: head.subjects,
        benchmarks: rows,
        design: head.design,
        seed: head.seed,
        settings: head.settings,
        launches,
        host: host()?,
        warnings: [warnings(hellos, programs), remarks.clone()].concat(),
        command: plan.command.clone(),
        integrity: Integrity {
            sha256: String::new(),
        },
    };
    Ok((record, journal))
}

fn open_journal(
    plan: &Plan,
    folder: &Path,
    subjects: Subjects,
    benchmarks: Vec<Benchmark>,
) -> Result<(Journal, Head, Vec<Launch>)> {
    let now = Timestamp::now();
    if plan.resume {
        let (journal, head, launches) = Journal::resume(folder)?;
        let same = [
            ("the programs", head.subjects == subjects),
            ("the benchmarks", head.benchmarks == benchmarks),
            ("the settings", head.settings == plan.settings),
            ("the seed", plan.seed.is_none_or(|seed| seed == head.seed)),
        ];
        for (what, is_same) in same {
            ensure!(
                is_same,
                "--resume: {what} are not those of the comparison that was cut off in {}; begin anew without --resume",
                folder.display()
            );
        }
        return Ok((journal, head, launches));
    }
    let head = Head {
        journal: 1,
        timestamp: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        // Nobody can foresee it, and everybody can repeat it.
        seed: plan
            .seed
            .unwrap_or_else(|| now.as_nanosecond().unsigned_abs() as u64 % (1 << 53)),
        design: Design::default(),
        settings: plan.settings.clone(),
        subjects,
        benchmarks,
    };
    let journal = Journal::begin(folder, &head)?;
    Ok((journal, head, Vec::new()))
}

/// Three launches in the order that the lots drew.
fn round(
    launcher: &Launcher<'_>,
    arms: &[Arm; 3],
    next: &Next,
    names: &[&str],
    benchmarks: &[Benchmark],
) -> Result<Vec<Launch>> {
    let chosen: Vec<&str> = next.benchmarks.iter().map(|&index| names[index]).collect();
    let mut round = Vec::with_capacity(3);
    for role in next.arms {
        let arm = match role {
            Role::Base => &arms[0],
            Role::Control => &arms[1],
            Role::New => &arms[2],
        };
        let launched = launcher
            .launch(arm, &chosen)
            .with_context(|| format!("{:?} round {}, {role:?}", next.stage, next.round))?;
        same_answers(&launched, benchmarks)?;
        round.push(Launch {
            stage: next.stage,
            round: next.round,
            arm: role,
            measured: launched.measured,
        });
    }
    Ok(round)
}

fn host() -> Result<Host> {
    let cpu = cpu::read()?;
    let cgroup = Groups::current()?.limits();
    Ok(Host {
        cpu: cpu.model,
        cores: cpu::cores()?,
        kernel: host::kernel(),
        os: host::os(),
        virtualized: cpu.virtualized,
        cpu_limit: cgroup.cpu_limit,
        memory_limit_bytes: cgroup.memory_limit_bytes,
    })
}

/// What a reader should know before believing it.
fn warnings([base, new]: &[Hello; 2], programs: &[build::Built; 2]) -> Vec<String> {
    let mut warnings = Vec::new();
    if programs[0].sha256 == programs[1].sha256 {
        warnings.push("both sides are the very same program: what is found between them is an error of the method; name two builds to compare them".to_owned());
    }
    for (what, one, other) in [
        ("compilers", &base.toolchain, &new.toolchain),
        ("compiler flags", &base.flags, &new.flags),
        ("profiles", &base.profile, &new.profile),
    ] {
        if one != other {
            let shown =
                |side: &Option<String>| side.clone().unwrap_or_else(|| "unknown".to_owned());
            warnings.push(format!(
                "the two programs were built with different {what} ({} and {}), which may be the difference that is found; build both alike unless that is what you want to know",
                shown(one),
                shown(other)
            ));
        }
    }
    warnings
}
